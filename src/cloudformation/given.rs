//! The roles and profiles that other templates give.

use std::sync::Arc;

use super::outside::{OutsideResource, ProjectFacts, outside_id};
use super::unit::Unit;
use crate::model::{
    ChoiceId, ChosenProfile, GivenPart, HeldRole, Label, Name, NameKey, NameOrArn, NewProfile, NoFix, PossibleNames,
    Profile, ProfileChoice, Reference, ReferencedResource, Resource, ResourceDetails, ResourceId, Role, RolesOfProfile,
    ScopeId, ServedRole, SlotId, StatedName, Value, Wants,
};
use crate::profile::{PROFILE, ROLE, ROLES};
use crate::project::Given;
use crate::text::{FileRange, NodePath};

/// The resources of another template that a slot is given, ready for the model of its own template.
pub(super) struct GivenResources {
    /// The role and its location.
    role: Option<(String, FileRange)>,
    /// The profile, and its location.
    profile: Option<(String, FileRange)>,
    /// The profile to refer to in place of the role.
    chosen: Option<Chosen>,
    /// The names that the role states.
    role_names: Vec<StatedName>,
    /// True if the name of the role is that of the profile, by a reference to the role.
    is_named_after_role: bool,
    has_path: bool,
    /// The choice of the profile in the other template.
    choice: Option<ChoiceId>,
    /// The path of the other template's file.
    path: String,
}

/// The profile of another template to refer to.
enum Chosen {
    /// An existing one, by its ID.
    Existing {
        id: String,
        /// True if it has the role's own name.
        has_role_name: bool,
    },
    /// A new one, by its ID.
    New(String),
    /// None, for this reason.
    Unavailable(NoFix),
}

impl GivenResources {
    /// Collects what a template gives; `choice` is that of the profile for the role there.
    pub(super) fn of(given: &Given, unit: &Unit<'_>, choice: Option<ChoiceId>, path: &str) -> Self {
        let model = &unit.model;
        let located = |id: &str| model.resources.get(id).map(|resource| (id.to_owned(), resource.place));
        let mut resources = Self {
            role: None,
            profile: None,
            chosen: None,
            role_names: Vec::new(),
            is_named_after_role: false,
            has_path: false,
            choice,
            path: path.to_owned(),
        };
        if !given.is_role {
            resources.profile = located(&given.id);
            let profile = model.resources.get(given.id.as_str()).and_then(Resource::profile);
            resources.role = match profile.and_then(|profile| profile.holds.as_ref()) {
                Some(NameKey::Reference(role)) => located(role),
                Some(NameKey::Value(_)) | None => None,
            };
            return resources;
        }
        resources.role = located(&given.id);
        let name = model.resources.get(given.id.as_str()).and_then(Resource::name);
        resources.role_names = name.map(|name| name.stated.clone()).unwrap_or_default();
        let Some(choice) = choice.map(|choice| model.choice(choice)) else {
            return resources;
        };
        resources.has_path = choice.has_path;
        resources.chosen = Some(match &choice.profile {
            ChosenProfile::Existing {
                profile, has_role_name, ..
            } => {
                let profile = model.get(*profile);
                resources.profile = Some((profile.id.to_owned(), profile.place));
                let named_after = profile.name().and_then(|name| model.role_referred_by(name));
                resources.is_named_after_role = named_after.is_some_and(|role| model.get(role).id == given.id);
                Chosen::Existing {
                    id: profile.id.to_owned(),
                    has_role_name: *has_role_name,
                }
            }
            ChosenProfile::New(profile) => Chosen::New(profile.id.clone()),
            ChosenProfile::Unavailable(reason) => Chosen::Unavailable(reason.clone()),
        });
        resources
    }

    /// Gives a slot its resource, and adds the resource to the slot's model.
    pub(super) fn add_to<'s>(self, unit: &mut Unit<'s>, slot: SlotId, given: Given, facts: &'s ProjectFacts) {
        let ids = facts.outside_ids.get(given.template);
        let outside = |id: &str| ids?.get(id).map(String::as_str);
        let role = self.role.as_ref().and_then(|(id, place)| {
            let role = add(unit, outside(id)?, *place, || role_details(&self.role_names))?;
            unit.note_outside(outside(id)?.to_owned(), given.template, id, self.choice);
            Some(role)
        });
        let profile = self.profile.as_ref().and_then(|(id, place)| {
            let holds = self.role.as_ref().and_then(|(role, _)| outside(role));
            let profile = add(unit, outside(id)?, *place, || profile_details(holds))?;
            unit.note_outside(outside(id)?.to_owned(), given.template, id, None);
            Some(profile)
        });
        if let (Some(role), Some(chosen)) = (role, &self.chosen) {
            let chosen = match (chosen, profile) {
                (Chosen::Existing { has_role_name, .. }, Some(profile)) => ChosenProfile::Existing {
                    profile,
                    others: Vec::new(),
                    has_role_name: *has_role_name,
                },
                (Chosen::New(id), _) => {
                    let outside = outside_id(&self.path, id);
                    unit.note_outside(outside.clone(), given.template, id, None);
                    ChosenProfile::New(NewProfile {
                        id: outside,
                        after: role,
                        condition: None,
                        has_path: false,
                        is_named: false,
                    })
                }
                (Chosen::Unavailable(reason), _) => ChosenProfile::Unavailable(reason.clone()),
                (Chosen::Existing { id, .. }, None) => ChosenProfile::Unavailable(NoFix::UnusualOutput(id.clone())),
            };
            let choice = ProfileChoice {
                role: ServedRole::Resource(role),
                profile: chosen,
                namesakes: Vec::new(),
                has_path: self.has_path,
            };
            unit.model.chosen_elsewhere.insert(role, choice);
        }
        let takes_profile = unit.model.slot(slot).wants == Wants::Profile;
        // Another stack is complete before it gives a value, so that its profile exists.
        let is_profile = self.is_named_after_role && given.form == NameOrArn::Name && takes_profile;
        let (target, id) = match (&self.profile, given.is_role) {
            (Some((id, _)), true) if is_profile => (profile, id),
            (_, true) => (role, &given.id),
            (_, false) => (profile, &given.id),
        };
        let (Some(resource), Some(id)) = (target, outside(id)) else {
            return;
        };
        let Some(own) = unit.model.slots.get_mut(slot.0) else {
            return;
        };
        let key = own.key.take().filter(|_| given.form == NameOrArn::Name);
        own.value = Value::Reference(Reference {
            id,
            gives: match given.form {
                NameOrArn::Name => GivenPart::Name,
                NameOrArn::Arn => GivenPart::Arn,
            },
            targets: vec![ReferencedResource {
                name: id.to_owned(),
                resource,
            }],
            is_from_arn: false,
        });
        let passing = own.passing.get_or_insert_default();
        passing.key = key;
        passing.ends.extend(given.hops.iter().map(|hop| Label {
            place: hop.place,
            text: format!("the output `{}`", hop.output),
        }));
        passing.is_likely |= given.is_likely;
        if given.has_several {
            passing.blocked.get_or_insert(NoFix::SeveralExporters);
        }
        if let Some(outside) = &mut unit.outside {
            outside.given.insert(slot, given);
        }
    }
}

/// Adds a resource of another template to a model; returns `None` if its ID is taken.
fn add<'s>(
    unit: &mut Unit<'s>,
    id: &'s str,
    place: FileRange,
    details: impl FnOnce() -> ResourceDetails<'s>,
) -> Option<ResourceId> {
    let own = unit.template.resources.len();
    let known = unit.model.resources.get_index_of(id);
    if let Some(known) = known {
        return (known >= own).then_some(ResourceId(known));
    }
    let details = details();
    let resource_type = match &details {
        ResourceDetails::Role(_) => ROLE,
        ResourceDetails::Profile(_) | ResourceDetails::Other => PROFILE,
    };
    let resource = Resource {
        id,
        resource_type,
        place,
        scope: ScopeId::default(),
        construct: None,
        condition: None,
        provider: None,
        uses: Vec::new(),
        may_use: Vec::new(),
        // It does not count as one of this template.
        repetitions: 0,
        details,
    };
    Some(unit.model.add_outside(resource))
}

/// The details of a role that other templates may use: what only its own template checks is left out.
fn role_details<'s>(names: &[StatedName]) -> ResourceDetails<'s> {
    let literal = names.iter().filter(|name| NameKey::text_of(&name.key).is_some());
    let name = Name {
        key: None,
        stated: literal.cloned().collect(),
        start: None,
        possible: PossibleNames::of([]),
    };
    ResourceDetails::Role(Box::new(Role {
        name: (!name.stated.is_empty()).then(|| Arc::new(name)),
        possible_names: PossibleNames::of([]),
        path: None,
        trust: None,
        managed_policies: Arc::default(),
    }))
}

fn profile_details(role: Option<&str>) -> ResourceDetails<'_> {
    let held = role.map(|id| HeldRole::Reference { id, is_of_itself: true });
    ResourceDetails::Profile(Box::new(Profile {
        name: None,
        path: None,
        holds: role.map(NameKey::Reference),
        role_property: ROLES.path,
        role_lists: Vec::new(),
        roles: RolesOfProfile::List,
        items: held.into_iter().collect(),
        node_path: NodePath {
            document: 0,
            steps: Vec::new(),
        },
    }))
}

impl Unit<'_> {
    /// Notes the template and the ID there of a resource with this ID in the model.
    fn note_outside(&mut self, id: String, template: usize, own: &str, choice: Option<ChoiceId>) {
        if let Some(outside) = &mut self.outside {
            let resource = OutsideResource {
                template,
                id: own.to_owned(),
                choice,
            };
            // A role that one slot wants a profile for may be given to others as it is.
            if choice.is_some() || !outside.resources.contains_key(&id) {
                outside.resources.insert(id, resource);
            }
        }
    }
}
