//! The messages on standard error that accompany a report.

use cfn_ipfix::report::record::ErrorKind;
use cfn_ipfix::report::{FileRecord, Printout, SourceText, Sources, TextStyle, text};

use super::run_plan::RunPlan;

/// Formats the messages that the report does not show.
pub(super) struct Messages {
    has_findings: bool,
    has_notes: bool,
    /// True if skipped files are reported although other notes are not.
    has_skipped_files: bool,
    has_unchecked: bool,
    style: TextStyle,
}

impl Messages {
    /// Selects the messages of a run.
    pub(super) fn of(plan: &RunPlan) -> Self {
        let format = plan.style.map(|style| style.format);
        let has_notes = !plan.is_quiet && format.is_none_or(|format| !format.shows_notes);
        Self {
            has_findings: !plan.is_quiet && format.is_none_or(|format| !format.shows_findings),
            has_notes,
            // With `--force-exclude`, a hook passes every file.
            has_skipped_files: plan.is_quiet
                && !plan.is_exclusion_forced
                && format.is_none_or(|format| !format.shows_notes),
            has_unchecked: has_notes && plan.is_verbose,
            style: TextStyle::of_messages(plan.environment.is_stderr_terminal, plan.is_verbose),
        }
    }

    /// Returns the notes of a skipped file that [`Messages::notes`] omits.
    pub(super) fn skipped_file(&self, record: &FileRecord) -> String {
        let notes = record.notes.iter().filter(|_| self.has_skipped_files);
        notes.map(text::note).collect()
    }

    /// Returns the findings of an input.
    pub(super) fn findings(&self, record: &FileRecord, sources: &Sources<'_>) -> Printout {
        let shown = record.findings.iter().filter(|_| self.has_findings);
        shown
            .map(|finding| text::finding(sources, finding, self.style))
            .collect()
    }

    /// Returns the notes of an input, and with `--verbose` the unchecked values.
    pub(super) fn notes(&self, record: &FileRecord) -> String {
        let notes = record.notes.iter().filter(|_| self.has_notes).map(text::note);
        let unchecked = record.unchecked.iter().filter(|_| self.has_unchecked);
        notes.chain(unchecked.map(text::unchecked)).collect()
    }

    /// Returns the errors of an input; with a source, also the lines with errors.
    pub(super) fn errors(&self, record: &FileRecord, source: Option<&SourceText<'_>>) -> String {
        // The message of the finding also says why its fix was discarded.
        let is_shown = |kind| kind != ErrorKind::Refused || !self.has_findings;
        let shown = record.errors.iter().filter(|error| is_shown(error.kind));
        shown.map(|error| text::error(error, source)).collect()
    }
}
