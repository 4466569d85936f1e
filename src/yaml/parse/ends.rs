//! Where scalars end, of which the parser tells only where they begin.

use super::source::Source;
use crate::text::Span;

/// Returns how many bytes of `rest` a plain scalar of this value takes; over several lines its blanks are folded.
pub(super) fn plain_end(rest: &str, value: &str) -> usize {
    if rest.starts_with(value) {
        return value.len();
    }
    let mut end = 0;
    for word in value.split_whitespace() {
        let tail = rest.get(end..).unwrap_or_default();
        match tail.find(word) {
            Some(at) => end += at + word.len(),
            None => break,
        }
    }
    end
}

/// Returns how many bytes a scalar in single quotes takes at the start of `rest`.
pub(super) fn single_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\'' && bytes.next_if(|&(_, next)| next == b'\'').is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// Returns how many bytes a scalar in double quotes takes at the start of `rest`.
pub(super) fn double_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns how many bytes a block scalar takes from its first character to the end of its last line.
pub(super) fn block_end(source: Source<'_>, at: usize, value: &str) -> usize {
    let lines = source.lines;
    let first = lines.number(at);
    let depth = at - lines.span(first).start();
    let is_nothing_but_blanks = value.trim().is_empty();
    let keeps_blank_lines = is_nothing_but_blanks || value.ends_with("\n\n") || value.ends_with(" \n");
    let mut end = at;
    for number in first..lines.count() {
        let line = lines.span(number);
        let text = line.slice(source.text).trim_end_matches(['\r', '\n']);
        let indent = text.len() - text.trim_start_matches(' ').len();
        let is_blank = text.trim().is_empty();
        if !is_blank && (indent < depth || is_nothing_but_blanks) {
            break;
        }
        let is_last = line.end() == source.text.len();
        if !is_blank || (keeps_blank_lines && !is_last) {
            end = line.start() + text.len();
        }
    }
    end.saturating_sub(at)
}

/// Finds a block scalar that has only blank lines, after the token that ends at `last_end`.
///
/// Returns the lines that it keeps, or the place after its `|` or `>`; `None` if there is no such header.
pub(super) fn blank_block(source: Source<'_>, last_end: usize, value: &str) -> Option<Span> {
    let rest = source.rest(last_end);
    let is_header = |&(at, _): &(usize, &str)| {
        let before = rest.get(..at).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let is_comment = line.split_whitespace().any(|word| word.starts_with('#'));
        before.ends_with(char::is_whitespace) && !is_comment
    };
    let (at, _) = rest.match_indices(['|', '>']).find(is_header)?;
    let header = rest.get(at..).unwrap_or_default();
    let end = last_end + at + header.find(char::is_whitespace).unwrap_or(header.len());
    if value.is_empty() {
        return Some(Span::at(end));
    }
    let below = source.lines.span(source.lines.number(end)).end();
    Some(Span::new(below, below + block_end(source, below, value)))
}

/// Finds the place of a node without text after the token that ends at `last_end`: after the colon, if it is a value.
pub(super) fn end_of_nothing(source: Source<'_>, last_end: usize, is_value: bool) -> usize {
    let colon = match is_value {
        // Behind a key that is marked by a `?`, it is on a line below.
        true => source.behind_comments(last_end),
        false => last_end,
    };
    match source.byte(colon) {
        Some(b':') => colon + 1,
        _ => last_end,
    }
}
