//! Workflow commands of GitHub Actions, which become annotations of a commit. Their syntax and its escapes are those of
//! "Workflow commands for GitHub Actions" in GitHub's documentation and of the `core` package of its toolkit.

use std::path::Path;

use super::paths::slashed;
use super::record::{Finding, Record};
use super::source::Span;
use crate::model::Severity;
use crate::text::printable::printable;

/// A command for each finding, error, note and unchecked value of one input.
pub(super) fn commands(record: &Record) -> String {
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

/// Returns the text of the annotation: the message and its details.
fn message(finding: &Finding) -> String {
    let fixed = if finding.fixed { " [fixed]" } else { "" };
    let details = finding.details().map(|(head, text)| format!("\n{head}: {text}"));
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
        // GitHub takes the end of a column on the line of its start alone.
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

/// The escapes of a message. A control character that has none is shown as such, so that it reaches no terminal.
fn escaped(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    printable(&escaped).into_owned()
}

/// Those of a property.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_or_a_property_is_escaped() {
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
