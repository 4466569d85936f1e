#![doc = include_str!("profile_as_role.md")]

use super::no_attribute::{LABEL, aws_error, lacks_attribute, message};
use crate::model::{
    Applicability, Arn, ArnKind, ArnName, Caveat, Check, Draft, FindingBuilder, FixDraft, Fixability, GivenPart,
    IntendedFix, Intent, Label, ListItem, Model, NameOrArn, NoFix, Profile, Reference, ResourceId, Rule, Severity,
    Slot, SlotId, Subject, Takes, Target, Value, ValueOrigin, Wants,
};
use crate::profile::{PASSED_ROLE, PRINCIPAL};

pub(super) const RULE: Rule = Rule {
    code: "IPF006",
    name: "profile-as-role",
    summary: "an instance profile where a role is expected",
    fixability: Fixability::Either,
    subjects: &[Subject::Profiles, Subject::ProfileArns],
    explanation: include_str!("profile_as_role.md"),
};

const PROFILE: Check = Check("profile");
const SAME_NAME: Check = Check("profile-of-the-same-name");

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
        (None, Value::Unknown(unknown)) => {
            let origin = unknown.origin_of(ArnKind::Profile)?;
            Some(elsewhere(id, slot, origin, model))
        }
        (None, _) => None,
    }
}

/// Returns whether a value is the name of a profile, where a name is taken, and its role has the same name.
fn is_same_name(slot: &Slot<'_>, profile: ResourceId, model: &Model<'_>) -> bool {
    let is_name = matches!(&slot.value, Value::Reference(reference) if reference.gives == GivenPart::Name);
    is_name && slot.takes != Takes::Arn && model.is_named_as_its_role(profile)
}

/// Reports a reference to a profile of the model.
fn referred(id: SlotId, slot: &Slot<'_>, profile: ResourceId, model: &Model<'_>) -> Draft {
    let resource = model.get(profile);
    let (name, whom) = (model.slot_name(slot), format!("the instance profile `{}`", resource.id));
    let refers = format!("{name} refers to {whom}");
    let itself = "this is an instance profile";
    let works = is_same_name(slot, profile, model);
    let (check, severity, message, label) = match slot.value.reference() {
        Some(reference) if lacks_attribute(reference) => {
            (PROFILE, Severity::Error, message(&name, &whom, "a role"), LABEL)
        }
        _ if works => (
            SAME_NAME,
            Severity::Warning,
            format!("{refers}, not to its role of the same name, and so works only while both have that name"),
            itself,
        ),
        _ => (PROFILE, Severity::Error, format!("{refers}, but takes a role"), itself),
    };
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity,
        message,
        label,
        related: vec![Label::profile(resource)],
        aws_error: aws_error(slot),
    };
    let user = slot.value.reference().map_or(resource.id, |reference| reference.id);
    let fix = fix(id, slot, user, profile, model);
    finding.in_slot_of_name(works, id, model, fix)
}

/// Reports an ARN of a profile that is built without a reference.
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
    let finding = FindingBuilder {
        rule: &RULE,
        check: Check("arn"),
        severity: severity(slot),
        message: format!("{} is given {whose}, but takes a role", model.slot_name(slot)),
        label: "this is the ARN of an instance profile",
        related: profile.map(|id| Label::profile(model.get(id))).into_iter().collect(),
        aws_error: slot.property.aws_error,
    };
    let fix = match (profile, name) {
        (Some(profile), _) => fix(id, slot, model.get(profile).id, profile, model),
        (None, Some(name)) => Err(NoFix::UnknownRoleOfProfile(name.to_owned())),
        (None, None) => Err(NoFix::UnknownArn),
    };
    finding.in_slot(id, model, fix)
}

/// Reports an ARN of a profile that is written in another place.
fn elsewhere(id: SlotId, slot: &Slot<'_>, origin: ValueOrigin, model: &Model<'_>) -> Draft {
    let (check, what, label, severity, no_fix) = match origin {
        ValueOrigin::Parameter => (
            Check("arn-by-default"),
            "a parameter whose default is the ARN of an instance profile",
            "see its default",
            // Another value may be passed.
            Severity::Warning,
            NoFix::FromParameter(wanted(slot)),
        ),
        ValueOrigin::Mapping => (
            Check("arn-in-mapping"),
            "a value of a mapping that is the ARN of an instance profile",
            "see the mapping",
            severity(slot),
            NoFix::FromMapping,
        ),
    };
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity,
        message: format!("{} is given {what}, but takes a role", model.slot_name(slot)),
        label,
        related: Vec::new(),
        aws_error: slot.property.aws_error,
    };
    finding.in_slot(id, model, Err(no_fix))
}

/// Returns the severity of a profile's ARN in a slot.
fn severity(slot: &Slot<'_>) -> Severity {
    match slot.property.is_same(&PASSED_ROLE) {
        // AWS accepts such a policy, which then allows nothing.
        true => Severity::Warning,
        false => Severity::Error,
    }
}

/// Returns the value to pass for a parameter in a slot.
fn wanted(slot: &Slot<'_>) -> &'static str {
    match slot.takes {
        Takes::Name => "the role's name",
        Takes::Arn => "the role's ARN",
        Takes::Either => "the role's name or ARN",
    }
}

/// Builds the fix that refers to the role of a profile.
///
/// `user` is the ID in the existing reference.
fn fix(id: SlotId, slot: &Slot<'_>, user: &str, profile: ResourceId, model: &Model<'_>) -> IntendedFix {
    if slot.may_deny {
        return Err(NoFix::MayDeny);
    }
    let unknown = || NoFix::UnknownRoleOfProfile(model.get(profile).id.to_owned());
    let held = model.get(profile).profile().and_then(Profile::only_role);
    let role = model.in_loop_of(user, held.ok_or_else(unknown)?);
    let found = model.role(&role).ok_or_else(unknown)?;
    let is_circle = |user| found == user || model.waits_for(found, user);
    if slot.users().any(is_circle) {
        return Err(NoFix::CircularDependency(role));
    }
    if slot.list.as_ref().is_some_and(|item| names_already(item, &role, model)) {
        return Err(NoFix::AlreadyListed(role));
    }
    let has_path = model.get(found).has_path();
    if slot.property.caveat == Some(Caveat::PathAndName) && has_path {
        return Err(NoFix::PathBeforeName(role));
    }
    let given = match &slot.value {
        Value::Reference(reference) if reference.gives == GivenPart::Name => NameOrArn::Name,
        _ => NameOrArn::Arn,
    };
    let form = slot.form_of_target(given, has_path);
    let title = format!("refer to the role `{role}`, which the profile holds");
    let doubt = match is_same_name(slot, profile, model) && form != given {
        true => Some("the ARN is another value than the name"),
        false => doubt(slot),
    };
    let (title, applicability) = match doubt {
        Some(doubt) => (format!("{title}; {doubt}"), Applicability::Unsafe),
        None => (title, Applicability::Safe),
    };
    let target = Target::Resource(role);
    let intent = match &slot.value {
        Value::Reference(_) => Intent::PointAt { slot: id, target, form },
        _ => Intent::ReplaceWithReference { slot: id, target, form },
    };
    Ok(FixDraft {
        title,
        applicability,
        content: vec![intent],
    })
}

/// Returns why the role of a profile of this model may not be the one that is meant.
fn doubt(slot: &Slot<'_>) -> Option<&'static str> {
    // An ARN of a profile is no role in any account, but a principal is often one of another account.
    let may_be_elsewhere = |kind| kind == ArnKind::Role || slot.property.is_same(&PRINCIPAL);
    match (&slot.value, slot.property.caveat) {
        (_, Some(Caveat::OtherAccount)) => Some("the property may take a role of another account"),
        (Value::Arn(Arn { keys: None, kind, .. }), _) if may_be_elsewhere(*kind) => {
            Some("the ARN may be one of another account")
        }
        (Value::Arn(Arn { keys: Some(keys), .. }), _) if keys.path.contains(['*', '?']) => {
            Some("the ARN has a pattern")
        }
        (_, Some(Caveat::PathAndName) | None) => None,
    }
}

/// Returns whether another item refers to this role, or will once fixed.
fn names_already(item: &ListItem, role: &str, model: &Model<'_>) -> bool {
    let mut others = item.targets.iter().enumerate().filter(|(at, _)| *at != item.at);
    others.any(|(at, target)| {
        let Some(target) = target else { return false };
        let profile = model.profile(target).filter(|_| at < item.at);
        let held = profile.and_then(|profile| model.get(profile).profile()?.only_role());
        target == role || held.is_some_and(|held| model.in_loop_of(target, held) == role)
    })
}
