//! Gives the parser one character at a time, and rejects invalid ones.

use std::mem;
use std::str::Chars;

use crate::text::TextRange;
use crate::yaml::error::{SyntaxError, SyntaxErrorKind};

/// Rejects characters that YAML calls unprintable.
///
/// The parser would read some of them as the end of the source: <https://yaml.org/spec/1.2.2/#51-character-set>.
pub(super) fn reject_control_characters(text: &str) -> Result<(), SyntaxError> {
    let is_common = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    // Most sources have only these bytes. Without an early exit, the compiler can check many bytes at a time.
    if text
        .as_bytes()
        .chunks(64)
        .all(|bytes| bytes.iter().fold(true, |all, byte| all & is_common(byte)))
    {
        return Ok(());
    }
    let is_rejected = |(at, c): &(usize, char)| match c {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' => false,
        '\u{feff}' => *at > 0,
        c => *c < '\u{a0}' || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    match text.char_indices().find(is_rejected) {
        None => Ok(()),
        Some((at, c)) => Err(SyntaxError {
            kind: SyntaxErrorKind::ControlCharacter(c),
            span: TextRange::new(at, at + c.len_utf8()),
        }),
    }
}

/// The characters of one string, then those of another.
///
/// The parser asks for each of them, so this must cost no more than one string does; `Chain` would cost more.
pub(super) struct Characters<'m> {
    current: Chars<'m>,
    rest: Chars<'m>,
}

impl<'m> Characters<'m> {
    pub(super) fn chained(start: &'m str, text: &'m str) -> Self {
        Self {
            current: start.chars(),
            rest: text.chars(),
        }
    }
}

impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.current.next().or_else(|| {
            self.current = mem::replace(&mut self.rest, "".chars());
            self.current.next()
        })
    }
}
