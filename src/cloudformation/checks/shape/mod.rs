//! Checks for profiles without their surrounding object, or with an extra object or list.

mod inner;
mod pair;

use super::draft::{draft, safe};
use crate::cloudformation::intrinsic::{Call, is_no_value};
use crate::cloudformation::lower::CheckFix;
use crate::cloudformation::resolve::ResolvedValue;
use crate::cloudformation::slots::{SlotValue, is_name_or_arn, name_or_arn};
use crate::cloudformation::unit::{Unit, is_bare};
use crate::model::{Check, Draft, FindingBuilder, FixDraft, NoFix, Severity, Slot, Takes, Wants};
use crate::rules::profile_shape::RULE;
use crate::text::{EditObstacle, PathSegment};
use crate::yaml::{Change, Op};

use inner::{fits, inner_slots, key_for, object_wanted};
use pair::Pair;

// AWS's errors as quoted in aws-cloudformation/cfn-lint#1552 and aws/aws-sdk-java#647.
const NO_OBJECT: &str = "Value of property … does not match type {Object}";
const NO_NAME: &str = "Encountered unsupported property Name";
const NO_STRING: &str = "Value of property … does not match type {String}";
const BOTH: &str =
    "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'";

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
    let objects = unit.objects.iter().filter_map(|object| match is_bare(&object.slot) {
        true => bare_value(object, unit),
        false => name_and_arn(object, unit).or_else(|| name_for_arn(object, unit)),
    });
    // The parameter of a nested stack takes a text, which has no shape to restore.
    let is_property = |slot: &Slot<'_>| !slot.passing.as_ref().is_some_and(|passing| passing.is_parameter);
    let slots = unit.model.slots(Wants::Profile).filter(|(_, slot)| is_property(slot));
    let slots = slots.map(|(id, _)| unit.slot(id));
    let slots = slots.filter_map(|slot| object_for_value(slot, unit).or_else(|| list_for_value(slot, unit)));
    objects.chain(slots).collect()
}

/// Reports a value in place of its surrounding object.
///
/// For a list, the list itself is the mistake.
fn bare_value(object: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let value = object.slot.value;
    let is_nothing = match &object.resolved {
        ResolvedValue::Text(text) => text.is_empty(),
        ResolvedValue::Reference(resource_ref) => resource_ref.target == "AWS::NoValue",
        _ => value.resolved().is_sequence() && Call::read(value.resolved()).is_none(),
    };
    if is_nothing || object.slot.is_inside {
        return None;
    }
    let fix = key_for(object, unit).map(|key| {
        let wrap = object.change(Op::WrapInMapping { key: key.to_owned() });
        safe(format!("put it under `{key}`"), wrap)
    });
    let wanted = object_wanted(object);
    let message = format!("{} is a bare value, but takes {wanted}", object.slot.display());
    let finding = finding(Check("bare-value"), message, "this is no object", NO_OBJECT);
    Some(draft(finding, &object.slot, value, fix))
}

/// Reports an object with both a name and an ARN.
fn name_and_arn<'d>(object: &SlotValue<'d>, unit: &Unit<'d>) -> Option<Draft<CheckFix>> {
    let pair = Pair::in_object(object)?;
    // Conditions may remove one of them.
    if pair.may_be_one() {
        return None;
    }
    let fix = pair.only_one(object, unit);
    let message = format!(
        "{} has both `Name` and `Arn`, but takes one of them",
        object.slot.display()
    );
    let value = object.slot.value.resolved();
    let finding = finding(Check("name-and-arn"), message, "one of the two must go", BOTH);
    Some(draft(finding, &object.slot, value, fix))
}

/// Reports an object with a name where only an ARN is taken.
fn name_for_arn(object: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let entry = object.slot.value.resolved().entry("Name");
    let (key, value) = entry.filter(|_| object.slot.takes == Takes::Arn)?;
    let path = object.slot.path.key("Name");
    let given = inner_slots(object, value, &path);
    if given.iter().all(|inner| is_no_value(inner.slot.value)) {
        return None;
    }
    let mut keys = object
        .slot
        .value
        .resolved()
        .entries()
        .filter_map(|(key, _)| key.scalar());
    let fix = if keys.any(|key| key.eq_ignore_ascii_case("Arn")) {
        Err(NoFix::UnknownProfile)
    } else {
        // A reference to a profile or a role can be changed to its ARN.
        given.iter().try_for_each(|inner| fits(inner, "Name", unit)).map(|()| {
            let rename = Change::Value {
                node: value.id(),
                path,
                op: Op::RenameKey("Arn".to_owned()),
            };
            safe("write `Arn`", rename)
        })
    };
    let message = format!("{} has a `Name`, but takes an `Arn`", object.slot.display());
    let finding = finding(Check("name-for-arn"), message, "only `Arn` is known here", NO_NAME);
    Some(draft(finding, &object.slot, key, fix))
}

/// Reports a list in place of its only item.
fn list_for_value(slot: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let value = slot.slot.value.resolved();
    let mut items = value.items();
    let (Some(item), None, None) = (items.next(), items.next(), value.tag()) else {
        return None;
    };
    let takes_object = slot.slot.name != slot.slot.property.path;
    let items = inner_slots(slot, item, &slot.slot.path.index(0));
    let is_movable = items.iter().filter(|_| takes_object).try_for_each(|item| {
        match is_bare(&item.slot) && !is_no_value(item.slot.value) {
            true => key_for(item, unit).map(drop),
            false => Ok(()),
        }
    });
    let fix = is_movable.and_then(|()| taken_out(slot, PathSegment::Index(0), "take it out of the list"));
    let takes = match takes_object {
        true => object_wanted(slot).to_owned(),
        false => format!("{} alone", slot.slot.takes),
    };
    let message = format!("{} is a list, but takes {takes}", slot.slot.display());
    let finding = finding(Check("list"), message, "this is a list", NO_STRING);
    Some(draft(finding, &slot.slot, value, fix))
}

/// Reports an object in place of a value.
fn object_for_value<'d>(slot: &SlotValue<'d>, unit: &Unit<'d>) -> Option<Draft<CheckFix>> {
    let value = slot.slot.value.resolved();
    let mut keys = value.entries().map(|(key, _)| key.scalar().is_some_and(is_name_or_arn));
    if value.entries().len() == 0 || !keys.all(|is_known| is_known) {
        return None;
    }
    let fix = match name_or_arn(value) {
        Some((key, inner)) => {
            let key = key.scalar().unwrap_or_default();
            let inside = inner_slots(slot, inner, &slot.slot.path.key(key));
            let fit = inside.iter().try_for_each(|inner| fits(inner, key, unit));
            fit.and_then(|()| taken_out(slot, PathSegment::Key(key.to_owned()), "take it out of the object"))
        }
        // The remaining value is unwrapped in a later round.
        None => match Pair::in_object(slot) {
            Some(pair) => pair.only_one(slot, unit),
            None => Err(NoFix::UnknownProfile),
        },
    };
    let message = format!(
        "{} is an object, but takes {} alone",
        slot.slot.display(),
        slot.slot.takes
    );
    let finding = finding(Check("object"), message, "this is an object", NO_STRING);
    Some(draft(finding, &slot.slot, value, fix))
}

/// Replaces the value of a slot by the only value inside it.
fn taken_out(slot: &SlotValue<'_>, inner: PathSegment, title: &str) -> Result<FixDraft<Vec<Change>>, NoFix> {
    if slot.slot.value.is_alias() {
        return Err(EditObstacle::Alias.into());
    }
    Ok(safe(title, slot.change(Op::UnwrapCollection { inner: vec![inner] })))
}

fn finding(check: Check, message: String, label: &'static str, aws_error: &'static str) -> FindingBuilder {
    FindingBuilder {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message,
        label,
        related: Vec::new(),
        aws_error: Some(aws_error),
    }
}
