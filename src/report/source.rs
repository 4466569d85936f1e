//! A source, and its places as reports print them.

use std::cell::OnceCell;

use serde::Serialize;

use super::paths::FileName;
use crate::text::{self, LineIndex};

/// A place in a source; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: Position,
    /// The byte after the last one.
    pub end: Position,
}

/// A position in a source, for programs and for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The offset in bytes, from 0.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The offset in characters, from 0, not counting a byte order mark.
    #[serde(skip)]
    pub character: usize,
}

/// A source with its name and its line index.
pub struct SourceText<'t> {
    pub(super) name: FileName<'t>,
    pub(super) text: &'t str,
    /// Known once it was asked for, because most sources have nothing to report.
    lines: OnceCell<LineIndex>,
}

impl<'t> SourceText<'t> {
    /// Names a source.
    pub fn new(name: FileName<'t>, text: &'t str) -> Self {
        Self {
            name,
            text,
            lines: OnceCell::new(),
        }
    }

    /// Returns the source without its name.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the lines and characters.
    pub(super) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }

    /// Returns a range as reports print it.
    pub fn span(&self, span: text::TextRange) -> Span {
        Span {
            start: self.position(span.start()),
            end: self.position(span.end()),
        }
    }

    /// Returns the line, from 1, on which a range begins.
    pub fn line(&self, span: text::TextRange) -> usize {
        self.lines().number(span.start()) + 1
    }

    /// Returns the range of a place, in bytes.
    pub(super) fn bytes(span: &Span) -> text::TextRange {
        text::TextRange::new(span.start.offset, span.end.offset)
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.lines().number(offset);
        let start = self.lines().characters(self.text, self.lines().span(line).start());
        let before = self.lines().characters(self.text, offset);
        Position {
            offset,
            line: line + 1,
            // A byte order mark is counted neither in the line nor in the source.
            column: before.saturating_sub(start) + 1,
            character: before.saturating_sub(usize::from(self.text.starts_with('\u{feff}'))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn positions_agree_with_the_line_index() {
        let name = FileName::new(Path::new("stdin"), Path::new(""));
        let long = "あb".repeat(300);
        for text in ["", "a", "a\r\nbあc\rd\n", "\u{feff}あ\nい", &long] {
            let source = SourceText::new(name, text);
            let boundaries = (0..=text.len()).filter(|&at| text.is_char_boundary(at));
            let mark = usize::from(text.starts_with('\u{feff}'));
            for at in boundaries {
                let position = source.position(at);
                let expected = source.lines().position(text, at);
                assert_eq!(
                    (position.line, position.column),
                    (expected.line, expected.column),
                    "{text} {at}"
                );
                assert_eq!(
                    position.character,
                    text[..at].chars().count().saturating_sub(mark),
                    "{text} {at}"
                );
            }
        }
    }
}
