//! A first look at raw bytes, so that of thousands of files only few need to be read as templates.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::Regex;

use crate::model::{ArnKind, NAME, Property, Subject};
use crate::profile::{PROFILE, PROPERTIES};
use crate::rules::rules;

/// Returns whether a rule can apply to a text: `false` is certain, `true` is not.
///
/// Every finding is in a resource with the words of a subject of its rule. Names are whole scalars, which no layout of YAML
/// breaks into pieces but for the escapes in double quotes.
pub fn may_apply(text: &[u8]) -> bool {
    let text = narrow(text);
    has_names(&text) || unescaped(&text).is_some_and(|text| has_names(&text))
}

/// Returns whether a text looks like a template: the key `Resources` stands first on a line or in a mapping, or in
/// quotes.
pub fn looks_like_template(text: &[u8]) -> bool {
    const SECTION: &[u8] = b"Resources";
    let text = narrow(text);
    memmem::find_iter(&text, SECTION).any(|at| {
        let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(at + SECTION.len()..));
        let behind = behind.unwrap_or_default();
        let is_plain = before.trim_ascii_end().last().is_none_or(|last| b"{,?".contains(last))
            // A line may begin behind either newline and the last byte of either byte order mark.
            || matches!(without_blanks_at_end(before).last(), Some(b'\r' | b'\n' | 0xBF | 0xFE | 0xFF));
        let is_key = behind.trim_ascii_start().starts_with(b":");
        let is_quoted = matches!(
            (before.last(), behind.first()),
            (Some(b'"'), Some(b'"')) | (Some(b'\''), Some(b'\''))
        );
        (is_plain && is_key) || is_quoted
    })
}

fn without_blanks_at_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// The characters of UTF-16 as bytes, as far as they are ASCII; any other text as it is.
fn narrow(text: &[u8]) -> Cow<'_, [u8]> {
    match text {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => text.iter().copied().filter(|&byte| byte != 0).collect(),
        _ => Cow::Borrowed(text),
    }
}

fn has_names(text: &[u8]) -> bool {
    // The types go first: their case matters, which makes them the fastest to look for by far.
    static TYPES: LazyLock<Regex> = LazyLock::new(|| {
        let words = words();
        let names = words.iter().filter(|words| !words.ignores_case);
        let types = any_of(names.flat_map(|words| &words.types));
        let any_case = words.iter().filter(|words| words.ignores_case);
        let any_case = any_of(any_case.flat_map(|words| &words.types));
        compiled(&format!("{types}|(?i-u:{any_case})"))
    });
    static KEYS: LazyLock<Regex> = LazyLock::new(|| {
        let words = words();
        compiled(&format!(
            r"(?i-u:{})",
            any_of(words.iter().flat_map(|words| &words.keys))
        ))
    });
    TYPES.is_match(text) && KEYS.is_match(text)
}

/// The words without which there is no finding about a subject: one of the first, and one of the second.
struct Words {
    types: Vec<&'static str>,
    /// The first keys of the ways below these types, whatever their case: a finding may be about it.
    keys: Vec<&'static str>,
    ignores_case: bool,
}

/// Returns the words of the subjects of all rules.
fn words() -> Vec<Words> {
    let subjects = rules().flat_map(|rule| rule.subjects);
    let words = subjects.map(|subject| match subject {
        Subject::ProfileSlots => Words {
            types: PROPERTIES.iter().map(|property| property.resource).collect(),
            // A function may hide such a key.
            keys: PROPERTIES
                .iter()
                .map(Property::first_key)
                .chain(["Fn::Transform", "!Transform", "Fn::ForEach::"])
                .collect(),
            ignores_case: false,
        },
        Subject::Profiles => Words {
            types: vec![PROFILE],
            keys: vec![PROFILE],
            ignores_case: false,
        },
        Subject::ProfileArns => Words {
            types: vec![ArnKind::Profile.prefix()],
            keys: vec![ArnKind::Profile.prefix()],
            ignores_case: false,
        },
        Subject::Suppressions => Words {
            types: vec![NAME],
            keys: vec![NAME],
            ignores_case: true,
        },
    });
    words.collect()
}

/// Returns the pattern of one of these names.
fn any_of<'n>(names: impl Iterator<Item = &'n &'static str>) -> String {
    let names: BTreeSet<_> = names.copied().map(regex::escape).collect();
    names.into_iter().collect::<Vec<_>>().join("|")
}

#[expect(
    clippy::expect_used,
    reason = "there are two patterns, of constants alone, and the tests use both"
)]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression")
}

/// The text with what a double-quoted scalar can write as an escape sequence and a name can hold: characters of ASCII,
/// and nothing where a line goes on. `None` if there is no such sequence.
///
/// <https://yaml.org/spec/1.2.2/#57-escaped-characters>. What is not in double quotes is read in the same way, and does
/// not lose a name by it: no backslash stands before one there.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
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

/// The character that an escape sequence with so many digits stands for, if it is one of ASCII.
fn coded(escape: &[u8], digits: usize) -> Option<u8> {
    let digits = std::str::from_utf8(escape.get(2..2 + digits)?).ok()?;
    u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)
}

/// Returns how many bytes an escaped end of line takes, with the blanks of the next.
fn line_end(escape: &[u8]) -> usize {
    let newline = if escape.starts_with(b"\\\r\n") { 3 } else { 2 };
    let next = escape.get(newline..).unwrap_or_default();
    newline + next.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
