use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::conditions::{Conditions, Formula};
use super::names::PossibleNames;
use super::reach::reaches;
use super::uses::Use;
use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::property::NamingRule;
use crate::model::resource::{Kind, NameKey, Resource};
use crate::model::slot::{Slot, Wants};
use crate::model::value::{Arn, ArnKind, ArnName, Value};
use crate::text::{Path, Step};

/// The facts of a model that say whether it can be deployed, apart from its source.
///
/// Facts from before and after some fixes are compared with nothing assumed from these fixes.
#[derive(Clone, Debug)]
pub struct PlanFacts {
    resources: Vec<ResourceFacts>,
    by_id: HashMap<String, usize>,
    conditions: Conditions,
    count: usize,
    /// What each slot for a profile is given.
    given: IndexMap<Path, Given>,
    /// The resources that fixes have added.
    added: HashSet<String>,
}

#[derive(Clone, Debug)]
struct Given {
    /// The slot, as a message names it.
    slot: String,
    /// The roles, given themselves or by their profiles, if known.
    roles: BTreeSet<String>,
    /// The profiles whose names are not known to be such as the service asks for.
    misnamed: Vec<String>,
}

#[derive(Clone, Debug)]
struct ResourceFacts {
    id: String,
    existence: Formula,
    uses: Vec<Arc<[Use]>>,
    /// The name of an instance profile that states one.
    profile_name: Option<StatedName>,
}

#[derive(Clone, Debug)]
struct StatedName {
    possible: PossibleNames,
    /// The role whose name it is, by reference.
    of_role: Option<String>,
}

impl StatedName {
    /// Returns whether two profiles can get one name. Those with the names of two roles cannot, as these cannot either.
    fn can_equal(&self, other: &Self) -> bool {
        match (&self.of_role, &other.of_role) {
            (Some(own), Some(other)) => own == other,
            _ => self.possible.can_equal(&other.possible),
        }
    }
}

/// The harm that fixes would do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Harm {
    /// A circle of dependencies.
    #[error("`{user}` would refer to `{target}`, which depends on it: a circle of dependencies")]
    Circle {
        /// The resource that would refer to the other.
        user: String,
        /// The other.
        target: String,
    },
    /// A reference to what may be absent.
    #[error("`{user}` would refer to `{target}`, which does not exist whenever `{user}` does")]
    Absent {
        /// The resource that would refer to the other.
        user: String,
        /// The other.
        target: String,
    },
    /// Two names that can be equal.
    #[error("the instance profiles `{one}` and `{other}` could get the same name")]
    Name {
        /// The profile that would be added.
        one: String,
        /// Another profile.
        other: String,
    },
    /// More resources than a template can have.
    #[error("the template would have more than 500 resources")]
    TooManyResources,
    /// Another role than before.
    #[error("{slot} would get the role `{role}`, which it did not name before")]
    OtherRole {
        /// The property and its resource.
        slot: String,
        /// The role.
        role: String,
    },
    /// A new profile whose name a service does not take.
    #[error("{slot} would get the new profile `{profile}`, whose name may be one that the service does not take")]
    ServiceName {
        /// The property and its resource.
        slot: String,
        /// The profile.
        profile: String,
    },
}

impl ResourceFacts {
    fn uses(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().flat_map(|uses| uses.iter())
    }
}

impl PlanFacts {
    /// Collects the facts of a model.
    pub fn of(model: &Model<'_>) -> Self {
        let resources = model
            .resources
            .values()
            .enumerate()
            .map(|(at, resource)| ResourceFacts {
                id: resource.id.to_owned(),
                existence: model.existence(ResourceId(at)),
                uses: resource.uses.clone(),
                profile_name: match &resource.kind {
                    Kind::Profile(profile) => profile.name.as_ref().map(|name| StatedName {
                        possible: name.possible.clone(),
                        of_role: model.role_referred_by(name).map(|role| model.get(role).id.to_owned()),
                    }),
                    Kind::Role(_) | Kind::Other => None,
                },
            });
        let resources: Vec<_> = resources.collect();
        let given = model.slots(Wants::Profile).map(|(_, slot)| {
            let given = Given {
                slot: slot.name_in(model.get(slot.resource).id),
                roles: roles_of(slot, model).into_iter().collect(),
                misnamed: misnamed_in(slot, model),
            };
            (object_of(slot), given)
        });
        let given = given.collect();
        Self {
            by_id: resources
                .iter()
                .enumerate()
                .map(|(at, resource)| (resource.id.clone(), at))
                .collect(),
            resources,
            conditions: model.conditions.clone(),
            count: model.resource_count(),
            given,
            added: HashSet::new(),
        }
    }

    /// Notes which resources fixes have added since `before`, and until then.
    pub fn follow(&mut self, before: &Self) {
        let ids = self.resources.iter().map(|resource| &resource.id);
        let new = ids.filter(|id| !before.by_id.contains_key(*id));
        self.added = before.added.iter().chain(new).cloned().collect();
    }

    /// Finds harm that was not there `before`, which these facts follow.
    pub fn new_harm(&self, before: &Self) -> Option<Harm> {
        const MOST_RESOURCES: usize = 500;
        if self.count > MOST_RESOURCES && before.count <= MOST_RESOURCES {
            return Some(Harm::TooManyResources);
        }
        let mut of_uses = self.resources.iter().flat_map(|user| {
            let new = self.new_uses(user, before);
            new.into_iter().filter_map(|one| self.harm_of_use(user, one, before))
        });
        of_uses
            .next()
            .or_else(|| self.harm_of_names(before))
            .or_else(|| self.harm_of_roles(before))
            .or_else(|| self.harm_of_services())
    }

    /// Returns the uses of a resource that were not there before.
    fn new_uses<'s>(&'s self, user: &'s ResourceFacts, before: &'s Self) -> Vec<&'s Use> {
        let key = |facts: &'s Self, one: &'s Use| (facts.id(one.target), one.is_value, one.guards.as_slice());
        let old: HashSet<_> = before.uses(&user.id).map(|one| key(before, one)).collect();
        user.uses().filter(|one| !old.contains(&key(self, one))).collect()
    }

    fn harm_of_use(&self, user: &ResourceFacts, new: &Use, before: &Self) -> Option<Harm> {
        let target = self.get(new.target)?;
        let was_used = before.uses(&user.id).any(|one| before.id(one.target) == target.id);
        if !was_used && self.waits_for(new.target, &user.id) {
            return Some(Harm::Circle {
                user: user.id.clone(),
                target: target.id.clone(),
            });
        }
        let given = || {
            let guards = new.guards.iter().map(Formula::of_guard);
            guards.chain([user.existence.clone()])
        };
        let is_there = || self.conditions.implies(given(), target.existence.clone());
        // Harm is not new in a stack that could not be made before.
        let was_broken = || {
            let absent = target.existence.clone().negated();
            before.is_broken(&Formula::All(given().chain([absent]).collect()))
        };
        let is_harm = new.is_value && !is_there() && !was_broken();
        is_harm.then(|| Harm::Absent {
            user: user.id.clone(),
            target: target.id.clone(),
        })
    }

    fn waits_for(&self, user: ResourceId, target: &str) -> bool {
        let uses = |id| {
            self.get(id)
                .into_iter()
                .flat_map(ResourceFacts::uses)
                .map(|one| one.target)
        };
        reaches(user, uses, |id| self.id(id) == target)
    }

    /// Returns whether a resource uses an absent one in every stack for which `given` holds.
    fn is_broken(&self, given: &Formula) -> bool {
        self.resources.iter().any(|user| {
            let mut uses = user.uses().filter(|one| one.is_value);
            uses.any(|one| {
                let target = self
                    .get(one.target)
                    .filter(|target| target.existence != Formula::Constant(true));
                target.is_some_and(|target| {
                    let guards = one.guards.iter().map(Formula::of_guard);
                    let all = guards.chain([user.existence.clone(), target.existence.clone().negated()]);
                    self.conditions.implies([given.clone()], Formula::All(all.collect()))
                })
            })
        })
    }

    fn get(&self, resource: ResourceId) -> Option<&ResourceFacts> {
        self.resources.get(resource.0)
    }

    fn id(&self, resource: ResourceId) -> &str {
        self.get(resource).map_or("", |resource| &resource.id)
    }

    /// Iterates over the uses that the resource with this ID makes.
    fn uses(&self, id: &str) -> impl Iterator<Item = &Use> {
        let user = self.by_id.get(id).and_then(|&at| self.resources.get(at));
        user.into_iter().flat_map(ResourceFacts::uses)
    }

    fn harm_of_names(&self, before: &Self) -> Option<Harm> {
        let named = || {
            let resources = self.resources.iter();
            resources.filter_map(|resource| Some((&resource.id, resource.profile_name.as_ref()?)))
        };
        let mut new = named().filter(|(id, _)| !before.by_id.contains_key(*id));
        new.find_map(|(one, name)| {
            let mut others = named().filter(|(other, _)| *other != one);
            let (other, _) = others.find(|(_, other)| name.can_equal(other))?;
            Some(Harm::Name {
                one: one.clone(),
                other: other.clone(),
            })
        })
    }

    fn harm_of_services(&self) -> Option<Harm> {
        self.given.values().find_map(|given| {
            let profile = given.misnamed.iter().find(|id| self.added.contains(*id))?;
            Some(Harm::ServiceName {
                slot: given.slot.clone(),
                profile: profile.clone(),
            })
        })
    }

    fn harm_of_roles(&self, before: &Self) -> Option<Harm> {
        self.given.iter().find_map(|(path, given)| {
            let old = before.given.get(path).filter(|old| !old.roles.is_empty())?;
            let role = given.roles.difference(&old.roles).next()?;
            Some(Harm::OtherRole {
                slot: given.slot.clone(),
                role: role.clone(),
            })
        })
    }
}

/// Returns the profiles that a slot is given whose names are not known to be such as the service asks for.
fn misnamed_in(slot: &Slot<'_>, model: &Model<'_>) -> Vec<String> {
    let Some(prefix) = slot
        .property
        .naming
        .filter(|rule| *rule == NamingRule::RdsCustom)
        .map(NamingRule::prefix)
    else {
        return Vec::new();
    };
    let targets = slot.value.reference().map(|reference| reference.targets.as_slice());
    let targets = targets
        .unwrap_or_default()
        .iter()
        .map(|target| model.get(target.resource));
    let misnamed = targets.filter(|target| target.profile().is_some() && !model.name_begins_with(target, prefix));
    misnamed.map(|profile| profile.id.to_owned()).collect()
}

/// Returns the way to a slot, or to the object around it where a fix may choose another of its entries.
fn object_of(slot: &Slot<'_>) -> Path {
    let mut path = slot.path.clone();
    let is_entry = matches!(path.steps.last(), Some(Step::Key(key)) if key == "Arn" || key == "Name");
    if slot.property.object().is_some() && is_entry {
        path.steps.pop();
    }
    path
}

/// Returns the roles that a slot is given, itself or by their profiles, if known: by ID, or by the key of their name.
fn roles_of(slot: &Slot<'_>, model: &Model<'_>) -> Vec<String> {
    // A text that is the ID of a role means the role, since it is a lost reference to it.
    let of_name = |key: &str| {
        let wanted = NameKey::Value(key.to_owned());
        let roles = || model.resources.values().filter(|one| one.role().is_some());
        let has_name = |role: &&Resource<'_>| role.name().and_then(|name| name.key.as_ref()) == Some(&wanted);
        let role = roles()
            .find(has_name)
            .or_else(|| roles().find(|role| NameKey::of_text(role.id) == key));
        role.map_or(key, |role| role.id).to_owned()
    };
    let of_resource = |id: ResourceId| match &model.get(id).kind {
        Kind::Role(_) => Some(model.get(id).id.to_owned()),
        Kind::Profile(profile) => match profile.holds.as_ref()? {
            NameKey::Reference(id) => Some(model.get(model.role(id)?).id.to_owned()),
            NameKey::Value(key) => Some(of_name(key)),
        },
        Kind::Other => None,
    };
    match &slot.value {
        Value::Text(text) => match &text.lost {
            Some(lost) => of_resource(lost.resource).into_iter().collect(),
            None => Vec::new(),
        },
        Value::Arn(Arn {
            kind: ArnKind::Role,
            name: ArnName::Text(name),
            ..
        }) => vec![of_name(&NameKey::of_text(name))],
        value => {
            let targets = value.reference().map(|reference| reference.targets.as_slice());
            let targets = targets.unwrap_or_default().iter();
            targets.filter_map(|target| of_resource(target.resource)).collect()
        }
    }
}
