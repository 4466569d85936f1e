//! A text whose places can be told.

use cfn_ipfix::text::{self, Lines};

use super::record::{Position, Span};
use crate::files::Input;

/// A text, where it comes from, and what is needed to tell the places in it.
pub(crate) struct Source<'t> {
    pub(crate) input: &'t Input,
    pub(crate) text: &'t str,
    pub(super) lines: Lines,
    /// How many characters begin before each block of bytes: no place on a long line costs more than one block.
    characters: Vec<usize>,
}

/// The bytes of a block.
const BLOCK: usize = 256;

impl<'t> Source<'t> {
    pub(crate) fn new(input: &'t Input, text: &'t str) -> Self {
        let blocks = text.as_bytes().chunks(BLOCK);
        let characters = blocks.scan(0, |total, block| {
            let before = *total;
            *total += count(block);
            Some(before)
        });
        Self {
            input,
            text,
            lines: Lines::new(text),
            characters: characters.collect(),
        }
    }

    /// A place as the reports tell it.
    pub(crate) fn span(&self, span: text::Span) -> Span {
        Span {
            start: self.position(span.start()),
            end: self.position(span.end()),
        }
    }

    /// The bytes of a place that this source told.
    pub(super) fn bytes(span: &Span) -> text::Span {
        text::Span::new(span.start.offset, span.end.offset)
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.lines.number(offset);
        let start = self.characters_before(self.lines.span(line).start());
        let before = self.characters_before(offset);
        Position {
            offset,
            line: line + 1,
            // A byte order mark belongs to no line, and is no character of the text either.
            column: before.saturating_sub(start) + 1,
            character: before.saturating_sub(usize::from(self.text.starts_with('\u{feff}'))),
        }
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let (before, from) = match self.characters.get(block) {
            Some(&before) => (before, block * BLOCK),
            // The end of a text that fills its last block.
            None => match self.characters.last() {
                Some(&before) => (before, (self.characters.len() - 1) * BLOCK),
                None => (0, 0),
            },
        };
        before + count(self.text.as_bytes().get(from..offset).unwrap_or_default())
    }
}

/// How many characters begin in some bytes of UTF-8: all but those that go on with one.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_where_the_library_says() {
        let input = Input::Stdin("stdin".into());
        let long = "あb".repeat(BLOCK);
        for text in [
            "",
            "a",
            "a\r\nbあc\rd\n",
            "\u{feff}あ\nい",
            &long,
            &"a".repeat(2 * BLOCK),
        ] {
            let source = Source::new(&input, text);
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
