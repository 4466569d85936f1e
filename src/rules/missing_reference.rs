#![doc = include_str!("missing_reference.md")]

use super::role_as_instance_profile::depends_on_sentence;
use crate::model::{
    Applicability, Check, Draft, FindingBuilder, FixDraft, Fixability, Intent, Label, MissingReference, Model,
    NameOrArn, NoFix, Resource, Rule, Severity, Slot, SlotId, Subject, Target, TextValue, Value, Wants,
};

pub(crate) const RULE: Rule = Rule {
    code: "IPF009",
    name: "missing-reference",
    summary: "the ID of a profile or role in place of a reference to it",
    fixability: Fixability::Either,
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
    let Value::Text(TextValue {
        text,
        missing: Some(missing),
        ..
    }) = &slot.value
    else {
        return None;
    };
    let is_name = model.role_named(text).is_some() || (slot.wants == Wants::Profile && model.is_profile_name(text));
    if is_name {
        return None;
    }
    let MissingReference { id: target, is_arn, .. } = missing;
    let given = if *is_arn { NameOrArn::Arn } else { NameOrArn::Name };
    let form = slot.form(given);
    let refer = Intent::ReplaceWithReference {
        slot: id,
        target: Target::Resource(target.clone()),
        form,
    };
    let fix_draft = || FixDraft {
        title: format!(
            "refer to `{target}`{}",
            depends_on_sentence(slot.resource, missing.resource, model)
        ),
        // The string may be intended.
        applicability: Applicability::Unsafe,
        content: vec![refer],
    };
    let fix = model
        .check_slot(slot, missing.resource)
        .and_then(|()| match model.may_be_role_name(text) {
            true => Err(NoFix::AlsoNameOfRole(text.clone())),
            false => Ok(fix_draft()),
        });
    let label = "this is a string, not a reference";
    let finding = finding(
        slot,
        Check("text"),
        "a string",
        label,
        model.get(missing.resource),
        model,
    );
    Some(finding.in_slot(id, model, fix))
}

/// Reports a reference without its function; `what` describes the remains.
pub(crate) fn finding(
    slot: &Slot<'_>,
    check: Check,
    what: &str,
    label: &'static str,
    resource: &Resource<'_>,
    model: &Model<'_>,
) -> FindingBuilder {
    FindingBuilder {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message: format!(
            "{} is given {what} in place of a reference to `{}`, which is defined here",
            model.slot_name(slot),
            resource.id
        ),
        label,
        related: vec![Label {
            place: resource.place,
            text: "what it seems to mean".to_owned(),
        }],
        aws_error: match slot.wants {
            Wants::RoleOfProfile => Some("The role with name … cannot be found."),
            Wants::Profile | Wants::Role => slot.property.aws_error,
        },
    }
}
