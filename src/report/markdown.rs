//! Markdown for the summary of a job and for comments: findings, reasons, diffs, and what was not checked.
//!
//! The syntax is that of GitHub: <https://github.github.com/gfm/>.

use super::diff::unified;
use super::format::{Checked, Format, Write};
use super::record::{FileRecord, FindingRecord};
use super::source::Span;
use super::summary::Summary;
use crate::model::Severity;
use crate::text::printable::{acts, printable};

/// A section for each input that has something to report, and the summary.
pub(super) const FORMAT: Format = Format::new(
    "markdown",
    "Markdown for job summaries and comments, with the diffs",
    Write::EachAndSummary(|input| section(input).into(), summary),
);

/// Returns the section of one input; an empty one if it has nothing to report.
fn section(input: &Checked<'_>) -> String {
    let record = input.record;
    // A fix of another file may add something here.
    if record.is_empty() && input.fixed.is_none() {
        return String::new();
    }
    let items: String = items(record).collect();
    let diff = input.sources.zip(input.fixed).map(|(sources, fixed)| {
        let source = sources.own();
        diff_block(&unified(source.name.in_diff, source.text, fixed))
    });
    format!("### {}\n\n{items}\n{}", code(&record.name), diff.unwrap_or_default())
}

fn summary(summary: &Summary) -> String {
    let text = summary.text(summary.is_written(), false);
    text.lines().map(|line| format!("{}\n", escaped(line))).collect()
}

/// Returns the items of a list, with the details of each finding below it.
fn items(record: &FileRecord) -> impl Iterator<Item = String> {
    let findings = record.findings.iter().map(finding);
    let errors = record.errors.iter();
    let errors = errors.map(|error| item("error", error.span.as_ref(), &error.message));
    let notes = record.notes.iter();
    let notes = notes.map(|note| item("note", note.span.as_ref(), &note.message));
    let unchecked = record.unchecked.iter();
    let unchecked = unchecked.map(|value| item("not checked", Some(&value.span), &value.message));
    findings.chain(errors).chain(notes).chain(unchecked)
}

fn finding(finding: &FindingRecord) -> String {
    let severity = match finding.severity {
        _ if finding.fixed => "fixed",
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let code = match &finding.rule.url {
        Some(url) => format!("[{}]({url})", finding.rule.code),
        None => finding.rule.code.to_owned(),
    };
    let details = finding.details();
    let details = details.map(|detail| format!("  - {}: {}\n", detail.head, escaped(detail.text)));
    let first = item(&format!("{code} {severity}"), Some(&finding.span), &finding.message);
    std::iter::once(first).chain(details).collect()
}

fn item(kind: &str, span: Option<&Span>, message: &str) -> String {
    let place = span.map(|span| format!(" at {}:{}", span.start.line, span.start.column));
    format!("- **{kind}**{}: {}\n", place.unwrap_or_default(), escaped(message))
}

/// Returns a diff in a block, whose fence is longer than any in the diff.
fn diff_block(diff: &str) -> String {
    let fence = "`".repeat(longest_run(diff).max(2) + 1);
    // The block is read by people; `git apply` needs the format `diff`.
    let lines = diff.lines().map(|line| {
        // A tab after the name of a file is for `patch`.
        let line = line.trim_end_matches('\t').replace('\t', "    ");
        format!("{}\n", printable(&line))
    });
    format!("{fence}diff\n{}{fence}\n\n", lines.collect::<String>())
}

/// Returns a name as a code span.
fn code(name: &str) -> String {
    let fence = "`".repeat(longest_run(name) + 1);
    let name = printable(name);
    // A space separates a backtick of the name from the fence, and is not shown.
    let space = if name.starts_with('`') || name.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{name}{space}{fence}")
}

/// Returns the length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// Escapes a message, in which single backticks enclose code.
fn escaped(message: &str) -> String {
    let message = printable(message);
    let is_code = longest_run(&message) < 2 && message.matches('`').count().is_multiple_of(2);
    if !is_code {
        return escaped_text(&message);
    }
    let parts = message.split('`').enumerate();
    let parts = parts.map(|(number, part)| match number % 2 {
        0 => escaped_text(part),
        _ => format!("`{part}`"),
    });
    parts.collect()
}

/// Escapes the punctuation that Markdown or HTML gives a meaning.
fn escaped_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '@'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    debug_assert!(!escaped.contains(acts), "control characters are escaped before");
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_markdown_would_read() {
        for (message, expected) in [
            ("the role `a_b<c>` of my_role", "the role `a_b<c>` of my\\_role"),
            (
                "<img src=x> *a* [b](c) @team #1",
                "\\<img src=x\\> \\*a\\* \\[b\\](c) \\@team \\#1",
            ),
            ("a ` b", "a \\` b"),
            ("``a` <b>`", "\\`\\`a\\` \\<b\\>\\`"),
            ("a\n# b", "a\\\\n\\# b"),
        ] {
            assert_eq!(escaped(message), expected);
        }
    }

    #[test]
    fn names_with_backticks_are_code() {
        for (name, expected) in [
            ("a.yaml", "`a.yaml`"),
            ("a`b.yaml", "``a`b.yaml``"),
            ("`a``", "``` `a`` ```"),
        ] {
            assert_eq!(code(name), expected);
        }
    }

    #[test]
    fn no_line_of_a_diff_ends_its_block() {
        let block = diff_block("--- a\t\n+++ b\t\n+\t````\n+\u{1b}[2J\n");
        assert_eq!(block, "`````diff\n--- a\n+++ b\n+    ````\n+\\u{1b}[2J\n`````\n\n");
    }
}
