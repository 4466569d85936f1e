//! Workflow commands of GitHub Actions, which become annotations of a commit.
//!
//! The syntax and the escapes are those of "Workflow commands for GitHub Actions" in GitHub's documentation and of the
//! `core` package of its toolkit.

use std::path::Path;

use super::format::{Checked, Format, Write};
use super::paths::slashed;
use super::record::{FileRecord, FindingRecord};
use super::source::Span;
use crate::model::Severity;
use crate::text::printable::printable;

/// One command for each finding, error, note and unchecked value.
pub(super) const FORMAT: Format = Format::new(
    "github",
    "Workflow commands of GitHub Actions, which annotate the commit",
    Write::Each(|input: &Checked<'_>| commands(input.record).into()),
);

fn commands(record: &FileRecord) -> String {
    let path = &record.path;
    let findings = record.findings.iter().map(|finding| {
        let level = match finding.severity {
            _ if finding.fixed => "notice",
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let title = format!("{} {}", finding.rule.code, finding.rule.name);
        command(level, path, Some(&finding.span), &title, &message(finding))
    });
    let errors = record.errors.iter().map(|error| {
        let span = error.span.as_ref();
        command("error", path, span, "cfn-ipfix", &error.message)
    });
    let notes = record.notes.iter().map(|note| {
        let span = note.span.as_ref();
        command("notice", path, span, "cfn-ipfix", &note.message)
    });
    let unchecked = record
        .unchecked
        .iter()
        .map(|value| command("notice", path, Some(&value.span), "cfn-ipfix", &value.message));
    findings.chain(errors).chain(notes).chain(unchecked).collect()
}

/// Returns the message of an annotation, with the details of the finding.
fn message(finding: &FindingRecord) -> String {
    let fixed = if finding.fixed { " [fixed]" } else { "" };
    let details = finding
        .details()
        .map(|detail| format!("\n{}: {}", detail.head, detail.text));
    let first = finding.message.clone() + fixed;
    std::iter::once(first).chain(details).collect()
}

fn command(level: &str, path: &Path, span: Option<&Span>, title: &str, message: &str) -> String {
    let mut properties = vec![("file", slashed(path))];
    if let Some(Span { start, end }) = span {
        properties.extend([
            ("line", start.line.to_string()),
            ("endLine", end.line.to_string()),
            ("col", start.column.to_string()),
        ]);
        // GitHub accepts an end column only if the annotation is on one line.
        if start.line == end.line {
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", title.to_owned()));
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped_property(value)))
        .collect();
    format!("::{level} {}::{}\n", properties.join(","), escaped(message))
}

/// Escapes a message.
///
/// Control characters without an escape are shown as `\u{…}`, so that none reaches a terminal.
fn escaped(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    printable(&escaped).into_owned()
}

/// Escapes a property, which colons and commas would end.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_ends_a_command_or_property() {
        for (text, message, property) in [
            ("50 % a:b, c", "50 %25 a:b, c", "50 %25 a%3Ab%2C c"),
            (
                "a\r\nb\n::error::c",
                "a%0D%0Ab%0A::error::c",
                "a%0D%0Ab%0A%3A%3Aerror%3A%3Ac",
            ),
            ("%0A", "%250A", "%250A"),
        ] {
            assert_eq!(
                (escaped(text).as_str(), escaped_property(text).as_str()),
                (message, property)
            );
        }
        assert_eq!(escaped_property("a\u{1b}[2J.yaml"), "a\\u{1b}[2J.yaml");
    }
}
