//! The profile that serves each role: one that is there, or one to add.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::{
    Arn, ArnKind, ArnName, ChoiceId, ChosenProfile, Model, NameKey, NewProfile, ProfileChoice, ProfileName, ResourceId,
    ServedRole, SlotId, Value, Wants,
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
    /// The names that profiles have, in loops also under the ID that the loop writes.
    taken_names: HashSet<NameKey<'s>>,
}

impl<'s> Profiles<'s> {
    /// Sorts the profiles of `model`.
    pub fn of(model: &Model<'s>) -> Self {
        let mut profiles = Self {
            by_role: HashMap::new(),
            by_name: HashMap::new(),
            taken_names: HashSet::new(),
        };
        for (at, resource) in model.resources.values().enumerate() {
            let Some(profile) = resource.profile() else { continue };
            let name = profile.name.as_ref().and_then(|name| name.key.clone());
            if let Some(NameKey::Reference(id)) = name {
                let repeated = model.resource(id).map(|role| NameKey::Reference(model.get(role).id));
                profiles.taken_names.extend(repeated);
            }
            profiles.taken_names.extend(name.clone());
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
        let mut choices = Vec::new();
        let mut by_role: HashMap<ResourceId, ChoiceId> = HashMap::new();
        for &role in &wanted.roles {
            by_role.insert(role, ChoiceId(choices.len()));
            choices.push(self.choice(model, role, name, ids));
        }
        let mut by_name: HashMap<&str, Option<ChoiceId>> = HashMap::new();
        let mut added: HashMap<&str, ChoiceId> = HashMap::new();
        let mut served_by = Vec::new();
        for (&slot, served) in &wanted.by_slot {
            let user = model.slot(slot).resource;
            let chosen = served.iter().filter_map(|served| match served {
                Served::Role(role) => by_role.get(role).copied(),
                Served::Expanded { role, name } => {
                    let own = by_name.entry(name).or_insert_with(|| {
                        let existing = self.existing(model, *role, name)?;
                        choices.push(existing);
                        Some(ChoiceId(choices.len() - 1))
                    });
                    own.or_else(|| by_role.get(role).copied())
                }
                Served::Outside(name) => Some(match self.holding(model, name, user) {
                    Some(profile) => {
                        choices.push(outside(name, existing(profile), model.get(profile).has_path()));
                        ChoiceId(choices.len() - 1)
                    }
                    None => *added.entry(name).or_insert_with(|| {
                        let profile = ChosenProfile::New(NewProfile {
                            id: ids.of_name(model, name, user),
                            after: user,
                            condition: None,
                            has_path: false,
                            is_named: false,
                        });
                        choices.push(outside(name, profile, false));
                        ChoiceId(choices.len() - 1)
                    }),
                }),
            });
            served_by.push((slot, chosen.collect::<Vec<_>>()));
        }
        for (slot, chosen) in served_by {
            model.slots[slot.0].served_by = chosen;
        }
        model.choices = choices;
    }

    /// Returns whether `profile`, an ID, would do for the role with the ID `role`.
    pub fn serves(&self, model: &Model<'s>, profile: &str, role: &str) -> bool {
        let choice = model.role(role).and_then(|found| self.existing(model, found, role));
        match choice.map(|choice| choice.profile) {
            Some(ChosenProfile::Existing {
                profile: chosen,
                others,
                ..
            }) => [chosen].iter().chain(&others).any(|&id| model.get(id).id == profile),
            Some(ChosenProfile::New(_)) | None => false,
        }
    }

    /// Finds the profile that holds exactly this role, or designs one.
    fn choice(&self, model: &Model<'s>, id: ResourceId, name: ProfileName, ids: &mut impl Ids) -> ProfileChoice<'s> {
        let resource = model.get(id);
        if let Some(existing) = self.existing(model, id, resource.id) {
            return existing;
        }
        let wants_name = match name {
            ProfileName::Auto => resource.name().is_some(),
            ProfileName::None => false,
            ProfileName::Role => true,
        };
        ProfileChoice {
            role: ServedRole::Resource(id),
            profile: ChosenProfile::New(NewProfile {
                id: ids.of_role(model, id),
                after: id,
                condition: resource.condition,
                has_path: resource.role().is_some_and(|role| role.path.is_some()),
                // Two profiles of one name cannot be deployed together.
                is_named: wants_name && !names_of(model, id, resource.id).any(|name| self.taken_names.contains(&name)),
            }),
            has_path: resource.has_path(),
        }
    }

    /// Finds the profile that holds exactly this role, which goes by the ID `name`.
    ///
    /// It is used if it exists under the role's condition or none. Of several the one with the role's name is taken,
    /// else the first.
    fn existing(&self, model: &Model<'s>, id: ResourceId, name: &str) -> Option<ProfileChoice<'s>> {
        let role = model.get(id);
        let with_name: HashSet<_> = named(&self.by_name, model, id, name).into_iter().collect();
        let mut usable = named(&self.by_role, model, id, name);
        usable.retain(|&profile| {
            let profile = model.get(profile);
            let is_there = profile.condition.is_none() || profile.condition == role.condition;
            is_there && model.is_in_reach(profile.scope, role.scope)
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

    /// Finds a profile that `user` may refer to, which holds exactly the role with this name, under no condition.
    fn holding(&self, model: &Model<'s>, name: &str, user: ResourceId) -> Option<ResourceId> {
        let holders = self.by_role.get(&NameKey::Value(NameKey::of_text(name)))?;
        let scope = model.get(user).scope;
        let mut usable = holders.iter().copied().filter(|&profile| {
            let profile = model.get(profile);
            profile.condition.is_none() && model.is_in_reach(profile.scope, scope)
        });
        usable.next()
    }
}

/// The roles that slots for profiles refer to or name.
#[derive(Default)]
struct Wanted {
    roles: BTreeSet<ResourceId>,
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
            wanted.roles.extend(served.iter().filter_map(Served::role));
            wanted.by_slot.insert(id, served);
        }
        wanted
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

fn existing<'s>(profile: ResourceId) -> ChosenProfile<'s> {
    ChosenProfile::Existing {
        profile,
        others: Vec::new(),
        has_role_name: false,
    }
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
