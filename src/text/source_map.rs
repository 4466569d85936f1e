use super::{Edit, TextRange};

/// A map from an edited source to the original.
///
/// It lists the edits in order, each with the end of its new text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap(Vec<(Edit, usize)>);

impl SourceMap {
    /// Builds the map from the edits of one file.
    ///
    /// They must be in order and must not overlap.
    pub fn of(edits: impl Iterator<Item = Edit>) -> Self {
        let (mut done, mut done_before) = (0, 0);
        let edits = edits.map(|edit| {
            done += edit.span.start() - done_before + edit.text.len();
            done_before = edit.span.end();
            (edit, done)
        });
        Self(edits.collect())
    }

    /// Maps a range of the edited source back to the original.
    ///
    /// A position inside an edit's new text maps to the bytes that it replaced; inside an insertion, to its offset.
    pub fn before(&self, span: TextRange) -> TextRange {
        TextRange::new(
            self.offset_before(span.start(), false),
            self.offset_before(span.end(), true),
        )
    }

    /// Maps one offset back to the original.
    ///
    /// A range begins after an edit that it touches, and ends before one.
    fn offset_before(&self, at: usize, is_end: bool) -> usize {
        let is_before_position = |edge: usize| edge < at || (!is_end && edge == at);
        let ended = self.0.partition_point(|&(_, end)| is_before_position(end));
        if let Some((edit, end)) = self.0.get(ended)
            && is_before_position(end - edit.text.len())
        {
            return if is_end { edit.span.end() } else { edit.span.start() };
        }
        match ended.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some((edit, end)) => edit.span.end() + at - end,
            None => at,
        }
    }
}
