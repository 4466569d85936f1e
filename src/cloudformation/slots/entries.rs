//! Entries of mappings, those that a merge key brings in among them, and what objects and lists hold.

use std::collections::HashSet;

use crate::cloudformation::intrinsic::branches;
use crate::text::Step;
use crate::yaml::Node;

/// Returns the only entry of an object if it is a `Name` or an `Arn`, whatever its capitalisation.
pub(crate) fn name_or_arn<'d>(object: Node<'d>) -> Option<(Node<'d>, Node<'d>)> {
    let mut entries = object.entries();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    is_name_or_arn(key.scalar()?).then_some((key, value))
}

/// Returns whether a key says which part of a profile it holds, whatever its capitalisation.
pub(crate) fn is_name_or_arn(key: &str) -> bool {
    key.eq_ignore_ascii_case("Name") || key.eq_ignore_ascii_case("Arn")
}

/// Returns the only item of a list, and the step to it.
pub(crate) fn held_in_list<'d>(node: Node<'d>) -> Option<(Node<'d>, Step)> {
    let mut items = node.items();
    match (items.next(), items.next(), node.tag()) {
        (Some(item), None, None) => Some((item, Step::Index(0))),
        _ => None,
    }
}

/// Returns the only value of an object, a name or an ARN, and the step to it.
pub(crate) fn held_in_object<'d>(node: Node<'d>) -> Option<(Node<'d>, Step)> {
    let (key, value) = name_or_arn(node)?;
    Some((value, Step::Key(key.scalar()?.to_owned())))
}

/// An entry of a mapping, and whether it comes from a merge key.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'d> {
    pub(crate) key: Node<'d>,
    pub(crate) value: Node<'d>,
    pub(crate) is_merged: bool,
}

/// Returns the value of a mapping's entry `key` that its merge key brings in.
pub(crate) fn merged<'d>(node: Node<'d>, key: &str) -> Option<Node<'d>> {
    entry(node, key)
        .filter(|entry| entry.is_merged)
        .map(|entry| entry.value)
}

/// Returns the entry `key`: of the mapping itself, else of what its merge key brings in.
pub(crate) fn entry<'d>(node: Node<'d>, key: &str) -> Option<Entry<'d>> {
    let is_key = |name: &str| name == key;
    let merged = || {
        let merged = node.get("<<")?.resolved();
        let sources = std::iter::once(merged).chain(merged.items().map(Node::resolved));
        sources
            .into_iter()
            .find_map(|source| find_all(source, &is_key, true).last())
    };
    find_all(node, &is_key, false).last().or_else(merged)
}

pub(crate) fn find_all<'d>(
    node: Node<'d>,
    is_wanted: &dyn Fn(&str) -> bool,
    is_merged: bool,
) -> impl Iterator<Item = Entry<'d>> {
    let entries = node
        .entries()
        .filter(move |(key, _)| key.scalar().is_some_and(is_wanted));
    entries.map(move |(key, value)| Entry { key, value, is_merged })
}

/// Returns whether an item of a list has these entries; an `Fn::If` has them if one of its branches has.
pub(crate) fn has_entries(item: Node<'_>, wanted: &[(&str, &str)]) -> bool {
    let mut candidates = vec![item.resolved()];
    let mut seen = HashSet::new();
    while let Some(node) = candidates.pop() {
        if !seen.insert(node.id()) {
            continue;
        }
        if let Some(branches) = branches(node) {
            candidates.extend(branches.map(|(branch, _)| branch.resolved()));
            continue;
        }
        let has = |&(key, value): &(&str, &str)| {
            node.get(key)
                .is_some_and(|found| found.resolved().scalar() == Some(value))
        };
        if wanted.iter().all(has) {
            return true;
        }
    }
    false
}
