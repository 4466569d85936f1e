use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::conditions::{Conditions, Formula};
use super::given::{SlotContent, place_of};
use super::names::PossibleNames;
use super::order::Order;
use super::reach::reaches;
use super::uses::Use;
use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::resource::{NameKey, ResourceDetails};
use crate::model::slot::Wants;
use crate::text::NodePath;

/// The facts that decide whether a model can be deployed.
///
/// Facts from before and after fixes are compared independently of these fixes.
#[derive(Clone, Debug)]
pub struct PlanFacts {
    resources: Vec<ResourceFacts>,
    by_id: HashMap<String, usize>,
    conditions: Conditions,
    count: usize,
    max_resources: Option<usize>,
    outputs: usize,
    max_outputs: Option<usize>,
    /// The value of each slot for a profile.
    given: IndexMap<NodePath, SlotContent>,
    /// The roles that these slots had at first; empty before fixes.
    given_first: HashMap<NodePath, BTreeSet<String>>,
    /// The resources that fixes have added.
    added: HashSet<String>,
    /// The order of the resources by their uses; known once it was asked for.
    order: OnceCell<Order>,
}

#[derive(Clone, Debug)]
struct ResourceFacts {
    id: String,
    existence: Formula,
    uses: Vec<Arc<[Use]>>,
    may_use: Vec<ResourceId>,
    /// The name of an instance profile that states one.
    profile_name: Option<ProfileNames>,
    /// True if the profile's role is not in the model.
    is_of_outside: bool,
}

#[derive(Clone, Debug)]
struct ProfileNames {
    possible: PossibleNames,
    /// The role whose name it refers to.
    of_role: Option<String>,
}

impl ProfileNames {
    /// Returns whether two profiles can have one name.
    ///
    /// Profiles with the names of two roles cannot, since the roles cannot.
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
    /// A circular dependency.
    #[error("`{user}` would refer to `{target}`, which depends on it: a circular dependency")]
    Circle {
        /// The resource that would contain the reference.
        user: String,
        /// The target.
        target: String,
    },
    /// A reference to a resource that may not exist.
    #[error("`{user}` would refer to `{target}`, which does not exist whenever `{user}` does")]
    Absent {
        /// The resource that would contain the reference.
        user: String,
        /// The target.
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
    /// More outputs than a template can have.
    #[error("the template would have more than 200 outputs")]
    TooManyOutputs,
    /// A role that was not used before.
    #[error("{slot} would get the role `{role}`, which it did not name before")]
    OtherRole {
        /// The property and its resource.
        slot: String,
        /// The role.
        role: String,
    },
    /// A new profile for an outside role, unused in some stacks.
    #[error("the new profile `{profile}` would need its role even if nothing uses the profile")]
    Needless {
        /// The profile.
        profile: String,
    },
    /// A new profile whose name a service rejects.
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

    fn dependencies(&self) -> impl Iterator<Item = ResourceId> {
        let used = self.uses().map(|usage| usage.target);
        used.chain(self.may_use.iter().copied())
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
                may_use: resource.may_use.clone(),
                profile_name: match &resource.details {
                    ResourceDetails::Profile(profile) => profile.name.as_ref().map(|name| ProfileNames {
                        possible: name.possible.clone(),
                        of_role: model.role_referred_by(name).map(|role| model.get(role).id.to_owned()),
                    }),
                    ResourceDetails::Role(_) | ResourceDetails::Other => None,
                },
                is_of_outside: resource
                    .profile()
                    .is_some_and(|profile| matches!(profile.holds, Some(NameKey::Value(_)))),
            });
        let resources: Vec<_> = resources.collect();
        let given = model
            .slots(Wants::Profile)
            .map(|(_, slot)| (place_of(slot), SlotContent::to(slot, model)));
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
            max_resources: model.max_resources,
            outputs: model.outputs,
            max_outputs: model.max_outputs,
            given,
            given_first: HashMap::new(),
            added: HashSet::new(),
            order: OnceCell::new(),
        }
    }

    /// Adds the state before the first fixes.
    ///
    /// `before` is the state before the latest fixes.
    pub fn follow(&mut self, before: &Self) {
        let given = before.given.iter();
        self.given_first = given
            .map(|(path, given)| (path.clone(), given.all_roles().cloned().collect()))
            .chain(before.given_first.clone())
            .collect();
        let ids = self.resources.iter().map(|resource| &resource.id);
        let new = ids.filter(|id| !before.by_id.contains_key(*id));
        self.added = before.added.iter().chain(new).cloned().collect();
    }

    /// Returns harm that is new compared to `before`.
    pub fn new_harm(&self, before: &Self) -> Option<Harm> {
        let has_room = |facts: &Self| facts.max_resources.is_none_or(|most| facts.count <= most);
        if !has_room(self) && has_room(before) {
            return Some(Harm::TooManyResources);
        }
        let has_outputs = |facts: &Self| facts.max_outputs.is_none_or(|most| facts.outputs <= most);
        if !has_outputs(self) && has_outputs(before) {
            return Some(Harm::TooManyOutputs);
        }
        let mut of_uses = self.resources.iter().flat_map(|user| {
            let new = self.new_uses(user, before);
            new.into_iter()
                .filter_map(|usage| self.harm_of_use(user, usage, before))
        });
        of_uses
            .next()
            .or_else(|| self.harm_of_possible_uses(before))
            .or_else(|| self.harm_of_names(before))
            .or_else(|| self.harm_of_roles())
            .or_else(|| self.harm_of_services())
            .or_else(|| self.harm_of_needs(before))
    }

    /// Returns the uses that `before` does not contain.
    fn new_uses<'s>(&'s self, user: &'s ResourceFacts, before: &'s Self) -> Vec<&'s Use> {
        let key = |facts: &'s Self, usage: &'s Use| (facts.id(usage.target), usage.is_value, usage.guards.as_slice());
        let old: HashSet<_> = before.uses(&user.id).map(|usage| key(before, usage)).collect();
        user.uses().filter(|usage| !old.contains(&key(self, usage))).collect()
    }

    fn harm_of_use(&self, user: &ResourceFacts, new: &Use, before: &Self) -> Option<Harm> {
        let target = self.get(new.target)?;
        let was_used = before.uses(&user.id).any(|usage| before.id(usage.target) == target.id);
        let was_in_circle = || before.is_in_circle(&user.id) || before.is_in_circle(&target.id);
        if !was_used && self.waits_for(new.target, &user.id) && !was_in_circle() {
            return Some(Harm::Circle {
                user: user.id.clone(),
                target: target.id.clone(),
            });
        }
        let given = || {
            let guards = new.guards.iter().map(Formula::of_guard);
            guards.chain([user.existence.clone()])
        };
        let exists = || self.conditions.implies(given(), target.existence.clone());
        // A stack that could not be created before cannot be harmed.
        let was_broken = || {
            let absent = target.existence.clone().negated();
            before.is_broken(&Formula::All(given().chain([absent]).collect()))
        };
        let is_harm = new.is_value && !exists() && !was_broken();
        is_harm.then(|| Harm::Absent {
            user: user.id.clone(),
            target: target.id.clone(),
        })
    }

    /// Returns a circle through a resource that may now depend on another one, and did not before.
    fn harm_of_possible_uses(&self, before: &Self) -> Option<Harm> {
        let new = self.resources.iter().flat_map(|user| {
            let targets = user.may_use.iter().filter_map(|target| self.get(*target));
            let is_new = move |target: &&ResourceFacts| {
                let old = before.by_id.get(&user.id).and_then(|&at| before.resources.get(at));
                let mut old = old.into_iter().flat_map(ResourceFacts::dependencies);
                !old.any(|old| before.id(old) == target.id)
            };
            targets.filter(is_new).map(move |target| (user, target))
        });
        let mut new = new.filter(|(user, target)| {
            let target = self.by_id.get(&target.id).copied().map(ResourceId);
            let was_in_circle = || before.is_in_circle(&user.id);
            target.is_some_and(|target| self.waits_for(target, &user.id)) && !was_in_circle()
        });
        new.next().map(|(user, target)| Harm::Circle {
            user: user.id.clone(),
            target: target.id.clone(),
        })
    }

    fn is_in_circle(&self, id: &str) -> bool {
        let user = self.by_id.get(id).and_then(|&at| self.resources.get(at));
        let mut targets = user.into_iter().flat_map(ResourceFacts::dependencies);
        targets.any(|target| self.waits_for(target, id))
    }

    fn waits_for(&self, user: ResourceId, target: &str) -> bool {
        let Some(target) = self.by_id.get(target).copied().map(ResourceId) else {
            return false;
        };
        let targets = |resource: &ResourceFacts| resource.dependencies().collect();
        let order = self
            .order
            .get_or_init(|| Order::of(&self.resources.iter().map(targets).collect::<Vec<_>>()));
        let uses = |id| self.get(id).into_iter().flat_map(ResourceFacts::dependencies);
        reaches(user, uses, target, |id| order.may_reach(id, target))
    }

    /// Returns whether a resource uses an absent one whenever `given` holds.
    fn is_broken(&self, given: &Formula) -> bool {
        self.resources.iter().any(|user| {
            let mut uses = user.uses().filter(|usage| usage.is_value);
            uses.any(|usage| {
                let target = self
                    .get(usage.target)
                    .filter(|target| target.existence != Formula::Constant(true));
                target.is_some_and(|target| {
                    let guards = usage.guards.iter().map(Formula::of_guard);
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

    /// Iterates over the uses by the resource with this ID.
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

    /// Returns the harm of new profiles for outside roles.
    ///
    /// Such a role may not exist in the account, which is harmless if nothing needs it.
    fn harm_of_needs(&self, before: &Self) -> Option<Harm> {
        let resources = self.resources.iter().enumerate();
        let mut new =
            resources.filter(|(_, resource)| resource.is_of_outside && !before.by_id.contains_key(&resource.id));
        let needless = new.find(|(at, profile)| {
            let users = self.resources.iter().flat_map(|user| {
                let uses = user
                    .uses()
                    .filter(|usage| usage.target == ResourceId(*at) && usage.is_value);
                uses.map(|usage| {
                    let guards = usage.guards.iter().map(Formula::of_guard);
                    Formula::All(guards.chain([user.existence.clone()]).collect())
                })
            });
            let is_used = Formula::Any(users.collect());
            !self.conditions.implies([profile.existence.clone()], is_used)
        });
        needless.map(|(_, profile)| Harm::Needless {
            profile: profile.id.clone(),
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

    fn harm_of_roles(&self) -> Option<Harm> {
        self.given.iter().find_map(|(path, given)| {
            let role = given.another_role(self.given_first.get(path)?)?;
            Some(Harm::OtherRole {
                slot: given.slot.clone(),
                role: role.clone(),
            })
        })
    }
}
