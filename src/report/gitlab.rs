//! GitLab's code quality report: the properties that "Code Quality report format" in GitLab's documentation asks for.

use serde::Serialize;

use super::json;
use super::paths::slashed;
use super::record::{Finding, Record};
use crate::model::Severity;

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    /// What tells the issue from every other of the report, and stays when lines move.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// A list of each finding and error.
pub(super) fn document(records: &[Record]) -> String {
    let issues: Vec<_> = records.iter().flat_map(issues).collect();
    json::pretty(&issues)
}

fn issues(record: &Record) -> Vec<Issue<'_>> {
    let path = slashed(&record.path);
    let location = |begin| Location {
        path: path.clone(),
        lines: Lines { begin },
    };
    let findings = record.findings.iter().map(|finding| Issue {
        description: description(finding),
        check_name: finding.rule.code,
        fingerprint: format!("{path}:{}", finding.fingerprint),
        severity: severity(finding),
        location: location(finding.span.start.line),
    });
    let errors = record.errors.iter().map(|error| Issue {
        description: error.message.clone(),
        check_name: "error",
        fingerprint: format!("{path}:error:{}", error.message),
        severity: "blocker",
        // A line there must be.
        location: location(error.span.map_or(1, |span| span.start.line)),
    });
    findings.chain(errors).collect()
}

fn description(finding: &Finding) -> String {
    let fixed = if finding.fixed { " [fixed]" } else { "" };
    format!("{}{fixed}", finding.message)
}

/// A stack with what AWS refuses cannot be deployed; a warning may be right.
fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.fixed => "info",
        Severity::Error => "major",
        Severity::Warning => "minor",
    }
}
