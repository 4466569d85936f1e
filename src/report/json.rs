//! The JSON report: one object, described by `schemas/report.schema.json`, or a line for each finding.

use serde::Serialize;

use super::record::{Error, Finding, Note, Record, Unchecked};
use super::summary::Summary;

/// Grows when a field loses its meaning or goes; new fields may come without.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    tool: Tool,
    summary: &'r Summary,
    findings: Vec<&'r Finding>,
    errors: Vec<&'r Error>,
    notes: Vec<&'r Note>,
    unchecked: Vec<&'r Unchecked>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// One line of the report by lines.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'r> {
    Finding(&'r Finding),
    Error(&'r Error),
    Note(&'r Note),
    Unchecked(&'r Unchecked),
}

/// The whole report.
pub(super) fn document(records: &[Record], summary: &Summary) -> String {
    let report = Report {
        version: VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        summary,
        findings: records.iter().flat_map(|record| &record.findings).collect(),
        errors: records.iter().flat_map(|record| &record.errors).collect(),
        notes: records.iter().flat_map(|record| &record.notes).collect(),
        unchecked: records.iter().flat_map(|record| &record.unchecked).collect(),
    };
    pretty(&report)
}

/// A line for each finding, error, note and unchecked value of one input.
pub(super) fn lines(record: &Record) -> String {
    let findings = record.findings.iter().map(Line::Finding);
    let errors = record.errors.iter().map(Line::Error);
    let notes = record.notes.iter().map(Line::Note);
    let unchecked = record.unchecked.iter().map(Line::Unchecked);
    let lines = findings.chain(errors).chain(notes).chain(unchecked);
    lines.map(|line| written(serde_json::to_string(&line))).collect()
}

/// A value as JSON for people too: indented, with a newline at its end.
pub(super) fn pretty(value: &impl Serialize) -> String {
    written(serde_json::to_string_pretty(value))
}

fn written(json: serde_json::Result<String>) -> String {
    // Writing to a string fails for maps with other keys than strings alone, and none of ours has any.
    let mut json = escaped(&json.unwrap_or_default());
    json.push('\n');
    json
}

/// JSON in which the control characters are escaped too that JSON would allow; they stand inside strings only.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn no_control_character_is_written_as_it_is() {
        let text = "\u{1b}[0m\u{9b}2J\u{7f}\u{2028}é\n";
        let json = pretty(&text);
        assert_eq!(json, "\"\\u001b[0m\\u009b2J\\u007f\\u2028é\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
