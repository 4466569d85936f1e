//! Loops that share a variable name but not its values.

use std::collections::{HashMap, HashSet};

use super::loops::{Section, variables_in};
use crate::yaml::Node;

/// A loop that is not analysed.
///
/// Another loop gives its variable other values.
#[derive(Clone, Copy, Debug)]
pub(super) struct AmbiguousLoop<'d> {
    /// The arguments of the loop.
    pub(super) arguments: Node<'d>,
    /// The loop variable.
    pub(super) identifier: &'d str,
}

/// The loops that create a logical ID, by that ID.
type Makers<'i, 'd> = HashMap<&'d str, Vec<&'i Section<'d>>>;

/// Returns the variables with different values in two loops, if it matters.
///
/// It matters if one loop creates a logical ID that the other creates or uses: only the values decide which of them is
/// meant.
pub(super) fn ambiguous_variables<'d>(sections: &[Section<'d>]) -> HashSet<&'d str> {
    if !has_homonyms(sections) {
        return HashSet::new();
    }
    let repeated = || sections.iter().filter(|section| !section.loops.is_empty());
    let mut makers = Makers::new();
    for section in repeated() {
        for id in section.entries.entries().filter_map(|(key, _)| key.scalar()) {
            makers.entry(id).or_default().push(section);
        }
    }
    repeated().flat_map(|section| ambiguous_in(section, &makers)).collect()
}

/// Returns the innermost loop around a section whose variable is ambiguous.
pub(super) fn ambiguous_loop<'d>(section: &Section<'d>, variables: &HashSet<&str>) -> Option<AmbiguousLoop<'d>> {
    let mut loops = section.loops.iter();
    let foreach = loops.rfind(|foreach| variables.contains(foreach.identifier))?;
    Some(AmbiguousLoop {
        arguments: foreach.arguments,
        identifier: foreach.identifier,
    })
}

/// Returns whether two loops give one variable different values.
fn has_homonyms(sections: &[Section<'_>]) -> bool {
    let mut keys: HashMap<&str, &str> = HashMap::new();
    let mut loops = sections.iter().filter_map(|section| section.loops.last());
    loops.any(|foreach| *keys.entry(foreach.identifier).or_insert(&foreach.key) != foreach.key)
}

/// Returns the variables in a section's IDs that another loop defines differently.
fn ambiguous_in<'s, 'd>(section: &'s Section<'d>, makers: &'s Makers<'_, 'd>) -> impl Iterator<Item = &'d str> {
    let created = ids_in(section).filter_map(|id| Some((id, makers.get(id)?)));
    created.flat_map(move |(id, makers)| {
        variables_in(id).filter_map(move |variable| {
            let own = section.innermost(variable)?;
            let mut others = makers.iter().filter_map(|maker| maker.innermost(variable));
            others.any(|other| other.key != own.key).then_some(own.identifier)
        })
    })
}

/// Returns the scalars in a section that may be logical IDs.
fn ids_in<'d>(section: &Section<'d>) -> impl Iterator<Item = &'d str> {
    let is_part_of_id = |c: char| c.is_alphanumeric() || "${}&".contains(c);
    let texts = section.entries.descendants().filter_map(Node::scalar);
    texts.flat_map(move |text| text.split(move |c| !is_part_of_id(c)))
}
