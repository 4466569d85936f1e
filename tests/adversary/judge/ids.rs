//! Harm: duplicate logical IDs, and too many resources.

use std::collections::HashSet;

use super::expand::Template;
use super::harm::{Harm, Kind};

/// Maximum number of resources of a template.
const LIMIT: usize = 500;

/// Finds duplicate IDs, and more resources than CloudFormation allows.
pub(super) fn judge(old: &Template, new: &Template) -> Vec<Harm> {
    let mut harms = Vec::new();
    let mut seen = HashSet::new();
    for resource in &new.resources {
        let id = resource.id.as_str();
        let taken = match id {
            _ if !seen.insert(id) => "is used twice",
            _ if old.resource(id).is_some() => continue,
            _ if new.loop_names.iter().any(|name| name == id) => "is the name of a loop too",
            _ if new.parameters.contains_key(id) => "is a parameter too",
            _ => continue,
        };
        harms.push(Harm::always(Kind::IdTaken, format!("the ID {id} {taken}")));
    }
    let (before, after) = (old.resources.len(), new.resources.len());
    if after > LIMIT && before <= LIMIT {
        harms.push(Harm::always(
            Kind::TooManyResources,
            format!("it has {after} resources"),
        ));
    }
    harms
}
