use std::collections::HashSet;

use super::conditions::{Formula, Guard};
use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::no_fix::NoFix;

/// Returns whether a resource is one that is asked for, or uses it by any number of uses.
pub(super) fn reaches<I: Iterator<Item = ResourceId>>(
    user: ResourceId,
    uses: impl Fn(ResourceId) -> I,
    is_target: impl Fn(ResourceId) -> bool,
) -> bool {
    let mut left = vec![user];
    let mut seen = HashSet::from([user]);
    while let Some(next) = left.pop() {
        if is_target(next) {
            return true;
        }
        left.extend(uses(next).filter(|&target| seen.insert(target)));
    }
    false
}

impl Model<'_> {
    /// Returns whether a resource waits for another one, by any number of uses, or is that one.
    pub fn waits_for(&self, user: ResourceId, target: ResourceId) -> bool {
        let uses = |id| self.get(id).uses().map(|one| one.target);
        reaches(user, uses, |id| id == target)
    }

    /// Returns whether a resource may be absent where `user` is there and uses it in these branches, though all of `known`
    /// are there.
    pub fn may_be_absent(
        &self,
        target: ResourceId,
        user: ResourceId,
        guards: &[Guard],
        known: impl IntoIterator<Item = ResourceId>,
    ) -> bool {
        let there = known.into_iter().chain([user]).map(|id| self.existence(id));
        let given = there.chain(guards.iter().map(Formula::of_guard));
        !self.conditions.implies(given, self.existence(target))
    }

    /// Returns why `user` cannot come to refer to a resource in these branches.
    ///
    /// # Errors
    ///
    /// If that would close a circle, or the resource may be absent.
    pub fn check_reference(&self, user: ResourceId, guards: &[Guard], target: ResourceId) -> Result<(), NoFix> {
        let id = || self.get(target).id.to_owned();
        if self.waits_for(target, user) {
            Err(NoFix::Circle(id()))
        } else if self.may_be_absent(target, user, guards, []) {
            Err(NoFix::Absent(id()))
        } else {
            Ok(())
        }
    }

    /// Returns when a resource exists.
    pub fn existence(&self, id: ResourceId) -> Formula {
        match self.get(id).condition {
            Some(condition) => Formula::Named(condition.to_owned()),
            None => Formula::Constant(true),
        }
    }
}
