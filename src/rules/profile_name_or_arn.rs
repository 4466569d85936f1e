#![doc = include_str!("profile_name_or_arn.md")]

use crate::model::{
    Arn, ArnKind, ArnName, Check, Draft, Fixability, Form, Gives, Intended, Intent, Label, Model, NoFix, Proposal,
    Reference, ResourceId, Rule, Safety, Severity, Slot, SlotId, Subject, Takes, Target, Value, Verdict, Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF002",
    name: "profile-name-or-arn",
    summary: "the ARN of a profile where its name is expected, or the reverse",
    fixability: Fixability::Sometimes(Safety::Safe),
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("profile_name_or_arn.md"),
};

const NAME: Check = Check("name-for-arn");
const ARN: Check = Check("arn-for-name");

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let slots = model.slots(Wants::Profile);
    slots.filter_map(|(id, slot)| draft(id, slot, model)).collect()
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let (given, target, fix) = mix_up(id, slot, model)?;
    let (check, what, label) = match given {
        Form::Name => (NAME, "name", "this is a profile's name"),
        Form::Arn => (ARN, "ARN", "this is an ARN"),
    };
    let is_of_role = matches!(&slot.value, Value::Arn(arn) if arn.kind == ArnKind::Role);
    let whose = match target.map(|profile| model.get(profile).id) {
        Some(profile) if is_of_role => format!("an ARN of a role with the name of the instance profile `{profile}`"),
        Some(profile) => format!("the {what} of the instance profile `{profile}`"),
        None => format!("the {what} of an instance profile"),
    };
    let related = target.map(|profile| Label::profile(model.get(profile)));
    let verdict = Verdict {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message: format!("{} is given {whose}, but takes {}", model.slot_name(slot), slot.takes),
        label,
        related: related.into_iter().collect(),
        prevents: slot.property.refusal,
    };
    Some(verdict.in_slot(id, model, fix))
}

/// Returns what a slot is given in place of the other one, whose it is, if known, and the fix.
fn mix_up(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<(Form, Option<ResourceId>, Intended)> {
    let wanted = match slot.takes {
        Takes::Name => Form::Name,
        Takes::Arn | Takes::Either => Form::Arn,
    };
    let takes_either = slot.takes == Takes::Either;
    match &slot.value {
        Value::Reference(reference) => {
            let given = match reference.gives {
                Gives::Name => Form::Name,
                Gives::Arn => Form::Arn,
                Gives::Attribute => return None,
            };
            if takes_either || given == wanted {
                return None;
            }
            let profile = model.profiles_of(reference).first()?.resource;
            let repoint = Intent::Repoint {
                slot: id,
                target: Target::Resource(reference.id.to_owned()),
                form: wanted,
            };
            Some((given, Some(profile), Ok(Proposal::safe(title(wanted), repoint))))
        }
        Value::Arn(arn) => {
            let (target, fix) = built(id, arn, wanted, model)?;
            Some((Form::Arn, target, fix))
        }
        Value::Text(text) if wanted == Form::Arn && !takes_either => {
            let name = text.text.as_str();
            let is_of_another = model.means_something_else(name) && !model.is_profile_name(name);
            // Another rule reports a text in an object that should not be there.
            let is_name = !name.is_empty() && !name.starts_with("arn:") && !is_of_another && !slot.is_misnamed;
            is_name.then_some((Form::Name, None, Err(NoFix::PathUnknown)))
        }
        Value::Text(_) | Value::Macro | Value::Unknown(_) => None,
    }
}

/// Returns the profile whose ARN is built where something else is wanted, if known, and the fix.
fn built(id: SlotId, arn: &Arn<'_>, wanted: Form, model: &Model<'_>) -> Option<(Option<ResourceId>, Intended)> {
    let named = arn.reference();
    let itself = |is_wanted: fn(&Model<'_>, ResourceId) -> bool| {
        let resource = named.and_then(Reference::itself);
        resource.filter(|&resource| is_wanted(model, resource))
    };
    if let (Some(reference), Some(profile)) = (named, itself(|model, id| model.get(id).profile().is_some())) {
        // With `role/` in it, it is not an ARN of a profile, whatever takes it.
        let is_wrong = wanted == Form::Name || arn.kind == ArnKind::Role;
        let refer = Intent::Refer {
            slot: id,
            target: Target::Resource(reference.id.to_owned()),
            form: wanted,
        };
        return is_wrong.then(|| (Some(profile), Ok(Proposal::safe(title(wanted), refer))));
    }
    // Roles are for other rules.
    let is_role = itself(|model, id| model.get(id).role().is_some()).is_some();
    if wanted == Form::Arn || arn.kind == ArnKind::Role || is_role {
        return None;
    }
    let fix = match &arn.name {
        // The name alone would be taken for the role's.
        ArnName::Text(name) if model.may_be_role_name(name) || model.role(name).is_some() => {
            Err(NoFix::NameOfRole(name.clone()))
        }
        ArnName::Text(name) => {
            let write = Intent::Write {
                slot: id,
                text: name.clone(),
            };
            Ok(Proposal::safe(format!("give the profile's name, `{name}`"), write))
        }
        ArnName::Reference(_) | ArnName::Other | ArnName::Unknown => Err(NoFix::ArnUnknown),
    };
    Some((None, fix))
}

fn title(wanted: Form) -> &'static str {
    match wanted {
        Form::Name => "refer to the profile's name",
        Form::Arn => "refer to the profile's ARN",
    }
}
