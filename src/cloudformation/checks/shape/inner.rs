//! Values inside of others, and whether they fit where these are.

use std::collections::HashSet;

use crate::cloudformation::intrinsic::{Attribute, branches, is_no_value};
use crate::cloudformation::slots::{SlotNode, SlotValue};
use crate::cloudformation::unit::Unit;
use crate::cloudformation::value::{BuiltName, Mention, Said};
use crate::model::{Form, NoFix, Takes};
use crate::text::{Path, Step};
use crate::yaml::Node;

/// Returns the key that a bare value belongs under.
pub(super) fn key_for(object: &SlotValue<'_>, unit: &Unit<'_>) -> Result<&'static str, NoFix> {
    match (object.slot.takes, form(object, unit)) {
        (_, None) => Err(NoFix::NameOrArn(object_wanted(object))),
        (Takes::Arn, Some(Form::Name)) if matches!(object.said, Said::Text(_)) => Err(NoFix::PathUnknown),
        (Takes::Arn, Some(_)) | (Takes::Either, Some(Form::Arn)) => Ok("Arn"),
        (Takes::Name, Some(_)) | (Takes::Either, Some(Form::Name)) => Ok("Name"),
    }
}

/// Describes the object that a slot takes.
pub(super) fn object_wanted(object: &SlotValue<'_>) -> &'static str {
    match object.slot.takes {
        Takes::Name | Takes::Either => "an object with `Name` or `Arn`",
        Takes::Arn => "an object with `Arn`",
    }
}

/// Checks that the value under `key` is what the property takes, or becomes it by what other rules find in it.
pub(super) fn fits(inner: &SlotValue<'_>, key: &str, unit: &Unit<'_>) -> Result<(), NoFix> {
    let wanted = match inner.slot.takes {
        Takes::Name => Form::Name,
        Takes::Arn => Form::Arn,
        Takes::Either => return Ok(()),
    };
    let is_known = |mention: &Mention<'_>| unit.is_role_or_profile(mention.target, inner.slot.value);
    match &inner.said {
        Said::Mention(mention) if is_known(mention) || is_no_value(inner.slot.value) => return Ok(()),
        Said::BuiltArn(arn) => match &arn.name {
            BuiltName::Mention(mention) if is_known(mention) => return Ok(()),
            BuiltName::Text(_) => return Ok(()),
            _ => {}
        },
        _ => {}
    }
    let is_key = |name: &str| key.eq_ignore_ascii_case(name);
    match (wanted, form(inner, unit)) {
        (Form::Name, Some(Form::Name)) | (Form::Arn, Some(Form::Arn)) => Ok(()),
        (Form::Arn, Some(Form::Name)) => Err(NoFix::PathUnknown),
        (Form::Name, Some(Form::Arn)) => Err(NoFix::ArnUnknown),
        (Form::Name, None) if is_key("Name") => Ok(()),
        (Form::Arn, None) if is_key("Arn") => Ok(()),
        (_, None) => Err(NoFix::OtherForm {
            key: key.to_owned(),
            takes: inner.slot.takes,
        }),
    }
}

/// Reads the results of `value`, which is in that of `slot` at `path`, as if each were in a slot of its own.
pub(super) fn inner_slots<'d>(slot: &SlotValue<'d>, value: Node<'d>, path: &Path) -> Vec<SlotValue<'d>> {
    let slots = results(value).into_iter().map(|(value, steps)| {
        let mut path = path.clone();
        path.steps.extend(steps);
        SlotNode {
            value,
            path,
            is_inside: true,
            ..slot.slot.clone()
        }
    });
    slots.map(SlotValue::of).collect()
}

/// Returns the results of a value: itself or, of an `Fn::If`, those of its branches, each with the way to it.
pub(super) fn results<'d>(value: Node<'d>) -> Vec<(Node<'d>, Vec<Step>)> {
    let mut results = Vec::new();
    let mut left = vec![(value.resolved(), Vec::new())];
    let mut seen = HashSet::new();
    while let Some((node, way)) = left.pop() {
        match branches(node) {
            _ if !seen.insert(node.id()) => {}
            None => results.push((node, way)),
            Some(branches) => left.extend(
                branches
                    .into_iter()
                    .map(|(branch, steps)| (branch.resolved(), [way.as_slice(), &steps].concat())),
            ),
        }
    }
    results
}

/// Returns whether a value is a name or an ARN, if known.
fn form(object: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Form> {
    match &object.said {
        Said::Mention(mention) => {
            let (id, user) = (mention.target, object.slot.value);
            let is_known = unit.is_role_or_profile(id, user);
            match mention.attribute {
                Attribute::Ref if is_known => Some(Form::Name),
                Attribute::GetAtt("Arn") if is_known || unit.model.resource(id).is_some() => Some(Form::Arn),
                _ => None,
            }
        }
        Said::BuiltArn(_) => Some(Form::Arn),
        Said::Text(text) => Some(if text.starts_with("arn:") {
            Form::Arn
        } else {
            Form::Name
        }),
        Said::Transform | Said::Unknown(_) => None,
    }
}
