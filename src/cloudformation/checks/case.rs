//! Checks the capitalisation of properties and of `Arn`.

use super::draft::{draft, safe};
use crate::cloudformation::intrinsic::Attribute;
use crate::cloudformation::lower::CheckFix;
use crate::cloudformation::resolve::ResolvedValue;
use crate::cloudformation::slots::{MiscasedKey, SlotValue};
use crate::cloudformation::unit::Unit;
use crate::model::{Check, Draft, FindingBuilder, NameOrArn, NoFix, Severity, Wants};
use crate::rules::wrong_case::RULE;
use crate::yaml::{Change, Op};

// AWS's errors as quoted in dougmoscrop/serverless-plugin-log-subscription#68.
const NO_PROPERTY: &str = "Encountered unsupported property …";
const NO_ATTRIBUTE: &str = "Requested attribute … does not exist in schema for …";

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
    let keys = unit.miscased.iter().map(key);
    let slots = unit.model.slots(Wants::Profile);
    let attributes = slots.filter_map(|(id, _)| attribute(unit.slot(id), unit));
    keys.chain(attributes).collect()
}

/// Reports a miscased property.
fn key(miscased: &MiscasedKey<'_>) -> Draft<CheckFix> {
    let MiscasedKey {
        slot,
        key,
        right,
        has_rival,
    } = miscased;
    let written = key.scalar().unwrap_or_default();
    let message = format!("`{written}` of `{}` is no property; `{right}` is", slot.resource.id);
    let fix = match has_rival {
        true => Err(NoFix::UnknownProfile),
        false => {
            let rename = Change::Value {
                node: slot.value.id(),
                path: slot.path.clone(),
                op: Op::RenameKey((*right).to_owned()),
            };
            Ok(safe(format!("write `{right}`"), rename))
        }
    };
    let mut draft = draft(finding(Check("key"), message, NO_PROPERTY), slot, *key, fix);
    draft.place = key.inner_place();
    draft
}

/// Reports a miscased `Arn`.
fn attribute<'d>(slot: &SlotValue<'d>, unit: &Unit<'d>) -> Option<Draft<CheckFix>> {
    let ResolvedValue::Reference(resource_ref) = &slot.resolved else {
        return None;
    };
    let Attribute::GetAtt(attribute) = resource_ref.attribute else {
        return None;
    };
    let model = &unit.model;
    let target = model
        .profile(resource_ref.target)
        .or_else(|| model.role(resource_ref.target))?;
    let value = slot.slot.value;
    if attribute == "Arn" || !attribute.eq_ignore_ascii_case("Arn") || value.is_alias() {
        return None;
    }
    let message = format!("`{attribute}` of `{}` is no attribute; `Arn` is", model.get(target).id);
    let (edited, change) = unit.repoint(slot, resource_ref.target, NameOrArn::Arn, false);
    let fix = change.map(|change| safe("write `Arn`", change));
    let finding = finding(Check("attribute"), message, NO_ATTRIBUTE);
    Some(draft(finding, &slot.slot, edited, fix))
}

fn finding(check: Check, message: String, aws_error: &'static str) -> FindingBuilder {
    FindingBuilder {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message,
        label: "mind the capital letters",
        related: Vec::new(),
        aws_error: Some(aws_error),
    }
}
