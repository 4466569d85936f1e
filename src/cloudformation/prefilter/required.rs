//! The names that a source must contain for a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::automaton::compiled;
use crate::model::Subject;
use crate::profile::{GENERATED, OPTIONS, PROFILE, PROPERTIES, STATE_MACHINES, TASKS};
use crate::rules::rules;

/// The name of a type of resources in which a rule may find something.
#[derive(Debug)]
pub(super) struct TypeName {
    name: &'static str,
    /// The first keys of its property paths, of which the source must have one.
    ///
    /// Without any, the name is enough.
    keys: BTreeSet<&'static str>,
}

impl TypeName {
    /// Returns the type with this name, if a rule may find something in its resources.
    pub(super) fn of(name: &[u8]) -> Option<&'static Self> {
        let at = TYPES.binary_search_by(|one| one.name.as_bytes().cmp(name)).ok()?;
        TYPES.get(at)
    }
}

/// Returns whether a source has what one of these types requires.
pub(super) fn has_key(text: &[u8], types: &[&TypeName]) -> bool {
    let takes = |key: &str| key == LOOP || types.iter().any(|one| one.keys.contains(key));
    let keys = || {
        KEYS.find_overlapping_iter(text)
            .filter_map(|found| ALL_KEYS.get(found.pattern().as_usize()).copied())
    };
    types.iter().any(|one| one.keys.is_empty()) || (!types.is_empty() && keys().any(takes))
}

/// The types, sorted by name.
static TYPES: LazyLock<Vec<TypeName>> = LazyLock::new(|| {
    let mut types: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (name, key) in rules().flat_map(|rule| rule.subjects).flat_map(names) {
        types.entry(name).or_default().extend(key);
    }
    types.into_iter().map(|(name, keys)| TypeName { name, keys }).collect()
});

/// The function that may produce any key.
const LOOP: &str = "Fn::ForEach::";

static ALL_KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let keys: BTreeSet<_> = TYPES.iter().flat_map(|one| &one.keys).copied().chain([LOOP]).collect();
    keys.into_iter().collect()
});

/// Finds the keys in any case, as a finding may be about their case.
///
/// A key may be a part of another one.
static KEYS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut keys = AhoCorasick::builder();
    keys.ascii_case_insensitive(true).match_kind(MatchKind::Standard);
    compiled(&keys, ALL_KEYS.iter())
});

/// Returns the types of a subject, each with a key that it requires.
fn names(subject: &Subject) -> Vec<(&'static str, Option<&'static str>)> {
    let of_type = |name: &'static str, resource: &'static str| {
        let properties = PROPERTIES.iter().filter(move |property| property.resource == resource);
        properties.map(move |property| (name, Some(property.first_key())))
    };
    match subject {
        Subject::ProfileSlots => {
            let own = PROPERTIES
                .iter()
                .map(|property| property.resource)
                .flat_map(|name| of_type(name, name));
            let generated = GENERATED.iter().flat_map(|(id, resource)| of_type(id, resource));
            // The parameters of an action may come from elsewhere.
            let of_tasks = TASKS.iter().flat_map(|task| [task.property.first_key(), task.action]);
            let machines = of_tasks.flat_map(|key| STATE_MACHINES.map(|name| (name, Some(key))));
            own.chain(generated).chain(machines).chain([(OPTIONS, None)]).collect()
        }
        Subject::Profiles => vec![(PROFILE, None)],
        // Their marks may be anywhere.
        Subject::ProfileArns | Subject::Suppressions => Vec::new(),
    }
}
