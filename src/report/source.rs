//! A text, and its places as reports name them.

use serde::Serialize;

use super::paths::FileName;
use crate::text::{self, Lines};

/// A place, its end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Its first byte.
    pub start: Position,
    /// The byte after its last one.
    pub end: Position,
}

/// A byte of a text, for programs and for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// In bytes, from 0.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// In characters, from 0, a byte order mark not counted.
    #[serde(skip)]
    pub character: usize,
}

/// A text with its name, and the indexes that its places are found by.
pub struct Source<'t> {
    pub(super) name: FileName<'t>,
    pub(super) text: &'t str,
    pub(super) lines: Lines,
}

impl<'t> Source<'t> {
    /// Reads where the lines and characters of the text begin.
    pub fn new(name: FileName<'t>, text: &'t str) -> Self {
        Self {
            name,
            text,
            lines: Lines::new(text),
        }
    }

    /// A place as the reports tell it.
    pub fn span(&self, span: text::Span) -> Span {
        Span {
            start: self.position(span.start()),
            end: self.position(span.end()),
        }
    }

    /// Returns the line, from 1, that a range begins on.
    pub fn line(&self, span: text::Span) -> usize {
        self.lines.number(span.start()) + 1
    }

    /// The bytes of a place that this source told.
    pub(super) fn bytes(span: &Span) -> text::Span {
        text::Span::new(span.start.offset, span.end.offset)
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.lines.number(offset);
        let start = self.lines.characters(self.text, self.lines.span(line).start());
        let before = self.lines.characters(self.text, offset);
        Position {
            offset,
            line: line + 1,
            // A byte order mark belongs to no line, and is no character of the text either.
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
    fn every_place_is_where_the_library_says() {
        let name = FileName::new(Path::new("stdin"), Path::new(""));
        let long = "あb".repeat(300);
        for text in ["", "a", "a\r\nbあc\rd\n", "\u{feff}あ\nい", &long] {
            let source = Source::new(name, text);
            let boundaries = (0..=text.len()).filter(|&at| text.is_char_boundary(at));
            let mark = usize::from(text.starts_with('\u{feff}'));
            for at in boundaries {
                let told = source.position(at);
                let wanted = source.lines.position(text, at);
                assert_eq!((told.line, told.column), (wanted.line, wanted.column), "{text} {at}");
                assert_eq!(
                    told.character,
                    text[..at].chars().count().saturating_sub(mark),
                    "{text} {at}"
                );
            }
        }
    }
}
