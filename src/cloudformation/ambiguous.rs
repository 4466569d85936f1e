//! Loops with one variable for different values.

use std::collections::{HashMap, HashSet};

use super::loops::{Section, variables_in};
use crate::yaml::Node;

/// A loop that is not analysed, as its variable has other values in another loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct AmbiguousLoop<'d> {
    /// The arguments of the loop.
    pub(super) arguments: Node<'d>,
    /// The loop variable.
    pub(super) identifier: &'d str,
}

/// The loops that make a logical ID, by that ID.
type Makers<'i, 'd> = HashMap<&'d str, Vec<&'i Section<'d>>>;

/// Returns the variables that two loops have for different values, if it matters: the one loop makes a logical ID that the
/// other one makes or uses. Which of them is meant depends on the values alone.
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

/// Returns the loop around a section whose variable is ambiguous, the innermost of several.
pub(super) fn ambiguous_loop<'d>(section: &Section<'d>, variables: &HashSet<&str>) -> Option<AmbiguousLoop<'d>> {
    let mut loops = section.loops.iter();
    let one = loops.rfind(|one| variables.contains(one.identifier))?;
    Some(AmbiguousLoop {
        arguments: one.arguments,
        identifier: one.identifier,
    })
}

/// Returns whether two loops have one variable for different values.
fn has_homonyms(sections: &[Section<'_>]) -> bool {
    let mut keys: HashMap<&str, &str> = HashMap::new();
    let mut loops = sections.iter().filter_map(|section| section.loops.last());
    loops.any(|one| *keys.entry(one.identifier).or_insert(&one.key) != one.key)
}

/// Returns the variables in the logical IDs of a section that another loop makes with other values.
fn ambiguous_in<'s, 'd>(section: &'s Section<'d>, makers: &'s Makers<'_, 'd>) -> impl Iterator<Item = &'d str> {
    let made = ids_in(section).filter_map(|id| Some((id, makers.get(id)?)));
    made.flat_map(move |(id, makers)| {
        variables_in(id).filter_map(move |variable| {
            let own = section.innermost(variable)?;
            let mut others = makers.iter().filter_map(|maker| maker.innermost(variable));
            others.any(|other| other.key != own.key).then_some(own.identifier)
        })
    })
}

/// Returns the texts in a section that may be logical IDs.
fn ids_in<'d>(section: &Section<'d>) -> impl Iterator<Item = &'d str> {
    let is_part_of_id = |c: char| c.is_alphanumeric() || "${}&".contains(c);
    let texts = section.entries.descendants().filter_map(Node::scalar);
    texts.flat_map(move |text| text.split(move |c| !is_part_of_id(c)))
}
