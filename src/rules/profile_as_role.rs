#![doc = include_str!("profile_as_role.md")]

use crate::model::{
    Check, Draft, Fixability, Form, Gives, Intended, Intent, Label, Model, NoFix, Profile, Proposal, Reference,
    ResourceId, Rule, Safety, Severity, Slot, SlotId, Subject, Takes, Target, Value, Verdict, Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF006",
    name: "profile-as-role",
    summary: "an instance profile where a role is wanted",
    fixability: Fixability::Sometimes(Safety::Safe),
    subjects: &[Subject::Profiles],
    explanation: include_str!("profile_as_role.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Role);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let reference = slot.value.reference()?;
    let profile = reference.itself().filter(|&id| model.get(id).profile().is_some())?;
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
    Some(verdict.in_slot(id, model, fix(id, slot, reference, profile, model)))
}

fn fix(id: SlotId, slot: &Slot<'_>, reference: &Reference<'_>, profile: ResourceId, model: &Model<'_>) -> Intended {
    let unknown = || NoFix::RoleOfProfile(model.get(profile).id.to_owned());
    let held = model.get(profile).profile().and_then(Profile::only_role);
    let role = model.in_loop_of(reference.id, held.ok_or_else(unknown)?);
    model.role(&role).ok_or_else(unknown)?;
    let form = match (slot.takes, reference.gives) {
        (Takes::Name, _) | (Takes::Either, Gives::Name) => Form::Name,
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
