//! Converts findings into diagnostics.

use gen_lsp_types::{CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag};

use super::capabilities::Client;
use super::checked::Checked;
use super::documents::Document;
use super::outgoing::printable_lines;
use super::positions::IndexedText;
use super::settings::Settings;
use crate::model::Severity;
use crate::report::Span;
use crate::report::record::{ErrorRecord, FindingRecord, UncheckedRecord};
use crate::rules::unused_suppression;
use crate::text::TextRange;

/// The origin of the diagnostics, which editors show.
pub(super) const SOURCE: &str = "cfn-ipfix";

/// Returns the diagnostics of a document.
pub(super) fn diagnostics(
    document: &Document,
    checked: &Checked,
    client: &Client,
    settings: &Settings,
) -> Vec<Diagnostic> {
    let content = &document.content;
    let record = &checked.own.record;
    let findings = record
        .findings
        .iter()
        .map(|finding| of_finding(finding, checked, client));
    let errors = record.errors.iter().map(|error| of_error(error, content));
    let unchecked = record.unchecked.iter().filter(|_| settings.shows_unchecked);
    let unchecked = unchecked.map(|unchecked| of_unchecked(unchecked, content));
    findings.chain(errors).chain(unchecked).collect()
}

/// Returns the diagnostic of a finding, with what the client can show.
pub(super) fn of_finding(finding: &FindingRecord, checked: &Checked, client: &Client) -> Diagnostic {
    let severity = match finding.severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
    };
    let is_unused = finding.rule.code == unused_suppression::RULE.code;
    let url = finding.rule.url.clone().filter(|_| client.has_code_description);
    // The first label is the place of the finding itself.
    let related = finding.labels.iter().skip(1).map(|label| DiagnosticRelatedInformation {
        location: checked.file(label.file.as_ref()).location(bytes(&label.span)),
        message: printable_lines(&label.text),
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        code: Some(finding.rule.code.to_owned().into()),
        code_description: url.map(|url| CodeDescription { href: url.into() }),
        tags: (is_unused && client.has_unnecessary_tag).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (client.has_related_information && !related.is_empty()).then_some(related),
        ..diagnostic(checked.own.content(), Some(&finding.span), severity, &finding.message)
    }
}

fn of_error(error: &ErrorRecord, content: &IndexedText) -> Diagnostic {
    diagnostic(content, error.span.as_ref(), DiagnosticSeverity::Error, &error.message)
}

fn of_unchecked(unchecked: &UncheckedRecord, content: &IndexedText) -> Diagnostic {
    diagnostic(
        content,
        Some(&unchecked.span),
        DiagnosticSeverity::Hint,
        &unchecked.message,
    )
}

/// Returns a diagnostic of a place, or of the first line.
pub(super) fn diagnostic(
    content: &IndexedText,
    span: Option<&Span>,
    severity: DiagnosticSeverity,
    message: &str,
) -> Diagnostic {
    let bytes = span.map_or_else(|| content.line_at(0), bytes);
    Diagnostic {
        range: content.range(bytes),
        severity: Some(severity),
        source: Some(SOURCE.to_owned()),
        message: printable_lines(message).into(),
        code: None,
        code_description: None,
        tags: None,
        related_information: None,
        data: None,
    }
}

/// Returns the bytes of a place in a report.
pub(super) fn bytes(span: &Span) -> TextRange {
    TextRange::new(span.start.offset, span.end.offset)
}
