//! Whether a configuration file is YAML at all.

use serde::de::IgnoredAny;

use super::value::Problem;
use crate::text::{Lines, Span};

/// Holds a text to YAML as `serde_yaml` reads it: its errors name the word that does not fit.
///
/// # Errors
///
/// If the text is not YAML, or holds more than one document.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let read = serde_yaml::from_str::<IgnoredAny>(text);
    read.map(drop).map_err(|error| {
        let mut message = error.to_string();
        let mut span = Span::at(text.len());
        if let Some(place) = error.location() {
            let (line, column) = (place.line(), place.column());
            message = message.replacen(&format!(" at line {line} column {column}"), "", 1);
            span = word_at(text, line, column);
        }
        Problem { message, span }
    })
}

/// The word at a line and a column, both from 1.
fn word_at(text: &str, line: usize, column: usize) -> Span {
    let line = Lines::new(text).span(line.saturating_sub(1));
    let mut characters = line.slice(text).char_indices().skip(column.saturating_sub(1));
    let Some((start, first)) = characters.next() else {
        return Span::at(line.end());
    };
    let is_end = |c: char| c.is_whitespace() || ",:#[]{}'\"".contains(c);
    let len: usize = characters
        .take_while(|(_, c)| !is_end(*c))
        .map(|(_, c)| c.len_utf8())
        .sum();
    let len = if is_end(first) { 0 } else { len };
    Span::new(line.start() + start, line.start() + start + first.len_utf8() + len)
}
