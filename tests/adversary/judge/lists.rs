//! Harm: items that appear twice in a list.

use std::collections::BTreeMap;

use super::harm::{Harm, Kind};
use super::world::World;
use crate::tree::Tree;

/// Finds lists with more repeated items than before.
pub(super) fn judge(old: &World<'_>, new: &World<'_>) -> Vec<Harm> {
    let (before, after) = (repeated(old), repeated(new));
    let is_new = |(path, count): &(&String, &usize)| **count > before.get(*path).copied().unwrap_or(0);
    let harm = |(path, _): (&String, &usize)| Harm::always(Kind::RepeatedItem, format!("{path} has an item twice"));
    after.iter().filter(is_new).map(harm).collect()
}

fn repeated(world: &World<'_>) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for resource in world.resources() {
        if let Some(content) = world.resolve(&resource.content) {
            collect(&content, &resource.id, &mut found);
        }
        let ids = Tree::List(resource.depends_on.iter().cloned().map(Tree::Text).collect());
        collect(&ids, &format!("{}.DependsOn", resource.id), &mut found);
    }
    found
}

fn collect(value: &Tree, path: &str, found: &mut BTreeMap<String, usize>) {
    // The arguments of a function may be equal.
    if value.as_call().is_some() {
        return;
    }
    let may_repeat = [".LaunchSpecifications", ".Statement"]
        .iter()
        .any(|list| path.ends_with(list));
    let items = match may_repeat {
        // A fleet or a policy may have the same item twice.
        true => &[],
        false => value.items(),
    };
    let subjects: Vec<_> = items.iter().map(subject).collect();
    let is_repeated = |&(at, item): &(usize, &Tree)| subjects[..at].contains(item);
    let count = subjects.iter().enumerate().filter(is_repeated).count();
    if count > 0 {
        found.insert(path.to_owned(), count);
    }
    for (at, item) in value.items().iter().enumerate() {
        collect(item, &format!("{path}[{at}]"), found);
    }
    for (key, value) in value.entries() {
        collect(value, &format!("{path}.{key}"), found);
    }
}

/// Returns the identity of an item.
///
/// A setting with two different values counts as a duplicate too.
fn subject(item: &Tree) -> Tree {
    let is_setting = item.get("OptionName").is_some();
    match item {
        Tree::Map(entries) if is_setting => {
            let entries = entries.iter().filter(|(key, _)| key != "Value");
            Tree::Map(entries.cloned().collect())
        }
        _ => item.clone(),
    }
}
