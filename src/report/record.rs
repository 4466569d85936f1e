//! The result of one input as plain data.
//!
//! Every report except the diff and the statistics is built from it, so that all reports agree. The fields are those of the JSON report;
//! `schemas/report.schema.json` describes them.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::{Serialize, Serializer};

use super::paths::FileName;
use super::rule_page::rule_page;
use super::source::{Position, Span};
use super::sources::OtherFile;
use crate::model::{Applicability, Rule, Severity};
use crate::text::FileId;

/// The result of one input.
#[derive(Debug)]
pub struct FileRecord {
    /// The path as given, or the name of standard input.
    ///
    /// Bytes that are not Unicode are replaced.
    pub name: String,
    /// The path, relative to the working directory if it is inside.
    pub path: PathBuf,
    /// The findings, in the order of the file.
    pub findings: Vec<FindingRecord>,
    /// The reasons why the input was not read, checked, fixed or written.
    pub errors: Vec<ErrorRecord>,
    /// Remarks that are not errors, such as why the input was skipped.
    pub notes: Vec<NoteRecord>,
    /// The values that were not checked, in the order of the file.
    pub unchecked: Vec<UncheckedRecord>,
}

/// A mistake at one place.
#[derive(Debug, Serialize)]
pub struct FindingRecord {
    /// The rule that reports it.
    pub rule: RuleRecord,
    /// The severity: an error if AWS rejects the template.
    #[serde(serialize_with = "severity")]
    pub severity: Severity,
    /// The message for people.
    pub message: String,
    /// The name of its input.
    pub path: String,
    /// The logical ID or the address of its resource; `None` outside resources, such as in a comment.
    pub resource: Option<String>,
    /// The path of its value from the root of the template.
    pub property: String,
    /// The place of its value.
    pub span: Span,
    /// The error that AWS reports, if known.
    pub aws_error: Option<&'static str>,
    /// The effect of the fix on a deployed stack.
    pub on_update: String,
    /// True if the fix may replace a resource of a deployed stack.
    #[serde(skip)]
    pub may_replace: bool,
    /// The places that explain the finding; its own is the first.
    pub labels: Vec<LabelRecord>,
    /// The edits that fix it.
    pub fix: Option<FixRecord>,
    /// The reason why there is no fix.
    pub no_fix: Option<String>,
    /// True if `--write` with the same options fixes it.
    pub fixable: bool,
    /// True if this run fixed it.
    pub fixed: bool,
    /// The related places in other files, in one sentence.
    #[serde(skip)]
    pub elsewhere: Option<String>,
    /// The identity of the finding in its file, which stays the same when lines move.
    #[serde(skip)]
    pub fingerprint: String,
}

/// A sentence that explains a finding.
#[derive(Clone, Copy, Debug)]
pub struct Detail<'f> {
    /// The words before the colon, such as `fix`.
    pub head: &'static str,
    /// The sentence.
    pub text: &'f str,
    /// True if it is specific to this finding, not to all findings like it.
    pub is_of_finding: bool,
}

/// The code and the name of a rule.
#[derive(Debug, Serialize)]
pub struct RuleRecord {
    /// The code, such as `IPF001`.
    pub code: &'static str,
    /// The name, such as `role-as-instance-profile`.
    pub name: &'static str,
    /// The address of its page, if there is a homepage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A place that helps to understand a finding.
#[derive(Debug, Serialize)]
pub struct LabelRecord {
    /// The file, if it is not that of the finding.
    #[serde(flatten)]
    pub file: Option<OtherFile>,
    /// The place.
    pub span: Span,
    /// The message for this place.
    pub text: String,
}

/// The edits that fix a finding, which are applied together.
#[derive(Debug, Serialize)]
pub struct FixRecord {
    /// The description of the fix, in the imperative.
    pub title: String,
    /// The applicability: safe, or unsafe if the fix may be wrong.
    #[serde(serialize_with = "applicability")]
    pub applicability: Applicability,
    /// The edits, which do not overlap.
    pub edits: Vec<EditRecord>,
}

/// A replacement of a part of the source.
#[derive(Debug, Serialize)]
pub struct EditRecord {
    /// The file, if it is not that of the finding.
    #[serde(flatten)]
    pub file: Option<OtherFile>,
    /// The start of the replaced range.
    pub start: Position,
    /// The end of the replaced range.
    pub end: Position,
    /// The replacement.
    pub text: String,
}

/// A reason why an input was not read, checked, fixed or written.
#[derive(Debug, Serialize)]
pub struct ErrorRecord {
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
    /// The configuration of the input is invalid.
    Misconfigured,
    /// The input could not be read.
    Unreadable,
    /// The source is not in the syntax of its language, or its resources cannot be distinguished.
    Unparsable,
    /// Fixes were discarded.
    Refused,
    /// The file, or another file that is fixed together with it, could not be replaced.
    Unwritable,
}

/// A remark about an input that is not an error.
#[derive(Debug, Serialize)]
pub struct NoteRecord {
    /// The name of the input.
    pub path: String,
    /// `None` for the whole input.
    pub span: Option<Span>,
    /// The message for people.
    pub message: String,
}

/// A value that was not checked, or a loop with such values.
#[derive(Debug, Serialize)]
pub struct UncheckedRecord {
    /// The name of the input.
    pub path: String,
    /// The place of the value.
    pub span: Span,
    /// The reason, for people.
    pub message: String,
}

impl FileRecord {
    /// Creates a record with nothing to report.
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

    /// Creates a record with one error.
    pub fn of_failure(name: FileName<'_>, kind: ErrorKind, span: Option<Span>, message: String) -> Self {
        let mut record = Self::empty(name);
        record.add_error(kind, span, message);
        record
    }

    /// Creates a record with one note.
    pub fn of_note(name: FileName<'_>, message: String) -> Self {
        let mut record = Self::empty(name);
        record.notes.push(NoteRecord {
            path: record.name.clone(),
            span: None,
            message,
        });
        record
    }

    /// Adds an error.
    pub fn add_error(&mut self, kind: ErrorKind, span: Option<Span>, message: String) {
        self.errors.push(ErrorRecord {
            kind,
            path: self.name.clone(),
            span,
            message,
        });
    }

    /// Marks the fixable findings as fixed, after the file is written.
    ///
    /// Findings whose fix also edits one of the `unwritten` files are not fixed.
    pub fn mark_fixed(&mut self, unwritten: &HashSet<FileId>) {
        for finding in &mut self.findings {
            let mut edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            let is_unwritten = edits.any(|edit| edit.file.as_ref().is_some_and(|file| unwritten.contains(&file.id)));
            finding.fixed = finding.fixable && !is_unwritten;
        }
    }

    /// Returns whether there is nothing to report.
    pub(super) fn is_empty(&self) -> bool {
        let is_checked = self.notes.is_empty() && self.unchecked.is_empty();
        self.findings.is_empty() && self.errors.is_empty() && is_checked
    }
}

impl RuleRecord {
    /// Returns the names and the page of a rule.
    pub(super) fn new(rule: &Rule, homepage: &str) -> Self {
        Self {
            code: rule.code,
            name: rule.name,
            url: rule_page(homepage, rule),
        }
    }
}

impl FindingRecord {
    /// Returns the fix, if `--write` with the same options applies it.
    pub fn applied_fix(&self) -> Option<&FixRecord> {
        self.fix.as_ref().filter(|_| self.fixable)
    }

    /// Returns the explanations of the finding.
    ///
    /// They are the error of AWS, the related places in other files, the fix or the reason why it has no fix, and the effect on the deployed resource.
    pub fn details(&self) -> impl Iterator<Item = Detail<'_>> {
        let fix = match &self.fix {
            Some(fix) => Some(fix.title.as_str()),
            None => self.fixable.then_some("fixed by the fixes of other findings"),
        };
        // AWS reports no error for a finding outside resources.
        let unrecorded = self.resource.as_ref().map(|_| "(no message is on record)");
        let on_update = self.resource.as_ref().map(|_| self.on_update.as_str());
        let details = [
            ("AWS says", self.aws_error.or(unrecorded), false),
            ("see", self.elsewhere.as_deref(), true),
            ("fix", fix, true),
            ("no fix", self.no_fix.as_deref(), true),
            // A replacement is printed for each finding, so that it is not overlooked.
            ("on an update", on_update, self.may_replace),
        ];
        let detail = |(head, text, is_of_finding)| {
            Some(Detail {
                head,
                text: text?,
                is_of_finding,
            })
        };
        details.into_iter().filter_map(detail)
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
