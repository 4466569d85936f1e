//! Converts the result of a check into a record.

use std::collections::HashMap;

use super::foreign::Foreign;
use super::record::{
    EditRecord, ErrorKind, FileRecord, FindingRecord, FixRecord, LabelRecord, NoteRecord, RuleRecord, UncheckedRecord,
};
use super::rule_page::HOMEPAGE;
use super::source::{SourceText, Span};
use super::sources::Sources;
use crate::model::{self, FixState};
use crate::text::{Edit, FileRange};
use crate::{CheckError, Outcome, Report};

impl FileRecord {
    /// Returns the record of a file of templates, before any fix is written.
    pub fn of_templates(sources: &Sources<'_>, report: &Report) -> Self {
        Self {
            notes: template_notes(sources.own(), report),
            ..Self::of_report(sources, report)
        }
    }

    /// Returns the record of a check, before any fix is written.
    pub fn of_report(sources: &Sources<'_>, report: &Report) -> Self {
        let source = sources.own();
        let mut record = Self::empty(source.name);
        let path = record.name.clone();
        let mut fingerprints = Fingerprints::default();
        record.findings = report
            .findings
            .iter()
            .map(|finding| FindingRecord {
                fingerprint: fingerprints.next(finding),
                ..FindingRecord::of(sources, finding, report.applies_fix_of(finding))
            })
            .collect();
        record.unchecked = report
            .unchecked
            .iter()
            .map(|unchecked| UncheckedRecord {
                path: path.clone(),
                span: source.span(unchecked.place.span),
                message: unchecked.message.clone(),
            })
            .collect();
        if let Outcome::Refused { proof_errors, .. } = &report.outcome {
            for proof_error in proof_errors {
                record.add_error(ErrorKind::Refused, None, proof_error.to_string());
            }
        }
        record
    }

    /// Returns the record of a source that could not be checked.
    pub fn of_check_error(source: &SourceText<'_>, error: &CheckError) -> Self {
        let foreign = match error {
            CheckError::Syntax(_) | CheckError::Hcl(_) => Foreign::of(source, Some(error.span())),
            CheckError::Template(_) => None,
        };
        let (span, message) = match foreign {
            Some(foreign) => (foreign.span, foreign.message),
            None => (error.span(), error.message(|place| source.line(place.span))),
        };
        Self::of_failure(source.name, ErrorKind::Unparsable, Some(source.span(span)), message)
    }
}

/// Returns why a file has no template, and whether its fixes exceed a limit.
fn template_notes(source: &SourceText<'_>, report: &Report) -> Vec<NoteRecord> {
    let skipped = (report.templates == 0).then(|| {
        let reason = match Foreign::of(source, None) {
            Some(foreign) => foreign.message,
            None => "it has no mapping `Resources`, so it is not a CloudFormation template".to_owned(),
        };
        format!("skipped: {reason}")
    });
    let limit = exceeded_limit(source.text, report.fixed()).map(str::to_owned);
    let messages = [skipped, limit].into_iter().flatten();
    messages
        .map(|message| NoteRecord {
            path: source.name.lossy(),
            span: None,
            message,
        })
        .collect()
}

/// Returns a note if the fixes exceed a size limit of CloudFormation.
///
/// The limits are 51,200 bytes in a request and 1 MB in S3:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
fn exceeded_limit(source: &str, fixed: Option<&str>) -> Option<&'static str> {
    let fixed = fixed?.len();
    let exceeds = |limit| source.len() <= limit && limit < fixed;
    if exceeds(1024 * 1024) {
        Some("the fixed template is larger than 1 MB, which CloudFormation rejects; split the template")
    } else if exceeds(51_200) {
        Some("the fixed template is larger than 51,200 bytes; deploy it from S3, which allows 1 MB")
    } else {
        None
    }
}

/// Lists the labels in other files.
fn elsewhere(labels: &[LabelRecord]) -> Option<String> {
    let places = labels.iter().filter_map(|label| {
        let (file, start) = (label.file.as_ref()?, label.span.start);
        Some(format!(
            "{}:{}:{} ({})",
            file.name, start.line, start.column, label.text
        ))
    });
    let places: Vec<_> = places.collect();
    (!places.is_empty()).then(|| places.join(", "))
}

impl FindingRecord {
    fn of(sources: &Sources<'_>, finding: &model::Finding, fixable: bool) -> Self {
        let label = |place, text: &String| {
            let (file, span) = sources.place(place);
            let text = text.clone();
            LabelRecord { file, span, text }
        };
        let own = label(finding.place, &finding.label);
        let related = finding.related.iter().map(|other| label(other.place, &other.text));
        let labels: Vec<_> = std::iter::once(own).chain(related).collect();
        let (fix, no_fix) = match &finding.fix_state {
            FixState::Fix(fix) => (Some(FixRecord::of(sources, fix)), None),
            FixState::FixedByOthers => (None, None),
            FixState::NoFix(reason) => (None, Some(reason.message(|place| sources.line(place)))),
        };
        Self {
            rule: RuleRecord::new(finding.rule, HOMEPAGE),
            severity: finding.severity,
            message: finding.message.clone(),
            path: sources.own().name.lossy(),
            resource: finding.resource.clone(),
            property: finding.path.to_string(),
            span: sources.place(finding.place).1,
            elsewhere: elsewhere(&labels),
            aws_error: finding.aws_error,
            on_update: finding.on_update.to_string(),
            may_replace: finding.on_update.may_replace(),
            labels,
            fix,
            no_fix,
            fixable,
            fixed: false,
            fingerprint: String::new(),
        }
    }
}

impl FixRecord {
    fn of(sources: &Sources<'_>, fix: &model::Fix) -> Self {
        let edit = |edit: &Edit| {
            let (file, Span { start, end }) = sources.place(FileRange::new(edit.file, edit.span));
            let text = edit.text.clone();
            EditRecord { file, start, end, text }
        };
        Self {
            title: fix.title.clone(),
            applicability: fix.applicability,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

/// Numbers the findings of a file whose rule, resource and property are the same.
#[derive(Default)]
struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    /// Returns the rule, the resource and the property, numbered if they repeat.
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
    use std::collections::HashSet;
    use std::path::Path;

    use crate::text::ProofError;
    use crate::{Options, check};

    use super::super::paths::FileName;
    use super::*;

    #[test]
    fn reports_a_discarded_fix_as_an_error_and_other_fixes_as_fixed() {
        let text = "\
Resources:
  Good: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}
  Bad: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}
  R: {Type: AWS::IAM::Role}
";
        let mut report = check(text, &Options::default()).unwrap();
        report.findings[1].fix_state = FixState::NoFix(ProofError::StillFound.into());
        report.outcome = Outcome::Refused {
            text: report.fixed().map(str::to_owned),
            proof_errors: vec![ProofError::StillFound],
        };
        assert!(report.fixed().is_some());

        let name = FileName::new(Path::new("template.yaml"), Path::new(""));
        let source = SourceText::new(name, text);
        let mut record = FileRecord::of_templates(&Sources::of_template(&source), &report);
        record.mark_fixed(&HashSet::new());
        let states = record
            .findings
            .iter()
            .map(|finding| (finding.fixed, finding.no_fix.clone()));
        let reason = ProofError::StillFound.to_string();
        assert_eq!(
            states.collect::<Vec<_>>(),
            [(true, None), (false, Some(reason.clone()))]
        );
        let errors = record.errors.iter().map(|error| (error.kind, error.message.clone()));
        assert_eq!(errors.collect::<Vec<_>>(), [(ErrorKind::Refused, reason)]);
    }
}
