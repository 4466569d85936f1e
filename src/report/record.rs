//! What is told of one input, as plain data: every report but the diff is made of it, so that all of them tell the same.
//! The fields are those of the JSON report; `schemas/report.schema.json` describes them.

use std::collections::HashMap;
use std::path::PathBuf;

use cfn_ipfix::fix::Applicability;
use cfn_ipfix::rules::{self, Remedy, Severity};
use cfn_ipfix::text;
use serde::{Serialize, Serializer};

use super::paths::inside;
use super::source::Source;
use crate::files::Input;

/// What is told of one input.
#[derive(Debug)]
pub(crate) struct Record {
    /// The file's path as it was given, or what standard input is called; what of it is no Unicode is replaced.
    pub(crate) name: String,
    /// The same as a path, from the folder in which the command runs as far as it lies inside.
    pub(crate) path: PathBuf,
    /// What is wrong, in the order of the file.
    pub(crate) findings: Vec<Finding>,
    /// What kept the input from being read, checked, mended or written.
    pub(crate) errors: Vec<Error>,
    /// What could not be looked into.
    pub(crate) notes: Vec<Note>,
}

/// One mistake in one place.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    #[serde(serialize_with = "severity")]
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) path: String,
    pub(crate) resource: Option<String>,
    pub(crate) property: String,
    pub(crate) span: Span,
    pub(crate) aws_says: Option<&'static str>,
    pub(crate) on_update: String,
    /// The finding's own place first.
    pub(crate) labels: Vec<Label>,
    pub(crate) fix: Option<Fix>,
    pub(crate) withheld: Option<String>,
    /// Whether `--write` with the same options mends it.
    pub(crate) fixable: bool,
    pub(crate) fixed: bool,
    /// What tells the finding from every other of its file, and stays when lines move.
    #[serde(skip)]
    pub(crate) fingerprint: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
}

/// A place, its end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Span {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Position {
    /// In bytes, from 0.
    pub(crate) offset: usize,
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    /// In characters, from 0, a byte order mark not counted.
    #[serde(skip)]
    pub(crate) character: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct Label {
    pub(crate) span: Span,
    pub(crate) text: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Fix {
    pub(crate) title: String,
    #[serde(serialize_with = "applicability")]
    pub(crate) applicability: Applicability,
    pub(crate) edits: Vec<Edit>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Edit {
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) text: String,
}

/// Something that kept an input from being read, checked, mended or written.
#[derive(Debug, Serialize)]
pub(crate) struct Error {
    pub(crate) kind: ErrorKind,
    pub(crate) path: String,
    pub(crate) span: Option<Span>,
    pub(crate) message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ErrorKind {
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
pub(crate) struct Note {
    pub(crate) path: String,
    /// `None` for the whole input.
    pub(crate) span: Option<Span>,
    pub(crate) message: String,
}

impl Record {
    /// An input of which there is nothing to tell.
    pub(crate) fn empty(input: &Input) -> Self {
        Self {
            name: input.name().to_string_lossy().into_owned(),
            path: inside(input.name()).to_owned(),
            findings: Vec::new(),
            errors: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// An input that could not be checked.
    pub(crate) fn of_failure(input: &Input, kind: ErrorKind, span: Option<Span>, message: String) -> Self {
        let mut record = Self::empty(input);
        record.add_error(kind, span, message);
        record
    }

    /// An input that was not checked, and why that is no error.
    pub(crate) fn of_note(input: &Input, message: String) -> Self {
        let mut record = Self::empty(input);
        record.notes.push(Note {
            path: record.name.clone(),
            span: None,
            message,
        });
        record
    }

    /// What was found in a text; nothing is fixed as yet.
    pub(crate) fn of_report(source: &Source<'_>, report: &cfn_ipfix::Report) -> Self {
        let mut record = Self::empty(source.input);
        let path = record.name.clone();
        let mut fingerprints = Fingerprints::default();
        record.findings = report
            .findings
            .iter()
            .map(|finding| Finding {
                fingerprint: fingerprints.next(finding),
                ..Finding::of(source, finding, report.mends(finding))
            })
            .collect();
        record.notes = report
            .unseen
            .iter()
            .map(|label| Note {
                path: path.clone(),
                span: Some(source.span(label.span)),
                message: label.text.clone(),
            })
            .collect();
        if report.templates == 0 {
            record.notes.push(Note {
                path,
                span: None,
                message: "skipped: it has no mapping `Resources`, so it is no template".to_owned(),
            });
        }
        if let cfn_ipfix::Outcome::Refused { refusals, .. } = &report.outcome {
            for refusal in refusals {
                record.add_error(ErrorKind::Refused, None, refusal.to_string());
            }
        }
        record
    }

    pub(crate) fn add_error(&mut self, kind: ErrorKind, span: Option<Span>, message: String) {
        self.errors.push(Error {
            kind,
            path: self.name.clone(),
            span,
            message,
        });
    }

    /// Takes note that the fixed text has been written.
    pub(crate) fn mark_fixed(&mut self) {
        for finding in &mut self.findings {
            finding.fixed = finding.fixable;
        }
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.errors.is_empty() && self.notes.is_empty()
    }
}

impl Finding {
    /// The fix, if `--write` with the same options makes it.
    pub(crate) fn applied_fix(&self) -> Option<&Fix> {
        self.fix.as_ref().filter(|_| self.fixable)
    }

    /// What people are told beside the message: what AWS says, and what the fix does or why there is none.
    pub(crate) fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fix = match &self.fix {
            Some(fix) => Some(fix.title.as_str()),
            None => self.fixable.then_some("the fixes of other findings mend it too"),
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

    fn of(source: &Source<'_>, finding: &rules::Finding, fixable: bool) -> Self {
        let label = |span, text: &String| Label {
            span: source.span(span),
            text: text.clone(),
        };
        let own = label(finding.span, &finding.label);
        let related = finding.related.iter().map(|other| label(other.span, &other.text));
        let (fix, withheld) = match &finding.remedy {
            Remedy::Fix(fix) => (Some(Fix::of(source, fix)), None),
            Remedy::Along => (None, None),
            Remedy::Withheld(reason) => (None, Some(reason.to_string())),
        };
        Self {
            rule: Rule {
                code: finding.rule.code,
                name: finding.rule.name,
            },
            severity: finding.severity,
            message: finding.message.clone(),
            path: source.input.name().to_string_lossy().into_owned(),
            resource: finding.resource.clone(),
            property: finding.path.to_string(),
            span: own.span,
            aws_says: finding.prevents,
            on_update: finding.on_update.to_string(),
            labels: std::iter::once(own).chain(related).collect(),
            fix,
            withheld,
            fixable,
            fixed: false,
            fingerprint: String::new(),
        }
    }
}

impl Fix {
    fn of(source: &Source<'_>, fix: &cfn_ipfix::fix::Fix) -> Self {
        let edit = |edit: &text::Edit| {
            let Span { start, end } = source.span(edit.span);
            let text = edit.text.clone();
            Edit { start, end, text }
        };
        Self {
            title: fix.title.clone(),
            applicability: fix.applicability,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

/// Counts the findings of a file that are alike.
#[derive(Default)]
struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    /// The rule, the resource and the property; with a number where they are not enough.
    fn next(&mut self, finding: &rules::Finding) -> String {
        let resource = finding.resource.as_deref().unwrap_or_default();
        let mut fingerprint = format!("{}:{resource}:{}", finding.rule.code, finding.path);
        let number = self.0.entry(fingerprint.clone()).or_default();
        *number += 1;
        if *number > 1 {
            fingerprint.push_str(&format!(":{number}"));
        }
        fingerprint
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

#[cfg(test)]
mod tests {
    use cfn_ipfix::yaml::Refusal;
    use cfn_ipfix::{Options, Outcome, check};

    use super::*;

    /// Where one fix was thrown away and another was not, the file is fixed, and the run has failed.
    #[test]
    fn what_was_thrown_away_is_an_error_beside_what_is_fixed() {
        let text = "\
Resources:
  Good: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}
  Bad: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}
  R: {Type: AWS::IAM::Role}
";
        let mut report = check(text, &Options::default()).unwrap();
        report.findings[1].remedy = Remedy::Withheld(Refusal::Remains.into());
        report.outcome = Outcome::Refused {
            text: report.fixed().map(str::to_owned),
            refusals: vec![Refusal::Remains],
        };
        assert!(report.fixed().is_some());

        let input = Input::Stdin("template.yaml".into());
        let mut record = Record::of_report(&Source::new(&input, text), &report);
        record.mark_fixed();
        let told = record
            .findings
            .iter()
            .map(|finding| (finding.fixed, finding.withheld.clone()));
        let why = Refusal::Remains.to_string();
        assert_eq!(told.collect::<Vec<_>>(), [(true, None), (false, Some(why.clone()))]);
        let errors = record.errors.iter().map(|error| (error.kind, error.message.clone()));
        assert_eq!(errors.collect::<Vec<_>>(), [(ErrorKind::Refused, why)]);
    }
}
