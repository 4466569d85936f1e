#![doc = include_str!("role_as_instance_profile.md")]

use crate::model::{
    Applicability, Arn, ArnKind, Check, ChosenProfile, Draft, Fixability, Form, Gives, Intended, Intent, Label, Model,
    NamingRule, NoFix, ProfileChoice, Proposal, Reference, ResourceId, Rule, Safety, ServedRole, Severity, Slot,
    SlotId, Subject, Takes, Target, Value, Verdict, Wants,
};
use crate::profile::SERVICE_LINKED_ROLE;

pub(super) const RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-instance-profile",
    summary: "a role where an instance profile is expected",
    fixability: Fixability::Always(Safety::Safe),
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("role_as_instance_profile.md"),
};

const ROLE: Check = Check("role");
const SAME_NAME: Check = Check("role-of-the-same-name");

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Profile);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

/// The part of the role that a slot is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Name,
    Arn,
    Attribute,
    /// An ARN put together with the role's name.
    BuiltArn(ArnKind),
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let (reference, given) = role_in(&slot.value)?;
    if let Some(linked) = reference
        .itself()
        .filter(|&id| model.get(id).resource_type == SERVICE_LINKED_ROLE)
    {
        return Some(service_linked(id, slot, linked, model));
    }
    let roles = model.roles_of(reference);
    // A name that is taken out of an ARN is a name only if there is no path before it.
    let is_part = reference.is_from_arn && roles.iter().any(|role| model.get(role.resource).has_path());
    if roles.is_empty() || is_part {
        return None;
    }
    let form = match (slot.takes, given) {
        (Takes::Arn, _) | (Takes::Either, Given::Arn | Given::BuiltArn(_)) => Form::Arn,
        (Takes::Name | Takes::Either, _) => Form::Name,
    };
    let label = match given {
        Given::Name => "this is the name of a role",
        Given::Arn | Given::BuiltArn(ArnKind::Role) => "this is the ARN of a role",
        Given::Attribute => "this belongs to a role",
        Given::BuiltArn(ArnKind::Profile) => "this is put together with the name of a role",
    };
    let (check, severity, message) = message(slot, reference, given, model);
    let verdict = Verdict {
        rule: &RULE,
        check,
        severity,
        message,
        label,
        related: roles.iter().map(|role| Label::role(model.get(role.resource))).collect(),
        prevents: slot.property.refusal,
    };
    Some(verdict.in_slot(id, model, fix(id, slot, form, model)))
}

/// Finds a service-linked role, which only its service may assume.
fn service_linked(id: SlotId, slot: &Slot<'_>, linked: ResourceId, model: &Model<'_>) -> Draft {
    let resource = model.get(linked);
    let verdict = Verdict {
        rule: &RULE,
        check: Check("service-linked-role"),
        severity: Severity::Error,
        message: format!(
            "{} refers to the service-linked role `{}`, but takes {}",
            model.slot_name(slot),
            resource.id,
            slot.takes
        ),
        label: "this is a service-linked role",
        related: vec![Label::role(resource)],
        prevents: slot.property.refusal,
    };
    verdict.in_slot(id, model, Err(NoFix::ServiceLinkedRole(resource.id.to_owned())))
}

/// Returns the reference in a value that may name a role, and the part of it that the slot is given.
fn role_in<'v, 's>(value: &'v Value<'s>) -> Option<(&'v Reference<'s>, Given)> {
    match value {
        Value::Reference(reference) => Some(match reference.gives {
            Gives::Name => (reference, Given::Name),
            Gives::Arn => (reference, Given::Arn),
            Gives::Attribute => (reference, Given::Attribute),
        }),
        Value::Arn(arn @ Arn { kind, .. }) => Some((arn.reference()?, Given::BuiltArn(*kind))),
        Value::Text(_) | Value::Macro | Value::Unknown(_) => None,
    }
}

fn message(slot: &Slot<'_>, reference: &Reference<'_>, given: Given, model: &Model<'_>) -> (Check, Severity, String) {
    let start = format!("{} refers to the role `{}`", model.slot_name(slot), reference.id);
    let first = slot.served_by.first().map(|&choice| model.choice(choice));
    match first.map(|choice| &choice.profile) {
        // A profile with the role's name will do, if it is there in time.
        Some(ChosenProfile::Existing {
            profile,
            has_role_name: true,
            ..
        }) if given == Given::Name && slot.takes != Takes::Arn => (
            SAME_NAME,
            Severity::Warning,
            format!(
                "{start}, not to the profile `{}` of the same name, and so may be made before it",
                model.get(*profile).id
            ),
        ),
        _ => (ROLE, Severity::Error, format!("{start}, but takes {}", slot.takes)),
    }
}

fn fix(id: SlotId, slot: &Slot<'_>, form: Form, model: &Model<'_>) -> Intended {
    let choices: Vec<_> = slot.served_by.iter().map(|&choice| model.choice(choice)).collect();
    for choice in &choices {
        check_service(slot, choice, model)?;
    }
    let title = match choices.as_slice() {
        [only] => title(only, slot, model)?,
        _ => "add an instance profile for each of the roles and refer to them".to_owned(),
    };
    let repoint = Intent::Repoint {
        slot: id,
        target: Target::Profiles(slot.served_by.clone()),
        form,
    };
    let provide = slot.served_by.iter().copied().map(Intent::Provide);
    Ok(Proposal {
        title,
        applicability: Applicability::Safe,
        steps: std::iter::once(repoint).chain(provide).collect(),
    })
}

/// Says what a fix does that gives a slot a chosen profile.
///
/// # Errors
///
/// If there is none to refer to.
pub(super) fn title(choice: &ProfileChoice<'_>, slot: &Slot<'_>, model: &Model<'_>) -> Result<String, NoFix> {
    let id = model.chosen_id(choice)?;
    Ok(match (&choice.profile, &choice.role) {
        (ChosenProfile::Existing { profile, others, .. }, _) => {
            let others: Vec<_> = others.iter().map(|&other| model.get(other).id).collect();
            let beside = beside_depends_on(slot.resource, *profile, model);
            let refer = format!("refer to the instance profile `{id}`, which holds the role{beside}");
            match others.as_slice() {
                [] => refer,
                [one] => format!("{refer}; `{one}` would do as well"),
                [one, rest @ ..] => format!("{refer}; `{one}` and {} more would do as well", rest.len()),
            }
        }
        (_, ServedRole::Resource(_)) => format!("add the instance profile `{id}` for the role and refer to it"),
        (_, ServedRole::Outside(role)) => {
            format!("add the instance profile `{id}` for the role `{role}` and refer to it")
        }
    })
}

/// Says that a reference makes a `DependsOn` redundant, which cfn-lint reports as W3005.
pub(super) fn beside_depends_on(user: ResourceId, target: ResourceId, model: &Model<'_>) -> &'static str {
    match model.depends_on(user, target) {
        true => "; `DependsOn` need not name it any more",
        false => "",
    }
}

/// Checks that a service takes the name of a profile: RDS Custom asks for one on the profile, PCS on the role alone.
///
/// # Errors
///
/// If it asks for another one.
pub(super) fn check_service(slot: &Slot<'_>, choice: &ProfileChoice<'_>, model: &Model<'_>) -> Result<(), NoFix> {
    if slot.property.naming != Some(NamingRule::RdsCustom) {
        return Ok(());
    }
    let prefix = NamingRule::RdsCustom.prefix();
    let begins_with = |role: ResourceId| model.get(role).name().is_some_and(|name| name.begins_with(prefix));
    let fits = match (&choice.profile, &choice.role) {
        (ChosenProfile::New(profile), ServedRole::Resource(role)) if begins_with(*role) => match profile.is_named {
            true => true,
            false => return Err(NoFix::NameTaken(prefix)),
        },
        (ChosenProfile::New(_), ServedRole::Resource(_)) => false,
        (ChosenProfile::New(_), ServedRole::Outside(_)) => false,
        // Such as would be added does not do either; a name of its own that is not known may.
        (ChosenProfile::Existing { profile, .. }, _) => model.get(*profile).name().is_some_and(|name| {
            let of_role = model.role_referred_by(name);
            of_role.map_or_else(|| !name.begins_otherwise(prefix), begins_with)
        }),
        (ChosenProfile::Unavailable(_), _) => true,
    };
    match fits {
        true => Ok(()),
        false => Err(NoFix::ProfileName(prefix)),
    }
}
