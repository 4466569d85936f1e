use std::collections::{HashMap, HashSet};

use super::conditions::{Formula, Guard};
use super::order::Order;
use super::uses::Use;
use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::no_fix::NoFix;
use crate::model::slot::Slot;

/// Returns whether a resource is a target or reaches it, directly or indirectly.
///
/// Resources that `may_lead` denies are not searched.
pub(super) fn reaches<I: Iterator<Item = ResourceId>>(
    user: ResourceId,
    mut uses: impl FnMut(ResourceId) -> I,
    target: ResourceId,
    may_lead: impl Fn(ResourceId) -> bool,
) -> bool {
    if !may_lead(user) {
        return false;
    }
    let mut pending = vec![user];
    let mut seen = HashSet::from([user]);
    while let Some(next) = pending.pop() {
        if next == target {
            return true;
        }
        pending.extend(uses(next).filter(|&used| may_lead(used) && seen.insert(used)));
    }
    false
}

impl Model<'_> {
    /// Returns whether `user` is `target`, or may depend on it, directly or indirectly.
    pub fn waits_for(&self, user: ResourceId, target: ResourceId) -> bool {
        let uses = |id| self.get(id).dependencies();
        let order = self.order();
        reaches(user, uses, target, |id| order.may_reach(id, target))
    }

    /// Returns whether `user` might depend on `target` with more references, each from a user to its targets.
    pub fn would_wait_for(
        &self,
        user: ResourceId,
        target: ResourceId,
        added: &HashMap<ResourceId, Vec<ResourceId>>,
    ) -> bool {
        let uses = |id| {
            let own = self.get(id).dependencies();
            own.chain(added.get(&id).into_iter().flatten().copied())
        };
        // New references change the order.
        reaches(user, uses, target, |_| true)
    }

    /// Returns the order of the resources.
    fn order(&self) -> &Order {
        self.order.get_or_init(|| {
            let resources = self.resources.values();
            let targets = resources.map(|resource| resource.dependencies().collect());
            Order::of(&targets.collect::<Vec<_>>())
        })
    }

    /// Returns whether a chain of dependencies creates `user` after `target`, whenever it uses it in these branches.
    ///
    /// A dependency in another branch, or through a resource that may be absent, does not count. Neither does one that
    /// would take too long to decide. In a branch that is never taken, nothing counts: fixes in other branches must not
    /// decide about it.
    pub fn is_created_after(&self, user: ResourceId, guards: &[Guard], target: ResourceId) -> bool {
        let given = || {
            let both = [user, target].map(|id| self.existence(id));
            both.into_iter().chain(guards.iter().map(Formula::of_guard))
        };
        /// The limit of conditions to decide, above those of a real chain.
        const MAX_CONDITIONS: usize = 16;
        let mut known = HashMap::new();
        let mut holds = |usage: &Use| {
            let condition = self.get(usage.target).condition;
            if usage.guards.is_empty() && condition.is_none() {
                return true;
            }
            let is_full = known.len() >= MAX_CONDITIONS;
            *known.entry((usage.guards.clone(), condition)).or_insert_with(|| {
                if is_full {
                    return false;
                }
                let branches = usage.guards.iter().map(Formula::of_guard);
                let then = branches.chain([self.existence(usage.target)]);
                self.conditions.implies(given(), Formula::All(then.collect()))
            })
        };
        // A branch that is never taken would prove anything.
        let is_taken = || self.conditions.can_hold(Formula::All(given().collect())) != Some(false);
        self.waits_for(user, target) && is_taken() && {
            let uses = |id| {
                let uses = self.get(id).uses().filter(|usage| holds(usage));
                uses.map(|usage| usage.target).collect::<Vec<_>>().into_iter()
            };
            let order = self.order();
            reaches(user, uses, target, |id| order.may_reach(id, target))
        }
    }

    /// Returns whether a resource may be absent when `user` uses it in these branches.
    ///
    /// All of `known` are present.
    pub fn may_be_absent(
        &self,
        target: ResourceId,
        user: ResourceId,
        guards: &[Guard],
        known: impl IntoIterator<Item = ResourceId>,
    ) -> bool {
        let present = known.into_iter().chain([user]).map(|id| self.existence(id));
        let given = present.chain(guards.iter().map(Formula::of_guard));
        !self.conditions.implies(given, self.existence(target))
    }

    /// Checks that `user` may refer to a resource in these branches.
    ///
    /// # Errors
    ///
    /// If that would create a circular dependency, or the resource may be absent.
    pub fn check_reference(&self, user: ResourceId, guards: &[Guard], target: ResourceId) -> Result<(), NoFix> {
        let id = || self.get(target).id.to_owned();
        if self.waits_for(target, user) {
            Err(NoFix::CircularDependency(id()))
        } else if self.may_be_absent(target, user, guards, []) {
            Err(NoFix::MayNotExist(id()))
        } else {
            Ok(())
        }
    }

    /// Fails if a slot cannot refer to a resource, whichever of its users takes the value.
    ///
    /// # Errors
    ///
    /// If a reference would be circular, or to a resource that may be absent.
    pub fn check_slot(&self, slot: &Slot<'_>, target: ResourceId) -> Result<(), NoFix> {
        let mut users = slot.users();
        users.try_for_each(|user| self.check_reference(user, &slot.guards, target))
    }

    /// Returns the condition under which a resource exists.
    pub fn existence(&self, id: ResourceId) -> Formula {
        match self.get(id).condition {
            Some(condition) => Formula::Named(condition.to_owned()),
            None => Formula::Constant(true),
        }
    }
}
