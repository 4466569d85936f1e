use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::choice::{ChoiceId, ChosenProfile, ProfileChoice};
use super::finding::Label;
use super::ids::{ResourceId, ScopeId};
use super::no_fix::NoFix;
use super::plan::Conditions;
use super::repeats::Repeats;
use super::resource::{Kind, Name, NameKey, Profile, Resource, Scope};
use super::slot::{Slot, SlotId, Wants};
use super::suppression::{Fault, Suppression};
use super::value::{Reference, Referred};

/// One template or module: its resources, the slots that take a profile or a role, and the profile for each role.
#[derive(Debug, Default)]
pub struct Model<'s> {
    /// The resources by ID, in the order of the file.
    pub resources: IndexMap<&'s str, Resource<'s>>,
    /// The places that resources are written in: the section itself and the loops inside it, each after its parent.
    pub scopes: Vec<Scope>,
    /// The IDs that loops make.
    pub repeats: Repeats<'s>,
    /// The conditions.
    pub conditions: Conditions,
    /// Everything that takes a profile or a role, by what it wants, each kind in the order of the file.
    pub slots: Vec<Slot<'s>>,
    /// The profiles that serve the roles that slots refer to.
    pub choices: Vec<ProfileChoice<'s>>,
    /// Slots and loops whose content is not known.
    pub unchecked: Vec<Label>,
    /// Comments and metadata that suppress findings.
    pub suppressions: Vec<Suppression>,
    /// Suppressions that are not understood.
    pub faults: Vec<Fault>,
    /// The roles by their stated names.
    role_names: HashMap<String, ResourceId>,
    /// The stated names of profiles.
    profile_names: HashSet<String>,
}

impl<'s> Model<'s> {
    /// Builds a model of resources that have no slots yet, and indexes the names that they state.
    pub fn new(resources: IndexMap<&'s str, Resource<'s>>, scopes: Vec<Scope>, repeats: Repeats<'s>) -> Self {
        let mut model = Self {
            resources,
            scopes,
            repeats,
            ..Self::default()
        };
        for (at, resource) in model.resources.values().enumerate() {
            match &resource.kind {
                Kind::Role(role) => {
                    // The first one in the file counts.
                    if let Some(text) = role.name.as_deref().and_then(Name::stated) {
                        model.role_names.entry(text.to_owned()).or_insert(ResourceId(at));
                    }
                }
                Kind::Profile(profile) => model.profile_names.extend(profile.stated_name.clone()),
                Kind::Other => {}
            }
        }
        model
    }

    /// Returns a resource of this model.
    pub fn get(&self, id: ResourceId) -> &Resource<'s> {
        &self.resources[id.0]
    }

    /// Returns the resource with this ID, or the one that a loop repeats under it.
    pub fn resource(&self, id: &str) -> Option<ResourceId> {
        let repeated = || self.resources.get_index_of(self.repeats.origin(id)?);
        self.resources.get_index_of(id).or_else(repeated).map(ResourceId)
    }

    /// Returns the role with this ID.
    pub fn role(&self, id: &str) -> Option<ResourceId> {
        self.resource(id).filter(|&id| self.get(id).role().is_some())
    }

    /// Returns the role to which a name refers: it is that of the role.
    pub fn role_referred_by(&self, name: &Name<'_>) -> Option<ResourceId> {
        match &name.key {
            Some(NameKey::Reference(id)) => self.role(id),
            Some(NameKey::Value(_)) | None => None,
        }
    }

    /// Returns whether the name of a profile is known to begin with `prefix`, also if it is that of a role.
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

    /// Expands `id` with the loop iteration that makes `name`; returns `id` itself where no loop makes `name`.
    pub fn in_loop_of(&self, name: &str, id: &str) -> String {
        let is_made = !self.resources.contains_key(name);
        let expanded = is_made.then(|| self.repeats.in_loop_of(name, id)).flatten();
        expanded.unwrap_or_else(|| id.to_owned())
    }

    /// Returns the role whose stated name is this text.
    pub fn role_named(&self, name: &str) -> Option<ResourceId> {
        self.role_names.get(&NameKey::of_text(name)).copied()
    }

    /// Returns whether a resource states that it depends on another one.
    pub fn depends_on(&self, user: ResourceId, target: ResourceId) -> bool {
        let mut uses = self.get(user).uses.iter().flat_map(|uses| uses.iter());
        uses.any(|one| one.target == target && !one.is_value)
    }

    /// Returns the role whose stated name has this key, unless a profile has that name.
    pub fn role_with_key(&self, key: &str) -> Option<ResourceId> {
        let is_of_profile = self.profile_names.contains(key);
        self.role_names.get(key).copied().filter(|_| !is_of_profile)
    }

    /// Returns the profile whose stated name is this text.
    pub fn profile_named(&self, name: &str) -> Option<ResourceId> {
        if !self.is_profile_name(name) {
            return None;
        }
        let key = NameKey::of_text(name);
        let mut profiles = self
            .profiles()
            .filter(|(_, profile)| profile.stated_name.as_ref() == Some(&key));
        let (resource, _) = profiles.next()?;
        self.profile(resource.id)
    }

    /// Returns whether a role can have this name, whose case does not count.
    pub fn may_be_role_name(&self, name: &str) -> bool {
        let mut roles = self.resources.values().filter_map(Resource::role);
        roles.any(|role| role.possible_names.has(name))
    }

    /// Returns whether a profile has this name.
    pub fn is_profile_name(&self, name: &str) -> bool {
        self.profile_names.contains(&NameKey::of_text(name))
    }

    /// Returns whether a text is more likely a mistake for something of this model than a name of its own.
    pub fn means_something_else(&self, text: &str) -> bool {
        self.role(text).is_some() || self.profile(text).is_some() || self.role_named(text).is_some()
    }

    /// Returns the roles that a reference names; none where it names anything else.
    pub fn roles_of<'r>(&self, reference: &'r Reference<'s>) -> &'r [Referred] {
        self.all(reference, |resource| resource.role().is_some())
    }

    /// Returns the profiles that a reference names; none where it names anything else.
    pub fn profiles_of<'r>(&self, reference: &'r Reference<'s>) -> &'r [Referred] {
        self.all(reference, |resource| resource.profile().is_some())
    }

    fn all<'r>(&self, reference: &'r Reference<'s>, is_wanted: impl Fn(&Resource<'s>) -> bool) -> &'r [Referred] {
        let are_all = reference
            .targets
            .iter()
            .all(|target| is_wanted(self.get(target.resource)));
        if are_all { &reference.targets } else { &[] }
    }

    /// Iterates over the slots that want this.
    pub fn slots(&self, wants: Wants) -> impl Iterator<Item = (SlotId, &Slot<'s>)> {
        let slots = self.slots.iter().enumerate();
        slots
            .filter(move |(_, slot)| slot.wants == wants)
            .map(|(at, slot)| (SlotId(at), slot))
    }

    /// Counts the resources, those that loops make one by one.
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

    /// Returns the ID of the profile that was chosen.
    ///
    /// # Errors
    ///
    /// If there is none to refer to.
    pub fn chosen_id<'m>(&'m self, choice: &'m ProfileChoice<'s>) -> Result<&'m str, NoFix> {
        match &choice.profile {
            ChosenProfile::Existing { profile, .. } => Ok(self.get(*profile).id),
            ChosenProfile::New(profile) => Ok(&profile.id),
            ChosenProfile::Unavailable(why) => Err(why.clone()),
        }
    }

    /// Names a slot in a message: its property and its resource.
    pub fn slot_name(&self, slot: &Slot<'s>) -> String {
        slot.name_in(self.get(slot.resource).id)
    }

    /// Returns whether a resource in `scope` is in reach of what is written in `from`: in the same loop or around it.
    pub fn is_in_reach(&self, scope: ScopeId, from: ScopeId) -> bool {
        let parent = |at: &ScopeId| self.scopes.get(at.0).and_then(|scope| scope.parent);
        std::iter::successors(Some(from), parent).any(|at| at == scope)
    }
}
