//! Finds comments in JSON, where `// …` and `/* … */` are not allowed.

use std::ops::Range;

use crate::text::TextRange;
use crate::yaml::WHITESPACE;

/// Replaces the comments of a JSON document by spaces, and returns the first one.
///
/// Returns `None` if it has none, or is not JSON: in YAML, comments look different, and these are parts of scalars.
pub(super) fn without_comments(source: &str) -> Option<(String, TextRange)> {
    let is_json = source.trim_start_matches(WHITESPACE).starts_with(['{', '[', '/']);
    if !is_json || !may_have_comment(source.as_bytes()) {
        return None;
    }
    let comments = comments(source)?;
    let first = comments.first()?;
    let mut text = String::with_capacity(source.len());
    for comment in &comments {
        text.push_str(source.get(text.len()..comment.start)?);
        let inside = source.get(comment.clone())?.bytes();
        text.extend(inside.map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    text.push_str(source.get(text.len()..)?);
    Some((text, TextRange::new(first.start, first.end)))
}

/// Returns whether a slash begins a comment outside of strings.
fn may_have_comment(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'"', b'/', rest) {
        let (_, found) = rest.split_at(at);
        let len = match found {
            [b'/', b'/' | b'*', ..] => return true,
            [b'"', ..] => string_len(found).unwrap_or(found.len()),
            _ => 1,
        };
        rest = found.get(len..).unwrap_or_default();
    }
    false
}

/// Returns the ranges of the comments in a JSON document; `None` if it is not JSON.
fn comments(source: &str) -> Option<Vec<Range<usize>>> {
    let mut comments = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = source.as_bytes().get(at) {
        let start = at;
        at += match byte {
            b'"' => string_len(source.as_bytes().get(at..)?)?,
            b'/' => comment_len(source.get(at..)?)?,
            b'{' | b'[' | b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => 1,
            _ => literal_len(source.get(at..)?)?,
        };
        match byte {
            b'/' => comments.push(start..at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    // If a bracket is missing, the one in a comment may count.
    (depth == 0).then_some(comments)
}

/// Returns the length of a comment; `None` if this is not one.
fn comment_len(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\r', '\n']).unwrap_or(text.len()));
    }
    let inside = text.strip_prefix("/*")?;
    Some(inside.find("*/")? + "/**/".len())
}

/// Returns the length of a string with its quotes; `None` if it is not closed.
fn string_len(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        match text.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// Returns the length of a number, `true`, `false` or `null`; `None` if this is something else.
fn literal_len(text: &str) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let literal = text.get(..text.find(|c| !is_part(c)).unwrap_or(text.len()))?;
    let is_number = literal.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    (is_number || matches!(literal, "true" | "false" | "null")).then_some(literal.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_comments_by_spaces() {
        for (source, blanked, first) in [
            ("{\"a\": 1} // b", "{\"a\": 1}     ", "// b"),
            ("// a\r\n{}", "    \r\n{}", "// a"),
            (
                "/* a\nb */ [true, -1.5e+3, null]",
                "    \n     [true, -1.5e+3, null]",
                "/* a\nb */",
            ),
            (
                "{\"a//b\": \"\\\"/*\", // あ\n}",
                "{\"a//b\": \"\\\"/*\",       \n}",
                "// あ",
            ),
            ("[1/**/, 2 // b\n]", "[1    , 2     \n]", "/**/"),
        ] {
            let (text, range) = without_comments(source).unwrap();
            assert_eq!((text.as_str(), range.slice(source)), (blanked, first));
        }
    }

    #[test]
    fn keeps_yaml_and_json_without_comments() {
        for source in [
            "{\"url\": \"https://a/*\"}",
            "{url: https://a}",
            "{\"path\": /*}",
            "[//a]",
            "{'a': 1} // b",
            "{\"a\": !Ref b} // c",
            "a: // b",
            "- // a",
            "{} /* a",
            "{\"a\": \"\\\"} // b",
            "{} // a\n}",
            "/a",
            "",
        ] {
            assert_eq!(without_comments(source), None, "{source}");
        }
    }
}
