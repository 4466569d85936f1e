//! What the parsers are given to read in place of the source.
//!
//! CloudFormation accepts documents that YAML parsers do not: JSON with tabs between its tokens and with surrogate
//! pairs. Both are covered here by characters of the same length, so that no place in the document moves.

use std::borrow::Cow;

/// A text to parse, and the way back from its offsets to those of the source.
#[derive(Debug)]
pub(super) struct Masked<'t> {
    /// What the parser reads.
    pub(super) text: Cow<'t, str>,
    /// Whether the source begins with a bracket, as JSON does.
    pub(super) is_flow: bool,
    /// How many bytes of the source come before `text` (its byte order mark).
    pub(super) skipped: usize,
    /// The offsets in `text`, ascending, of bytes that the source does not have.
    pub(super) inserted: Vec<usize>,
}

impl Masked<'_> {
    /// The offset in the source of the byte at `offset` in `text`.
    pub(super) fn source_offset(&self, offset: usize) -> usize {
        let added = self.inserted.partition_point(|&at| at < offset);
        self.skipped + offset - added
    }
}

/// The source without its byte order mark; of a JSON document also without tabs between the tokens and with surrogate
/// pairs written as YAML writes such characters: `\U0001F600`, and `\a` behind it to fill up to the twelve characters of
/// the pair.
pub(super) fn mask(source: &str) -> Masked<'_> {
    let body = source.trim_start_matches('\u{feff}');
    let is_flow = body.trim_start().starts_with(['{', '[']);
    let text = if is_flow { mask_json(body) } else { Cow::Borrowed(body) };
    Masked {
        is_flow,
        skipped: source.len() - text.len(),
        text,
        inserted: Vec::new(),
    }
}

/// The text for another YAML reader, with what it would stumble over in JSON covered in the same way for each reading.
pub(in crate::yaml) fn masked(source: &str) -> Cow<'_, str> {
    mask(source).text
}

fn mask_json(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') && !text.contains("\\ud") && !text.contains("\\uD") {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut in_string = false;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\t' if !in_string => {
                masked.push(' ');
                1
            }
            '\\' if in_string => mask_escape(rest, &mut masked),
            _ => {
                in_string ^= next == '"';
                masked.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Cow::Owned(masked)
}

/// Copies the escape sequence at the start of `rest`; the bytes that were read, as many as were written.
fn mask_escape(rest: &str, masked: &mut String) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (replacement, taken) = match (unit(0), unit(6)) {
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
    masked.push_str(&replacement);
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_length() {
        for (source, masked) in [
            ("{\"a\":\t1}", "{\"a\": 1}"),
            ("{\"a\": \"\t\"}", "{\"a\": \"\t\"}"),
            ("{\"\\ud83d\\ude00\"}", "{\"\\U0001F600\\a\"}"),
            ("{\"\\ud83d x\"}", "{\"\\uFFFD x\"}"),
            ("{\"\\\\ud83d\\\"\t\"}", "{\"\\\\ud83d\\\"\t\"}"),
            ("a:\tb", "a:\tb"),
        ] {
            assert_eq!(mask(source).text, masked);
        }
    }

    #[test]
    fn offsets_lead_back_to_the_source() {
        let masked = mask("\u{feff}{ }");
        assert_eq!(masked.text, "{ }");
        assert_eq!(masked.source_offset(2), 5);
    }
}
