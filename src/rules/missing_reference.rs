#![doc = include_str!("missing_reference.md")]

use super::role_as_instance_profile::beside_depends_on;
use crate::model::{
    Applicability, Check, Draft, Fixability, Form, Intent, Label, LostReference, Model, NoFix, Proposal, Resource,
    Rule, Safety, Severity, Slot, SlotId, Subject, Takes, Target, Text, Value, Verdict, Wants,
};

pub(crate) const RULE: Rule = Rule {
    code: "IPF009",
    name: "missing-reference",
    summary: "a logical ID without `Ref` or `Fn::GetAtt`",
    fixability: Fixability::Always(Safety::Either),
    subjects: &[Subject::ProfileSlots, Subject::Profiles],
    explanation: include_str!("missing_reference.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let drafts = [Wants::Profile, Wants::RoleOfProfile]
        .into_iter()
        .flat_map(|wants| model.slots(wants))
        .filter_map(|(id, slot)| draft(id, slot, model));
    drafts.collect()
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let Value::Text(Text { text, lost: Some(lost) }) = &slot.value else {
        return None;
    };
    let is_name = model.role_named(text).is_some() || (slot.wants == Wants::Profile && model.is_profile_name(text));
    if is_name {
        return None;
    }
    let LostReference { id: target, is_arn, .. } = lost;
    let form = match slot.takes {
        Takes::Either if *is_arn => Form::Arn,
        Takes::Name | Takes::Either => Form::Name,
        Takes::Arn => Form::Arn,
    };
    let refer = Intent::Refer {
        slot: id,
        target: Target::Resource(target.clone()),
        form,
    };
    let proposal = || Proposal {
        title: format!(
            "refer to `{target}`{}",
            beside_depends_on(slot.resource, lost.resource, model)
        ),
        // The text may be meant.
        applicability: Applicability::Unsafe,
        steps: vec![refer],
    };
    let fix = model
        .check_reference(slot.resource, &slot.guards, lost.resource)
        .and_then(|()| match model.may_be_role_name(text) {
            true => Err(NoFix::NameOfRole(text.clone())),
            false => Ok(proposal()),
        });
    let label = "this is a text, not a reference";
    let verdict = verdict(slot, Check("text"), "a text", label, model.get(lost.resource), model);
    Some(verdict.in_slot(id, model, fix))
}

/// Finds a reference that lost its function: `what` is left of it.
pub(crate) fn verdict(
    slot: &Slot<'_>,
    check: Check,
    what: &str,
    label: &'static str,
    resource: &Resource<'_>,
    model: &Model<'_>,
) -> Verdict {
    Verdict {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message: format!(
            "{} is given {what} in place of a reference to `{}`, which is a logical ID of this template",
            model.slot_name(slot),
            resource.id
        ),
        label,
        related: vec![Label {
            place: resource.place,
            text: "what it seems to mean".to_owned(),
        }],
        prevents: match slot.wants {
            Wants::RoleOfProfile => Some("The role with name … cannot be found."),
            Wants::Profile | Wants::Role => slot.property.refusal,
        },
    }
}
