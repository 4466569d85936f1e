//! Chooses the profile that serves each role: an existing one or a new one.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{
    Arn, ArnKind, ArnName, ChoiceId, ChosenProfile, Model, NameKey, NewProfile, NoFix, PossibleNames, ProfileChoice,
    ProfileName, ResourceId, ScopeId, ServedRole, Slot, SlotId, Value, Wants,
};

/// A generator of IDs for new profiles.
pub trait Ids {
    /// Returns an unused ID for the profile of a role.
    ///
    /// It never returns an ID twice.
    fn of_role(&mut self, model: &Model<'_>, role: ResourceId) -> String;

    /// Returns an unused ID for the profile of an outside role, which the template does not define.
    ///
    /// The profile will be inserted after `user`.
    fn of_name(&mut self, model: &Model<'_>, role: &str, user: ResourceId) -> String;
}

/// The profiles of a model, by their roles and names.
#[derive(Debug)]
pub struct Profiles<'s> {
    by_role: HashMap<NameKey<'s>, Vec<ResourceId>>,
    by_name: HashMap<NameKey<'s>, Vec<ResourceId>>,
    /// The roles whose name a profile refers to.
    named_after: HashSet<ResourceId>,
    /// The possible names of the other profiles.
    other_names: PossibleNames,
}

impl<'s> Profiles<'s> {
    /// Indexes the profiles of `model`.
    pub fn of(model: &Model<'s>) -> Self {
        let mut profiles = Self {
            by_role: HashMap::new(),
            by_name: HashMap::new(),
            named_after: HashSet::new(),
            other_names: PossibleNames::of([]),
        };
        for (at, resource) in model.resources.values().enumerate() {
            let Some(profile) = resource.profile() else { continue };
            let name = profile.name.as_ref().and_then(|name| name.key.clone());
            if let Some(name) = &profile.name {
                match model.role_referred_by(name) {
                    Some(role) => drop(profiles.named_after.insert(role)),
                    None => profiles.other_names.extend(&name.possible),
                }
            }
            for (key, index) in [
                (profile.holds.clone(), &mut profiles.by_role),
                (name, &mut profiles.by_name),
            ] {
                if let Some(key) = key {
                    index.entry(key).or_default().push(ResourceId(at));
                }
            }
        }
        profiles
    }

    /// Chooses the profile for every role that a slot names.
    ///
    /// Roles of the model come first, in file order; then outside roles, in slot order.
    pub fn choose(&self, model: &mut Model<'s>, name: ProfileName, ids: &mut impl Ids) {
        let wanted = Wanted::by(model);
        let mut choosing = Choosing {
            profiles: self,
            model,
            name,
            ids,
            // A template that already has too many resources has to be split anyway, so nothing limits it.
            room: model
                .max_resources
                .and_then(|most| most.checked_sub(model.resource_count()))
                .unwrap_or(usize::MAX),
            named_in_arns: named_in_arns(model),
            choices: Vec::new(),
            added: HashMap::new(),
        };
        let by_role: HashMap<_, _> = wanted
            .roles
            .iter()
            .map(|(&role, users)| (role, choosing.for_role(role, users)))
            .collect();
        let mut by_name: HashMap<&ServedName, Option<ChoiceId>> = HashMap::new();
        let mut served_by = Vec::new();
        for (&slot, served) in &wanted.by_slot {
            let chosen = served.iter().filter_map(|served| match served {
                Served::Role(role) => by_role.get(role).copied(),
                Served::Named { role, name } => {
                    let users = wanted.roles.get(role).map_or(&[][..], Vec::as_slice);
                    let own = by_name.entry(name).or_insert_with(|| {
                        let existing = self.existing(choosing.model, *role, &name.key(), users)?;
                        Some(choosing.add(existing))
                    });
                    own.or_else(|| by_role.get(role).copied())
                }
                Served::Outside(name) => Some(choosing.for_name(name, slot, &wanted)),
            });
            served_by.push((slot, chosen.collect::<Vec<_>>()));
        }
        let choices = choosing.choices;
        for (slot, chosen) in served_by {
            model.slots[slot.0].served_by = chosen;
        }
        model.choices = choices;
    }

    /// Returns whether a profile would serve a role, both given by ID.
    pub fn serves(&self, model: &Model<'s>, profile: &str, role: &str) -> bool {
        let choice = model
            .role(role)
            .and_then(|found| self.existing(model, found, &NameKey::Reference(role), &[]));
        match choice.map(|choice| choice.profile) {
            Some(ChosenProfile::Existing {
                profile: chosen,
                others,
                ..
            }) => [chosen].iter().chain(&others).any(|&id| model.get(id).id == profile),
            Some(ChosenProfile::New(_) | ChosenProfile::Unavailable(_)) | None => false,
        }
    }

    /// Returns whether one profile has the name of one role that it would serve, both by ID.
    pub fn is_namesake(&self, model: &Model<'s>, profile: &str, role: &str) -> bool {
        let found = model
            .role(role)
            .and_then(|found| self.existing(model, found, &NameKey::Reference(role), &[]));
        matches!(
            found.map(|choice| choice.profile),
            Some(ChosenProfile::Existing { profile: chosen, has_role_name: true, .. }) if model.get(chosen).id == profile
        )
    }

    /// Finds the profile that holds exactly this role, for these slots.
    ///
    /// `name` is the role in the slots: its ID after loops are expanded, or the key of a value that gives its name.
    ///
    /// It must be in the account of the role, exist under the role's condition or none, and not depend on any of its
    /// users. A profile with the role's name is preferred, then the first one.
    fn existing(
        &self,
        model: &Model<'s>,
        id: ResourceId,
        name: &NameKey<'_>,
        users: &[SlotId],
    ) -> Option<ProfileChoice<'s>> {
        let role = model.get(id);
        let with_name: HashSet<_> = named(&self.by_name, model, id, name).into_iter().collect();
        let mut usable = named(&self.by_role, model, id, name);
        usable.retain(|&profile| {
            let found = model.get(profile);
            let exists = found.condition.is_none() || found.condition == role.condition;
            let serves = |user: &SlotId| {
                let slot = model.slot(*user);
                let is_circle = model.waits_for(profile, slot.resource);
                !is_circle && !model.may_be_absent(profile, slot.resource, &slot.guards, [id])
            };
            let is_of_account = found.provider == role.provider;
            exists && is_of_account && model.is_in_reach(found.scope, role.scope) && users.iter().all(serves)
        });
        let best = usable.iter().find(|profile| with_name.contains(profile));
        let chosen = *best.or(usable.first())?;
        Some(ProfileChoice {
            role: ServedRole::Resource(id),
            namesakes: self.namesakes(model, id, name),
            profile: ChosenProfile::Existing {
                profile: chosen,
                has_role_name: best.is_some(),
                others: usable.into_iter().filter(|&other| other != chosen).collect(),
            },
            has_path: model.get(chosen).has_path(),
        })
    }

    /// Returns the profiles with the name of a role.
    fn namesakes(&self, model: &Model<'s>, role: ResourceId, name: &NameKey<'_>) -> Vec<ResourceId> {
        /// The limit; a real template has one, or one for each of some exclusive conditions.
        const MAX_NAMESAKES: usize = 8;
        let named = named(&self.by_name, model, role, name);
        named.into_iter().take(MAX_NAMESAKES).collect()
    }

    /// Returns whether a new profile can have a role's name.
    ///
    /// Profiles named after other roles cannot conflict, since two roles cannot have one name either.
    fn is_free(&self, model: &Model<'s>, role: ResourceId) -> bool {
        let names = model.get(role).role().map(|role| &role.possible_names);
        let elsewhere = model.profile_names_elsewhere.as_ref();
        let is_unused = |names: &PossibleNames| {
            !self.other_names.can_equal(names) && elsewhere.is_none_or(|elsewhere| !elsewhere.can_equal(names))
        };
        !self.named_after.contains(&role) && names.is_some_and(is_unused)
    }

    /// Finds a profile that holds exactly this outside role, for a slot.
    fn holding(&self, model: &Model<'s>, name: &str, slot: SlotId) -> Option<ResourceId> {
        let holders = self.by_role.get(&NameKey::Value(NameKey::of_text(name)))?;
        let slot = model.slot(slot);
        let user = slot.resource;
        let mut usable = holders.iter().copied().filter(|&profile| {
            let is_circle = model.waits_for(profile, user);
            let may_be_absent = model.may_be_absent(profile, user, &slot.guards, []);
            let (found, user) = (model.get(profile), model.get(user));
            let is_of_account = found.provider == user.provider;
            is_of_account && model.is_in_reach(found.scope, user.scope) && !is_circle && !may_be_absent
        });
        usable.next()
    }
}

/// The choices so far.
struct Choosing<'c, 's, I> {
    profiles: &'c Profiles<'s>,
    model: &'c Model<'s>,
    name: ProfileName,
    ids: &'c mut I,
    /// The number of resources that may be added.
    room: usize,
    /// The roles whose names an ARN of a profile has.
    named_in_arns: HashSet<ResourceId>,
    choices: Vec<ProfileChoice<'s>>,
    /// The profiles for outside roles, by the role's name and their condition.
    added: HashMap<(String, Option<&'s str>), ChoiceId>,
}

impl<'s, I: Ids> Choosing<'_, 's, I> {
    fn add(&mut self, choice: ProfileChoice<'s>) -> ChoiceId {
        self.choices.push(choice);
        ChoiceId(self.choices.len() - 1)
    }

    /// Finds the profile that holds exactly this role, or designs one.
    fn for_role(&mut self, id: ResourceId, users: &[SlotId]) -> ChoiceId {
        let model = self.model;
        if let Some(chosen) = model.chosen_elsewhere.get(&id) {
            return self.add(chosen.clone());
        }
        let role = model.get(id);
        if let Some(existing) = self.profiles.existing(model, id, &NameKey::Reference(role.id), users) {
            return self.add(existing);
        }
        let wants_name = match self.name {
            ProfileName::Auto => role.name().is_some(),
            ProfileName::None => false,
            ProfileName::Role => true,
        };
        // A profile that an ARN names, and that the model does not define, exists elsewhere.
        let is_free = !self.named_in_arns.contains(&id) && self.profiles.is_free(model, id);
        let profile = self.new_profile(role.repetitions, |ids| NewProfile {
            id: ids.of_role(model, id),
            after: id,
            condition: role.condition,
            has_path: role.role().is_some_and(|role| role.path.is_some()),
            is_named: wants_name && is_free,
        });
        self.add(ProfileChoice {
            role: ServedRole::Resource(id),
            profile,
            namesakes: self.profiles.namesakes(model, id, &NameKey::Reference(role.id)),
            has_path: role.has_path(),
        })
    }

    /// Finds or designs a profile for an outside role.
    fn for_name(&mut self, name: &str, slot: SlotId, wanted: &Wanted) -> ChoiceId {
        let model = self.model;
        let user = model.slot(slot).resource;
        if let Some(profile) = self.profiles.holding(model, name, slot) {
            let existing = ChosenProfile::Existing {
                profile,
                others: Vec::new(),
                has_role_name: false,
            };
            return self.add(outside(name, existing, model.get(profile).has_path()));
        }
        let condition = match wanted.condition_of(name, slot, model) {
            Ok(condition) => condition,
            Err(reason) => return self.add(outside(name, ChosenProfile::Unavailable(reason), false)),
        };
        let key = (name.to_owned(), condition);
        if let Some(added) = self.added.get(&key) {
            return *added;
        }
        let profile = self.new_profile(1, |ids| NewProfile {
            id: ids.of_name(model, name, user),
            after: user,
            condition,
            has_path: false,
            is_named: false,
        });
        let added = self.add(outside(name, profile, false));
        self.added.insert(key, added);
        added
    }

    /// Designs a profile with `count` repetitions, if there is room for it.
    fn new_profile(&mut self, count: usize, design: impl FnOnce(&mut I) -> NewProfile<'s>) -> ChosenProfile<'s> {
        match self.room.checked_sub(count) {
            Some(room) => {
                self.room = room;
                ChosenProfile::New(design(self.ids))
            }
            None => ChosenProfile::Unavailable(NoFix::TooManyResources),
        }
    }
}

/// The roles that slots for profiles refer to or name.
#[derive(Default)]
struct Wanted {
    roles: BTreeMap<ResourceId, Vec<SlotId>>,
    by_slot: BTreeMap<SlotId, Vec<Served>>,
}

/// A role that a slot refers to or names.
enum Served {
    Role(ResourceId),
    /// A role that profiles may hold by another name.
    Named {
        role: ResourceId,
        name: ServedName,
    },
    /// The name of an outside role.
    Outside(String),
}

/// The name of a role in a slot.
#[derive(PartialEq, Eq, Hash)]
enum ServedName {
    /// An ID that a loop expands.
    Expanded(String),
    /// The key of a value that another template gives.
    Given(String),
}

impl Wanted {
    fn by(model: &Model<'_>) -> Self {
        let mut wanted = Self::default();
        for (id, slot) in model.slots(Wants::Profile) {
            let served = served(model, slot);
            if served.is_empty() {
                continue;
            }
            for role in served.iter().filter_map(Served::role) {
                wanted.roles.entry(role).or_default().push(id);
            }
            wanted.by_slot.insert(id, served);
        }
        for role in &model.wanted_elsewhere {
            wanted.roles.entry(*role).or_default();
        }
        wanted
    }

    /// Returns the condition of a new profile for an outside role.
    ///
    /// It is the condition of the user in `slot`, or none if a user has none.
    ///
    /// # Errors
    ///
    /// If the profile cannot be limited to the stacks that need it.
    fn condition_of<'s>(&self, name: &str, slot: SlotId, model: &Model<'s>) -> Result<Option<&'s str>, NoFix> {
        if model.get(model.slot(slot).resource).scope != ScopeId::default() {
            return Err(NoFix::RoleOutsideLoop);
        }
        if !model.slot(slot).guards.is_empty() {
            return Err(NoFix::CombinedConditions);
        }
        let is_for_name = |served: &Served| matches!(served, Served::Outside(other) if other == name);
        let users = self.by_slot.iter().filter(|(_, served)| served.iter().any(is_for_name));
        let users = users.map(|(&slot, _)| model.slot(slot));
        // No profile is added for users with guards or with a naming rule, nor for those that cannot refer to it.
        let may_refer = |user: &&Slot<'_>| user.guards.is_empty() && user.property.profile_prefix().is_none();
        let users = users.filter(|user| may_refer(user) && user.is_writable);
        let mut conditions = users.map(|user| model.get(user.resource).condition);
        let own = model.get(model.slot(slot).resource).condition;
        Ok(own.filter(|_| conditions.all(|condition| condition.is_some())))
    }
}

impl Served {
    fn role(&self) -> Option<ResourceId> {
        match self {
            Self::Role(role) | Self::Named { role, .. } => Some(*role),
            Self::Outside(_) => None,
        }
    }
}

impl ServedName {
    fn key(&self) -> NameKey<'_> {
        match self {
            Self::Expanded(id) => NameKey::Reference(id),
            Self::Given(key) => NameKey::Value(key.clone()),
        }
    }
}

/// Returns the roles that a slot refers to or names.
fn served(model: &Model<'_>, slot: &Slot<'_>) -> Vec<Served> {
    if let Some(reference) = slot.value.reference() {
        let roles = model.roles_of(reference);
        if let [only] = roles {
            let is_expanded = only.name == reference.id && only.name != model.get(only.resource).id;
            let given = slot.passing.as_ref().and_then(|passing| passing.key.clone());
            let name = match is_expanded {
                true => Some(ServedName::Expanded(only.name.clone())),
                false => given.map(ServedName::Given),
            };
            let named = name.map(|name| Served::Named {
                role: only.resource,
                name,
            });
            return vec![named.unwrap_or(Served::Role(only.resource))];
        }
        return roles.iter().map(|role| Served::Role(role.resource)).collect();
    }
    let named = match &slot.value {
        Value::Text(_) | Value::Unknown(_) => slot.key.as_deref().and_then(|key| model.role_with_key(key)),
        Value::Arn(Arn {
            kind: ArnKind::Role,
            name: ArnName::Text(name),
            ..
        }) => match model.role_named(name) {
            None => return vec![Served::Outside(name.clone())],
            role => role,
        },
        Value::Reference(_) | Value::Arn(_) | Value::Macro => None,
    };
    named.map(Served::Role).into_iter().collect()
}

/// Returns the roles whose names an ARN of a profile has.
fn named_in_arns(model: &Model<'_>) -> HashSet<ResourceId> {
    let slots = model.slots(Wants::Profile);
    let names = slots.filter_map(|(_, slot)| match &slot.value {
        Value::Arn(Arn {
            kind: ArnKind::Profile,
            name: ArnName::Text(name),
            ..
        }) => Some(name),
        _ => None,
    });
    names.flat_map(|name| model.roles_named(name)).collect()
}

fn outside<'s>(role: &str, profile: ChosenProfile<'s>, has_path: bool) -> ProfileChoice<'s> {
    ProfileChoice {
        role: ServedRole::Outside(role.to_owned()),
        profile,
        namesakes: Vec::new(),
        has_path,
    }
}

/// Returns the indexed profiles for a role, in file order.
///
/// `name` is that of [`Profiles::existing`].
fn named<'s>(
    index: &HashMap<NameKey<'s>, Vec<ResourceId>>,
    model: &Model<'s>,
    role: ResourceId,
    name: &NameKey<'_>,
) -> Vec<ResourceId> {
    let found = names_of(model, role, name).filter_map(|name| index.get(&name));
    let mut found: Vec<_> = found.flatten().copied().collect();
    found.sort_by_key(|&profile| model.get(profile).place);
    found
}

/// Iterates over the keys of a role's names, `name` first.
fn names_of<'m, 's: 'm>(
    model: &'m Model<'s>,
    role: ResourceId,
    name: &NameKey<'m>,
) -> impl Iterator<Item = NameKey<'m>> {
    let stated = model.get(role).name().and_then(|name| name.key.clone());
    [Some(name.clone()), stated].into_iter().flatten()
}
