//! Entries of mappings, including merged ones, and the contents of objects and lists.

use std::collections::HashSet;

use crate::cloudformation::intrinsic::{Call, branches};
use crate::text::PathSegment;
use crate::yaml::Node;

/// Returns the only entry, a `Name` or an `Arn` in any case.
pub(crate) fn name_or_arn<'d>(object: Node<'d>) -> Option<(Node<'d>, Node<'d>)> {
    let mut entries = object.entries();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    is_name_or_arn(key.scalar()?).then_some((key, value))
}

/// Returns whether a key is `Name` or `Arn` in any case.
pub(crate) fn is_name_or_arn(key: &str) -> bool {
    key.eq_ignore_ascii_case("Name") || key.eq_ignore_ascii_case("Arn")
}

/// Returns the only item of a list and its path segment.
pub(crate) fn held_in_list<'d>(node: Node<'d>) -> Option<(Node<'d>, PathSegment)> {
    let mut items = node.items();
    match (items.next(), items.next(), node.tag()) {
        (Some(item), None, None) => Some((item, PathSegment::Index(0))),
        _ => None,
    }
}

/// Returns the only value of an object and its path segment.
///
/// The value is a name or an ARN.
pub(crate) fn held_in_object<'d>(node: Node<'d>) -> Option<(Node<'d>, PathSegment)> {
    let (key, value) = name_or_arn(node)?;
    Some((value, PathSegment::Key(key.scalar()?.to_owned())))
}

/// An entry of a mapping, with a flag for merge keys.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'d> {
    pub(crate) key: Node<'d>,
    pub(crate) value: Node<'d>,
    pub(crate) is_merged: bool,
}

/// Returns the value of the entry `key` that a merge key supplies.
pub(crate) fn merged<'d>(node: Node<'d>, key: &str) -> Option<Node<'d>> {
    entry(node, key)
        .filter(|entry| entry.is_merged)
        .map(|entry| entry.value)
}

/// Returns the entry `key` of a mapping or its merge key.
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

/// Returns whether an item of a list has these entries.
///
/// An `Fn::If` has them if one of its branches has.
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

/// Returns the function call that decides whether an item has these entries.
pub(crate) fn undecided_entry<'d>(item: Node<'d>, wanted: &[(&str, &str)]) -> Option<Node<'d>> {
    let values: Option<Vec<_>> = wanted.iter().map(|(key, _)| item.get(key)).collect();
    let is_call = |value: &Node<'_>| Call::read(value.resolved()).is_some();
    let mut pairs = values.iter().flatten().zip(wanted);
    let may_fit = pairs.all(|(value, (_, wanted))| is_call(value) || value.resolved().scalar() == Some(*wanted));
    values?.into_iter().find(|value| may_fit && is_call(value))
}
