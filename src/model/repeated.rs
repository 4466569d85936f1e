//! Names of roles and profiles that a slot repeats in place of a reference.

use super::ids::ResourceId;
use super::index::{Model, NamedResource};
use super::no_fix::NoFix;
use super::plan::{Formula, Guard};
use super::slot::{Slot, Wants};
use super::value::{ArnKind, NameOrArn, Value};

/// A name or an ARN in a slot that is also stated by resources of the model.
#[derive(Clone, Debug)]
pub struct RepeatedName<'m> {
    /// The resources that may have the name when the slot has it.
    ///
    /// There are several if conditions choose one.
    pub resources: Vec<&'m NamedResource>,
    /// The form that the slot has.
    pub form: NameOrArn,
}

/// The limit of resources with one name; a real template has one for each of some exclusive conditions.
const MAX_RESOURCES: usize = 8;

impl<'s> Model<'s> {
    /// Returns the role or profile that a slot names without a reference.
    pub fn repeated_by<'m>(&'m self, slot: &'m Slot<'s>) -> Option<RepeatedName<'m>> {
        let (names, kind) = match slot.wants {
            Wants::Profile => (&self.profile_names, ArnKind::Profile),
            Wants::Role | Wants::RoleOfProfile => (&self.role_names, ArnKind::Role),
        };
        let (form, key, path) = match &slot.value {
            Value::Arn(arn) => {
                // A reference states the order, or another rule reports it.
                let is_reference = arn
                    .reference()
                    .is_some_and(|reference| self.is_to_role_or_profile(reference));
                let keys = arn.keys.as_ref().filter(|_| arn.kind == kind && !is_reference)?;
                (NameOrArn::Arn, &keys.name, Some(&keys.path))
            }
            _ => (NameOrArn::Name, slot.key.as_ref()?, None),
        };
        let is_meant = |named: &&NamedResource| {
            let has_path = path.is_none_or(|path| self.get(named.resource).is_path(path));
            has_path && self.may_coexist(slot, named)
        };
        let resources: Vec<_> = names.get(key)?.iter().filter(is_meant).take(MAX_RESOURCES).collect();
        (!resources.is_empty()).then_some(RepeatedName { resources, form })
    }

    /// Returns whether a slot for a profile has the name of a profile that always exists, and need not be created after it.
    ///
    /// There may be one profile for each of some exclusive conditions.
    pub fn means_own_profile(&self, slot: &Slot<'s>) -> bool {
        let repeated = self.repeated_by(slot).filter(|_| slot.wants == Wants::Profile);
        let Some(repeated) = repeated else { return false };
        let mut users = slot.users();
        users.all(|user| {
            let given = slot.guards.iter().map(Formula::of_guard).chain([self.existence(user)]);
            let first = repeated
                .resources
                .iter()
                .filter(|named| !self.waits_for(named.resource, user));
            let exist = first.map(|named| {
                let guards = named.guards.iter().map(Formula::of_guard);
                Formula::All(guards.chain([self.existence(named.resource)]).collect())
            });
            self.conditions.implies(given, Formula::Any(exist.collect()))
        })
    }

    /// Returns the resource that a slot may refer to in place of its name.
    ///
    /// # Errors
    ///
    /// If a reference would be circular, or would not always be to that name.
    pub fn check_repeated(&self, slot: &Slot<'s>, repeated: &RepeatedName<'_>) -> Result<ResourceId, NoFix> {
        let mut resources = repeated.resources.iter().map(|named| named.resource);
        let target = resources.next().ok_or(NoFix::SeveralOfName)?;
        if resources.any(|other| other != target) {
            return Err(NoFix::SeveralOfName);
        }
        self.check_slot(slot, target)?;
        let given = |user| {
            let guards = slot.guards.iter().map(Formula::of_guard);
            guards.chain([self.existence(user)])
        };
        let all = |guards: &[Guard]| Formula::All(guards.iter().map(Formula::of_guard).collect());
        let names = repeated.resources.iter().map(|named| all(&named.guards));
        let is_always = repeated.resources.iter().any(|named| named.guards.is_empty());
        let has_name = Formula::Any(names.collect());
        let mut users = slot.users();
        match is_always || users.all(|user| self.conditions.implies(given(user), has_name.clone())) {
            true => Ok(target),
            false => Err(NoFix::MayHaveOtherName(self.get(target).id.to_owned())),
        }
    }

    /// Returns whether a resource may have a name when a slot has its value.
    fn may_coexist(&self, slot: &Slot<'_>, named: &NamedResource) -> bool {
        slot.users().any(|user| {
            let guards = slot.guards.iter().chain(&named.guards).map(Formula::of_guard);
            let resources = [user, named.resource].map(|id| self.existence(id));
            let both = Formula::All(guards.chain(resources).collect());
            self.conditions.can_hold(both) != Some(false)
        })
    }
}
