//! Nested values, and whether they fit the slot around them.

use std::collections::HashSet;

use crate::cloudformation::intrinsic::{Attribute, branches, is_no_value};
use crate::cloudformation::resolve::{BuiltName, ResolvedValue, ResourceRef};
use crate::cloudformation::slots::{SlotNode, SlotValue};
use crate::cloudformation::unit::Unit;
use crate::model::{NameOrArn, NoFix, Slot, Takes, Wants};
use crate::text::{NodePath, PathSegment};
use crate::yaml::Node;

/// Returns the key under which a bare value belongs.
pub(super) fn key_for(object: &SlotValue<'_>, unit: &Unit<'_>) -> Result<&'static str, NoFix> {
    match (object.slot.takes, form(object, unit)) {
        (_, None) => Err(NoFix::UnknownNameOrArn(object_wanted(object))),
        (Takes::Arn, Some(NameOrArn::Name)) if is_unknown_name(object, unit) => Err(NoFix::UnknownPath),
        (Takes::Arn, Some(_)) | (Takes::Either, Some(NameOrArn::Arn)) => Ok("Arn"),
        (Takes::Name, Some(_)) | (Takes::Either, Some(NameOrArn::Name)) => Ok("Name"),
    }
}

/// Describes the object that a slot takes.
pub(super) fn object_wanted(object: &SlotValue<'_>) -> &'static str {
    match object.slot.takes {
        Takes::Name | Takes::Either => "an object with `Name` or `Arn`",
        Takes::Arn => "an object with `Arn`",
    }
}

/// Checks that the value under `key` fits the property.
///
/// It also fits if other rules fix it.
pub(super) fn fits(inner: &SlotValue<'_>, key: &str, unit: &Unit<'_>) -> Result<(), NoFix> {
    let wanted = match inner.slot.takes {
        Takes::Name => NameOrArn::Name,
        Takes::Arn => NameOrArn::Arn,
        Takes::Either => return Ok(()),
    };
    let is_known = |resource_ref: &ResourceRef<'_>| unit.is_role_or_profile(resource_ref.target, inner.slot.value);
    match &inner.resolved {
        ResolvedValue::Reference(resource_ref) if is_known(resource_ref) || is_no_value(inner.slot.value) => {
            return Ok(());
        }
        ResolvedValue::BuiltArn(arn) => match &arn.name {
            BuiltName::Reference(resource_ref) if is_known(resource_ref) => return Ok(()),
            BuiltName::Text(_) => return Ok(()),
            _ => {}
        },
        _ => {}
    }
    let is_key = |name: &str| key.eq_ignore_ascii_case(name);
    match (wanted, form(inner, unit)) {
        (NameOrArn::Arn, Some(NameOrArn::Name)) if is_unknown_name(inner, unit) => Err(NoFix::UnknownPath),
        (NameOrArn::Name, Some(NameOrArn::Name)) | (NameOrArn::Arn, Some(_)) => Ok(()),
        (NameOrArn::Name, Some(NameOrArn::Arn)) => Err(NoFix::UnknownArn),
        (NameOrArn::Name, None) if is_key("Name") => Ok(()),
        (NameOrArn::Arn, None) if is_key("Arn") => Ok(()),
        (_, None) => Err(NoFix::WrongKey {
            key: key.to_owned(),
            takes: inner.slot.takes,
        }),
    }
}

/// Resolves the results of `value` as if each had its own slot.
///
/// `value` is inside the value of `slot`, at `path`.
pub(super) fn inner_slots<'d>(slot: &SlotValue<'d>, value: Node<'d>, path: &NodePath) -> Vec<SlotValue<'d>> {
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

/// Returns the results of a value, each with its path.
///
/// These are the branches of an `Fn::If`, or the value itself.
pub(super) fn results<'d>(value: Node<'d>) -> Vec<(Node<'d>, Vec<PathSegment>)> {
    let mut results = Vec::new();
    let mut pending = vec![(value.resolved(), Vec::new())];
    let mut seen = HashSet::new();
    while let Some((node, path)) = pending.pop() {
        match branches(node) {
            _ if !seen.insert(node.id()) => {}
            None => results.push((node, path)),
            Some(branches) => pending.extend(
                branches
                    .into_iter()
                    .map(|(branch, steps)| (branch.resolved(), [path.as_slice(), &steps].concat())),
            ),
        }
    }
    results
}

/// Returns whether a value is a string that names no profile of the template, so its ARN is unknown.
fn is_unknown_name(value: &SlotValue<'_>, unit: &Unit<'_>) -> bool {
    let names_profile = |slot: &Slot<'_>| {
        let repeated = unit.model.repeated_by(slot);
        repeated.is_some_and(|repeated| unit.model.check_repeated(slot, &repeated).is_ok())
    };
    let mut slots = unit.model.slots(Wants::Profile);
    matches!(value.resolved, ResolvedValue::Text(_))
        && !slots.any(|(_, slot)| slot.path == value.slot.path && names_profile(slot))
}

/// Returns the attribute that a value refers to, if known.
fn form(object: &SlotValue<'_>, unit: &Unit<'_>) -> Option<NameOrArn> {
    match &object.resolved {
        ResolvedValue::Reference(resource_ref) => {
            let (id, user) = (resource_ref.target, object.slot.value);
            let is_known = unit.is_role_or_profile(id, user);
            match resource_ref.attribute {
                Attribute::Ref if is_known => Some(NameOrArn::Name),
                Attribute::GetAtt("Arn") if is_known || unit.model.resource(id).is_some() => Some(NameOrArn::Arn),
                _ => None,
            }
        }
        ResolvedValue::BuiltArn(_) => Some(NameOrArn::Arn),
        ResolvedValue::Text(text) => Some(if text.starts_with("arn:") {
            NameOrArn::Arn
        } else {
            NameOrArn::Name
        }),
        ResolvedValue::Transform | ResolvedValue::Unknown(_) => None,
    }
}
