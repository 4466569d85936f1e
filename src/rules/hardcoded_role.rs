#![doc = include_str!("hardcoded_role.md")]

use crate::model::{
    Applicability, ArnKind, ArnName, Check, ChosenProfile, Draft, FindingBuilder, FixDraft, Fixability, IntendedFix,
    Intent, Label, Model, NameOrArn, NoFix, ResourceId, Rule, ServedRole, Severity, Slot, SlotId, Subject, Target,
    Value, ValueOrigin, Wants,
};

use super::role_as_instance_profile::{check_service, title};

pub(super) const RULE: Rule = Rule {
    code: "IPF005",
    name: "hardcoded-role",
    summary: "a hard-coded role where an instance profile is expected",
    fixability: Fixability::Unsafe,
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("hardcoded_role.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Profile);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

/// The value to pass for a parameter.
const WANTED: &str = "an instance profile";

/// A literal role.
enum WrittenRole<'v> {
    /// The name of this role of the model.
    Name(ResourceId),
    /// An ARN with this name.
    Arn(&'v str),
    /// An ARN with an unknown name.
    UnknownArn,
    /// An ARN that is the default of a parameter.
    Default,
    /// An ARN in a mapping.
    Mapped,
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let written = written(slot, model)?;
    let (check, message, label) = match &written {
        WrittenRole::Name(role) => (
            Check("name"),
            format!("is given the name of the role `{}`", model.get(*role).id),
            "this is the name of a role",
        ),
        WrittenRole::Arn(name) => (
            Check("arn"),
            format!("is given the ARN of the role `{name}`"),
            "this is the ARN of a role",
        ),
        WrittenRole::UnknownArn => (
            Check("unknown-arn"),
            "is given the ARN of a role".to_owned(),
            "this is the ARN of a role",
        ),
        WrittenRole::Default => (
            Check("parameter"),
            "is given a parameter whose default is the ARN of a role".to_owned(),
            "see its default",
        ),
        WrittenRole::Mapped => (
            Check("mapping"),
            "is given a value of a mapping that is the ARN of a role".to_owned(),
            "see the mapping",
        ),
    };
    let role = match &written {
        WrittenRole::Name(role) => Some(*role),
        WrittenRole::Arn(name) => model.role_named(name),
        WrittenRole::UnknownArn | WrittenRole::Default | WrittenRole::Mapped => None,
    };
    let may_be_profile = match (&written, &slot.value) {
        (WrittenRole::Name(_), Value::Text(text)) => model.may_be_profile_name(&text.text),
        _ => false,
    };
    let (severity, but) = match may_be_profile {
        // It works if a profile whose name is not known has this one.
        true => (Severity::Warning, "which an instance profile may have too".to_owned()),
        false => (Severity::Error, format!("but takes {}", slot.takes)),
    };
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity,
        message: format!("{} {message}, {but}", model.slot_name(slot)),
        label,
        related: role.map(|role| Label::role(model.get(role))).into_iter().collect(),
        aws_error: slot.property.aws_error,
    };
    Some(finding.in_slot(id, model, fix(id, slot, &written, model)))
}

fn written<'v>(slot: &'v Slot<'_>, model: &Model<'_>) -> Option<WrittenRole<'v>> {
    let named = || model.role_with_key(slot.key.as_deref()?).map(WrittenRole::Name);
    match &slot.value {
        Value::Arn(arn) if arn.kind == ArnKind::Role => match &arn.name {
            ArnName::Text(name) => Some(WrittenRole::Arn(name)),
            // Other rules report references to resources.
            ArnName::Reference(_) => None,
            ArnName::Other | ArnName::Unknown => Some(WrittenRole::UnknownArn),
        },
        Value::Text(_) => named(),
        Value::Unknown(unknown) => match unknown.origin_of(ArnKind::Role) {
            Some(ValueOrigin::Parameter) => Some(WrittenRole::Default),
            Some(ValueOrigin::Mapping) => Some(WrittenRole::Mapped),
            None => named(),
        },
        Value::Arn(_) | Value::Reference(_) | Value::Macro => None,
    }
}

fn fix(id: SlotId, slot: &Slot<'_>, written: &WrittenRole<'_>, model: &Model<'_>) -> IntendedFix {
    match written {
        WrittenRole::UnknownArn => return Err(NoFix::UnknownArn),
        WrittenRole::Mapped => return Err(NoFix::FromMapping),
        WrittenRole::Default => return Err(NoFix::FromParameter(WANTED)),
        WrittenRole::Name(_) | WrittenRole::Arn(_) => {}
    }
    let choice = *slot.served_by.first().ok_or(NoFix::FromParameter(WANTED))?;
    let chosen = model.choice(choice);
    let given = match written {
        WrittenRole::Arn(_) => NameOrArn::Arn,
        _ => NameOrArn::Name,
    };
    let form = slot.form(given);
    check_service(slot, chosen, model)?;
    match (&chosen.profile, &chosen.role) {
        (ChosenProfile::Existing { profile, .. }, _) => model.check_slot(slot, *profile)?,
        // The profile exists whenever its role does.
        (_, ServedRole::Resource(role)) => model.check_slot(slot, *role)?,
        (_, ServedRole::Outside(name)) if model.resource(name).is_some() => return Err(NoFix::AlsoId(name.clone())),
        (_, ServedRole::Outside(_)) => {}
    }
    let refer = Intent::ReplaceWithReference {
        slot: id,
        target: Target::Profiles(vec![choice]),
        form,
    };
    Ok(FixDraft {
        title: title(chosen, slot, model)?,
        applicability: Applicability::Unsafe,
        content: vec![refer, Intent::ProvideProfile(choice)],
    })
}
