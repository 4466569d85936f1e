//! Finds marks in raw bytes, and decides by their surroundings what they mean.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use memchr::{memchr_iter, memchr2_iter};

use super::automaton::compiled;
use super::required::{TypeName, has_key};
use crate::model::NAME;
use crate::profile::OPTIONS;
use crate::project::Signs;

/// The facts that the marks in a source show.
#[derive(Default)]
pub(super) struct Seen {
    /// True if it has types of AWS.
    pub(super) has_types: bool,
    /// The ways in which it may be related to other sources.
    pub(super) signs: Signs,
    /// The types in which a rule may find something.
    types: Vec<&'static TypeName>,
    /// True if a rule may find something outside these types, or in what the source hides.
    has_more: bool,
    has_section: bool,
    /// True if it has a variable of the Serverless Framework, which may stand for any part of a template.
    has_framework_variable: bool,
    service: Service,
}

/// The parts of a service of the Serverless Framework whose resources are in other files.
#[derive(Default)]
struct Service {
    has_provider: bool,
    has_resources: bool,
    has_variable: bool,
}

impl Seen {
    /// Reads a source.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut seen = Self::default();
        for found in AUTOMATON.find_iter(text) {
            if let Some((mark, meaning)) = MARKS.get(found.pattern().as_usize()) {
                seen.add(*meaning, &Place::new(text, found.start(), mark.len()));
            }
        }
        for at in memchr_iter(b'$', text) {
            seen.add_variable(&Place::new(text, at, 1));
        }
        seen
    }

    /// Returns whether the source looks like a template.
    pub(super) fn is_template(&self) -> bool {
        self.has_section || self.includes_resources()
    }

    /// Returns whether a rule can apply to the source, which this was read from.
    pub(super) fn may_apply(&self, text: &[u8]) -> bool {
        let may_be_template = self.is_template() || self.has_types;
        self.has_more
            || self.includes_resources()
            || (self.has_framework_variable && may_be_template)
            || has_key(text, &self.types)
            || has_short_mark(text)
    }

    fn includes_resources(&self) -> bool {
        let Service {
            has_provider,
            has_resources,
            has_variable,
        } = self.service;
        has_provider && has_resources && has_variable
    }

    fn add(&mut self, meaning: Meaning, place: &Place<'_>) {
        match meaning {
            Meaning::Type => {
                let name = place.word();
                self.has_types = true;
                self.signs.nests |= NESTING.iter().any(|nesting| name.starts_with(nesting));
                self.add_type(name);
                // A variable may be the rest of the type.
                let rest = place.at_mark.get(name.len()..).unwrap_or_default();
                self.has_more |= rest.strip_prefix(b":").unwrap_or(rest).starts_with(b"${");
            }
            Meaning::Generated => self.add_type(place.word()),
            Meaning::Options => {
                self.has_section = true;
                self.add_type(OPTIONS.as_bytes());
            }
            Meaning::Section => self.has_section |= place.is_section(),
            Meaning::ServiceResources => self.service.has_resources |= place.is_first_key(),
            Meaning::ServiceProvider => self.service.has_provider = true,
            Meaning::Import => self.signs.imports = true,
            Meaning::Export => self.signs.exports = true,
            Meaning::Found => self.has_more = true,
            Meaning::RegistryModule => self.has_more |= place.before.ends_with(b"::"),
            Meaning::Module => self.has_more |= place.is_module(),
            Meaning::Macro => self.has_more |= place.is_macro(),
            Meaning::String => self.has_more |= place.is_elsewhere(),
        }
    }

    fn add_variable(&mut self, place: &Place<'_>) {
        self.service.has_variable |= place.after.starts_with(b"{");
        self.signs.includes |= place.after.starts_with(b"{file(");
        self.has_framework_variable |= place.is_framework_variable();
        self.has_more |= place.is_type();
    }

    fn add_type(&mut self, name: &[u8]) {
        let types = &mut self.types;
        types.extend(TypeName::of(name).filter(|name| !types.iter().any(|known| std::ptr::eq(*known, *name))));
    }
}

/// A possible meaning of a mark.
#[derive(Clone, Copy)]
enum Meaning {
    /// The type of a resource of AWS.
    Type,
    /// The ID of a resource that Elastic Beanstalk adds.
    Generated,
    /// The options of Elastic Beanstalk.
    Options,
    /// Maybe the section with the resources of a template.
    Section,
    ServiceResources,
    ServiceProvider,
    Import,
    Export,
    /// Part of the ARN of a profile, or a type that hides resources.
    Found,
    /// Maybe the end of the type of a module in the registry of CloudFormation.
    RegistryModule,
    Module,
    Macro,
    /// The key of a property that has another document.
    String,
}

/// The marks with names; of two at one place, the longer is found.
///
/// None is shorter than four bytes, so that the search stops at few other places.
const MARKS: [(&str, Meaning); 17] = [
    ("AWS::", Meaning::Type),
    ("AWSEB", Meaning::Generated),
    (OPTIONS, Meaning::Options),
    ("Resources", Meaning::Section),
    ("resources", Meaning::ServiceResources),
    ("provider", Meaning::ServiceProvider),
    ("ImportValue", Meaning::Import),
    ("Export", Meaning::Export),
    ("instance-profile", Meaning::Found),
    ("MODULE", Meaning::RegistryModule),
    ("Rain::Module", Meaning::Found),
    ("LocalModule", Meaning::Module),
    ("Modules", Meaning::Module),
    ("Transform", Meaning::Macro),
    ("TemplateBody", Meaning::String),
    ("Definition", Meaning::String),
    ("DefinitionString", Meaning::String),
];

static AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut marks = AhoCorasick::builder();
    marks.match_kind(MatchKind::LeftmostLongest);
    compiled(&marks, MARKS.iter().map(|(mark, _)| mark))
});

/// Returns whether a source has a name of this tool, or the code of a template language.
///
/// These marks are too short for the automaton, or are in any case.
fn has_short_mark(text: &[u8]) -> bool {
    static CODE: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["{%", "<%"].map(Finder::new));
    static BRACES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("{{"));
    let is_resolved = |at: usize| text.get(at..).is_some_and(|text| text.starts_with(b"{{resolve:"));
    // The rarest letter of the name.
    let mut names = memchr2_iter(b'x', b'X', text).map(|at| text.get(..=at).unwrap_or_default());
    names.any(|text| ends_with_name(text, NAME))
        || CODE.iter().any(|mark| mark.find(text).is_some())
        || BRACES.find_iter(text).any(|at| !is_resolved(at))
}

/// The beginnings of types that nest other templates.
const NESTING: [&[u8]; 2] = [b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application"];

/// A mark in a source.
struct Place<'t> {
    before: &'t [u8],
    /// The source from the mark.
    at_mark: &'t [u8],
    after: &'t [u8],
}

impl<'t> Place<'t> {
    fn new(text: &'t [u8], start: usize, len: usize) -> Self {
        let (before, at_mark) = text.split_at(start);
        let after = at_mark.get(len..).unwrap_or_default();
        Self { before, at_mark, after }
    }

    /// Returns the name that begins with the mark.
    fn word(&self) -> &'t [u8] {
        let len = self
            .at_mark
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':')
            .count();
        // A colon after a key is no part of it.
        let word = self.at_mark.get(..len).unwrap_or_default();
        word.strip_suffix(b":").unwrap_or(word)
    }

    /// Returns whether the mark is a key, first on its line or in its mapping, or in quotes.
    fn is_section(&self) -> bool {
        let before = self.before.trim_ascii_end();
        let is_plain = before.last().is_none_or(|last| b"{,?".contains(last))
            // A line may begin after a CR, an LF or the last byte of a byte order mark.
            || matches!(without_blanks_at_end(self.before).last(), Some(b'\r' | b'\n' | 0xBF | 0xFE | 0xFF));
        // A comment may be between an explicit key and its colon.
        let is_key = before.ends_with(b"?") || self.after.trim_ascii_start().starts_with(b":");
        let is_quoted = matches!(
            (self.before.last(), self.after.first()),
            // In a string in JSON, a backslash is before the quote.
            (Some(b'"'), Some(b'"' | b'\\')) | (Some(b'\''), Some(b'\''))
        );
        (is_plain && is_key) || is_quoted
    }

    /// Returns whether the mark is a key at the start of a line or in a mapping in one line.
    fn is_first_key(&self) -> bool {
        let before = without_quote_at_end(self.before);
        let is_first = matches!(before.last(), None | Some(b'\n' | b'\r' | 0xBF))
            || matches!(before.trim_ascii_end().last(), Some(b'{' | b','));
        is_first && self.value().is_some()
    }

    /// Returns whether the mark is the type of a module, or the key of a section of modules.
    fn is_module(&self) -> bool {
        let is_type = self.at_mark.starts_with(b"LocalModule") && !is_in_word(self.after.first());
        !is_in_word(self.before.last()) && (is_type || (self.at_mark.starts_with(b"Modules") && self.is_key()))
    }

    /// Returns whether the mark is a function or a section with a macro that is not one of AWS's.
    fn is_macro(&self) -> bool {
        let is_function = matches!(self.before.last(), Some(b'!' | b':'));
        let is_section =
            || !is_in_word(self.before.last()) && self.is_key() && self.value().is_none_or(has_other_macro);
        is_function || is_section()
    }

    /// Returns whether the value of the mark is a document that a function takes from elsewhere.
    fn is_elsewhere(&self) -> bool {
        let Some(value) = self.value().filter(|_| !is_in_word(self.before.last())) else {
            return false;
        };
        if matches!(value.first(), Some(b'&' | b'*' | b'#')) {
            return true;
        }
        let in_mapping = value.strip_prefix(b"{").unwrap_or(value).trim_ascii_start();
        let name = match value {
            [b'!', name @ ..] => name,
            _ => without_quote(in_mapping),
        };
        let name = name.strip_prefix(b"Fn::").unwrap_or(name);
        let functions: [&[u8]; 5] = [b"Ref", b"GetAtt", b"FindInMap", b"ImportValue", b"Select"];
        let mut after = functions.into_iter().filter_map(|function| name.strip_prefix(function));
        after.any(|after| !is_in_word(after.first()))
    }

    /// Returns whether the mark begins a variable that is the type of a resource.
    fn is_type(&self) -> bool {
        let key = without_quote_at_end(self.before).trim_ascii_end().strip_suffix(b":");
        let key = key.and_then(|key| without_quote_at_end(key.trim_ascii_end()).strip_suffix(b"Type"));
        key.is_some_and(|before| !is_in_word(before.last()))
    }

    /// Returns whether the mark begins a variable such as `${self:custom.stage}` or `${file(roles.yml)}`.
    fn is_framework_variable(&self) -> bool {
        let Some(inside) = self.after.strip_prefix(b"{") else {
            return false;
        };
        let name = inside.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        match inside.get(name..) {
            _ if !inside.first().is_some_and(u8::is_ascii_lowercase) => false,
            Some([b'(', ..]) => true,
            // A shell has `${name:-default}` and `${name:2}`.
            Some([b':', next, ..]) => next.is_ascii_alphabetic() || b"$/{".contains(next),
            _ => false,
        }
    }

    /// Returns whether the mark is the end of a key.
    fn is_key(&self) -> bool {
        // A comment may be between an explicit key and its colon.
        self.value().is_some() || self.before.trim_ascii_end().ends_with(b"?")
    }

    /// Returns the source from the value, if the mark is the end of a key.
    fn value(&self) -> Option<&'t [u8]> {
        let after = without_quote(self.after).trim_ascii_start();
        after.strip_prefix(b":").map(<[u8]>::trim_ascii_start)
    }
}

/// Returns whether a section of macros, from its value, may have one that is not AWS's.
///
/// Only `false` is certain. `AWS::Include` is not regarded as AWS's, as it includes a file.
fn has_other_macro(value: &[u8]) -> bool {
    match value {
        [b'[', items @ ..] => {
            let mut rest = items;
            loop {
                match after_known_macro(rest).map(<[u8]>::trim_ascii_start) {
                    Some([b',', next @ ..]) => rest = next,
                    Some([b']', ..]) => return false,
                    _ => return true,
                }
            }
        }
        [b'-', items @ ..] => {
            let mut rest = items;
            loop {
                let Some(next) = after_known_macro(rest).and_then(next_line) else {
                    return true;
                };
                match next.trim_ascii_start() {
                    [b'-', next @ ..] => rest = next,
                    _ => {
                        return !next
                            .first()
                            .is_none_or(|byte| is_in_word(Some(byte)) || b"\"'".contains(byte));
                    }
                }
            }
        }
        _ => match after_known_macro(value) {
            // A quoted name ends with its quote, and a plain one may continue on a line that is indented.
            Some([b',' | b'}', ..]) => false,
            Some(rest) => !next_line(rest).is_some_and(|next| !matches!(next.first(), Some(b' ' | b'\t' | b'#'))),
            None => true,
        },
    }
}

/// Returns the source after the name of one of AWS's macros, with its quotes.
fn after_known_macro(value: &[u8]) -> Option<&[u8]> {
    let value = value.trim_ascii_start();
    let name = without_quote(value);
    let len = name
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b":-".contains(byte));
    let (name, rest) = name.split_at(len.count());
    let is_known = name.starts_with(b"AWS::") && !name.starts_with(b"AWS::Include");
    let is_quoted = name.len() + rest.len() < value.len();
    let end = if is_quoted {
        rest.strip_prefix(value.get(..1)?)
    } else {
        Some(rest)
    };
    end.filter(|_| is_known)
}

/// Returns the next line that is not empty, or the end of the source; `None` if something else is on this line.
fn next_line(rest: &[u8]) -> Option<&[u8]> {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut rest = rest.get(blanks..).unwrap_or_default();
    if !matches!(rest.first(), None | Some(b'\r' | b'\n')) {
        return None;
    }
    while let [b'\r' | b'\n', next @ ..] = rest {
        rest = next;
    }
    Some(rest)
}

/// Returns whether a text ends with a name, in any case.
fn ends_with_name(text: &[u8], name: &str) -> bool {
    let start = text.len().checked_sub(name.len());
    let end = start.and_then(|start| text.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
}

/// Removes a quote, which has a backslash in a string in JSON.
fn without_quote(text: &[u8]) -> &[u8] {
    match text {
        [b'"' | b'\'', rest @ ..] | [b'\\', b'"', rest @ ..] => rest,
        _ => text,
    }
}

fn without_quote_at_end(text: &[u8]) -> &[u8] {
    match text {
        [rest @ .., b'\\', b'"'] => rest,
        [rest @ .., b'"' | b'\''] => rest,
        _ => text,
    }
}

fn without_blanks_at_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn is_in_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
