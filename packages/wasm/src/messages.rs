//! The messages that the command prints on standard error.

use cfn_ipfix::report::record::ErrorKind;
use cfn_ipfix::report::{Format, PrintedOnce, Printout, Summary, TextStyle, text};

use crate::checked::{Checked, CheckedFile};

/// Returns the messages that a report in `format` does not show, and the summary.
pub(crate) fn of_run(checked: &Checked<'_>, format: Option<&'static Format>) -> String {
    let mut printed = PrintedOnce::default();
    let mut messages = String::new();
    let mut summary = Summary::default();
    for file in checked.files() {
        messages.push_str(&printed.text(of_file(&file, format)));
        summary.add(&file.summary());
    }
    if !summary.is_empty() {
        messages.push_str(&summary.text(checked.is_written(), false));
    }
    messages
}

fn of_file(file: &CheckedFile<'_>, format: Option<&'static Format>) -> Printout {
    let has_findings = format.is_none_or(|format| !format.shows_findings);
    let has_notes = format.is_none_or(|format| !format.shows_notes);
    let record = file.record();
    let style = TextStyle::of_messages(false, false);
    let findings = record.findings.iter().filter(|_| has_findings);
    let mut printout: Printout = findings
        .map(|finding| text::finding(&file.sources, finding, style))
        .collect();
    printout.extend(record.notes.iter().filter(|_| has_notes).map(text::note));
    // The message of the finding also says why its fix was discarded.
    let errors = record
        .errors
        .iter()
        .filter(|error| !has_findings || error.kind != ErrorKind::Refused);
    printout.extend(errors.map(|error| text::error(error, Some(file.sources.own()))));
    printout
}
