use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::choice::{ChoiceId, ChosenProfile, ProfileChoice};
use super::ids::{ResourceId, ScopeId};
use super::no_fix::NoFix;
use super::plan::{Conditions, Guard, NamePattern, Order, PossibleNames};
use super::repeats::Repeats;
use super::resource::{Name, NameKey, Profile, Resource, ResourceDetails, Scope};
use super::slot::{Slot, SlotId, Wants};
use super::suppression::{InvalidSuppression, Suppression};
use super::unchecked::Unchecked;
use super::value::{Reference, ReferencedResource};
use crate::text::{FileRange, NodePath};

/// One template or module: its resources, slots and profile choices.
#[derive(Debug, Default)]
pub struct Model<'s> {
    /// The path of the template in its file.
    pub path: NodePath,
    /// The resources by ID, in the order of the file.
    pub resources: IndexMap<&'s str, Resource<'s>>,
    /// The scopes of resources, each after its parent.
    pub scopes: Vec<Scope>,
    /// The IDs that loops create.
    pub repeats: Repeats<'s>,
    /// The conditions.
    pub conditions: Conditions,
    /// The number of resources that the language allows, if it is limited.
    pub max_resources: Option<usize>,
    /// The number of outputs.
    pub outputs: usize,
    /// The number of outputs that the language allows, if it is limited.
    pub max_outputs: Option<usize>,
    /// The slots for profiles and roles, in file order for each [`Wants`].
    pub slots: Vec<Slot<'s>>,
    /// The chosen profiles for the roles that slots refer to.
    pub choices: Vec<ProfileChoice<'s>>,
    /// The roles for which other templates want a profile.
    pub wanted_elsewhere: Vec<ResourceId>,
    /// The names that profiles of other templates of the project, or of called modules, can have.
    pub profile_names_elsewhere: Option<Arc<PossibleNames>>,
    /// The chosen profiles for the roles of other templates.
    pub chosen_elsewhere: HashMap<ResourceId, ProfileChoice<'s>>,
    /// True if a slot or the name of a profile has a value that another template may give, or a new profile a name that one may
    /// have.
    pub takes_values: bool,
    /// Values that only other templates explain, so that a suppression may be about them.
    pub unexplained: Vec<(FileRange, NodePath)>,
    /// Values that are not checked, in file order.
    pub unchecked: Vec<Unchecked>,
    /// The resources that other sections use, such as outputs.
    pub used_elsewhere: HashSet<ResourceId>,
    /// Comments and metadata that suppress findings.
    pub suppressions: Vec<Suppression>,
    /// Suppressions that cannot be parsed.
    pub faults: Vec<InvalidSuppression>,
    /// The roles by their stated names.
    pub(super) role_names: NamedResources,
    /// The profiles by their stated names.
    pub(super) profile_names: NamedResources,
    /// The resources of other templates.
    outside: HashSet<ResourceId>,
    /// The order of the resources by their uses; known once it was asked for.
    pub(super) order: OnceCell<Order>,
}

/// Resources by the keys of their names, in the order of the file.
pub(super) type NamedResources = HashMap<String, Vec<NamedResource>>;

/// A resource that has a name in some branches.
#[derive(Clone, Debug)]
pub struct NamedResource {
    /// The resource.
    pub resource: ResourceId,
    /// The branches.
    pub guards: Vec<Guard>,
}

impl<'s> Model<'s> {
    /// Adds a resource of another template, of which the names do not count here; returns its index.
    pub fn add_outside(&mut self, resource: Resource<'s>) -> ResourceId {
        // The order does not have it.
        self.order = OnceCell::new();
        let id = ResourceId(self.resources.insert_full(resource.id, resource).0);
        self.outside.insert(id);
        id
    }

    /// Returns whether a resource is one of another template, of which only a part is known.
    pub fn is_outside(&self, id: ResourceId) -> bool {
        self.outside.contains(&id)
    }

    /// Builds a model without slots and indexes the names that resources state.
    pub fn new(resources: IndexMap<&'s str, Resource<'s>>, scopes: Vec<Scope>, repeats: Repeats<'s>) -> Self {
        let mut model = Self {
            path: NodePath::default(),
            resources,
            scopes,
            repeats,
            ..Self::default()
        };
        for (at, resource) in model.resources.values().enumerate() {
            let names = match &resource.details {
                ResourceDetails::Role(_) => &mut model.role_names,
                ResourceDetails::Profile(_) => &mut model.profile_names,
                ResourceDetails::Other => continue,
            };
            for stated in resource.name().into_iter().flat_map(|name| &name.stated) {
                names.entry(stated.key.clone()).or_default().push(NamedResource {
                    resource: ResourceId(at),
                    guards: stated.guards.clone(),
                });
            }
        }
        model
    }

    /// Returns a resource of this model.
    pub fn get(&self, id: ResourceId) -> &Resource<'s> {
        &self.resources[id.0]
    }

    /// Returns the resource with this ID, possibly expanded by a loop.
    pub fn resource(&self, id: &str) -> Option<ResourceId> {
        let repeated = || self.resources.get_index_of(self.repeats.origin(id)?);
        self.resources.get_index_of(id).or_else(repeated).map(ResourceId)
    }

    /// Returns the role with this ID.
    pub fn role(&self, id: &str) -> Option<ResourceId> {
        self.resource(id).filter(|&id| self.get(id).role().is_some())
    }

    /// Returns the role that has this name.
    pub fn role_referred_by(&self, name: &Name<'_>) -> Option<ResourceId> {
        match &name.key {
            Some(NameKey::Reference(id)) => self.role(id),
            Some(NameKey::Value(_)) | None => None,
        }
    }

    /// Returns whether a profile is known to have the name of the role that it holds.
    pub fn is_named_as_its_role(&self, profile: ResourceId) -> bool {
        let resource = self.get(profile);
        let name = resource.name().and_then(|name| name.key.as_ref());
        let held = resource.profile().and_then(|profile| profile.holds.as_ref());
        let (Some(name), Some(held)) = (name, held) else {
            return false;
        };
        let name_of_held = || match held {
            NameKey::Reference(role) => self.get(self.role(role)?).name()?.key.as_ref(),
            NameKey::Value(_) => None,
        };
        name == held || name_of_held() == Some(name)
    }

    /// Returns whether a profile's name is known to begin with `prefix`.
    ///
    /// The name may be that of a role.
    pub fn name_begins_with(&self, profile: &Resource<'_>, prefix: &str) -> bool {
        let of_role = profile.name().and_then(|name| self.role_referred_by(name));
        let named = of_role.map_or(profile, |role| self.get(role));
        named.name().is_some_and(|name| name.begins_with(prefix))
    }

    /// Returns the profile with this ID.
    pub fn profile(&self, id: &str) -> Option<ResourceId> {
        self.resource(id).filter(|&id| self.get(id).profile().is_some())
    }

    /// Iterates over the profiles, in the order of the file.
    pub fn profiles(&self) -> impl Iterator<Item = (&Resource<'s>, &Profile<'s>)> {
        let resources = self.resources.values();
        resources.filter_map(|resource| Some((resource, resource.profile()?)))
    }

    /// Expands `id` with the loop iteration that creates `name`.
    ///
    /// Returns `id` unchanged if no loop creates `name`.
    pub fn in_loop_of(&self, name: &str, id: &str) -> String {
        let is_made = !self.resources.contains_key(name);
        let expanded = is_made.then(|| self.repeats.in_loop_of(name, id)).flatten();
        expanded.unwrap_or_else(|| id.to_owned())
    }

    /// Returns the role that states this name.
    pub fn role_named(&self, name: &str) -> Option<ResourceId> {
        first_of(&self.role_names, &NameKey::of_text(name))
    }

    /// Iterates over the roles that may state this name.
    pub fn roles_named(&self, name: &str) -> impl Iterator<Item = ResourceId> {
        let named = self.role_names.get(&NameKey::of_text(name)).into_iter().flatten();
        named.map(|named| named.resource)
    }

    /// Returns whether `user` depends explicitly on `target`.
    pub fn depends_on(&self, user: ResourceId, target: ResourceId) -> bool {
        let mut uses = self.get(user).uses.iter().flat_map(|uses| uses.iter());
        uses.any(|usage| usage.target == target && !usage.is_value)
    }

    /// Returns the role whose stated name has this key.
    ///
    /// Returns `None` if a profile has that name.
    pub fn role_with_key(&self, key: &str) -> Option<ResourceId> {
        let is_of_profile = self.profile_names.contains_key(key);
        first_of(&self.role_names, key).filter(|_| !is_of_profile)
    }

    /// Iterates over the profiles that may state the name with this key.
    pub fn profiles_with_key(&self, key: &str) -> impl Iterator<Item = ResourceId> {
        let named = self.profile_names.get(key).into_iter().flatten();
        named.map(|named| named.resource)
    }

    /// Returns the profile that states this name.
    pub fn profile_named(&self, name: &str) -> Option<ResourceId> {
        first_of(&self.profile_names, &NameKey::of_text(name))
    }

    /// Returns whether a role can have this name, ignoring case.
    pub fn may_be_role_name(&self, name: &str) -> bool {
        let mut roles = self.resources.values().filter_map(Resource::role);
        roles.any(|role| role.possible_names.has(name))
    }

    /// Returns whether a profile can have this name, ignoring case.
    pub fn may_be_profile_name(&self, name: &str) -> bool {
        let mut names = self.profiles().filter_map(|(_, profile)| profile.name.as_ref());
        let wanted = PossibleNames::of([NamePattern::text(name)]);
        names.any(|profile| profile.possible.can_equal(&wanted))
    }

    /// Returns whether a profile has this name.
    pub fn is_profile_name(&self, name: &str) -> bool {
        self.profile_names.contains_key(&NameKey::of_text(name))
    }

    /// Returns whether a string probably refers to something in this model.
    pub fn means_something_else(&self, text: &str) -> bool {
        self.role(text).is_some() || self.profile(text).is_some() || self.role_named(text).is_some()
    }

    /// Returns the roles that a reference names, empty for other resources.
    pub fn roles_of<'r>(&self, reference: &'r Reference<'s>) -> &'r [ReferencedResource] {
        self.all(reference, |resource| resource.role().is_some())
    }

    /// Returns the profiles that a reference names, empty for other resources.
    pub fn profiles_of<'r>(&self, reference: &'r Reference<'s>) -> &'r [ReferencedResource] {
        self.all(reference, |resource| resource.profile().is_some())
    }

    /// Returns whether a reference names only roles or only profiles.
    pub fn is_to_role_or_profile(&self, reference: &Reference<'s>) -> bool {
        !self.roles_of(reference).is_empty() || !self.profiles_of(reference).is_empty()
    }

    fn all<'r>(
        &self,
        reference: &'r Reference<'s>,
        is_wanted: impl Fn(&Resource<'s>) -> bool,
    ) -> &'r [ReferencedResource] {
        let are_all = reference
            .targets
            .iter()
            .all(|target| is_wanted(self.get(target.resource)));
        if are_all { &reference.targets } else { &[] }
    }

    /// Iterates over the slots with this [`Wants`].
    pub fn slots(&self, wants: Wants) -> impl Iterator<Item = (SlotId, &Slot<'s>)> {
        let slots = self.slots.iter().enumerate();
        slots
            .filter(move |(_, slot)| slot.wants == wants)
            .map(|(at, slot)| (SlotId(at), slot))
    }

    /// Counts the resources, including each repetition in a loop.
    pub fn resource_count(&self) -> usize {
        self.resources.values().map(|resource| resource.repetitions).sum()
    }

    /// Returns a slot of this model.
    pub fn slot(&self, id: SlotId) -> &Slot<'s> {
        &self.slots[id.0]
    }

    /// Returns a choice of this model.
    pub fn choice(&self, id: ChoiceId) -> &ProfileChoice<'s> {
        &self.choices[id.0]
    }

    /// Returns the ID of the chosen profile.
    ///
    /// # Errors
    ///
    /// If no profile can be referred to.
    pub fn chosen_id<'m>(&'m self, choice: &'m ProfileChoice<'s>) -> Result<&'m str, NoFix> {
        match &choice.profile {
            ChosenProfile::Existing { profile, .. } => Ok(self.get(*profile).id),
            ChosenProfile::New(profile) => Ok(&profile.id),
            ChosenProfile::Unavailable(reason) => Err(reason.clone()),
        }
    }

    /// Describes a slot by its property and its resource.
    pub fn slot_name(&self, slot: &Slot<'s>) -> String {
        slot.name_in(self.get(slot.resource).id)
    }

    /// Returns whether `from` can refer to a resource in `scope`.
    ///
    /// It can if `scope` is the same loop or contains it.
    pub fn is_in_reach(&self, scope: ScopeId, from: ScopeId) -> bool {
        let parent = |at: &ScopeId| self.scopes.get(at.0).and_then(|scope| scope.parent);
        std::iter::successors(Some(from), parent).any(|at| at == scope)
    }
}

/// Returns the first resource that always has a name.
fn first_of(names: &NamedResources, key: &str) -> Option<ResourceId> {
    let mut named = names.get(key)?.iter();
    named.find(|named| named.guards.is_empty()).map(|named| named.resource)
}
