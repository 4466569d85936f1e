//! Checks that a configuration file is YAML.

use serde::de::IgnoredAny;

use super::value::InvalidSetting;
use crate::text::{LineIndex, TextRange};

/// Parses the source with `serde_yaml`, whose errors name the unexpected token.
///
/// # Errors
///
/// If the source is not YAML, or has more than one document.
pub(super) fn check(text: &str) -> Result<(), InvalidSetting> {
    let read = serde_yaml::from_str::<IgnoredAny>(text);
    read.map(drop).map_err(|error| {
        let mut message = error.to_string();
        let mut span = TextRange::at(text.len());
        if let Some(place) = error.location() {
            let (line, column) = (place.line(), place.column());
            message = message.replacen(&format!(" at line {line} column {column}"), "", 1);
            span = word_at(text, line, column);
        }
        InvalidSetting { message, span }
    })
}

/// Returns the word at a 1-based line and column.
fn word_at(text: &str, line: usize, column: usize) -> TextRange {
    let line = LineIndex::new(text).span(line.saturating_sub(1));
    let mut characters = line.slice(text).char_indices().skip(column.saturating_sub(1));
    let Some((start, first)) = characters.next() else {
        return TextRange::at(line.end());
    };
    let is_end = |c: char| c.is_whitespace() || ",:#[]{}'\"".contains(c);
    let len: usize = characters
        .take_while(|(_, c)| !is_end(*c))
        .map(|(_, c)| c.len_utf8())
        .sum();
    let len = if is_end(first) { 0 } else { len };
    TextRange::new(line.start() + start, line.start() + start + first.len_utf8() + len)
}
