//! GitLab's code quality report.
//!
//! It has the properties that "Code Quality report format" in GitLab's documentation requires.

use serde::Serialize;

use super::format::{Format, Write};
use super::json;
use super::paths::slashed;
use super::record::{FileRecord, FindingRecord};
use crate::model::Severity;

/// One list with an issue for each finding and error.
pub(super) const FORMAT: Format = Format::new(
    "gitlab",
    "GitLab's code quality report",
    Write::AtEnd(|records, _| Ok(document(records))),
);

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    /// The identity of the issue in the report, which stays the same when lines move.
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation,
}

#[derive(Serialize)]
struct GitlabLocation {
    path: String,
    lines: GitlabLines,
}

#[derive(Serialize)]
struct GitlabLines {
    begin: usize,
}

fn document(records: &[FileRecord]) -> String {
    let issues: Vec<_> = records.iter().flat_map(issues).collect();
    json::pretty(&issues)
}

fn issues(record: &FileRecord) -> Vec<Issue<'_>> {
    let path = slashed(&record.path);
    let location = |begin| GitlabLocation {
        path: path.clone(),
        lines: GitlabLines { begin },
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
        // GitLab requires a line.
        location: location(error.span.map_or(1, |span| span.start.line)),
    });
    findings.chain(errors).collect()
}

fn description(finding: &FindingRecord) -> String {
    let fixed = if finding.fixed { " [fixed]" } else { "" };
    let see = finding.elsewhere.as_ref().map(|places| format!("; see {places}"));
    format!("{}{}{fixed}", finding.message, see.unwrap_or_default())
}

/// Maps a severity to GitLab's.
///
/// An error prevents the deployment; a warning may be a false positive.
fn severity(finding: &FindingRecord) -> &'static str {
    match finding.severity {
        _ if finding.fixed => "info",
        Severity::Error => "major",
        Severity::Warning => "minor",
    }
}
