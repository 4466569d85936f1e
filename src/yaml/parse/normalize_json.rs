//! Normalizes JSON that YAML parsers reject.
//!
//! CloudFormation accepts documents that YAML parsers do not: JSON with tabs between its tokens and with surrogate
//! pairs. Both are replaced by characters of the same length, so that all offsets stay valid. Comments are replaced by
//! spaces, as YAML parsers read them as parts of keys.

use std::borrow::Cow;

use super::json_comments::without_comments;
use crate::text::TextRange;
use crate::yaml::WHITESPACE;

/// A source to parse, with a map to the original's offsets.
#[derive(Debug)]
pub(super) struct NormalizedText<'t> {
    /// The source that the parser reads.
    pub(super) text: Cow<'t, str>,
    /// True if the source begins with a bracket, as JSON does.
    pub(super) is_flow: bool,
    /// Number of bytes of the source before `text` (its byte order mark).
    pub(super) skipped: usize,
    /// The offsets in `text`, ascending, of bytes that the source lacks.
    pub(super) inserted: Vec<usize>,
    /// The range in the source of its first comment, if it is JSON.
    pub(super) comment: Option<TextRange>,
}

impl NormalizedText<'_> {
    /// Returns the offset in the source of the byte at `offset`.
    pub(super) fn source_offset(&self, offset: usize) -> usize {
        let added = self.inserted.partition_point(|&at| at < offset);
        self.skipped + offset - added
    }
}

/// Normalizes JSON, and removes the byte order mark of any source.
///
/// Tabs between tokens are replaced by spaces. Surrogate pairs are written as YAML writes such characters:
/// `\U0001F600`, followed by `\a` to fill up to the twelve characters of the pair.
pub(super) fn normalize_json(source: &str) -> NormalizedText<'_> {
    let body = source.trim_start_matches('\u{feff}');
    let skipped = source.len() - body.len();
    let (body, comment) = match without_comments(body) {
        Some((body, comment)) => (
            Cow::Owned(body),
            Some(TextRange::new(skipped + comment.start(), skipped + comment.end())),
        ),
        None => (Cow::Borrowed(body), None),
    };
    let is_flow = body.trim_start_matches(WHITESPACE).starts_with(['{', '[']);
    let text = match is_flow.then(|| normalize(&body)).flatten() {
        Some(normalized) => Cow::Owned(normalized),
        None => body,
    };
    NormalizedText {
        is_flow,
        skipped,
        text,
        inserted: Vec::new(),
        comment,
    }
}

/// Returns the normalized source, for other YAML parsers.
///
/// It is normalized in the same way for each parser.
pub(in crate::yaml) fn normalized_text(source: &str) -> Cow<'_, str> {
    normalize_json(source).text
}

/// Returns JSON without tabs between its tokens and surrogate pairs; `None` if it has neither.
fn normalize(text: &str) -> Option<String> {
    if !text.contains('\t') && !text.contains("\\ud") && !text.contains("\\uD") {
        return None;
    }
    let mut normalized = String::with_capacity(text.len());
    let mut in_string = false;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let len = match next {
            '\t' if !in_string => {
                normalized.push(' ');
                1
            }
            '\\' if in_string => normalize_escape(rest, &mut normalized),
            _ => {
                in_string ^= next == '"';
                normalized.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(len..).unwrap_or_default();
    }
    Some(normalized)
}

/// Copies the escape sequence at the start of `rest`.
///
/// Returns the number of bytes read, which is that of the bytes written.
fn normalize_escape(rest: &str, normalized: &mut String) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (replacement, len) = match (unit(0), unit(6)) {
        (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
            let code = 0x10000 + ((u32::from(high) - 0xD800) << 10) + (u32::from(low) - 0xDC00);
            (format!("\\U{code:08X}\\a"), 12)
        }
        (Some(0xD800..=0xDFFF), _) => ("\\uFFFD".to_owned(), 6),
        _ => {
            let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
            (rest.get(..1 + escaped).unwrap_or(rest).to_owned(), 1 + escaped)
        }
    };
    normalized.push_str(&replacement);
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_length_of_json() {
        for (source, normalized) in [
            ("{\"a\":\t1}", "{\"a\": 1}"),
            ("{\"a\": \"\t\"}", "{\"a\": \"\t\"}"),
            ("{\"\\ud83d\\ude00\"}", "{\"\\U0001F600\\a\"}"),
            ("{\"\\ud83d x\"}", "{\"\\uFFFD x\"}"),
            ("{\"\\\\ud83d\\\"\t\"}", "{\"\\\\ud83d\\\"\t\"}"),
            ("a:\tb", "a:\tb"),
        ] {
            assert_eq!(normalize_json(source).text, normalized);
        }
    }

    #[test]
    fn maps_offsets_back_to_the_source() {
        let normalized = normalize_json("\u{feff}{ }");
        assert_eq!(normalized.text, "{ }");
        assert_eq!(normalized.source_offset(2), 5);
    }
}
