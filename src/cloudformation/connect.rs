//! Connects the templates of a project: adds slots for parameters, and the resources that other templates give.

use std::collections::{BTreeSet, HashMap};

use super::ends::passed_values;
use super::given::GivenResources;
use super::outside::{Outside, ProjectFacts};
use super::profile_names::ProfileNames;
use super::project_file::ShownFiles;
use super::read::UnfinishedUnit;
use super::slots::passed_slots;
use super::unit::Unit;
use crate::model::{
    ChoiceId, GivenPart, Label, NameOrArn, Passing, ProfileName, ResourceId, ServedRole, Slot, SlotId, Wants,
};
use crate::project::{Given, ValueEnd, Want};

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
    let names = ProfileNames::of(units, &facts.flows);
    let elsewhere = names.elsewhere(units.len());
    for (unfinished, elsewhere) in units.iter_mut().zip(elsewhere) {
        unfinished.unit.model.profile_names_elsewhere = elsewhere;
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
        key: None,
        ends: ends.chain(other).collect(),
        // The conditions of two templates may exclude each other.
        is_likely: want.is_likely || (want.is_conditional && is_conditional),
        other_form: want.other_form,
        blocked: want.blocked.clone(),
    }
}

/// Returns the slots that are given a role or a profile of another template.
///
/// A slot with the name of a profile of its own template is not among them, if such a profile always exists and does not wait for
/// the slot's resource. The value then means that profile, whichever template gives the name.
fn given_to(unit: &Unit<'_>, facts: &ProjectFacts, at: usize) -> Vec<(SlotId, Given)> {
    let slots = unit.slots.iter().enumerate();
    let slots = slots.filter(|(slot, _)| !unit.model.means_own_profile(unit.model.slot(SlotId(*slot))));
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
