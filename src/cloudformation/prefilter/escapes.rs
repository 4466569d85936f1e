//! Source bytes without what can hide a name: the zeros of UTF-16, and escapes.

use std::borrow::Cow;

use crate::text::is_utf16;

/// Converts UTF-16 to the bytes of its ASCII characters; keeps other input.
pub(super) fn narrow(text: &[u8]) -> Cow<'_, [u8]> {
    match is_utf16(text) {
        true => text.iter().copied().filter(|&byte| byte != 0).collect(),
        false => Cow::Borrowed(text),
    }
}

/// Decodes the escapes of double-quoted scalars that a name can contain.
///
/// These are ASCII characters and line continuations. Returns `None` if there are no such escapes.
///
/// <https://yaml.org/spec/1.2.2/#57-escaped-characters>. Input outside double quotes is decoded in the same way, which
/// loses no name: no backslash precedes one there.
pub(super) fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut unescaped = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        let digits = match escape {
            [_, b'x', ..] => 2,
            [_, b'u', ..] => 4,
            [_, b'U', ..] => 8,
            _ => 0,
        };
        unescaped.extend_from_slice(before);
        let len = match (escape, coded(escape, digits)) {
            ([_, b'\r' | b'\n', ..], _) => line_end(escape),
            (_, Some(character)) => {
                unescaped.push(character);
                2 + digits
            }
            (_, None) => {
                let len = escape.len().min(2);
                unescaped.extend_from_slice(escape.get(..len).unwrap_or_default());
                len
            }
        };
        rest = escape.get(len..).unwrap_or_default();
    }
    let is_changed = unescaped.len() + rest.len() < text.len();
    unescaped.extend_from_slice(rest);
    is_changed.then_some(unescaped)
}

/// Returns the ASCII character of an escape with `digits` digits, if any.
fn coded(escape: &[u8], digits: usize) -> Option<u8> {
    let digits = std::str::from_utf8(escape.get(2..2 + digits)?).ok()?;
    u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)
}

/// Counts the bytes of an escaped line break and following blanks.
fn line_end(escape: &[u8]) -> usize {
    let newline = if escape.starts_with(b"\\\r\n") { 3 } else { 2 };
    let next = escape.get(newline..).unwrap_or_default();
    newline + next.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
