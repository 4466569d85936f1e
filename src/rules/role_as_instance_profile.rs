#![doc = include_str!("role_as_instance_profile.md")]

use super::no_attribute;
use crate::model::{
    Applicability, Arn, ArnKeys, ArnKind, Check, ChosenProfile, Draft, FindingBuilder, FixDraft, Fixability, GivenPart,
    IntendedFix, Intent, Label, Model, NameOrArn, NoFix, ProfileChoice, Reference, ResourceId, Rule, ServedRole,
    Severity, Slot, SlotId, Subject, Takes, Target, Value, Wants,
};
use crate::profile::SERVICE_LINKED_ROLE;

pub(crate) const RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-instance-profile",
    summary: "a role where an instance profile is expected",
    fixability: Fixability::Either,
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("role_as_instance_profile.md"),
};

const ROLE: Check = Check("role");
const SAME_NAME: Check = Check("role-of-the-same-name");

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Profile);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

/// The part of a role in a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GivenRolePart {
    Name,
    Arn,
    Attribute,
    Missing,
    /// An ARN built with the role's name.
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
    // A name taken from an ARN is the name only if it has no path.
    let is_part = reference.is_from_arn && roles.iter().any(|role| model.get(role.resource).has_path());
    if roles.is_empty() || is_part {
        return None;
    }
    let same_name = same_name(slot, given, model);
    if same_name.is_some_and(|profile| model.is_created_after(slot.resource, &slot.guards, profile)) {
        return None;
    }
    let given_form = match given {
        // Only an ARN is an attribute.
        GivenRolePart::Arn | GivenRolePart::BuiltArn(_) | GivenRolePart::Missing => NameOrArn::Arn,
        GivenRolePart::Name | GivenRolePart::Attribute => NameOrArn::Name,
    };
    let form = slot.form(given_form);
    let label = match given {
        GivenRolePart::Name => "this is the name of a role",
        GivenRolePart::Arn | GivenRolePart::BuiltArn(ArnKind::Role) => "this is the ARN of a role",
        GivenRolePart::Attribute => "this belongs to a role",
        GivenRolePart::Missing => no_attribute::LABEL,
        GivenRolePart::BuiltArn(ArnKind::Profile) => "this is put together with the name of a role",
    };
    let namesake = namesake(slot, given, model).filter(|_| same_name.is_none());
    let (check, severity, message) = message(slot, reference, same_name, namesake, model);
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity,
        message,
        label,
        related: roles.iter().map(|role| Label::role(model.get(role.resource))).collect(),
        aws_error: no_attribute::aws_error(slot),
    };
    let mut fix = fix(id, slot, form, model);
    if let (Some(_), Ok(fix)) = (namesake, &mut fix) {
        // The value works, and the other profile may be the one that is meant.
        fix.applicability = Applicability::Unsafe;
    }
    Some(finding.in_slot_of_name(same_name.is_some(), id, model, fix))
}

/// Reports a service-linked role, which only its service may assume.
fn service_linked(id: SlotId, slot: &Slot<'_>, linked: ResourceId, model: &Model<'_>) -> Draft {
    let resource = model.get(linked);
    let finding = FindingBuilder {
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
        aws_error: slot.property.aws_error,
    };
    finding.in_slot(id, model, Err(NoFix::ServiceLinkedRole(resource.id.to_owned())))
}

/// Returns the reference that may name a role, and the role's part.
fn role_in<'v, 's>(value: &'v Value<'s>) -> Option<(&'v Reference<'s>, GivenRolePart)> {
    match value {
        Value::Reference(reference) => Some(match reference.gives {
            GivenPart::Name => (reference, GivenRolePart::Name),
            GivenPart::Arn => (reference, GivenRolePart::Arn),
            GivenPart::Attribute => (reference, GivenRolePart::Attribute),
            GivenPart::Missing => (reference, GivenRolePart::Missing),
        }),
        Value::Arn(arn @ Arn { kind, .. }) => Some((arn.reference()?, GivenRolePart::BuiltArn(*kind))),
        Value::Text(_) | Value::Macro | Value::Unknown(_) => None,
    }
}

fn message(
    slot: &Slot<'_>,
    reference: &Reference<'_>,
    same_name: Option<ResourceId>,
    namesake: Option<ResourceId>,
    model: &Model<'_>,
) -> (Check, Severity, String) {
    if no_attribute::lacks_attribute(reference) {
        let (role, meant) = (format!("the role `{}`", reference.id), slot.takes.to_string());
        let message = no_attribute::message(&model.slot_name(slot), &role, &meant);
        return (ROLE, Severity::Error, message);
    }
    let start = format!("{} refers to the role `{}`", model.slot_name(slot), reference.id);
    match (same_name, namesake) {
        // A profile with the role's name works if it is created in time.
        (Some(profile), _) => (
            SAME_NAME,
            Severity::Warning,
            format!(
                "{start}, not to the profile `{}` of the same name, and so {}",
                model.get(profile).id,
                // Another stack is complete before it gives a value.
                match model.is_outside(profile) {
                    true => "works only while both have that name",
                    false => "may be created before it",
                }
            ),
        ),
        (None, Some(profile)) => (
            SAME_NAME,
            Severity::Warning,
            format!(
                "{start}, and so to the profile `{}` of the same name, which may hold another role",
                model.get(profile).id
            ),
        ),
        (None, None) => (ROLE, Severity::Error, format!("{start}, but takes {}", slot.takes)),
    }
}

/// Returns the profile whose name or ARN a role's name results in.
fn same_name(slot: &Slot<'_>, given: GivenRolePart, model: &Model<'_>) -> Option<ResourceId> {
    let mut choices = slot.served_by.iter().map(|&choice| match model.choice(choice).profile {
        ChosenProfile::Existing {
            profile,
            has_role_name: true,
            ..
        } => Some(profile),
        _ => None,
    });
    let profile = choices.next()??;
    let is_path = |keys: &ArnKeys| model.get(profile).is_path(&keys.path);
    let is_right = match (&slot.value, given) {
        (Value::Arn(arn), GivenRolePart::BuiltArn(ArnKind::Profile)) => {
            slot.takes != Takes::Name && arn.keys.as_ref().is_some_and(is_path)
        }
        (_, GivenRolePart::Name) => slot.takes != Takes::Arn,
        _ => false,
    };
    (is_right && choices.all(|other| other == Some(profile))).then_some(profile)
}

/// Returns a profile that has the name in a slot and always exists before, but may not hold the role of that name.
fn namesake(slot: &Slot<'_>, given: GivenRolePart, model: &Model<'_>) -> Option<ResourceId> {
    let choices = slot.served_by.iter().map(|&choice| model.choice(choice));
    let mut namesakes = choices.flat_map(|choice| choice.namesakes.iter().copied());
    let is_name = given == GivenRolePart::Name && slot.takes != Takes::Arn;
    let is_there = |profile: &ResourceId| {
        let (found, user) = (model.get(*profile), model.get(slot.resource));
        found.provider == user.provider
            && model.is_created_after(slot.resource, &slot.guards, *profile)
            && !model.may_be_absent(*profile, slot.resource, &slot.guards, [])
    };
    namesakes.find(is_there).filter(|_| is_name)
}

fn fix(id: SlotId, slot: &Slot<'_>, form: NameOrArn, model: &Model<'_>) -> IntendedFix {
    let choices: Vec<_> = slot.served_by.iter().map(|&choice| model.choice(choice)).collect();
    for choice in &choices {
        check_service(slot, choice, model)?;
    }
    let title = match choices.as_slice() {
        [only] => title(only, slot, model)?,
        _ => "add an instance profile for each of the roles and refer to them".to_owned(),
    };
    let repoint = Intent::PointAt {
        slot: id,
        target: Target::Profiles(slot.served_by.clone()),
        form,
    };
    let provide = slot.served_by.iter().copied().map(Intent::ProvideProfile);
    Ok(FixDraft {
        title,
        applicability: Applicability::Safe,
        content: std::iter::once(repoint).chain(provide).collect(),
    })
}

/// Returns the title of a fix that refers to a profile.
///
/// # Errors
///
/// If no profile can be referred to.
pub(super) fn title(choice: &ProfileChoice<'_>, slot: &Slot<'_>, model: &Model<'_>) -> Result<String, NoFix> {
    let id = model.chosen_id(choice)?;
    Ok(match (&choice.profile, &choice.role) {
        (ChosenProfile::Existing { profile, others, .. }, _) => {
            let others: Vec<_> = others.iter().map(|&other| model.get(other).id).collect();
            let beside = depends_on_sentence(slot.resource, *profile, model);
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

/// Returns a note if a reference makes an explicit dependency redundant.
///
/// cfn-lint reports that as W3005.
pub(super) fn depends_on_sentence(user: ResourceId, target: ResourceId, model: &Model<'_>) -> &'static str {
    match model.depends_on(user, target) {
        true => "; the explicit dependency on it is no longer needed",
        false => "",
    }
}

/// Checks that a service accepts the name of a profile.
///
/// # Errors
///
/// If the service requires another name.
pub(super) fn check_service(slot: &Slot<'_>, choice: &ProfileChoice<'_>, model: &Model<'_>) -> Result<(), NoFix> {
    let Some(prefix) = slot.property.profile_prefix() else {
        return Ok(());
    };
    let begins_with = |role: ResourceId| model.get(role).name().is_some_and(|name| name.begins_with(prefix));
    let fits = match (&choice.profile, &choice.role) {
        (ChosenProfile::New(profile), ServedRole::Resource(role)) if begins_with(*role) => match profile.is_named {
            true => true,
            false => return Err(NoFix::ServiceNameNotGiven(prefix)),
        },
        (ChosenProfile::New(_), ServedRole::Resource(_)) => false,
        (ChosenProfile::New(_), ServedRole::Outside(_)) => false,
        // A new profile would not be accepted either; an unknown name may be.
        (ChosenProfile::Existing { profile, .. }, _) => model.get(*profile).name().is_some_and(|name| {
            let of_role = model.role_referred_by(name);
            of_role.map_or_else(|| !name.begins_otherwise(prefix), begins_with)
        }),
        (ChosenProfile::Unavailable(_), _) => true,
    };
    match fits {
        true => Ok(()),
        false => Err(NoFix::ServiceNaming(prefix)),
    }
}
