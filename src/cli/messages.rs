//! The messages on standard error that go with a report.

use cfn_ipfix::report::record::ErrorKind;
use cfn_ipfix::report::{Format, Record, Source, text};

use super::plan::Plan;

/// Chooses the messages that the report does not show already.
pub(super) struct Messages {
    has_findings: bool,
    has_errors: bool,
    is_verbose: bool,
}

impl Messages {
    /// Chooses them for a run.
    pub(super) fn of(plan: &Plan) -> Self {
        let format = plan.style.map(|style| style.format);
        Self {
            // A diff does not show findings, every other report does.
            has_findings: !plan.is_quiet && format.is_none_or(|format| format == Format::Diff),
            // Whoever reads both streams would read the same lines twice.
            has_errors: format != Some(Format::Text) || plan.output_file.is_some(),
            is_verbose: plan.is_verbose,
        }
    }

    /// Returns the findings of a text.
    pub(super) fn findings(&self, record: &Record, source: &Source<'_>) -> String {
        let shown = record.findings.iter().filter(|_| self.has_findings);
        shown
            .map(|finding| text::finding(source, finding, self.is_verbose))
            .collect()
    }

    /// Returns the notes of an input, and on request the values that were not checked.
    pub(super) fn notes(&self, record: &Record) -> String {
        let notes = record.notes.iter().filter(|_| self.has_findings).map(text::note);
        let unchecked = record.unchecked.iter();
        let unchecked = unchecked.filter(|_| self.has_findings && self.is_verbose);
        notes.chain(unchecked.map(text::unchecked)).collect()
    }

    /// Returns the errors of an input, with the lines that are wrong if it has a text.
    pub(super) fn errors(&self, record: &Record, source: Option<&Source<'_>>) -> String {
        // The message of a finding says already why its fix was discarded.
        let is_shown = |kind| self.has_errors && (kind != ErrorKind::Refused || !self.has_findings);
        let shown = record.errors.iter().filter(|error| is_shown(error.kind));
        shown.map(|error| text::error(error, source)).collect()
    }
}
