use crate::text::{LineIndex, TextRange};
use crate::yaml::WHITESPACE;

/// A source with its line index.
#[derive(Clone, Copy)]
pub(super) struct IndexedText<'m> {
    pub(super) text: &'m str,
    pub(super) lines: &'m LineIndex,
}

impl<'m> IndexedText<'m> {
    /// Returns the source from `at` on.
    pub(super) fn rest(self, at: usize) -> &'m str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Returns the source before `at`.
    pub(super) fn before(self, at: usize) -> &'m str {
        self.text.get(..at).unwrap_or_default()
    }

    /// Returns the part of the line before `at`.
    pub(super) fn line_before(self, at: usize) -> &'m str {
        let line = self.lines.span(self.lines.number(at));
        TextRange::new(line.start(), at).slice(self.text)
    }

    /// Returns the byte at `at`; `None` at the end.
    pub(super) fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Skips the blanks, newlines and comments at `at`.
    pub(super) fn after_comments(self, at: usize) -> usize {
        let mut at = at;
        loop {
            let rest = self.rest(at);
            at += rest.len() - rest.trim_start_matches(WHITESPACE).len();
            if self.byte(at) != Some(b'#') {
                return at;
            }
            let rest = self.rest(at);
            at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
    }
}
