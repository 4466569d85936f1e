//! The profile that serves each role: one that is there, or one to add.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{
    Arn, ArnKind, ArnName, ChoiceId, ChosenProfile, Model, NameKey, NamingRule, NewProfile, NoFix, PossibleNames,
    ProfileChoice, ProfileName, ResourceId, ScopeId, ServedRole, SlotId, Value, Wants,
};

/// Gives IDs to new profiles.
pub trait Ids {
    /// Returns an ID that is free for the profile of a role; each ID is given once.
    fn of_role(&mut self, model: &Model<'_>, role: ResourceId) -> String;

    /// Returns an ID that is free for the profile of the role with this name, which is not in the model, to be written
    /// after `user`.
    fn of_name(&mut self, model: &Model<'_>, role: &str, user: ResourceId) -> String;
}

/// The profiles of a model, by the roles that they hold and by their names.
#[derive(Debug)]
pub struct Profiles<'s> {
    by_role: HashMap<NameKey<'s>, Vec<ResourceId>>,
    by_name: HashMap<NameKey<'s>, Vec<ResourceId>>,
    /// The roles that a profile has the name of, by reference.
    named_after: HashSet<ResourceId>,
    /// The names that the other profiles can have.
    other_names: PossibleNames,
}

impl<'s> Profiles<'s> {
    /// Sorts the profiles of `model`.
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

    /// Chooses the profile for every role that a slot for profiles refers to or names. The roles go first, in the order
    /// of the file; then those outside the model, in the order of the slots.
    pub fn choose(&self, model: &mut Model<'s>, name: ProfileName, ids: &mut impl Ids) {
        let wanted = Wanted::by(model);
        let mut choosing = Choosing {
            profiles: self,
            model,
            name,
            ids,
            // A template with more has to be split anyway.
            room: MOST_RESOURCES.checked_sub(model.resource_count()).unwrap_or(usize::MAX),
            choices: Vec::new(),
            added: HashMap::new(),
        };
        let by_role: HashMap<_, _> = wanted
            .roles
            .iter()
            .map(|(&role, users)| (role, choosing.for_role(role, users)))
            .collect();
        let mut by_name: HashMap<&str, Option<ChoiceId>> = HashMap::new();
        let mut served_by = Vec::new();
        for (&slot, served) in &wanted.by_slot {
            let chosen = served.iter().filter_map(|served| match served {
                Served::Role(role) => by_role.get(role).copied(),
                Served::Expanded { role, name } => {
                    let users = wanted.roles.get(role).map_or(&[][..], Vec::as_slice);
                    let own = by_name.entry(name).or_insert_with(|| {
                        let existing = self.existing(choosing.model, *role, name, users)?;
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

    /// Returns whether `profile`, an ID, would do for the role with the ID `role`.
    pub fn serves(&self, model: &Model<'s>, profile: &str, role: &str) -> bool {
        let choice = model
            .role(role)
            .and_then(|found| self.existing(model, found, role, &[]));
        match choice.map(|choice| choice.profile) {
            Some(ChosenProfile::Existing {
                profile: chosen,
                others,
                ..
            }) => [chosen].iter().chain(&others).any(|&id| model.get(id).id == profile),
            Some(ChosenProfile::New(_) | ChosenProfile::Unavailable(_)) | None => false,
        }
    }

    /// Finds the profile that holds exactly this role, which goes by the ID `name`, for users in these slots.
    ///
    /// It is used if it exists under the role's condition or none, and if it waits for none of its users. Of several the
    /// one with the role's name is taken, else the first.
    fn existing(&self, model: &Model<'s>, id: ResourceId, name: &str, users: &[SlotId]) -> Option<ProfileChoice<'s>> {
        let role = model.get(id);
        let with_name: HashSet<_> = named(&self.by_name, model, id, name).into_iter().collect();
        let mut usable = named(&self.by_role, model, id, name);
        usable.retain(|&profile| {
            let found = model.get(profile);
            let is_there = found.condition.is_none() || found.condition == role.condition;
            let serves = |user: &SlotId| {
                let slot = model.slot(*user);
                let is_circle = model.waits_for(profile, slot.resource);
                !is_circle && !model.may_be_absent(profile, slot.resource, &slot.guards, [id])
            };
            is_there && model.is_in_reach(found.scope, role.scope) && users.iter().all(serves)
        });
        let best = usable.iter().find(|profile| with_name.contains(profile));
        let chosen = *best.or(usable.first())?;
        Some(ProfileChoice {
            role: ServedRole::Resource(id),
            profile: ChosenProfile::Existing {
                profile: chosen,
                has_role_name: best.is_some(),
                others: usable.into_iter().filter(|&other| other != chosen).collect(),
            },
            has_path: model.get(chosen).has_path(),
        })
    }

    /// Returns whether a new profile can have the name of a role: no other profile may come to have the same one.
    ///
    /// One that has the name of another role cannot, as two roles of one name cannot be either.
    fn is_free(&self, model: &Model<'s>, role: ResourceId) -> bool {
        let names = model.get(role).role().map(|role| &role.possible_names);
        !self.named_after.contains(&role) && names.is_some_and(|names| !self.other_names.can_equal(names))
    }

    /// Finds a profile that a slot may refer to, which holds exactly the role with this name.
    fn holding(&self, model: &Model<'s>, name: &str, slot: SlotId) -> Option<ResourceId> {
        let holders = self.by_role.get(&NameKey::Value(NameKey::of_text(name)))?;
        let slot = model.slot(slot);
        let user = slot.resource;
        let mut usable = holders.iter().copied().filter(|&profile| {
            let is_circle = model.waits_for(profile, user);
            let may_be_absent = model.may_be_absent(profile, user, &slot.guards, []);
            model.is_in_reach(model.get(profile).scope, model.get(user).scope) && !is_circle && !may_be_absent
        });
        usable.next()
    }
}

/// A template has at most this many resources:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MOST_RESOURCES: usize = 500;

/// The choices so far.
struct Choosing<'c, 's, I> {
    profiles: &'c Profiles<'s>,
    model: &'c Model<'s>,
    name: ProfileName,
    ids: &'c mut I,
    /// The number of resources that may be added.
    room: usize,
    choices: Vec<ProfileChoice<'s>>,
    /// The profiles for roles outside the model, by the name of the role and their condition.
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
        let role = model.get(id);
        if let Some(existing) = self.profiles.existing(model, id, role.id, users) {
            return self.add(existing);
        }
        let wants_name = match self.name {
            ProfileName::Auto => role.name().is_some(),
            ProfileName::None => false,
            ProfileName::Role => true,
        };
        let profile = self.new_profile(role.repetitions, |ids| NewProfile {
            id: ids.of_role(model, id),
            after: id,
            condition: role.condition,
            has_path: role.role().is_some_and(|role| role.path.is_some()),
            is_named: wants_name && self.profiles.is_free(model, id),
        });
        self.add(ProfileChoice {
            role: ServedRole::Resource(id),
            profile,
            has_path: role.has_path(),
        })
    }

    /// Finds a profile for a role that is not in the model, or designs one under the condition of its user.
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
            Err(why) => return self.add(outside(name, ChosenProfile::Unavailable(why), false)),
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

    /// Designs a profile that is made this often, if there is room for it.
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
    /// A role by the ID that a loop makes of its own.
    Expanded {
        role: ResourceId,
        name: String,
    },
    /// The name of a role that is not in the model.
    Outside(String),
}

impl Wanted {
    fn by(model: &Model<'_>) -> Self {
        let mut wanted = Self::default();
        for (id, slot) in model.slots(Wants::Profile) {
            let served = served(model, &slot.value);
            if served.is_empty() {
                continue;
            }
            for role in served.iter().filter_map(Served::role) {
                wanted.roles.entry(role).or_default().push(id);
            }
            wanted.by_slot.insert(id, served);
        }
        wanted
    }

    /// Returns the condition of a new profile for the role with this name, which is not in the model: that of its user in
    /// `slot`; none if one of its users has none.
    ///
    /// # Errors
    ///
    /// If the profile cannot be where it is needed only.
    fn condition_of<'s>(&self, name: &str, slot: SlotId, model: &Model<'s>) -> Result<Option<&'s str>, NoFix> {
        if model.get(model.slot(slot).resource).scope != ScopeId::default() {
            return Err(NoFix::InLoop);
        }
        if !model.slot(slot).guards.is_empty() {
            return Err(NoFix::NoCondition);
        }
        let is_for_name = |served: &Served| matches!(served, Served::Outside(other) if other == name);
        let users = self.by_slot.iter().filter(|(_, served)| served.iter().any(is_for_name));
        let users = users.map(|(&slot, _)| model.slot(slot));
        // The others get no profile.
        let users = users.filter(|user| user.guards.is_empty() && user.property.naming != Some(NamingRule::RdsCustom));
        let mut conditions = users.map(|user| model.get(user.resource).condition);
        let own = model.get(model.slot(slot).resource).condition;
        Ok(own.filter(|_| conditions.all(|condition| condition.is_some())))
    }
}

impl Served {
    fn role(&self) -> Option<ResourceId> {
        match self {
            Self::Role(role) | Self::Expanded { role, .. } => Some(*role),
            Self::Outside(_) => None,
        }
    }
}

/// Returns the roles that a value refers to or names.
fn served(model: &Model<'_>, value: &Value<'_>) -> Vec<Served> {
    if let Some(reference) = value.reference() {
        return match model.roles_of(reference) {
            [only] if only.name == reference.id && only.name != model.get(only.resource).id => vec![Served::Expanded {
                role: only.resource,
                name: only.name.clone(),
            }],
            roles => roles.iter().map(|role| Served::Role(role.resource)).collect(),
        };
    }
    let named = match value {
        Value::Text(text) => model.role_named(&text.text),
        Value::Unknown(unknown) => unknown.key.as_deref().and_then(|key| model.role_with_key(key)),
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

fn outside<'s>(role: &str, profile: ChosenProfile<'s>, has_path: bool) -> ProfileChoice<'s> {
    ProfileChoice {
        role: ServedRole::Outside(role.to_owned()),
        profile,
        has_path,
    }
}

/// Returns the profiles that an index has under the names of a role, which goes by the ID `id`, in the order of the file.
fn named<'s>(
    index: &HashMap<NameKey<'s>, Vec<ResourceId>>,
    model: &Model<'s>,
    role: ResourceId,
    id: &str,
) -> Vec<ResourceId> {
    let found = names_of(model, role, id).filter_map(|name| index.get(&name));
    let mut found: Vec<_> = found.flatten().copied().collect();
    found.sort_by_key(|&profile| model.get(profile).place);
    found
}

/// Returns the ways to state the name of a role, which goes by the ID `id`.
fn names_of<'m, 's: 'm>(model: &'m Model<'s>, role: ResourceId, id: &'m str) -> impl Iterator<Item = NameKey<'m>> {
    let stated = model.get(role).name().and_then(|name| name.key.clone());
    [Some(NameKey::Reference(id)), stated].into_iter().flatten()
}
