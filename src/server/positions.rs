//! Converts between the positions of the protocol and byte offsets.

use std::sync::Arc;

use gen_lsp_types::{Position, PositionEncodingKind, Range};

use crate::text::{LineIndex, TextRange, Utf16Index};

/// The unit of columns, which the client and the server agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
}

/// A text with its lines and columns.
#[derive(Clone, Debug)]
pub(super) struct IndexedText {
    pub(super) text: Arc<str>,
    lines: LineIndex,
    utf16: Utf16Index,
    encoding: Encoding,
}

impl Encoding {
    /// Returns UTF-8 if the client offers it, as it needs no conversion, otherwise UTF-16, which every client has.
    pub(super) fn preferred(offered: &[PositionEncodingKind]) -> Self {
        match offered.contains(&PositionEncodingKind::UTF8) {
            true => Self::Utf8,
            false => Self::Utf16,
        }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

impl IndexedText {
    pub(super) fn new(text: impl Into<Arc<str>>, encoding: Encoding) -> Self {
        let text = text.into();
        Self {
            lines: LineIndex::new(&text),
            utf16: Utf16Index::new(&text),
            text,
            encoding,
        }
    }

    /// Returns the unit of columns.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Replaces the text.
    pub(super) fn index(&mut self, text: String) {
        *self = Self::new(text, self.encoding);
    }

    /// Returns the byte at a position.
    ///
    /// A position after the end of its line is the end of that line, and one inside a character is its start.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        if line >= self.lines.count() {
            return self.text.len();
        }
        let content = self.line(line);
        let character = usize::try_from(position.character).unwrap_or(usize::MAX);
        let offset = match self.encoding {
            Encoding::Utf8 => self.boundary(content.start().saturating_add(character).min(content.end())),
            Encoding::Utf16 => {
                let start = self.utf16.units(&self.text, content.start());
                self.utf16.offset(&self.text, start.saturating_add(character))
            }
        };
        offset.min(content.end())
    }

    /// Returns the position of a byte.
    ///
    /// A byte inside a line break is at the end of its line.
    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.lines.number(offset.min(self.text.len()));
        let content = self.line(line);
        let offset = self.boundary(offset.min(content.end()));
        let character = match self.encoding {
            Encoding::Utf8 => offset.saturating_sub(content.start()),
            Encoding::Utf16 => {
                let start = self.utf16.units(&self.text, content.start());
                self.utf16.units(&self.text, offset).saturating_sub(start)
            }
        };
        Position {
            line: number(line),
            character: number(character),
        }
    }

    /// Returns the bytes of a range; an end before the start makes it empty.
    pub(super) fn span(&self, range: Range) -> TextRange {
        TextRange::new(self.offset(range.start), self.offset(range.end))
    }

    /// Returns the positions of some bytes.
    pub(super) fn range(&self, span: TextRange) -> Range {
        Range {
            start: self.position(span.start()),
            end: self.position(span.end()),
        }
    }

    /// Returns the range of the line, from 0, that contains a byte, without its line break.
    pub(super) fn line_at(&self, offset: usize) -> TextRange {
        self.line(self.lines.number(offset))
    }

    /// Returns the range of a line, from 0, without its line break.
    ///
    /// Unlike in the line index, a byte order mark is part of the first line: the protocol counts it.
    fn line(&self, number: usize) -> TextRange {
        let whole = self.lines.span(number);
        let start = if number == 0 { 0 } else { whole.start() };
        let whole = TextRange::new(start, whole.end());
        let text = whole.slice(&self.text);
        let content = text.strip_suffix('\n').unwrap_or(text);
        let content = content.strip_suffix('\r').unwrap_or(content);
        TextRange::new(start, start + content.len())
    }

    /// Returns the start of the character that contains a byte.
    fn boundary(&self, offset: usize) -> usize {
        let mut boundaries = (0..=offset.min(self.text.len())).rev();
        boundaries
            .find(|&at| self.text.is_char_boundary(at))
            .unwrap_or_default()
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn counts_columns_in_the_units_of_the_client() {
        let text = "é😀日x\r\ny";
        for (encoding, columns) in [(Encoding::Utf8, [0, 2, 6, 9]), (Encoding::Utf16, [0, 1, 3, 4])] {
            let indexed = IndexedText::new(text, encoding);
            for (character, column) in ["é", "😀", "日", "x"].into_iter().zip(columns) {
                let at = text.find(character).unwrap();
                assert_eq!(indexed.position(at), position(0, column));
                assert_eq!(indexed.offset(position(0, column)), at);
            }
            assert_eq!(indexed.position(text.len()), position(1, 1));
        }
    }

    #[test]
    fn moves_positions_inside_characters_and_after_lines() {
        let text = "a😀b\r\nc\rd\n";
        let utf16 = IndexedText::new(text, Encoding::Utf16);
        let utf8 = IndexedText::new(text, Encoding::Utf8);
        for (indexed, at, expected) in [
            (&utf16, position(0, 2), 1),
            (&utf8, position(0, 3), 1),
            (&utf16, position(0, 99), 6),
            (&utf8, position(0, u32::MAX), 6),
            (&utf16, position(1, 7), 9),
            (&utf16, position(3, 0), text.len()),
            (&utf16, position(4, 0), text.len()),
            (&utf8, position(u32::MAX, u32::MAX), text.len()),
        ] {
            assert_eq!(indexed.offset(at), expected, "{at:?}");
        }
        // The byte between CR and LF.
        assert_eq!(utf16.position(7), position(0, 4));
    }

    #[test]
    fn counts_a_byte_order_mark() {
        let indexed = IndexedText::new("\u{feff}a", Encoding::Utf16);
        assert_eq!(indexed.position(3), position(0, 1));
        assert_eq!(indexed.offset(position(0, 1)), 3);
        assert_eq!(indexed.offset(position(0, 0)), 0);
    }
}
