//! The JSON reports: one object, or a line for each finding.
//!
//! `schemas/report.schema.json` describes the object.

use serde::Serialize;

use super::format::{Checked, Format, Write};
use super::record::{ErrorRecord, FileRecord, FindingRecord, NoteRecord, RuleRecord, UncheckedRecord};
use super::rule_page::HOMEPAGE;
use super::summary::{RuleCounts, Summary};
use crate::model::Rule;

/// The whole report as one object.
pub(super) const FORMAT: Format = Format::new(
    "json",
    "One JSON object, whose format is documented and versioned",
    Write::AtEnd(|records, summary| Ok(document(records, summary))),
);

/// The entries of the JSON report, one on each line.
pub(super) const LINES_FORMAT: Format = Format::new(
    "jsonl",
    "A line of JSON for each finding, as soon as its file is done",
    Write::Each(|input: &Checked<'_>| lines(input.record).into()),
);

/// The version of the format.
///
/// It increases when a field is removed or changes its meaning, not when a field is added.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct JsonReport<'r> {
    version: u32,
    tool: JsonTool,
    summary: &'r Summary,
    statistics: Vec<JsonStatistic>,
    findings: Vec<&'r FindingRecord>,
    errors: Vec<&'r ErrorRecord>,
    notes: Vec<&'r NoteRecord>,
    unchecked: Vec<&'r UncheckedRecord>,
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

/// The counts of a rule that has findings.
#[derive(Serialize)]
struct JsonStatistic {
    rule: RuleRecord,
    #[serde(flatten)]
    counts: RuleCounts,
}

impl JsonStatistic {
    fn of((rule, counts): (&Rule, RuleCounts)) -> Self {
        Self {
            rule: RuleRecord::new(rule, HOMEPAGE),
            counts,
        }
    }
}

/// A line of the `jsonl` report.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum JsonLine<'r> {
    Finding(&'r FindingRecord),
    Error(&'r ErrorRecord),
    Note(&'r NoteRecord),
    Unchecked(&'r UncheckedRecord),
}

fn document(records: &[FileRecord], summary: &Summary) -> String {
    let report = JsonReport {
        version: VERSION,
        tool: JsonTool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        summary,
        statistics: summary.rules().map(JsonStatistic::of).collect(),
        findings: records.iter().flat_map(|record| &record.findings).collect(),
        errors: records.iter().flat_map(|record| &record.errors).collect(),
        notes: records.iter().flat_map(|record| &record.notes).collect(),
        unchecked: records.iter().flat_map(|record| &record.unchecked).collect(),
    };
    pretty(&report)
}

fn lines(record: &FileRecord) -> String {
    let findings = record.findings.iter().map(JsonLine::Finding);
    let errors = record.errors.iter().map(JsonLine::Error);
    let notes = record.notes.iter().map(JsonLine::Note);
    let unchecked = record.unchecked.iter().map(JsonLine::Unchecked);
    let lines = findings.chain(errors).chain(notes).chain(unchecked);
    lines.map(|line| finish(serde_json::to_string(&line))).collect()
}

/// Returns a value as indented JSON with a final newline.
pub(super) fn pretty(value: &impl Serialize) -> String {
    finish(serde_json::to_string_pretty(value))
}

/// Escapes control characters and appends a newline.
fn finish(json: serde_json::Result<String>) -> String {
    // Writing to a string fails only for maps whose keys are not strings, and the reports have no such map.
    let mut json = escaped(&json.unwrap_or_default());
    json.push('\n');
    json
}

/// Escapes the control characters that JSON allows; they appear only inside strings.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule;

    #[test]
    fn links_rules_if_there_is_a_homepage() {
        let json = |homepage| serde_json::to_value(RuleRecord::new(rule("IPF010").unwrap(), homepage)).unwrap();
        let names = serde_json::json!({"code": "IPF010", "name": "wrong-case"});
        assert_eq!(json(""), names);
        let url = json("https://example.com")["url"].take();
        assert_eq!(url, "https://example.com/rules/#ipf010-wrong-case");
    }

    #[test]
    fn escapes_all_control_characters() {
        let text = "\u{1b}[0m\u{9b}2J\u{7f}\u{2028}é\n";
        let json = pretty(&text);
        assert_eq!(json, "\"\\u001b[0m\\u009b2J\\u007f\\u2028é\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
