//! Connects the templates of a project: adds slots for parameters, and the resources that other templates give.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::ends::passed_values;
use super::outside::{Outside, OutsideResource, ProjectFacts, outside_id};
use super::project_file::ShownFiles;
use super::read::UnfinishedUnit;
use super::slots::passed_slots;
use super::unit::Unit;
use crate::model::{
    ChoiceId, ChosenProfile, GivenPart, HeldRole, Label, Name, NameKey, NameOrArn, NewProfile, NoFix, Passing,
    PossibleNames, Profile, ProfileChoice, ProfileName, Reference, ReferencedResource, Resource, ResourceDetails,
    ResourceId, Role, RolesOfProfile, ScopeId, ServedRole, Slot, SlotId, StatedName, Value, Wants,
};
use crate::profile::{PROFILE, ROLE, ROLES};
use crate::project::{Given, ValueEnd, Want};
use crate::text::{FileRange, NodePath};

/// Connects templates by what `facts` says about them, and chooses their profiles.
pub(super) fn connect<'s>(
    units: &mut [UnfinishedUnit<'s>],
    facts: &'s ProjectFacts,
    name: ProfileName,
    files: ShownFiles<'_>,
) {
    for (at, unfinished) in units.iter_mut().enumerate() {
        unfinished.unit.outside = Some(Outside {
            flows: &facts.flows,
            paths: &facts.paths,
            template: at,
            given: HashMap::new(),
            resources: HashMap::new(),
        });
        add_wanted(&mut unfinished.unit, facts, at);
    }
    let given = units
        .iter()
        .enumerate()
        .map(|(at, unfinished)| given_to(&unfinished.unit, facts, at));
    let given: Vec<_> = given.collect();
    let mut choices: HashMap<(usize, ResourceId), ChoiceId> = HashMap::new();
    for (template, role) in wanted_roles(units, &given) {
        if let Some(unfinished) = units.get_mut(template) {
            unfinished.unit.model.wanted_elsewhere.push(role);
        }
    }
    let names = ProfileNames::of(units);
    for (at, unfinished) in units.iter_mut().enumerate() {
        unfinished.unit.model.profile_names_elsewhere = names.elsewhere(at);
        unfinished.unit.choose(name);
    }
    for (template, unfinished) in units.iter().enumerate() {
        for (at, choice) in unfinished.unit.model.choices.iter().enumerate() {
            if let ServedRole::Resource(role) = choice.role {
                choices.entry((template, role)).or_insert(ChoiceId(at));
            }
        }
    }
    for (at, given) in given.into_iter().enumerate().filter(|(_, given)| !given.is_empty()) {
        let resources = given.iter().filter_map(|(_, given)| {
            let unit = &units.get(given.template)?.unit;
            let role = unit.model.role(&given.id).filter(|_| given.is_role);
            let choice = role.and_then(|role| choices.get(&(given.template, role)).copied());
            Some(GivenResources::of(
                given,
                unit,
                choice,
                files.path(unit.yaml_file().file().id),
            ))
        });
        let resources: Vec<_> = resources.collect();
        if let Some(unfinished) = units.get_mut(at) {
            for ((slot, given), resources) in given.into_iter().zip(resources) {
                resources.add_to(&mut unfinished.unit, slot, given, facts);
            }
            unfinished.unit.choose(name);
        }
    }
    for (at, unfinished) in units.iter_mut().enumerate() {
        names.doubt_roles_of(&mut unfinished.unit, at);
        unfinished.unit.model.slots.iter_mut().for_each(take_other_form);
    }
}

/// The names of the profiles of a project.
struct ProfileNames {
    /// The possible names in each template that states some.
    possible: Vec<(usize, PossibleNames)>,
    /// The templates in which a profile has a literal name, by its key.
    literal: HashMap<String, Vec<usize>>,
}

impl ProfileNames {
    fn of(units: &[UnfinishedUnit<'_>]) -> Self {
        let mut names = Self {
            possible: Vec::new(),
            literal: HashMap::new(),
        };
        for (at, unfinished) in units.iter().enumerate() {
            let profiles = unfinished.unit.model.profiles();
            let mut possible: Option<PossibleNames> = None;
            for name in profiles.filter_map(|(_, profile)| profile.name.as_ref()) {
                possible
                    .get_or_insert_with(|| PossibleNames::of([]))
                    .extend(&name.possible);
                let keys = name.stated.iter().map(|stated| &stated.key);
                for key in keys.filter(|key| NameKey::text_of(key).is_some()) {
                    names.literal.entry(key.clone()).or_default().push(at);
                }
            }
            names.possible.extend(possible.map(|possible| (at, possible)));
        }
        names
    }

    /// Returns the names that profiles of other templates can have.
    fn elsewhere(&self, at: usize) -> Option<PossibleNames> {
        /// In a larger project, a template's own names count too, so that the time stays linear.
        const MAX_TEMPLATES: usize = 64;
        let is_large = self.possible.len() > MAX_TEMPLATES;
        let others = self.possible.iter().filter(|(other, _)| is_large || *other != at);
        others.fold(None, |all, (_, names)| {
            let mut all = all.unwrap_or_else(|| PossibleNames::of([]));
            all.extend(names);
            Some(all)
        })
    }

    /// Marks the slots with the name of a role that a profile of another template has too, and which so may be right.
    fn doubt_roles_of(&self, unit: &mut Unit<'_>, at: usize) {
        for slot in 0..unit.model.slots.len() {
            let own = unit.model.slot(SlotId(slot));
            let reference = own
                .value
                .reference()
                .filter(|reference| reference.gives == GivenPart::Name);
            let Some(role) = reference.and_then(Reference::itself).filter(|_| own.passing.is_some()) else {
                continue;
            };
            let keys = unit.model.get(role).name().into_iter().flat_map(|name| &name.stated);
            let mut others = keys.filter_map(|stated| self.literal.get(&stated.key)).flatten();
            let given = unit
                .outside
                .as_ref()
                .and_then(|outside| outside.given.get(&SlotId(slot)));
            let home = given.map_or(at, |given| given.template);
            let is_named = others.any(|other| *other != home);
            let passing = unit.model.slots.get_mut(slot).and_then(|slot| slot.passing.as_mut());
            if let Some(passing) = passing {
                passing.is_likely |= is_named;
            }
        }
    }
}

/// Lets a slot whose value reaches properties of both forms take the form that its value does not have.
fn take_other_form(slot: &mut Slot<'_>) {
    let other_form = slot.passing.as_ref().and_then(|passing| passing.other_form);
    let given = match slot.value.reference().map(|reference| reference.gives) {
        Some(GivenPart::Name) => NameOrArn::Name,
        Some(GivenPart::Arn) => NameOrArn::Arn,
        Some(GivenPart::Attribute | GivenPart::Missing) | None => return,
    };
    if let Some((property, takes)) = other_form.filter(|_| slot.takes.includes(given)) {
        (slot.property, slot.takes) = (property, takes);
    }
}

/// Adds a slot for each value that is passed to a nested stack whose template wants a role or a profile there.
fn add_wanted(unit: &mut Unit<'_>, facts: &ProjectFacts, at: usize) {
    let Some(ends) = facts.flows.template(at) else { return };
    for stack in &ends.stacks {
        let Some(node) = unit.template.resources.get(stack.id.as_str()).copied() else {
            continue;
        };
        let Some(values) = passed_values(&node) else { continue };
        for passed in &stack.passed {
            let wants = facts.flows.wants(at, &stack.id, &passed.parameter);
            let key = values
                .resolved()
                .entry(&passed.parameter)
                .and_then(|(key, _)| key.scalar());
            for want in wants {
                let Some(key) = key else { continue };
                let first = unit.model.slots.len();
                let slots = passed_slots(node, values, key, want.property, want.takes);
                unit.add_slots(want.wants, slots.into_iter());
                for slot in first..unit.model.slots.len() {
                    let passing = passing_of(&want, slot, unit);
                    if let Some(slot) = unit.model.slots.get_mut(slot) {
                        slot.passing = Some(Box::new(passing));
                    }
                }
            }
        }
    }
}

fn passing_of(want: &Want, slot: usize, unit: &Unit<'_>) -> Passing {
    let slot = unit.model.slot(SlotId(slot));
    let is_conditional = !slot.guards.is_empty() || unit.model.get(slot.resource).condition.is_some();
    let ends = want.ends.iter().map(|(place, name)| Label {
        place: *place,
        text: format!("{name} takes the value"),
    });
    let other = want.other_use.map(|place| Label {
        place,
        text: "another use of the parameter".to_owned(),
    });
    Passing {
        is_parameter: true,
        ends: ends.chain(other).collect(),
        // The conditions of two templates may exclude each other.
        is_likely: want.is_likely || (want.is_conditional && is_conditional),
        other_form: want.other_form,
        blocked: want.blocked.clone(),
    }
}

/// Returns the slots that are given a role or a profile of another template.
fn given_to(unit: &Unit<'_>, facts: &ProjectFacts, at: usize) -> Vec<(SlotId, Given)> {
    let slots = unit.slots.iter().enumerate();
    let given = slots.filter_map(|(slot, written)| {
        let end = unit.value_end(&written.resolved, written.slot.value);
        let is_elsewhere = matches!(end, ValueEnd::Output { .. } | ValueEnd::Import(_));
        let given = facts
            .flows
            .given(at, &end)
            .filter(|given| is_elsewhere && given.template != at)?;
        Some((SlotId(slot), given))
    });
    given.collect()
}

/// Returns the roles, each with its template, for which slots of other templates want a profile.
fn wanted_roles(units: &[UnfinishedUnit<'_>], given: &[Vec<(SlotId, Given)>]) -> Vec<(usize, ResourceId)> {
    let mut wanted: BTreeSet<(usize, ResourceId)> = BTreeSet::new();
    for (unfinished, given) in units.iter().zip(given) {
        let roles = given.iter().filter(|(slot, given)| {
            let wants = unfinished.unit.model.slot(*slot).wants;
            given.is_role && wants == Wants::Profile
        });
        wanted.extend(roles.filter_map(|(_, given)| {
            let role = units.get(given.template)?.unit.model.role(&given.id)?;
            Some((given.template, role))
        }));
    }
    wanted.into_iter().collect()
}

/// The resources of another template that a slot is given, ready for the model of its own template.
struct GivenResources {
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
    fn of(given: &Given, unit: &Unit<'_>, choice: Option<ChoiceId>, path: &str) -> Self {
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
    fn add_to<'s>(self, unit: &mut Unit<'s>, slot: SlotId, given: Given, facts: &'s ProjectFacts) {
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
        own.key = None;
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
        uses: Vec::new(),
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
