use std::collections::BTreeMap;

use cfn_ipfix::model::Finding;
use cfn_ipfix::text::Span;
use cfn_ipfix::yaml::{Node, Stream};
use cfn_ipfix::{Options, Report, check};

/// Every node lies in the text, on characters, and inside of what holds it.
///
/// # Panics
///
/// If that is not so.
pub fn assert_read(stream: &Stream) {
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

/// What is told of a text is true of what was made of it: all places are in the text, what is left is what is found
/// afterwards, and of that nothing can be fixed.
///
/// # Panics
///
/// If that is not so.
pub fn assert_told(text: &str, report: &Report, options: &Options) {
    for finding in &report.findings {
        let related = finding.related.iter().map(|label| label.place.span);
        for span in related.chain([finding.place.span]) {
            assert!(text.get(span.range()).is_some(), "{finding:?}");
        }
    }
    let Some(fixed) = report.fixed() else {
        assert_eq!(report.remaining().count(), report.findings.len(), "fixed, and no text");
        return;
    };
    assert_ne!(fixed, text, "fixed, and nothing changed");
    let again = check(fixed, options).unwrap_or_else(|error| panic!("{error} in\n{fixed}"));
    assert_eq!(again.fixed(), None, "a second run goes on from\n{fixed}");
    assert_eq!(
        by_rule(report.remaining()),
        by_rule(again.findings.iter()),
        "in\n{fixed}"
    );
}

/// What no fix is about is the same, byte for byte: every entry of a mapping in which no mended finding and no edit is,
/// and every comment but those that are for this tool. What is new at the top of a template is a profile.
///
/// # Panics
///
/// If that is not so.
pub fn assert_untouched(text: &str, report: &Report) {
    let Some(fixed) = report.fixed() else { return };
    let before = Stream::of_text(text).expect("it was checked");
    let after = Stream::of_text(fixed).unwrap_or_else(|error| panic!("{error} in\n{fixed}"));
    let mended = report.findings.iter().filter(|finding| report.mends(finding));
    let touched: Vec<_> = mended
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
    let mut left = after.comments().into_iter();
    for comment in before.comments().iter().filter(|comment| !is_ours(comment.text)) {
        let is_left = left.any(|other| other.text == comment.text);
        assert!(is_left, "the comment `{}` is lost in\n{fixed}", comment.text);
    }
}

fn assert_same(before: Node<'_>, after: Node<'_>, touched: &[Span], fixed: &str) {
    let mut entries: Vec<_> = after.entries().collect();
    for (key, value) in before.entries() {
        let whole = entry_span(key, value);
        let is_open = value.layout().is_some() || value.span().is_empty();
        let end = if is_open {
            behind_comments(key.stream().text(), whole.end())
        } else {
            whole.end()
        };
        let room = Span::new(whole.start(), end);
        let is_touched = touched.iter().any(|span| meets(room, *span, is_open));
        let found = entries.iter().position(|(other, _)| other.source() == key.source());
        let Some((other_key, other)) = found.map(|at| entries.remove(at)) else {
            assert!(is_touched, "`{}` is lost in\n{fixed}", key.source());
            continue;
        };
        if is_touched {
            assert_same(value, other, touched, fixed);
            continue;
        }
        assert_eq!(
            whole.slice(key.stream().text()),
            entry_span(other_key, other).slice(other_key.stream().text()),
            "changed in\n{fixed}"
        );
    }
    if before.items().len() == after.items().len() {
        for (before, after) in before.items().zip(after.items()) {
            assert_same(before, after, touched, fixed);
        }
    }
}

fn entry_span(key: Node<'_>, value: Node<'_>) -> Span {
    let end = value.full_span().end().max(key.full_span().end());
    Span::new(key.full_span().start(), end)
}

/// Where an entry would go that is added to what ends at `end`: behind the comments there, and behind the `|` or `>`, the
/// tag or the anchor of a text of nothing, which a node does not tell of.
fn behind_comments(text: &str, end: usize) -> usize {
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
    // A key that is a collection may have been changed inside.
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
    let known = keys(before.resolved());
    for (key, value) in after.resolved().entries() {
        let Some(key) = key.scalar() else { continue };
        let kind = value.resolved().get("Type").and_then(Node::scalar);
        let is_profile = kind == Some("AWS::IAM::InstanceProfile") || key.starts_with("Fn::ForEach::");
        assert!(
            is_profile || known.iter().any(|known| known == key),
            "`{key}` is new in\n{fixed}"
        );
    }
}

fn by_rule<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<&'static str, usize> {
    let mut numbers = BTreeMap::new();
    for finding in findings {
        *numbers.entry(finding.rule.code).or_default() += 1;
    }
    numbers
}

fn is_ours(comment: &str) -> bool {
    let words = comment.trim_start_matches('#').trim_start();
    words
        .get(.."cfn-ipfix".len())
        .is_some_and(|word| word.eq_ignore_ascii_case("cfn-ipfix"))
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start() <= inner.start() && inner.end() <= outer.end()
}

/// Whether the one has a byte of the other, or is a place inside of it or, where something can be added, at its end.
fn meets(whole: Span, span: Span, is_open: bool) -> bool {
    let has_byte = span.start() < whole.end() && whole.start() < span.end();
    let is_inside =
        whole.start() < span.start() && (span.end() < whole.end() || (is_open && span.end() == whole.end()));
    has_byte || is_inside
}
