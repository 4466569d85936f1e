//! SARIF 2.1.0, with fixes that a viewer can apply.
//!
//! The types are defined here, with only the properties that are used. The crate that defines all of SARIF generates
//! its types in a build script, with crates that are no longer maintained. A test validates the report against the
//! schema of the standard.
//!
//! Regions are text regions, in lines and columns and in characters. They have no byte offset: it may make a viewer
//! treat the file as binary, as the SARIF viewer of Visual Studio Code does.

use std::collections::BTreeMap;
use std::path::Path;

use indexmap::IndexMap;
use serde::Serialize;

use super::format::{Format, Write};
use super::json;
use super::paths::uri;
use super::record::{FileRecord, FindingRecord};
use super::rule_page::{HOMEPAGE, rule_page};
use super::source::{Position, Span};
use super::sources::OtherFile;
use crate::model::Severity;
use crate::rules::rules;

/// The name of the folder that URIs are relative to.
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
    tool: SarifTool,
    invocations: [Invocation<'r>; 1],
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    default_encoding: &'static str,
    newline_sequences: [&'static str; 3],
    column_kind: &'static str,
    results: Vec<SarifResult<'r>>,
}

#[derive(Serialize)]
struct SarifTool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<SarifRule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRule {
    id: &'static str,
    name: &'static str,
    short_description: Message<'static>,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
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
    locations: [SarifLocation<'r>; 1],
}

/// A finding; SARIF calls it a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'r> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message<'r>,
    locations: [SarifLocation<'r>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation<'r>>,
    partial_fingerprints: BTreeMap<&'static str, &'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'r>>,
    properties: Properties<'r>,
}

/// Properties that SARIF does not have, under their names in the JSON report.
#[derive(Serialize)]
struct Properties<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_error: Option<&'r str>,
    on_update: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_fix: Option<&'r str>,
    fixable: bool,
    fixed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation<'r> {
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

/// A region without its end: lines and columns from 1, the character offset from 0.
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
struct SarifFix<'r> {
    description: Message<'r>,
    artifact_changes: Vec<ArtifactChange<'r>>,
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

/// One run, with results for findings and notifications for errors, notes and unchecked values.
pub(super) const FORMAT: Format = Format::new(
    "sarif",
    "SARIF 2.1.0 with the fixes, for code scanning and editors",
    Write::AtEnd(|records, _| Ok(document(records))),
);

fn document(records: &[FileRecord]) -> String {
    json::pretty(&Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run(records)],
    })
}

fn run(records: &[FileRecord]) -> Run<'_> {
    let base = Base {
        description: Message {
            text: "The directory in which cfn-ipfix was run.",
        },
    };
    Run {
        tool: SarifTool {
            driver: driver(HOMEPAGE),
        },
        invocations: [Invocation {
            execution_successful: records.iter().all(|record| record.errors.is_empty()),
            tool_execution_notifications: records.iter().flat_map(notifications).collect(),
        }],
        original_uri_base_ids: BTreeMap::from([(BASE, base)]),
        default_encoding: "utf-8",
        newline_sequences: ["\r\n", "\n", "\r"],
        column_kind: "unicodeCodePoints",
        results: records.iter().flat_map(results).collect(),
    }
}

fn driver(homepage: &str) -> Driver {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules()
            .map(|rule| SarifRule {
                id: rule.code,
                name: rule.name,
                short_description: Message { text: rule.summary },
                // Markdown is readable as plain text too.
                help: Help {
                    text: rule.explanation,
                    markdown: rule.explanation,
                },
                help_uri: rule_page(homepage, rule),
            })
            .collect(),
    }
}

fn notifications(record: &FileRecord) -> impl Iterator<Item = Notification<'_>> {
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

fn results(record: &FileRecord) -> impl Iterator<Item = SarifResult<'_>> {
    record.findings.iter().map(|finding| result(&record.path, finding))
}

fn result<'r>(path: &Path, finding: &'r FindingRecord) -> SarifResult<'r> {
    let logical = finding.resource.as_ref().map(|name| LogicalLocation {
        name,
        fully_qualified_name: &finding.property,
        kind: "property",
    });
    let own = SarifLocation {
        logical_locations: logical.into_iter().collect(),
        ..location(path, Some(&finding.span))
    };
    let related = finding.labels.iter().skip(1).map(|label| SarifLocation {
        message: Some(Message { text: &label.text }),
        ..location(path_of(label.file.as_ref(), path), Some(&label.span))
    });
    SarifResult {
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
            aws_error: finding.aws_error,
            on_update: &finding.on_update,
            no_fix: finding.no_fix.as_deref(),
            fixable: finding.fixable,
            fixed: finding.fixed,
        },
    }
}

/// Returns the fix that `--write` would apply.
///
/// SARIF cannot mark a fix as unsafe, so unsafe fixes need `--unsafe-fixes`. Fixes that are already applied are
/// omitted.
fn fix<'r>(path: &Path, finding: &'r FindingRecord) -> Option<SarifFix<'r>> {
    let fix = finding.applied_fix().filter(|_| !finding.fixed)?;
    let mut changes: IndexMap<&Path, Vec<Replacement<'_>>> = IndexMap::new();
    for edit in &fix.edits {
        let replacements = changes.entry(path_of(edit.file.as_ref(), path)).or_default();
        replacements.push(Replacement {
            deleted_region: region(&edit.start, &edit.end),
            inserted_content: Message { text: &edit.text },
        });
    }
    let changes = changes.into_iter().map(|(path, replacements)| ArtifactChange {
        artifact_location: artifact(path),
        replacements,
    });
    Some(SarifFix {
        description: Message { text: &fix.title },
        artifact_changes: changes.collect(),
    })
}

/// Returns the path of a place, whose file may be another than that of the finding.
fn path_of<'p>(file: Option<&'p OtherFile>, own: &'p Path) -> &'p Path {
    file.map_or(own, |file| &file.path)
}

fn location<'r>(path: &Path, span: Option<&Span>) -> SarifLocation<'r> {
    SarifLocation {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_rules_if_there_is_a_homepage() {
        let uris = |homepage: &str| {
            let driver = serde_json::to_value(driver(homepage)).unwrap();
            let uris = driver["rules"].as_array().unwrap().iter();
            uris.map(|rule| rule.get("helpUri").cloned()).collect::<Vec<_>>()
        };
        assert!(uris("").iter().all(Option::is_none));
        let uris = uris("https://example.com");
        assert_eq!(
            uris[0].as_ref().unwrap(),
            "https://example.com/rules/#ipf001-role-as-instance-profile"
        );
        assert!(uris.iter().all(Option::is_some));
    }
}
