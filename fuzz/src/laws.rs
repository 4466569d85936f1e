use std::collections::BTreeMap;

use cfn_ipfix::model::Finding;
use cfn_ipfix::text::TextRange;
use cfn_ipfix::yaml::{Node, YamlFile};
use cfn_ipfix::{Options, Report, check};

/// Asserts that every node is inside the source and its parent.
///
/// Its range is on character boundaries.
///
/// # Panics
///
/// Panics if a node is not.
pub(crate) fn assert_read(stream: &YamlFile) {
    let are_sorted = stream.all().is_sorted_by_key(|node| node.span().start());
    assert!(are_sorted, "the nodes are not in the order in which they begin");
    for node in stream.documents().flat_map(Node::descendants) {
        assert!(stream.text().get(node.full_span().range()).is_some(), "{node:?}");
        if let Some(parent) = node.ancestors().nth(1) {
            assert!(contains(parent.span(), node.span()), "{node:?} in {parent:?}");
        }
    }
    for comment in stream.comments() {
        assert!(comment.span.slice(stream.text()).starts_with('#'), "{comment:?}");
    }
}

/// Asserts that a report matches the fixed source.
///
/// All ranges are in the source. A second run finds the remaining findings, and fixes none of them.
///
/// # Panics
///
/// Panics if the report does not match.
pub(crate) fn assert_honest(text: &str, report: &Report, options: &Options) {
    for finding in &report.findings {
        let related = finding.related.iter().map(|label| label.place.span);
        for span in related.chain([finding.place.span]) {
            assert!(text.get(span.range()).is_some(), "{finding:?}");
        }
    }
    let Some(fixed) = report.fixed() else {
        assert_eq!(
            report.remaining().count(),
            report.findings.len(),
            "findings count as fixed, but there is no fixed source"
        );
        return;
    };
    assert_ne!(fixed, text, "the fixed source is unchanged");
    let again = check(fixed, options).unwrap_or_else(|error| panic!("{error} in\n{fixed}"));
    assert_eq!(again.fixed(), None, "a second run fixes more in\n{fixed}");
    assert_eq!(
        by_rule(report.remaining()),
        by_rule(again.findings.iter()),
        "in\n{fixed}"
    );
}

/// Asserts that fixes change nothing else, byte for byte.
///
/// Entries of mappings without a fixed finding or an edit are the same, and so are comments, except suppressions. New
/// resources are profiles.
///
/// # Panics
///
/// Panics if something else changed.
pub(crate) fn assert_untouched(text: &str, report: &Report) {
    let Some(fixed) = report.fixed() else { return };
    let before = YamlFile::of_text(text).expect("it was checked");
    let after = YamlFile::of_text(fixed).unwrap_or_else(|error| panic!("{error} in\n{fixed}"));
    let applied = report.findings.iter().filter(|finding| report.applies_fix_of(finding));
    let touched: Vec<_> = applied
        .flat_map(|finding| {
            let edits = finding.fix().into_iter().flat_map(|fix| &fix.edits);
            edits.map(|edit| edit.span).chain([finding.place.span])
        })
        .collect();
    assert_eq!(before.documents().count(), after.documents().count(), "in\n{fixed}");
    for (before, after) in before.documents().zip(after.documents()) {
        assert_same(before, after, &touched, fixed);
        assert_new(before, after, fixed);
    }
    let mut remaining = after.comments().into_iter();
    for comment in before.comments().iter().filter(|comment| !is_suppression(comment.text)) {
        let is_kept = remaining.any(|other| other.text == comment.text);
        assert!(is_kept, "the comment `{}` is lost in\n{fixed}", comment.text);
    }
}

fn assert_same(before: Node<'_>, after: Node<'_>, touched: &[TextRange], fixed: &str) {
    let mut entries: Vec<_> = after.entries().collect();
    for (key, value) in before.entries() {
        let whole = entry_span(key, value);
        let is_open = value.collection_style().is_some() || value.span().is_empty();
        let end = if is_open {
            after_comments(key.yaml_file().text(), whole.end())
        } else {
            whole.end()
        };
        let range = TextRange::new(whole.start(), end);
        let is_touched = touched.iter().any(|span| overlaps(range, *span, is_open));
        let found = entries.iter().position(|(other, _)| other.source() == key.source());
        let Some((other_key, other)) = found.map(|at| entries.remove(at)) else {
            assert!(is_touched, "`{}` is lost in\n{fixed}", key.source());
            continue;
        };
        // A fix in a later round may add a profile to a loop far from its finding.
        let is_loop = key.scalar().is_some_and(|key| key.starts_with("Fn::ForEach::"));
        if is_touched || is_loop {
            assert_same(value, other, touched, fixed);
            continue;
        }
        assert_eq!(
            whole.slice(key.yaml_file().text()),
            entry_span(other_key, other).slice(other_key.yaml_file().text()),
            "changed in\n{fixed}"
        );
    }
    if before.items().len() == after.items().len() {
        for (before, after) in before.items().zip(after.items()) {
            assert_same(before, after, touched, fixed);
        }
    }
}

fn entry_span(key: Node<'_>, value: Node<'_>) -> TextRange {
    let end = value.full_span().end().max(key.full_span().end());
    TextRange::new(key.full_span().start(), end)
}

/// Returns the offset for a new entry of a collection that ends at `end`.
///
/// The offset is after comments, and after the `|`, `>`, tag or anchor of an empty scalar,
/// which a node does not include.
fn after_comments(text: &str, end: usize) -> usize {
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start();
        if !rest.starts_with(['#', '|', '>', '!', '&']) {
            return text.len() - rest.len();
        }
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
}

fn assert_new(before: Node<'_>, after: Node<'_>, fixed: &str) {
    // Only scalar keys: a collection as a key may have changed inside.
    let keys = |node: Node<'_>| -> Vec<String> {
        let keys = node.entries().filter_map(|(key, _)| key.scalar());
        keys.map(str::to_owned).collect()
    };
    let known = keys(before);
    for key in keys(after) {
        assert!(known.contains(&key), "`{key}` is new in\n{fixed}");
    }
    let (Some(before), Some(after)) = (before.get("Resources"), after.get("Resources")) else {
        return;
    };
    assert_new_resources(before.resolved(), after.resolved(), fixed);
}

/// Asserts that new resources are profiles, in loops too.
fn assert_new_resources(before: Node<'_>, after: Node<'_>, fixed: &str) {
    for (key, value) in after.entries() {
        let Some(key) = key.scalar() else { continue };
        let is_loop = key.starts_with("Fn::ForEach::");
        match before.get(key) {
            Some(known) => {
                // An alias has no items of its own, so one that leads back to itself ends here.
                let bodies = known.items().nth(2).zip(value.items().nth(2));
                if let Some((known, body)) = bodies.filter(|_| is_loop) {
                    assert_new_resources(known, body, fixed);
                }
            }
            None => {
                let resource_type = value.resolved().get("Type").and_then(Node::scalar);
                let is_profile = resource_type == Some("AWS::IAM::InstanceProfile");
                assert!(is_profile || is_loop, "`{key}` is new in\n{fixed}");
            }
        }
    }
}

pub(crate) fn by_rule<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule.code).or_default() += 1;
    }
    counts
}

pub(crate) fn is_suppression(comment: &str) -> bool {
    let content = comment.trim_start_matches(['#', '/', '*']).trim_start();
    content
        .get(.."cfn-ipfix".len())
        .is_some_and(|word| word.eq_ignore_ascii_case("cfn-ipfix"))
}

fn contains(outer: TextRange, inner: TextRange) -> bool {
    outer.start() <= inner.start() && inner.end() <= outer.end()
}

/// Returns whether `span` overlaps `whole` or is an insertion inside it.
///
/// If `is_open`, an insertion at the end counts too.
fn overlaps(whole: TextRange, span: TextRange, is_open: bool) -> bool {
    let has_byte = span.start() < whole.end() && whole.start() < span.end();
    let is_inside =
        whole.start() < span.start() && (span.end() < whole.end() || (is_open && span.end() == whole.end()));
    has_byte || is_inside
}
