//! The resource and the attribute that the parameter of a nested stack wants.

use super::ends::SlotEnd;
use crate::model::{NoFix, Property, Takes, Wants};
use crate::text::FileRange;

/// The limit of ends that a parameter is followed to.
pub(super) const MAX_ENDS: usize = 64;

/// The resource and the attribute that the parameter of a nested stack wants.
#[derive(Clone, Debug)]
pub struct Want {
    /// The resource that it wants.
    pub wants: Wants,
    /// The property at the end.
    pub property: Property,
    /// The attribute that all ends take.
    pub takes: Takes,
    /// The ends, each with its location and its description.
    pub ends: Vec<(FileRange, String)>,
    /// The property and the form at another end, if they take the name at one and the ARN at another.
    pub other_form: Option<(Property, Takes)>,
    /// True if a way is only probable.
    pub is_likely: bool,
    /// True if conditions of other templates decide about an end.
    pub is_conditional: bool,
    /// True if a condition, even on the value itself, decides about each end.
    pub(super) has_guards: bool,
    /// True if some ends take the name and others the ARN, each in its own case.
    pub(super) is_undecided: bool,
    /// The location of another use of the value, if there is one.
    pub other_use: Option<FileRange>,
    /// The reason why the value must not change.
    pub blocked: Option<NoFix>,
}

impl Want {
    /// Returns what one slot wants.
    pub(super) fn of_slot(slot: &SlotEnd) -> Self {
        Self {
            wants: slot.wants,
            property: slot.property,
            takes: slot.takes,
            ends: vec![(slot.place, slot.name.clone())],
            other_form: None,
            is_likely: false,
            is_conditional: slot.is_conditional,
            has_guards: slot.has_guards,
            is_undecided: false,
            other_use: None,
            blocked: None,
        }
    }

    /// Adds what another end of the same parameter wants.
    pub(super) fn join(&mut self, other: Self) {
        match (self.takes, other.takes) {
            (Takes::Either, takes) => (self.takes, self.property) = (takes, other.property),
            (_, Takes::Either) => {}
            (one, other) if one == other => {}
            // Each end may have the value in its own case.
            _ if self.has_guards && other.has_guards => self.is_undecided = true,
            _ => {
                self.other_form.get_or_insert((other.property, other.takes));
                self.blocked = Some(NoFix::ConflictingUses);
            }
        }
        self.other_form = self.other_form.or(other.other_form);
        // Two stacks of one template have the same ends.
        let new = other.ends.into_iter().filter(|end| !self.ends.contains(end));
        self.ends.extend(new.collect::<Vec<_>>());
        self.ends.truncate(MAX_ENDS);
        self.is_undecided |= other.is_undecided;
        self.has_guards &= other.has_guards;
        self.is_likely |= other.is_likely;
        // One end that is always reached is enough.
        self.is_conditional &= other.is_conditional;
        self.other_use = self.other_use.or(other.other_use);
        self.blocked = self.blocked.take().or(other.blocked);
    }
}
