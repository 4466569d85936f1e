#![doc = include_str!("profile_name_or_arn.md")]

use super::no_attribute;
use crate::model::{
    Arn, ArnKind, ArnName, Check, Draft, FindingBuilder, FixDraft, Fixability, GivenPart, IntendedFix, Intent, Label,
    Model, NameOrArn, NoFix, Reference, ResourceId, Rule, Severity, Slot, SlotId, Subject, Takes, Target, Value, Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF002",
    name: "profile-name-or-arn",
    summary: "the ARN of a profile where its name is expected, or the reverse",
    fixability: Fixability::Safe,
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("profile_name_or_arn.md"),
};

const NAME: Check = Check("name-for-arn");
const ARN: Check = Check("arn-for-name");

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Profile);
    let drafts = slots.filter_map(|(id, slot)| {
        let mix_up = draft(id, slot, model);
        mix_up
            .or_else(|| without_attribute(id, slot, model))
            .or_else(|| other_attribute(id, slot, model))
    });
    drafts.collect()
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let (given, target, fix) = own(id, slot, model).or_else(|| mix_up(id, slot, model))?;
    let (check, what, label) = match given {
        NameOrArn::Name => (NAME, "name", "this is a profile's name"),
        NameOrArn::Arn => (ARN, "ARN", "this is an ARN"),
    };
    let is_of_role = matches!(&slot.value, Value::Arn(arn) if arn.kind == ArnKind::Role);
    let whose = match target.map(|profile| model.get(profile).id) {
        Some(profile) if is_of_role => format!("an ARN of a role with the name of the instance profile `{profile}`"),
        Some(profile) => format!("the {what} of the instance profile `{profile}`"),
        None => format!("the {what} of an instance profile"),
    };
    let related = target.map(|profile| Label::profile(model.get(profile)));
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message: format!("{} is given {whose}, but takes {}", model.slot_name(slot), slot.takes),
        label,
        related: related.into_iter().collect(),
        aws_error: slot.property.aws_error,
    };
    Some(finding.in_slot(id, model, fix))
}

/// Reports a reference to a profile that lacks its attribute.
fn without_attribute(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let reference = slot
        .value
        .reference()
        .filter(|one| no_attribute::lacks_attribute(one))?;
    let profile = model.get(model.profiles_of(reference).first()?.resource);
    let whom = format!("the instance profile `{}`", reference.id);
    let finding = FindingBuilder {
        rule: &RULE,
        check: Check("no-attribute"),
        severity: Severity::Error,
        message: no_attribute::message(&model.slot_name(slot), &whom, &slot.takes.to_string()),
        label: no_attribute::LABEL,
        related: vec![Label::profile(profile)],
        aws_error: no_attribute::aws_error(slot),
    };
    let form = wanted(slot);
    let intent = refer_to_itself(id, reference, form);
    Some(finding.in_slot(id, model, Ok(FixDraft::safe(title(form), intent))))
}

/// Reports a reference to an attribute of a profile that is neither its name nor its ARN.
fn other_attribute(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let Value::Reference(reference) = &slot.value else {
        return None;
    };
    if reference.gives != GivenPart::Attribute {
        return None;
    }
    let profile = model.get(model.profiles_of(reference).first()?.resource);
    let finding = FindingBuilder {
        rule: &RULE,
        check: Check("other-attribute"),
        severity: Severity::Error,
        message: format!(
            "{} refers to an attribute of the instance profile `{}` that is neither its name nor its ARN, but takes {}",
            model.slot_name(slot),
            reference.id,
            slot.takes
        ),
        label: "this is another attribute",
        related: vec![Label::profile(profile)],
        aws_error: slot.property.aws_error,
    };
    let form = wanted(slot);
    let intent = refer_to_itself(id, reference, form);
    Some(finding.in_slot(id, model, Ok(FixDraft::safe(title(form), intent))))
}

/// The mistaken attribute, its profile if known, and the fix.
type MixUp = (NameOrArn, Option<ResourceId>, IntendedFix);

/// Returns the mistake if the slot repeats the name or the ARN of a profile of the template.
fn own(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<MixUp> {
    // Another rule reports a string in an unexpected object.
    let repeated = model.repeated_by(slot).filter(|_| !slot.is_misnamed)?;
    let wanted = match (repeated.form, slot.takes) {
        (NameOrArn::Name, Takes::Arn) => NameOrArn::Arn,
        (NameOrArn::Arn, Takes::Name) => NameOrArn::Name,
        _ => return None,
    };
    let fix = model.check_repeated(slot, &repeated).map(|profile| {
        let refer = Intent::ReplaceWithReference {
            slot: id,
            target: Target::Resource(model.get(profile).id.to_owned()),
            form: wanted,
        };
        FixDraft::safe(title(wanted), refer)
    });
    // The name in an ARN can be given without a reference.
    let has_other_fix = fix.is_err() && repeated.form == NameOrArn::Arn;
    let profile = repeated.resources.first()?.resource;
    (!has_other_fix).then_some((repeated.form, Some(profile), fix))
}

/// Returns the mistake in any other value.
fn mix_up(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<MixUp> {
    let wanted = wanted(slot);
    let takes_either = slot.takes == Takes::Either;
    match &slot.value {
        Value::Reference(reference) => {
            let given = match reference.gives {
                GivenPart::Name => NameOrArn::Name,
                GivenPart::Arn => NameOrArn::Arn,
                GivenPart::Attribute | GivenPart::Missing => return None,
            };
            if takes_either || given == wanted {
                return None;
            }
            let profile = model.profiles_of(reference).first()?.resource;
            let intent = refer_to_itself(id, reference, wanted);
            Some((given, Some(profile), Ok(FixDraft::safe(title(wanted), intent))))
        }
        Value::Arn(arn) => {
            let (target, fix) = built(id, arn, wanted, model)?;
            Some((NameOrArn::Arn, target, fix))
        }
        Value::Text(text) if wanted == NameOrArn::Arn && !takes_either && text.is_known() => {
            let name = text.text.as_str();
            let means_another = text.missing.is_some() || model.means_something_else(name);
            let is_of_another = means_another && !model.is_profile_name(name);
            // Another rule reports a string in an unexpected object.
            let is_name = !name.is_empty() && !name.starts_with("arn:") && !is_of_another && !slot.is_misnamed;
            is_name.then_some((NameOrArn::Name, None, Err(NoFix::UnknownPath)))
        }
        Value::Text(_) | Value::Macro | Value::Unknown(_) => None,
    }
}

/// Returns the profile whose ARN is mistaken, if known, and the fix.
fn built(id: SlotId, arn: &Arn<'_>, wanted: NameOrArn, model: &Model<'_>) -> Option<(Option<ResourceId>, IntendedFix)> {
    let named = arn.reference();
    let itself = |is_wanted: fn(&Model<'_>, ResourceId) -> bool| {
        let resource = named.and_then(Reference::itself);
        resource.filter(|&resource| is_wanted(model, resource))
    };
    if let (Some(reference), Some(profile)) = (named, itself(|model, id| model.get(id).profile().is_some())) {
        // With `role/` in it, it is never the ARN of a profile.
        let is_wrong = wanted == NameOrArn::Name || arn.kind == ArnKind::Role;
        let refer = Intent::ReplaceWithReference {
            slot: id,
            target: Target::Resource(reference.id.to_owned()),
            form: wanted,
        };
        return is_wrong.then(|| (Some(profile), Ok(FixDraft::safe(title(wanted), refer))));
    }
    // Other rules report roles.
    let is_role = itself(|model, id| model.get(id).role().is_some()).is_some();
    if wanted == NameOrArn::Arn || arn.kind == ArnKind::Role || is_role {
        return None;
    }
    let fix = match &arn.name {
        // The name alone would be taken for the role's.
        ArnName::Text(name) if model.may_be_role_name(name) || model.role(name).is_some() => {
            Err(NoFix::AlsoNameOfRole(name.clone()))
        }
        ArnName::Text(name) => {
            let write = Intent::ReplaceWithText {
                slot: id,
                text: name.clone(),
            };
            Ok(FixDraft::safe(format!("give the profile's name, `{name}`"), write))
        }
        ArnName::Reference(_) | ArnName::Other | ArnName::Unknown => Err(NoFix::UnknownArn),
    };
    Some((None, fix))
}

/// Returns the attribute to refer to; only an ARN is an attribute.
fn wanted(slot: &Slot<'_>) -> NameOrArn {
    match slot.takes {
        Takes::Name => NameOrArn::Name,
        Takes::Arn | Takes::Either => NameOrArn::Arn,
    }
}

fn refer_to_itself(slot: SlotId, reference: &Reference<'_>, form: NameOrArn) -> Intent {
    Intent::PointAt {
        slot,
        target: Target::Resource(reference.id.to_owned()),
        form,
    }
}

fn title(wanted: NameOrArn) -> &'static str {
    match wanted {
        NameOrArn::Name => "refer to the profile's name",
        NameOrArn::Arn => "refer to the profile's ARN",
    }
}
