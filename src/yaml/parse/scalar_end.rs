//! Finds the ends of scalars; the parser gives only their starts.

use super::source::IndexedText;
use crate::text::TextRange;
use crate::yaml::WHITESPACE;

/// Returns the length of a plain scalar at the start of `rest`.
///
/// The scalar may span several lines; `value` has its blanks folded.
pub(super) fn plain_end(rest: &str, value: &str) -> usize {
    if rest.starts_with(value) {
        return value.len();
    }
    let mut end = 0;
    for part in value.split(WHITESPACE) {
        let tail = rest.get(end..).unwrap_or_default();
        match tail.find(part) {
            Some(at) => end += at + part.len(),
            None => break,
        }
    }
    end
}

/// Returns the length of the single-quoted scalar at the start of `rest`.
pub(super) fn single_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\'' && bytes.next_if(|&(_, next)| next == b'\'').is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// Returns the length of the double-quoted scalar at the start of `rest`.
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

/// Returns the length of a block scalar in bytes.
///
/// It extends from its first character to the end of its last line.
pub(super) fn block_end(source: IndexedText<'_>, at: usize, value: &str) -> usize {
    let lines = source.lines;
    let first = lines.number(at);
    let depth = at - lines.span(first).start();
    let is_blank_scalar = value.trim_matches(WHITESPACE).is_empty();
    let keeps_blank_lines = is_blank_scalar || value.ends_with("\n\n") || value.ends_with(" \n");
    let mut end = at;
    for number in first..lines.count() {
        let line = lines.span(number);
        let text = line.slice(source.text).trim_end_matches(['\r', '\n']);
        let indent = text.len() - text.trim_start_matches(' ').len();
        let is_blank = text.trim_matches(WHITESPACE).is_empty();
        if !is_blank && (indent < depth || is_blank_scalar || is_document_marker(text)) {
            break;
        }
        let is_last = line.end() == source.text.len();
        if !is_blank || (keeps_blank_lines && !is_last) {
            end = line.start() + text.len();
        }
    }
    end.saturating_sub(at)
}

/// Returns whether a line begins or ends a document, and with it a block scalar that is the whole document.
fn is_document_marker(line: &str) -> bool {
    let after = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

/// Finds a block scalar that has only blank lines.
///
/// Its header comes after the token that ends at `last_end`.
///
/// Returns the range of the lines that it keeps, or else the offset after its `|` or `>`; `None` if no such header
/// exists.
pub(super) fn blank_block(source: IndexedText<'_>, last_end: usize, value: &str) -> Option<TextRange> {
    let rest = source.rest(last_end);
    let is_header = |&(at, _): &(usize, &str)| {
        let before = rest.get(..at).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let is_comment = line.split(WHITESPACE).any(|part| part.starts_with('#'));
        // The source may begin with the header.
        (before.is_empty() || before.ends_with(WHITESPACE)) && !is_comment
    };
    let (at, _) = rest.match_indices(['|', '>']).find(is_header)?;
    let header = rest.get(at..).unwrap_or_default();
    let end = last_end + at + header.find(WHITESPACE).unwrap_or(header.len());
    if value.is_empty() {
        return Some(TextRange::at(end));
    }
    let below = source.lines.span(source.lines.number(end)).end();
    Some(TextRange::new(below, below + block_end(source, below, value)))
}
