//! Wrong capitalisation of a property or of `Arn`.

use super::draft::{draft, safe};
use crate::cloudformation::intrinsic::Attribute;
use crate::cloudformation::lower::CheckWish;
use crate::cloudformation::slots::{MiscasedKey, SlotValue};
use crate::cloudformation::unit::Unit;
use crate::cloudformation::value::Said;
use crate::model::{Check, Draft, Form, NoFix, Severity, Verdict, Wants};
use crate::rules::wrong_case::RULE;
use crate::text::Place;
use crate::yaml::{Change, Op};

// AWS's errors, as people quote them: dougmoscrop/serverless-plugin-log-subscription#68.
const NO_PROPERTY: &str = "Encountered unsupported property …";
const NO_ATTRIBUTE: &str = "Requested attribute … does not exist in schema for …";

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckWish>> {
    let keys = unit.miscased.iter().map(key);
    let slots = unit.model.slots(Wants::Profile);
    let attributes = slots.filter_map(|(id, _)| attribute(unit.slot(id), unit));
    keys.chain(attributes).collect()
}

/// Finds a miscased property.
fn key(miscased: &MiscasedKey<'_>) -> Draft<CheckWish> {
    let MiscasedKey {
        slot,
        key,
        right,
        has_rival,
    } = miscased;
    let written = key.scalar().unwrap_or_default();
    let message = format!("`{written}` of `{}` is no property; `{right}` is", slot.resource.id);
    let fix = match has_rival {
        true => Err(NoFix::WhichProfile),
        false => {
            let rename = Change::Value {
                file: slot.value.file(),
                node: slot.value.id(),
                path: slot.path.clone(),
                op: Op::Rename((*right).to_owned()),
            };
            Ok(safe(format!("write `{right}`"), rename))
        }
    };
    let mut draft = draft(verdict(Check("key"), message, NO_PROPERTY), slot, *key, fix);
    draft.place = Place::new(key.file(), key.span());
    draft
}

/// Finds a miscased `Arn`.
fn attribute<'d>(slot: &SlotValue<'d>, unit: &Unit<'d>) -> Option<Draft<CheckWish>> {
    let Said::Mention(mention) = &slot.said else {
        return None;
    };
    let Attribute::GetAtt(attribute) = mention.attribute else {
        return None;
    };
    let model = &unit.model;
    let target = model.profile(mention.target).or_else(|| model.role(mention.target))?;
    let value = slot.slot.value;
    if attribute == "Arn" || !attribute.eq_ignore_ascii_case("Arn") || value.is_alias() {
        return None;
    }
    let message = format!("`{attribute}` of `{}` is no attribute; `Arn` is", model.get(target).id);
    let (edited, change) = unit.repoint(slot, mention.target, Form::Arn, false);
    let fix = change.map(|change| safe("write `Arn`", change));
    let verdict = verdict(Check("attribute"), message, NO_ATTRIBUTE);
    Some(draft(verdict, &slot.slot, edited, fix))
}

fn verdict(check: Check, message: String, aws_error: &'static str) -> Verdict {
    Verdict {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message,
        label: "mind the capital letters",
        related: Vec::new(),
        prevents: Some(aws_error),
    }
}
