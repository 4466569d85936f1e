#![doc = include_str!("profile_as_role.md")]

use crate::model::{
    Arn, ArnKind, ArnName, Check, Draft, Fixability, Form, Gives, Intended, Intent, Label, ListItem, Model, NoFix,
    Profile, Proposal, Reference, ResourceId, Rule, Safety, Severity, Slot, SlotId, Subject, Takes, Target, Value,
    Verdict, Wants,
};
use crate::profile::PASSED_ROLE;

pub(super) const RULE: Rule = Rule {
    code: "IPF006",
    name: "profile-as-role",
    summary: "an instance profile where a role is expected",
    fixability: Fixability::Sometimes(Safety::Safe),
    subjects: &[Subject::Profiles, Subject::ProfileArns],
    explanation: include_str!("profile_as_role.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Role);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let is_profile = |id: &ResourceId| model.get(*id).profile().is_some();
    let reference = slot.value.reference();
    match (reference.and_then(Reference::itself).filter(is_profile), &slot.value) {
        (Some(profile), _) => Some(referred(id, slot, profile, model)),
        (None, Value::Arn(arn)) if arn.kind == ArnKind::Profile => Some(built(id, slot, arn, model)),
        (None, _) => None,
    }
}

/// Finds a reference to a profile of the model.
fn referred(id: SlotId, slot: &Slot<'_>, profile: ResourceId, model: &Model<'_>) -> Draft {
    let resource = model.get(profile);
    let verdict = Verdict {
        rule: &RULE,
        check: Check("profile"),
        severity: Severity::Error,
        message: format!(
            "{} refers to the instance profile `{}`, but takes a role",
            model.slot_name(slot),
            resource.id
        ),
        label: "this is an instance profile",
        related: vec![Label::profile(resource)],
        prevents: slot.property.refusal,
    };
    let user = slot.value.reference().map_or(resource.id, |reference| reference.id);
    verdict.in_slot(id, model, fix(id, slot, user, profile, model))
}

/// Finds an ARN of a profile that is not referred to.
fn built(id: SlotId, slot: &Slot<'_>, arn: &Arn<'_>, model: &Model<'_>) -> Draft {
    let name = match &arn.name {
        ArnName::Text(name) => Some(name.as_str()),
        ArnName::Reference(_) | ArnName::Other | ArnName::Unknown => None,
    };
    let profile = name.and_then(|name| model.profile_named(name));
    let whose = match name {
        Some(name) => format!("the ARN of the instance profile `{name}`"),
        None => "the ARN of an instance profile".to_owned(),
    };
    let is_passed = slot.property.is_same(&PASSED_ROLE);
    let verdict = Verdict {
        rule: &RULE,
        check: Check("arn"),
        // A policy is accepted, and then allows nothing.
        severity: if is_passed { Severity::Warning } else { Severity::Error },
        message: format!("{} is given {whose}, but takes a role", model.slot_name(slot)),
        label: "this is the ARN of an instance profile",
        related: profile.map(|id| Label::profile(model.get(id))).into_iter().collect(),
        prevents: slot.property.refusal,
    };
    let fix = match (profile, name) {
        (Some(profile), _) => fix(id, slot, model.get(profile).id, profile, model),
        (None, Some(name)) => Err(NoFix::RoleOfProfile(name.to_owned())),
        (None, None) => Err(NoFix::ArnUnknown),
    };
    verdict.in_slot(id, model, fix)
}

/// Refers to the role of a profile, which the user calls `user`.
fn fix(id: SlotId, slot: &Slot<'_>, user: &str, profile: ResourceId, model: &Model<'_>) -> Intended {
    let unknown = || NoFix::RoleOfProfile(model.get(profile).id.to_owned());
    let held = model.get(profile).profile().and_then(Profile::only_role);
    let role = model.in_loop_of(user, held.ok_or_else(unknown)?);
    let found = model.role(&role).ok_or_else(unknown)?;
    if found == slot.resource || model.waits_for(found, slot.resource) {
        return Err(NoFix::Circle(role));
    }
    if slot.list.as_ref().is_some_and(|item| names_already(item, &role, model)) {
        return Err(NoFix::Listed(role));
    }
    let form = match (slot.takes, &slot.value) {
        (Takes::Name, _) => Form::Name,
        (Takes::Either, Value::Reference(reference)) if reference.gives == Gives::Name => Form::Name,
        (Takes::Arn | Takes::Either, _) => Form::Arn,
    };
    let title = format!("refer to the role `{role}`, which the profile holds");
    let target = Target::Resource(role);
    let intent = match &slot.value {
        Value::Reference(_) => Intent::Repoint { slot: id, target, form },
        _ => Intent::Refer { slot: id, target, form },
    };
    Ok(Proposal::safe(title, intent))
}

/// Returns whether another item of its list names a role: it does, or will do so once it refers to the role of its profile.
fn names_already(item: &ListItem, role: &str, model: &Model<'_>) -> bool {
    let mut others = item.targets.iter().enumerate().filter(|(at, _)| *at != item.at);
    others.any(|(at, target)| {
        let Some(target) = target else { return false };
        let profile = model.profile(target).filter(|_| at < item.at);
        let held = profile.and_then(|profile| model.get(profile).profile()?.only_role());
        target == role || held.is_some_and(|held| model.in_loop_of(target, held) == role)
    })
}
