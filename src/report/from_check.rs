//! Turns what a check found in a text into a record.

use std::collections::HashMap;

use super::record::{Edit, ErrorKind, Finding, Fix, Label, Note, Record, Rule, Unchecked};
use super::source::{Source, Span};
use crate::model::{self, Remedy};
use crate::text;
use crate::{Outcome, Report};

impl Record {
    /// Returns what was found in a text; nothing is fixed as yet.
    pub fn of_report(source: &Source<'_>, report: &Report) -> Self {
        let mut record = Self::empty(source.name);
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
        record.unchecked = report
            .unchecked
            .iter()
            .map(|label| Unchecked {
                path: path.clone(),
                span: source.span(label.place.span),
                message: label.text.clone(),
            })
            .collect();
        if report.templates == 0 {
            record.notes.push(Note {
                path,
                span: None,
                message: "skipped: it has no mapping `Resources`, so it is not a CloudFormation template".to_owned(),
            });
        }
        if let Outcome::Refused { refusals, .. } = &report.outcome {
            for refusal in refusals {
                record.add_error(
                    ErrorKind::Refused,
                    None,
                    refusal.message(|place| source.line(place.span)),
                );
            }
        }
        record
    }
}

impl Finding {
    fn of(source: &Source<'_>, finding: &model::Finding, fixable: bool) -> Self {
        let label = |span, text: &String| Label {
            span: source.span(span),
            text: text.clone(),
        };
        let own = label(finding.place.span, &finding.label);
        let related = finding.related.iter().map(|other| label(other.place.span, &other.text));
        let (fix, withheld) = match &finding.remedy {
            Remedy::Fix(fix) => (Some(Fix::of(source, fix)), None),
            Remedy::Along => (None, None),
            Remedy::Withheld(reason) => (None, Some(reason.message(|place| source.line(place.span)))),
        };
        Self {
            rule: Rule {
                code: finding.rule.code,
                name: finding.rule.name,
            },
            severity: finding.severity,
            message: finding.message.clone(),
            path: source.name.lossy(),
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
    fn of(source: &Source<'_>, fix: &model::Fix) -> Self {
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
    fn next(&mut self, finding: &model::Finding) -> String {
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::text::Refusal;
    use crate::{Options, check};

    use super::super::paths::FileName;
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

        let name = FileName::new(Path::new("template.yaml"), Path::new(""));
        let mut record = Record::of_report(&Source::new(name, text), &report);
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
