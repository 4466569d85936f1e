//! The names that the profiles of a project can have.

use std::collections::HashMap;
use std::sync::Arc;

use super::read::UnfinishedUnit;
use super::unit::Unit;
use crate::model::{GivenPart, NameKey, PossibleNames, Reference, SlotId};
use crate::project::{Flows, Namesakes};

/// The names of the profiles of a project.
pub(super) struct ProfileNames {
    /// The possible names in each template that states some.
    possible: Vec<(usize, PossibleNames)>,
    /// The templates in which a profile has a literal name, by its key.
    literal: HashMap<String, Vec<usize>>,
    /// The roles that give profiles of other templates their names.
    named_after: Namesakes,
}

impl ProfileNames {
    /// Collects the names of templates, between which values flow.
    pub(super) fn of(units: &[UnfinishedUnit<'_>], flows: &Flows) -> Self {
        let mut names = Self {
            possible: Vec::new(),
            literal: HashMap::new(),
            named_after: Namesakes::of(flows),
        };
        for (at, unfinished) in units.iter().enumerate() {
            let profiles = unfinished.unit.model.profiles();
            let mut possible: Option<PossibleNames> = None;
            for name in profiles.filter_map(|(_, profile)| profile.name.as_ref()) {
                possible
                    .get_or_insert_with(|| PossibleNames::of([]))
                    .extend(&name.possible);
                let keys = name.stated.iter().map(|stated| &stated.key);
                for key in keys.filter(|key| NameKey::text_of(key).is_some()) {
                    names.literal.entry(key.clone()).or_default().push(at);
                }
            }
            names.possible.extend(possible.map(|possible| (at, possible)));
        }
        names
    }

    /// Returns the names that profiles of other templates can have, for each of `count` templates.
    pub(super) fn elsewhere(&self, count: usize) -> Vec<Option<Arc<PossibleNames>>> {
        /// In a larger project, a template's own names count too, so that all templates share them.
        const MAX_TEMPLATES: usize = 64;
        let without = |own: Option<usize>| {
            let others = self.possible.iter().filter(|(other, _)| Some(*other) != own);
            let all = others.fold(None, |all: Option<PossibleNames>, (_, names)| {
                let mut all = all.unwrap_or_else(|| PossibleNames::of([]));
                all.extend(names);
                Some(all)
            });
            all.map(Arc::new)
        };
        match self.possible.len() > MAX_TEMPLATES {
            true => vec![without(None); count],
            false => (0..count).map(|at| without(Some(at))).collect(),
        }
    }

    /// Marks the slots with the name of a role that a profile of another template has too, and which so may be right.
    pub(super) fn doubt_roles_of(&self, unit: &mut Unit<'_>, at: usize) {
        for slot in 0..unit.model.slots.len() {
            let own = unit.model.slot(SlotId(slot));
            let reference = own
                .value
                .reference()
                .filter(|reference| reference.gives == GivenPart::Name);
            let Some(role) = reference.and_then(Reference::itself) else {
                continue;
            };
            let role = unit.model.get(role);
            let keys = role.name().into_iter().flat_map(|name| &name.stated);
            let mut others = keys.filter_map(|stated| self.literal.get(&stated.key)).flatten();
            let given = unit
                .outside
                .as_ref()
                .and_then(|outside| outside.given.get(&SlotId(slot)));
            let (home, id) = given.map_or((at, role.id), |given| (given.template, &given.id));
            // Without a way between them, templates with equal names may be variants of one.
            let is_equal = own.passing.is_some() && others.any(|other| *other != home);
            let may_be_first = |stack: &str| {
                let stack = unit.model.resource(stack);
                stack.is_some_and(|stack| !unit.model.waits_for(stack, own.resource))
            };
            if (is_equal || self.named_after.may_exist((home, id), at, may_be_first))
                && let Some(slot) = unit.model.slots.get_mut(slot)
            {
                slot.passing.get_or_insert_default().is_likely = true;
            }
        }
    }
}
