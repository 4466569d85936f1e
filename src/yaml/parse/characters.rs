//! What the parser is given to read, one character at a time.

use std::mem;
use std::str::Chars;

use crate::text::Span;
use crate::yaml::error::{Problem, SyntaxError};

/// Refuses what YAML calls unprintable, of which the parser would take some for the end of the text:
/// <https://yaml.org/spec/1.2.2/#51-character-set>.
pub(super) fn refuse_control_characters(text: &str) -> Result<(), SyntaxError> {
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    // Most texts are plain, which is told of many bytes at a time if none of them ends the search.
    if text
        .as_bytes()
        .chunks(64)
        .all(|bytes| bytes.iter().fold(true, |all, byte| all & is_plain(byte)))
    {
        return Ok(());
    }
    let is_refused = |(at, c): &(usize, char)| match c {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' => false,
        '\u{feff}' => *at > 0,
        c => *c < '\u{a0}' || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    match text.char_indices().find(is_refused) {
        None => Ok(()),
        Some((at, c)) => Err(SyntaxError {
            problem: Problem::ControlCharacter(c),
            span: Span::new(at, at + c.len_utf8()),
        }),
    }
}

/// The characters of one text behind those of another. As the parser asks for each of them, it must cost no more than
/// one text does, which `Chain` would.
pub(super) struct Characters<'m> {
    now: Chars<'m>,
    rest: Chars<'m>,
}

impl<'m> Characters<'m> {
    pub(super) fn of(start: &'m str, text: &'m str) -> Self {
        Self {
            now: start.chars(),
            rest: text.chars(),
        }
    }
}

impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.now.next().or_else(|| {
            self.now = mem::replace(&mut self.rest, "".chars());
            self.now.next()
        })
    }
}
