//! SARIF 2.1.0, with fixes that a viewer can apply.
//!
//! The types are our own, and hold what we say alone: the crate that has them all makes them while it is built, by way
//! of crates that are no longer kept. A test holds what is written here to the schema of the standard.
//!
//! Regions are text regions, by lines and columns and by characters. With a byte offset beside them a viewer may take
//! the file for a binary one: the SARIF viewer of Visual Studio Code does.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::json;
use super::paths::uri;
use super::record::{Finding, Record};
use super::source::{Position, Span};
use crate::model::Severity;
use crate::rules::rules;

/// The folder that relative URIs begin at.
const BASE: &str = "SRCROOT";

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool,
    invocations: [Invocation<'r>; 1],
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    default_encoding: &'static str,
    newline_sequences: [&'static str; 3],
    column_kind: &'static str,
    results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Message<'static>,
    help: Help,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Message<'r> {
    text: &'r str,
}

#[derive(Serialize)]
struct Base {
    description: Message<'static>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'r> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'r>>,
}

#[derive(Serialize)]
struct Notification<'r> {
    level: &'static str,
    message: Message<'r>,
    locations: [Location<'r>; 1],
}

/// A finding; SARIF calls it a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message<'r>,
    locations: [Location<'r>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'r>>,
    partial_fingerprints: BTreeMap<&'static str, &'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'r>>,
    properties: Properties<'r>,
}

/// What SARIF has no property for, under the names of the JSON report.
#[derive(Serialize)]
struct Properties<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_says: Option<&'r str>,
    on_update: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<&'r str>,
    fixable: bool,
    fixed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'r> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'r> {
    name: &'r str,
    fully_qualified_name: &'r str,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns from 1, the character offset from 0, the end not included.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    char_offset: usize,
    char_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'r> {
    description: Message<'r>,
    artifact_changes: [ArtifactChange<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'r> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'r> {
    deleted_region: Region,
    inserted_content: Message<'r>,
}

/// The whole report.
pub(super) fn document(records: &[Record]) -> String {
    json::pretty(&Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run(records)],
    })
}

fn run(records: &[Record]) -> Run<'_> {
    let base = Base {
        description: Message {
            text: "The folder in which cfn-ipfix was run.",
        },
    };
    Run {
        tool: Tool { driver: driver() },
        invocations: [Invocation {
            execution_successful: records.iter().all(|record| record.errors.is_empty()),
            tool_execution_notifications: records.iter().flat_map(notifications).collect(),
        }],
        original_uri_base_ids: BTreeMap::from([(BASE, base)]),
        default_encoding: "utf-8",
        newline_sequences: ["\r\n", "\n", "\r"],
        column_kind: "unicodeCodePoints",
        results: records.iter().flat_map(outcomes).collect(),
    }
}

fn driver() -> Driver {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules()
            .map(|rule| Rule {
                id: rule.code,
                name: rule.name,
                short_description: Message { text: rule.summary },
                // Markdown is meant to be read as it is.
                help: Help {
                    text: rule.explanation,
                    markdown: rule.explanation,
                },
            })
            .collect(),
    }
}

fn notifications(record: &Record) -> impl Iterator<Item = Notification<'_>> {
    let notification = |level, message, span| Notification {
        level,
        message: Message { text: message },
        locations: [location(&record.path, span)],
    };
    let errors = record
        .errors
        .iter()
        .map(move |error| notification("error", &error.message, error.span.as_ref()));
    let notes = record
        .notes
        .iter()
        .map(move |note| notification("note", &note.message, note.span.as_ref()));
    let unchecked = record
        .unchecked
        .iter()
        .map(move |value| notification("note", &value.message, Some(&value.span)));
    errors.chain(notes).chain(unchecked)
}

fn outcomes(record: &Record) -> impl Iterator<Item = Outcome<'_>> {
    record.findings.iter().map(|finding| outcome(&record.path, finding))
}

fn outcome<'r>(path: &Path, finding: &'r Finding) -> Outcome<'r> {
    let logical = finding.resource.as_ref().map(|name| LogicalLocation {
        name,
        fully_qualified_name: &finding.property,
        kind: "property",
    });
    let own = Location {
        logical_locations: logical.into_iter().collect(),
        ..location(path, Some(&finding.span))
    };
    let related = finding.labels.iter().skip(1).map(|label| Location {
        message: Some(Message { text: &label.text }),
        ..location(path, Some(&label.span))
    });
    Outcome {
        rule_id: finding.rule.code,
        rule_index: rules().position(|rule| rule.code == finding.rule.code),
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: Message { text: &finding.message },
        locations: [own],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("cfnIpfixFinding/v1", finding.fingerprint.as_str())]),
        fixes: fix(path, finding).into_iter().collect(),
        properties: Properties {
            aws_says: finding.aws_says,
            on_update: &finding.on_update,
            withheld: finding.withheld.as_deref(),
            fixable: finding.fixable,
            fixed: finding.fixed,
        },
    }
}

/// The fix that `--write` would make. SARIF has no word for one that may be wrong, so without `--unsafe-fixes` there is
/// none of those; and none that is made already.
fn fix<'r>(path: &Path, finding: &'r Finding) -> Option<Fix<'r>> {
    let fix = finding.applied_fix().filter(|_| !finding.fixed)?;
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: region(&edit.start, &edit.end),
        inserted_content: Message { text: &edit.text },
    });
    Some(Fix {
        description: Message { text: &fix.title },
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(path),
            replacements: replacements.collect(),
        }],
    })
}

fn location<'r>(path: &Path, span: Option<&Span>) -> Location<'r> {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(path),
            region: span.map(|span| region(&span.start, &span.end)),
        },
        logical_locations: Vec::new(),
        message: None,
    }
}

fn artifact(path: &Path) -> ArtifactLocation {
    ArtifactLocation {
        uri: uri(path),
        uri_base_id: (!path.has_root()).then_some(BASE),
    }
}

fn region(start: &Position, end: &Position) -> Region {
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        char_offset: start.character,
        char_length: end.character - start.character,
    }
}
