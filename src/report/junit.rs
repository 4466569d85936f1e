//! XML in the format of `JUnit`: a test suite for each input, a failed test for each finding.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::format::{Format, Write};
use super::record::{ErrorRecord, FileRecord, FindingRecord, UncheckedRecord};
use crate::model::Severity;
use crate::text::printable::printable;

/// One test suite for each input.
///
/// Clean inputs have one too, so that a run without findings has passing tests.
pub(super) const FORMAT: Format = Format {
    lists_clean_inputs: true,
    ..Format::new(
        "junit",
        "JUnit's XML: a test suite for each file, a failed test for each finding",
        Write::AtEnd(|records, _| Ok(document(records)?)),
    )
};

fn document(records: &[FileRecord]) -> Result<String, SerializeError> {
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    report.add_test_suites(records.iter().map(suite));
    report.to_string()
}

fn suite(record: &FileRecord) -> TestSuite {
    let name = printable(&record.name);
    let mut suite = TestSuite::new(name.as_ref());
    suite.add_test_cases(record.findings.iter().map(of_finding));
    suite.add_test_cases(record.errors.iter().map(of_error));
    if suite.test_cases.is_empty() {
        let mut clean = TestCase::new("no finding", TestCaseStatus::success());
        let notes: Vec<_> = record.notes.iter().map(|note| printable(&note.message)).collect();
        if !notes.is_empty() {
            clean.set_system_out(notes.join("\n"));
        }
        suite.add_test_case(clean);
    }
    if !record.unchecked.is_empty() {
        suite.set_system_out(record.unchecked.iter().map(unchecked).collect::<Vec<_>>().join("\n"));
    }
    for case in &mut suite.test_cases {
        case.set_classname(name.as_ref());
    }
    suite
}

fn of_finding(finding: &FindingRecord) -> TestCase {
    let name = format!("{} {}", finding.rule.code, printable(&finding.property));
    let message = printable(&finding.message);
    let description = description(finding);
    if finding.fixed {
        let mut case = TestCase::new(name, TestCaseStatus::success());
        case.set_system_out(format!("fixed: {description}"));
        return case;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    status
        .set_message(message.as_ref())
        .set_type(kind)
        .set_description(description);
    TestCase::new(name, status)
}

/// Returns the location, the message and the details of a finding.
fn description(finding: &FindingRecord) -> String {
    let start = finding.span.start;
    let place = format!("{}:{}:{}", printable(&finding.path), start.line, start.column);
    let headline = format!("{place}: {}", printable(&finding.message));
    let details = finding
        .details()
        .map(|detail| format!("\n{}: {}", detail.head, printable(detail.text)));
    std::iter::once(headline).chain(details).collect()
}

/// Returns the location of an unchecked value, and the reason.
fn unchecked(value: &UncheckedRecord) -> String {
    let start = value.span.start;
    let (path, message) = (printable(&value.path), printable(&value.message));
    format!("{path}:{}:{}: not checked: {message}", start.line, start.column)
}

fn of_error(error: &ErrorRecord) -> TestCase {
    let message = printable(&error.message);
    let place = error
        .span
        .map(|span| format!(":{}:{}", span.start.line, span.start.column));
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    let path = printable(&error.path);
    status
        .set_message(message.as_ref())
        .set_type("error")
        .set_description(format!("{path}{}: {message}", place.unwrap_or_default()));
    TestCase::new("error", status)
}
