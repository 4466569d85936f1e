#![doc = include_str!("hardcoded_role.md")]

use crate::model::{
    Applicability, ArnKind, ArnName, Check, ChosenProfile, Draft, Elsewhere, Fixability, Form, Intended, Intent, Label,
    Model, NoFix, Proposal, ResourceId, Rule, Safety, ServedRole, Severity, Slot, SlotId, Subject, Takes, Target,
    Value, Verdict, Wants,
};

use super::role_as_instance_profile::{check_service, title};

pub(super) const RULE: Rule = Rule {
    code: "IPF005",
    name: "hardcoded-role",
    summary: "a hard-coded role where an instance profile is expected",
    fixability: Fixability::Sometimes(Safety::Unsafe),
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("hardcoded_role.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Profile);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

/// A role that is written out.
enum Written<'v> {
    /// The name of this one, in the words of its own name.
    Name(ResourceId),
    /// Its ARN, in which this is the name.
    Arn(&'v str),
    /// Its ARN, with a name that is not known.
    UnknownArn,
    /// A parameter's default is its ARN.
    Default,
    /// A mapping holds its ARN.
    Mapped,
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let written = written(slot, model)?;
    let (check, message, label) = match &written {
        Written::Name(role) => (
            Check("name"),
            format!("is given the name of the role `{}`", model.get(*role).id),
            "this is the name of a role",
        ),
        Written::Arn(name) => (
            Check("arn"),
            format!("is given the ARN of the role `{name}`"),
            "this is the ARN of a role",
        ),
        Written::UnknownArn => (
            Check("unknown-arn"),
            "is given the ARN of a role".to_owned(),
            "this is the ARN of a role",
        ),
        Written::Default => (
            Check("parameter"),
            "is given a parameter whose default is the ARN of a role".to_owned(),
            "see its default",
        ),
        Written::Mapped => (
            Check("mapping"),
            "is given a value of a mapping that is the ARN of a role".to_owned(),
            "see the mapping",
        ),
    };
    let role = match &written {
        Written::Name(role) => Some(*role),
        Written::Arn(name) => model.role_named(name),
        Written::UnknownArn | Written::Default | Written::Mapped => None,
    };
    let verdict = Verdict {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message: format!("{} {message}, but takes {}", model.slot_name(slot), slot.takes),
        label,
        related: role.map(|role| Label::role(model.get(role))).into_iter().collect(),
        prevents: slot.property.refusal,
    };
    Some(verdict.in_slot(id, model, fix(id, slot, &written, model)))
}

fn written<'v>(slot: &'v Slot<'_>, model: &Model<'_>) -> Option<Written<'v>> {
    match &slot.value {
        Value::Text(text) if model.is_profile_name(&text.text) => None,
        Value::Text(text) => model.role_named(&text.text).map(Written::Name),
        Value::Arn(arn) if arn.kind == ArnKind::Role => match &arn.name {
            ArnName::Text(name) => Some(Written::Arn(name)),
            // A reference to a resource is for other rules.
            ArnName::Reference(_) => None,
            ArnName::Other | ArnName::Unknown => Some(Written::UnknownArn),
        },
        Value::Unknown(unknown) => match unknown.role_arn {
            Some(Elsewhere::Parameter) => Some(Written::Default),
            Some(Elsewhere::Mapping) => Some(Written::Mapped),
            None => model.role_with_key(unknown.key.as_deref()?).map(Written::Name),
        },
        Value::Arn(_) | Value::Reference(_) | Value::Macro => None,
    }
}

fn fix(id: SlotId, slot: &Slot<'_>, written: &Written<'_>, model: &Model<'_>) -> Intended {
    match written {
        Written::UnknownArn => return Err(NoFix::ArnUnknown),
        Written::Mapped => return Err(NoFix::Mapping),
        Written::Default => return Err(NoFix::Parameter),
        Written::Name(_) | Written::Arn(_) => {}
    }
    let form = match (slot.takes, written) {
        (Takes::Arn, _) | (Takes::Either, Written::Arn(_)) => Form::Arn,
        _ => Form::Name,
    };
    let choice = *slot.served_by.first().ok_or(NoFix::Parameter)?;
    let chosen = model.choice(choice);
    check_service(slot, chosen, model)?;
    match (&chosen.profile, &chosen.role) {
        (ChosenProfile::Existing { profile, .. }, _) => model.check_reference(slot.resource, &slot.guards, *profile)?,
        // The profile is there when its role is.
        (_, ServedRole::Resource(role)) => model.check_reference(slot.resource, &slot.guards, *role)?,
        (_, ServedRole::Outside(_)) => {}
    }
    let refer = Intent::Refer {
        slot: id,
        target: Target::Profiles(vec![choice]),
        form,
    };
    Ok(Proposal {
        title: title(chosen, slot, model)?,
        applicability: Applicability::Unsafe,
        steps: vec![refer, Intent::Provide(choice)],
    })
}
