//! What is told of one input, as plain data: every report but the diff is made of it, so that all of them tell the same.
//! The fields are those of the JSON report; `schemas/report.schema.json` describes them.

use std::path::PathBuf;

use serde::{Serialize, Serializer};

use super::paths::FileName;
use super::source::{Position, Span};
use crate::model::Applicability;
use crate::model::Severity;

/// What is told of one input.
#[derive(Debug)]
pub struct Record {
    /// The file's path as it was given, or what standard input is called; what of it is no Unicode is replaced.
    pub name: String,
    /// The same as a path, from the folder in which the command runs as far as it lies inside.
    pub path: PathBuf,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Finding>,
    /// What kept the input from being read, checked, mended or written.
    pub errors: Vec<Error>,
    /// What could not be looked into.
    pub notes: Vec<Note>,
    /// The values that were not checked, in the order of the file.
    pub unchecked: Vec<Unchecked>,
}

/// One mistake in one place.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The rule that finds it.
    pub rule: Rule,
    /// Whether AWS refuses it.
    #[serde(serialize_with = "severity")]
    pub severity: Severity,
    /// The message for people.
    pub message: String,
    /// The name of its input.
    pub path: String,
    /// The logical ID of its resource; `None` for a comment and the like.
    pub resource: Option<String>,
    /// The path of its value from the root of the template.
    pub property: String,
    /// The place of its value.
    pub span: Span,
    /// The error that AWS reports, if known.
    pub aws_says: Option<&'static str>,
    /// The effect of the fix on a deployed stack.
    pub on_update: String,
    /// The finding's own place first.
    pub labels: Vec<Label>,
    /// The edits that fix it.
    pub fix: Option<Fix>,
    /// The reason why there is no fix.
    pub withheld: Option<String>,
    /// Whether `--write` with the same options mends it.
    pub fixable: bool,
    /// Whether this run fixed it.
    pub fixed: bool,
    /// What tells the finding from every other of its file, and stays when lines move.
    #[serde(skip)]
    pub fingerprint: String,
}

/// A rule by its two names.
#[derive(Debug, Serialize)]
pub struct Rule {
    /// The code, such as `IPF001`.
    pub code: &'static str,
    /// The name in words.
    pub name: &'static str,
}

/// A place that helps to understand a finding.
#[derive(Debug, Serialize)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words beside it.
    pub text: String,
}

/// The edits that fix a finding, applied all or none.
#[derive(Debug, Serialize)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it may be wrong.
    #[serde(serialize_with = "applicability")]
    pub applicability: Applicability,
    /// The edits; none overlaps another one.
    pub edits: Vec<Edit>,
}

/// A replacement of a part of the text.
#[derive(Debug, Serialize)]
pub struct Edit {
    /// The start of what is replaced.
    pub start: Position,
    /// The end of what is replaced.
    pub end: Position,
    /// The new text.
    pub text: String,
}

/// Something that kept an input from being read, checked, mended or written.
#[derive(Debug, Serialize)]
pub struct Error {
    /// The step that failed.
    pub kind: ErrorKind,
    /// The name of the input.
    pub path: String,
    /// `None` for the whole input.
    pub span: Option<Span>,
    /// The message for people.
    pub message: String,
}

/// The step at which an input failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorKind {
    /// The configuration of an input cannot be used.
    Misconfigured,
    /// The input gave no text.
    Unreadable,
    /// The text is no YAML or JSON, or a template whose resources cannot be told apart.
    Unparsable,
    /// Fixes were thrown away.
    Refused,
    /// The file could not be replaced.
    Unwritable,
}

/// Something that could not be looked into.
#[derive(Debug, Serialize)]
pub struct Note {
    /// The name of the input.
    pub path: String,
    /// `None` for the whole input.
    pub span: Option<Span>,
    /// The message for people.
    pub message: String,
}

/// A value that was not checked, or a loop with such values.
#[derive(Debug, Serialize)]
pub struct Unchecked {
    /// The name of the input.
    pub path: String,
    /// The place of the value.
    pub span: Span,
    /// The reason, for people.
    pub message: String,
}

impl Record {
    /// An input of which there is nothing to tell.
    pub fn empty(name: FileName<'_>) -> Self {
        Self {
            name: name.lossy(),
            path: name.from_folder.to_owned(),
            findings: Vec::new(),
            errors: Vec::new(),
            notes: Vec::new(),
            unchecked: Vec::new(),
        }
    }

    /// An input that could not be checked.
    pub fn of_failure(name: FileName<'_>, kind: ErrorKind, span: Option<Span>, message: String) -> Self {
        let mut record = Self::empty(name);
        record.add_error(kind, span, message);
        record
    }

    /// An input that was not checked, and why that is no error.
    pub fn of_note(name: FileName<'_>, message: String) -> Self {
        let mut record = Self::empty(name);
        record.notes.push(Note {
            path: record.name.clone(),
            span: None,
            message,
        });
        record
    }

    /// Adds an error.
    pub fn add_error(&mut self, kind: ErrorKind, span: Option<Span>, message: String) {
        self.errors.push(Error {
            kind,
            path: self.name.clone(),
            span,
            message,
        });
    }

    /// Takes note that the fixed text has been written.
    pub fn mark_fixed(&mut self) {
        for finding in &mut self.findings {
            finding.fixed = finding.fixable;
        }
    }

    /// Returns whether there is nothing to report.
    pub(super) fn is_empty(&self) -> bool {
        let is_checked = self.notes.is_empty() && self.unchecked.is_empty();
        self.findings.is_empty() && self.errors.is_empty() && is_checked
    }
}

impl Finding {
    /// The fix, if `--write` with the same options makes it.
    pub fn applied_fix(&self) -> Option<&Fix> {
        self.fix.as_ref().filter(|_| self.fixable)
    }

    /// Returns the details of a message: the error of AWS, and the fix or the reason why there is none.
    pub fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fix = match &self.fix {
            Some(fix) => Some(fix.title.as_str()),
            None => self.fixable.then_some("fixed by the fixes of other findings"),
        };
        // What is in no resource is nothing to AWS.
        let unrecorded = self.resource.as_ref().map(|_| "(no message is on record)");
        let on_update = self.resource.as_ref().map(|_| self.on_update.as_str());
        let details = [
            ("AWS says", self.aws_says.or(unrecorded)),
            ("fix", fix),
            ("no fix", self.withheld.as_deref()),
            ("on a stack update", on_update),
        ];
        details.into_iter().filter_map(|(head, text)| Some((head, text?)))
    }
}

fn severity<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    })
}

fn applicability<S: Serializer>(applicability: &Applicability, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match applicability {
        Applicability::Unsafe => "unsafe",
        Applicability::Safe => "safe",
    })
}
