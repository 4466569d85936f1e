//! Explains a finding or a slot when the user points at it.

use gen_lsp_types::{Hover, MarkupContent, MarkupKind, Position};

use super::capabilities::Client;
use super::checked::Checked;
use super::diagnostics::bytes;
use super::documents::Document;
use super::outgoing::printable_lines;
use super::slots::PointedSlot;
use crate::model::Severity;
use crate::report::record::FindingRecord;
use crate::rules;

/// Returns the explanation of the slot and the findings at a position, if there are any.
pub(super) fn hover(
    document: &Document,
    checked: &Checked,
    position: Position,
    slot: Option<&PointedSlot>,
    client: &Client,
) -> Option<Hover> {
    let content = &document.content;
    let at = content.offset(position);
    let findings = checked.own.record.findings.iter();
    let pointed = findings.filter(|finding| {
        let span = bytes(&finding.span);
        span.start() <= at && at <= span.end()
    });
    let pointed: Vec<_> = pointed.collect();
    let place = pointed.first().map(|finding| bytes(&finding.span));
    let place = place.or(slot.map(|slot| slot.span))?;
    let kind = match client.reads_markdown {
        true => MarkupKind::Markdown,
        false => MarkupKind::PlainText,
    };
    let slot = slot.map(|slot| message(&slot.description, client));
    let findings = pointed.into_iter().map(|finding| explanation(finding, client));
    let parts: Vec<_> = findings.chain(slot).collect();
    let markup = MarkupContent {
        kind,
        value: parts.join("\n\n---\n\n"),
    };
    Some(Hover {
        contents: markup.into(),
        range: Some(content.range(place)),
    })
}

/// Returns the message of a finding, its details and the page of its rule.
fn explanation(finding: &FindingRecord, client: &Client) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let title = format!("{} {}", finding.rule.code, finding.rule.name);
    let details = finding.details();
    let details = details.map(|detail| format!("- {}: {}", detail.head, message(detail.text, client)));
    let details: Vec<_> = details.collect();
    let page = rules::rule(finding.rule.code).map_or("", |rule| rule.explanation);
    let (title, page) = match client.reads_markdown {
        true => (format!("**{title}**"), page.to_owned()),
        false => (title, plain_page(page)),
    };
    let text = message(&finding.message, client);
    format!("{title} ({severity})\n\n{text}\n\n{}\n\n{page}", details.join("\n"))
}

/// Returns a page of Markdown without the marks of headings and examples.
fn plain_page(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.starts_with("```"));
    let lines: Vec<_> = lines.map(|line| line.strip_prefix("## ").unwrap_or(line)).collect();
    lines.join("\n")
}

fn message(text: &str, client: &Client) -> String {
    match client.reads_markdown {
        true => markdown(text),
        false => printable_lines(text),
    }
}

/// Converts a message to Markdown.
///
/// Names of the template appear in it. None of them can become a link or an image: between backquotes is code, and all
/// other punctuation is escaped.
fn markdown(message: &str) -> String {
    let message = printable_lines(message);
    let parts: Vec<_> = message.split('`').collect();
    let parts = parts.iter().enumerate().map(|(number, part)| {
        let is_code = number % 2 == 1;
        let is_last = number + 1 == parts.len();
        match (is_code, is_last) {
            (true, false) => format!("`{part}`"),
            (true, true) => format!("\\`{}", escaped(part)),
            (false, _) => escaped(part),
        }
    });
    parts.collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\*_{}[]<>()#!|~&".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn names_become_no_links() {
        for (message, expected) in [
            ("`A` refers to `B`", "`A` refers to `B`"),
            ("`A![x](http://a)` is", "`A![x](http://a)` is"),
            ("`A`![x](http://a)` is", "`A`\\!\\[x\\]\\(http://a\\)\\` is"),
            ("<b> a*b", "\\<b\\> a\\*b"),
        ] {
            assert_eq!(markdown(message), expected);
        }
    }
}
