//! The marks in raw bytes, and what they mean where they are.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use memchr::{memchr_iter, memchr2_iter};

use super::automaton::compiled;
use super::required::{TypeName, has_key};
use crate::model::NAME;
use crate::profile::OPTIONS;
use crate::project::Signs;

/// What the marks in a source say.
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
        for found in MARKS.find_iter(text) {
            if let Some((mark, meaning)) = MEANINGS.get(found.pattern().as_usize()) {
                seen.add(*meaning, &Place::new(text, found.start(), mark.len()));
            }
        }
        for at in memchr_iter(b'$', text) {
            seen.add_variable(&Place::new(text, at, 1));
        }
        // The rarest letter of the name.
        let mut names = memchr2_iter(b'x', b'X', text).map(|at| text.get(..=at).unwrap_or_default());
        seen.has_more |= names.any(|text| ends_with_name(text, NAME))
            || CODE.iter().any(|mark| mark.find(text).is_some())
            || BRACES
                .find_iter(text)
                .any(|at| !text.get(at..).is_some_and(|text| text.starts_with(b"{{res")));
        seen
    }

    /// Returns whether the source looks like a template.
    pub(super) fn is_template(&self) -> bool {
        self.has_section || self.includes_resources()
    }

    /// Returns whether a rule can apply to the source, which this was read from.
    pub(super) fn may_apply(&self, text: &[u8]) -> bool {
        self.has_more || self.includes_resources() || has_key(text, &self.types)
    }

    fn includes_resources(&self) -> bool {
        let Service {
            has_provider,
            has_resources,
            has_variable,
        } = self.service;
        has_provider && has_resources && has_variable
    }

    fn add(&mut self, meaning: Mark, place: &Place<'_>) {
        match meaning {
            Mark::Type => {
                let name = place.word();
                self.has_types = true;
                self.signs.nests |= NESTING.iter().any(|nesting| name.starts_with(nesting));
                self.add_type(name);
            }
            Mark::Generated => self.add_type(place.word()),
            Mark::Options => {
                self.has_section = true;
                self.add_type(OPTIONS.as_bytes());
            }
            Mark::Section => self.has_section |= place.is_section(),
            Mark::ServiceResources => self.service.has_resources |= place.is_first_key(),
            Mark::ServiceProvider => self.service.has_provider = true,
            Mark::Import => self.signs.imports = true,
            Mark::Export => self.signs.exports = true,
            Mark::Found => self.has_more = true,
            Mark::Module => self.has_more |= place.is_module(),
            Mark::Macro => self.has_more |= place.is_macro(),
            Mark::String => self.has_more |= place.is_elsewhere(),
        }
    }

    fn add_variable(&mut self, place: &Place<'_>) {
        self.service.has_variable |= place.behind.starts_with(b"{");
        self.signs.includes |= place.behind.starts_with(b"{file(");
        self.has_more |= place.is_type();
    }

    fn add_type(&mut self, name: &[u8]) {
        let types = &mut self.types;
        types.extend(TypeName::of(name).filter(|name| !types.iter().any(|known| std::ptr::eq(*known, *name))));
    }
}

/// The meaning of a mark.
#[derive(Clone, Copy)]
enum Mark {
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
    Module,
    Macro,
    /// The key of a property that has another document.
    String,
}

/// The marks with names; of two at one place, the longer is found.
///
/// None is shorter than four bytes, so that the search stops at few other places.
const MEANINGS: [(&str, Mark); 17] = [
    ("AWS::", Mark::Type),
    ("AWSEB", Mark::Generated),
    (OPTIONS, Mark::Options),
    ("Resources", Mark::Section),
    ("resources", Mark::ServiceResources),
    ("provider", Mark::ServiceProvider),
    ("ImportValue", Mark::Import),
    ("Export", Mark::Export),
    ("instance-profile", Mark::Found),
    ("::MODULE", Mark::Found),
    ("Rain::Module", Mark::Found),
    ("LocalModule", Mark::Module),
    ("Modules", Mark::Module),
    ("Transform", Mark::Macro),
    ("TemplateBody", Mark::String),
    ("Definition", Mark::String),
    ("DefinitionString", Mark::String),
];

static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut marks = AhoCorasick::builder();
    marks.match_kind(MatchKind::LeftmostLongest);
    compiled(&marks, MEANINGS.iter().map(|(mark, _)| mark))
});

/// The code of template languages.
static CODE: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["{%", "<%"].map(Finder::new));

/// A variable of a template language, or a dynamic reference such as `{{resolve:ssm:/name}}`.
static BRACES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("{{"));

/// The beginnings of types that nest other templates.
const NESTING: [&[u8]; 2] = [b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application"];

/// A mark in a source.
struct Place<'t> {
    before: &'t [u8],
    /// The source from the mark.
    at_mark: &'t [u8],
    behind: &'t [u8],
}

impl<'t> Place<'t> {
    fn new(text: &'t [u8], start: usize, len: usize) -> Self {
        let (before, at_mark) = text.split_at(start);
        let behind = at_mark.get(len..).unwrap_or_default();
        Self {
            before,
            at_mark,
            behind,
        }
    }

    /// Returns the name that begins with the mark.
    fn word(&self) -> &'t [u8] {
        let len = self
            .at_mark
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':')
            .count();
        // A colon behind a key is no part of it.
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
        let is_key = before.ends_with(b"?") || self.behind.trim_ascii_start().starts_with(b":");
        let is_quoted = matches!(
            (self.before.last(), self.behind.first()),
            // In a string in JSON, a backslash is before the quote.
            (Some(b'"'), Some(b'"' | b'\\')) | (Some(b'\''), Some(b'\''))
        );
        (is_plain && is_key) || is_quoted
    }

    /// Returns whether the mark is a key at the start of a line or in a mapping in one line.
    fn is_first_key(&self) -> bool {
        let before = without_quote_at_end(self.before);
        let is_first = matches!(before.last(), None | Some(b'\n' | b'\r'))
            || matches!(before.trim_ascii_end().last(), Some(b'{' | b','));
        is_first && self.value().is_some()
    }

    /// Returns whether the mark is the type of a module, or the key of a section of modules.
    fn is_module(&self) -> bool {
        let is_type = self.at_mark.starts_with(b"LocalModule") && !is_in_word(self.behind.first());
        !is_in_word(self.before.last()) && (is_type || (self.at_mark.starts_with(b"Modules") && self.value().is_some()))
    }

    /// Returns whether the mark is a function or a section with a macro that is not one of AWS's.
    fn is_macro(&self) -> bool {
        let is_function = matches!(self.before.last(), Some(b'!' | b':'));
        let is_section = || !is_in_word(self.before.last()) && self.value().is_some_and(has_other_macro);
        is_function || is_section()
    }

    /// Returns whether the value of the mark is a document that a function takes from elsewhere.
    fn is_elsewhere(&self) -> bool {
        let Some(value) = self.value().filter(|_| !is_in_word(self.before.last())) else {
            return false;
        };
        let in_mapping = value.strip_prefix(b"{").unwrap_or(value).trim_ascii_start();
        let name = match value {
            [b'!', name @ ..] => name,
            _ => without_quote(in_mapping),
        };
        let name = name.strip_prefix(b"Fn::").unwrap_or(name);
        let functions: [&[u8]; 5] = [b"Ref", b"GetAtt", b"FindInMap", b"ImportValue", b"Select"];
        let mut behind = functions.into_iter().filter_map(|function| name.strip_prefix(function));
        behind.any(|behind| !is_in_word(behind.first()))
    }

    /// Returns whether the mark is a variable of the Serverless Framework or of a module, as the type of a resource.
    fn is_type(&self) -> bool {
        let is_named = match self.behind {
            [b'{', next, ..] => next.is_ascii_lowercase(),
            [next, ..] => next.is_ascii_alphabetic(),
            [] => false,
        };
        let key = without_quote_at_end(self.before).trim_ascii_end().strip_suffix(b":");
        let key = key.and_then(|key| without_quote_at_end(key.trim_ascii_end()).strip_suffix(b"Type"));
        is_named && key.is_some_and(|before| !is_in_word(before.last()))
    }

    /// Returns the source from the value, if the mark is the end of a key.
    fn value(&self) -> Option<&'t [u8]> {
        let behind = without_quote(self.behind).trim_ascii_start();
        behind.strip_prefix(b":").map(<[u8]>::trim_ascii_start)
    }
}

/// Returns whether a section of macros, from its value, may have one that is not AWS's.
///
/// `AWS::Include` is not regarded as AWS's, as it includes a file.
fn has_other_macro(value: &[u8]) -> bool {
    let is_list = matches!(value.first(), Some(b'[' | b'-'));
    let mut rest = value;
    loop {
        let start = rest.iter().position(|byte| !b"[-,\"' \t\r\n".contains(byte));
        let name = start.and_then(|start| rest.get(start..)).unwrap_or_default();
        if !name.starts_with(b"AWS::") || name.starts_with(b"AWS::Include") {
            return true;
        }
        let end = name
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !b":-".contains(byte));
        let end = end.and_then(|end| name.get(end..)).unwrap_or_default();
        rest = without_quote(end).trim_ascii_start();
        match rest.first() {
            Some(b'-' | b',' | b'#') if is_list => {}
            _ => return false,
        }
    }
}

/// Returns whether a text ends with a name, in any case.
fn ends_with_name(text: &[u8], name: &str) -> bool {
    let start = text.len().checked_sub(name.len());
    let end = start.and_then(|start| text.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
}

fn without_quote(text: &[u8]) -> &[u8] {
    match text {
        [b'"' | b'\'', rest @ ..] => rest,
        _ => text,
    }
}

fn without_quote_at_end(text: &[u8]) -> &[u8] {
    match text {
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
