//! Suppresses a finding with a comment.

use super::checked::Checked;
use super::checker::Checker;
use super::documents::Document;
use crate::report::record::FindingRecord;
use crate::text::TextRange;

/// Returns the comment that suppresses a finding, with the place to insert it.
///
/// `None` if none does, as in JSON, which has no comments. Each comment is tried before it is offered: in a block scalar,
/// it would be content.
pub(super) fn suppression(
    document: &Document,
    checked: &Checked,
    finding: &FindingRecord,
    checker: Checker<'_>,
) -> Option<(TextRange, String)> {
    let text = &document.content.text;
    if is_json(document) {
        return None;
    }
    let line = document.content.line_at(finding.span.start.offset);
    let content = line.slice(text);
    let indent = content
        .get(..content.len() - content.trim_start().len())
        .unwrap_or_default();
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let comment = format!("# cfn-ipfix: ignore[{}]", finding.rule.code);
    let after = (
        TextRange::at(line.start() + content.trim_end().len()),
        format!(" {comment}"),
    );
    let above = (TextRange::at(line.start()), format!("{indent}{comment}{line_break}"));
    [after, above].into_iter().find(|(at, comment)| {
        let mut edited = String::from(&**text);
        edited.insert_str(at.start(), comment);
        let after = checker.check_as(document, edited);
        after.is_some_and(|after| suppresses_only(finding, checked, &after))
    })
}

/// Returns whether a finding, and nothing that another rule reports, is no longer found.
fn suppresses_only(finding: &FindingRecord, before: &Checked, after: &Checked) -> bool {
    let same = |checked: &Checked| {
        checked
            .own
            .record
            .findings
            .iter()
            .filter(|other| is_of_rule(other, finding))
            .count()
    };
    let others = |checked: &Checked| -> Vec<String> {
        let others = checked
            .own
            .record
            .findings
            .iter()
            .filter(|other| !is_of_rule(other, finding));
        others.map(|other| other.fingerprint.clone()).collect()
    };
    after.own.record.errors.is_empty() && same(after) < same(before) && others(after) == others(before)
}

fn is_of_rule(one: &FindingRecord, other: &FindingRecord) -> bool {
    one.rule.code == other.rule.code
}

/// Returns whether a document is JSON, by its language, its name or its first character.
fn is_json(document: &Document) -> bool {
    let path = document.path.as_deref();
    let extension = path.and_then(|path| path.extension());
    let is_named_json = extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = document.content.text.trim_start_matches('\u{feff}').trim_start();
    document.language_id.starts_with("json") || is_named_json || text.starts_with(['{', '['])
}
