//! A quick check of raw bytes, so that only a few of thousands of files are parsed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::model::{ArnKind, NAME, Property, Subject};
use crate::profile::{GENERATED, OPTIONS, PROFILE, PROPERTIES, STATE_MACHINES, TASKS};
use crate::project::Signs;
use crate::rules::rules;
use crate::text::is_utf16;

/// Returns whether a rule can apply to a source, or to what the source hides.
///
/// Only `false` is certain.
///
/// Every finding is in a resource that contains the names of a subject of its rule. Names are whole scalars, which YAML
/// never splits, except by escapes in double quotes.
pub fn may_apply(text: &[u8]) -> bool {
    let may_apply = |text: &[u8]| has_names(text) || may_hide(text);
    let text = narrow(text);
    may_apply(&text) || unescaped(&text).is_some_and(|text| may_apply(&text))
}

/// Returns everything that the raw bytes of a source show at once.
pub fn look(text: &[u8]) -> Look {
    let is_template = looks_like_template(text);
    let text = narrow(text);
    let unescaped = unescaped(&text);
    let texts = || std::iter::once(&*text).chain(unescaped.as_deref());
    Look {
        is_template,
        may_be_part: is_template || has_types(&text),
        may_apply: texts().any(|text| has_names(text) || may_hide(text)),
        signs: match is_template {
            true => signs(unescaped.as_deref().unwrap_or(&text)),
            false => Signs::default(),
        },
    }
}

/// The facts about a source that its raw bytes show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The result of [`looks_like_template`].
    pub is_template: bool,
    /// True if it may be a part of a template that another file includes.
    pub may_be_part: bool,
    /// The result of [`may_apply`].
    pub may_apply: bool,
    /// The ways in which the source may be related to others, if it looks like a template.
    pub signs: Signs,
}

fn signs(text: &[u8]) -> Signs {
    static SIGNS: LazyLock<[Finder<'_>; 4]> = LazyLock::new(|| {
        let signs = [
            "AWS::CloudFormation::Stack",
            "AWS::Serverless::Application",
            "ImportValue",
            "Export",
        ];
        signs.map(Finder::new)
    });
    let [stack, application, import, export] = SIGNS.each_ref().map(|sign| || sign.find(text).is_some());
    Signs {
        nests: stack() || application(),
        imports: import(),
        exports: export(),
        includes: includes_files(text),
    }
}

/// Returns whether a source looks like a template.
///
/// The key `Resources` appears first on a line or in a mapping, or in quotes. In a service of the Serverless Framework, the
/// key `resources` may be enough, and `option_settings` in a configuration of Elastic Beanstalk.
pub fn looks_like_template(text: &[u8]) -> bool {
    static SECTION: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("Resources"));
    let text = narrow(text);
    let has_section = SECTION.find_iter(&text).any(|at| {
        let (before, behind) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + SECTION.needle().len()..),
        );
        let behind = behind.unwrap_or_default();
        let is_plain = before.trim_ascii_end().last().is_none_or(|last| b"{,?".contains(last))
            // A line may begin after a CR, an LF or the last byte of a byte order mark.
            || matches!(without_blanks_at_end(before).last(), Some(b'\r' | b'\n' | 0xBF | 0xFE | 0xFF));
        // A comment may be between an explicit key and its colon.
        let is_explicit = before.trim_ascii_end().ends_with(b"?");
        let is_key = is_explicit || behind.trim_ascii_start().starts_with(b":");
        let is_quoted = matches!(
            (before.last(), behind.first()),
            // In a string in JSON, a backslash is before the quote.
            (Some(b'"'), Some(b'"' | b'\\')) | (Some(b'\''), Some(b'\''))
        );
        (is_plain && is_key) || is_quoted
    });
    has_section || includes_resources(&text) || memchr::memmem::find(&text, OPTIONS.as_bytes()).is_some()
}

/// Returns whether a source may have resources of AWS.
fn has_types(text: &[u8]) -> bool {
    static TYPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("AWS::"));
    TYPE.find(text).is_some()
}

/// Returns whether a source looks like a service of the Serverless Framework whose resources are in other files.
fn includes_resources(text: &[u8]) -> bool {
    static KEY: LazyLock<Regex> = LazyLock::new(|| compiled(r#"(?m-u)(?:^|\r|[{,]\s*)["']?resources["']?\s*:"#));
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    has(b"${") && has(b"provider") && KEY.is_match(text)
}

/// Returns whether a source has a variable that is the content of another file: `${file(resources.yml)}`.
fn includes_files(text: &[u8]) -> bool {
    static VARIABLE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("${file("));
    VARIABLE.find(text).is_some()
}

fn without_blanks_at_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Converts UTF-16 to the bytes of its ASCII characters; keeps other input.
fn narrow(text: &[u8]) -> Cow<'_, [u8]> {
    match is_utf16(text) {
        true => text.iter().copied().filter(|&byte| byte != 0).collect(),
        false => Cow::Borrowed(text),
    }
}

fn has_names(text: &[u8]) -> bool {
    // Types are case-sensitive and therefore by far the fastest to search for, so they go first.
    static TYPES: LazyLock<Regex> = LazyLock::new(|| {
        let required = required_names();
        let names = required.iter().filter(|required| !required.ignores_case);
        let types = any_of(names.flat_map(|required| &required.types));
        let any_case = required.iter().filter(|required| required.ignores_case);
        let any_case = any_of(any_case.flat_map(|required| &required.types));
        compiled(&format!("{types}|(?i-u:{any_case})"))
    });
    static KEYS: LazyLock<Regex> = LazyLock::new(|| {
        let required = required_names();
        compiled(&format!(
            r"(?i-u:{})",
            any_of(required.iter().flat_map(|required| &required.keys))
        ))
    });
    TYPES.is_match(text) && KEYS.is_match(text)
}

/// Returns whether a source may hide resources.
///
/// They are hidden by a macro that is not one of AWS's, a module, or a variable of a template language.
fn may_hide(text: &[u8]) -> bool {
    static HIDING: LazyLock<Regex> = LazyLock::new(|| {
        let of_template = r#"\bTransform["']?\s*:\s*["']?(?:[^A"'\s]|A[^W]|AW[^S])"#;
        let variable = r"\{\{(?:[^r]|r[^e]|re[^s])|\{%|<%";
        let elsewhere = r#"\b(?:TemplateBody|Definition|DefinitionString)["']?\s*:\s*(?:!|\{?\s*["']?(?:Fn::)?)(?:Ref|GetAtt|FindInMap|ImportValue|Select)\b"#;
        let of_resource = r#"\bType["']?\s*:\s*["']?\$(?:\{[a-z]|[A-Za-z])"#;
        let modules = r#"Rain::Module|\bLocalModule\b|\bModules["']?\s*:"#;
        compiled(&format!(
            "(?-u:::MODULE|{modules}|{of_resource}|{elsewhere}|[!:]Transform|{of_template}|{variable})"
        ))
    });
    HIDING.is_match(text) || includes_resources(text)
}

/// The names required for a finding.
///
/// The source must contain at least one name of each field.
struct RequiredNames {
    types: Vec<&'static str>,
    /// The first keys of the types' property paths, in any case.
    ///
    /// A finding may be about their case.
    keys: Vec<&'static str>,
    ignores_case: bool,
}

/// Returns the names for the subjects of all rules.
fn required_names() -> Vec<RequiredNames> {
    let subjects = rules().flat_map(|rule| rule.subjects);
    let names = subjects.map(|subject| match subject {
        Subject::ProfileSlots => RequiredNames {
            types: PROPERTIES
                .iter()
                .map(|property| property.resource)
                .chain(STATE_MACHINES)
                .chain([OPTIONS])
                .chain(GENERATED.map(|(id, _)| id))
                .collect(),
            // A function may hide such a key.
            keys: PROPERTIES
                .iter()
                .map(Property::first_key)
                .chain(TASKS.iter().map(|task| task.property.first_key()))
                .chain(["Fn::Transform", "!Transform", "Fn::ForEach::"])
                .collect(),
            ignores_case: false,
        },
        Subject::Profiles => RequiredNames {
            types: vec![PROFILE],
            keys: vec![PROFILE],
            ignores_case: false,
        },
        Subject::ProfileArns => RequiredNames {
            types: vec![ArnKind::Profile.prefix()],
            keys: vec![ArnKind::Profile.prefix()],
            ignores_case: false,
        },
        Subject::Suppressions => RequiredNames {
            types: vec![NAME],
            keys: vec![NAME],
            ignores_case: true,
        },
    });
    names.collect()
}

/// Returns a pattern that matches any of these names.
fn any_of<'n>(names: impl Iterator<Item = &'n &'static str>) -> String {
    let names: BTreeSet<_> = names.copied().map(regex::escape).collect();
    names.into_iter().collect::<Vec<_>>().join("|")
}

#[expect(
    clippy::expect_used,
    reason = "there are three patterns, of constants alone, and the tests use all"
)]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression")
}

/// Decodes the escapes of double-quoted scalars that a name can contain.
///
/// These are ASCII characters and line continuations. Returns `None` if there are no such escapes.
///
/// <https://yaml.org/spec/1.2.2/#57-escaped-characters>. Input outside double quotes is decoded in the same way, which
/// loses no name: no backslash precedes one there.
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
