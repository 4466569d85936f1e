//! Profiles without the object that should hold them, or with an object or a list too many.

mod inner;
mod pair;

use super::draft::{draft, safe};
use crate::cloudformation::intrinsic::{Call, is_no_value};
use crate::cloudformation::lower::CheckWish;
use crate::cloudformation::slots::{SlotValue, is_name_or_arn, name_or_arn};
use crate::cloudformation::unit::{Unit, is_bare};
use crate::cloudformation::value::Said;
use crate::model::{Check, Draft, NoFix, Proposal, Severity, Takes, Verdict, Wants};
use crate::rules::profile_shape::RULE;
use crate::text::{Obstacle, Step};
use crate::yaml::{Change, Op};

use inner::{fits, inner_slots, key_for, object_wanted};
use pair::Pair;

// AWS's errors, as people quote them: aws-cloudformation/cfn-lint#1552, aws/aws-sdk-java#647.
const NO_OBJECT: &str = "Value of property … does not match type {Object}";
const NO_NAME: &str = "Encountered unsupported property Name";
const NO_STRING: &str = "Value of property … does not match type {String}";
const BOTH: &str =
    "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'";

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckWish>> {
    let objects = unit.objects.iter().filter_map(|object| match is_bare(&object.slot) {
        true => bare_value(object, unit),
        false => name_and_arn(object, unit).or_else(|| name_for_arn(object, unit)),
    });
    let slots = unit.model.slots(Wants::Profile).map(|(id, _)| unit.slot(id));
    let slots = slots.filter_map(|slot| object_for_value(slot, unit).or_else(|| list_for_value(slot, unit)));
    objects.chain(slots).collect()
}

/// Finds a value in place of the object that should hold it; in a list, it is the list that is wrong.
fn bare_value(object: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckWish>> {
    let value = object.slot.value;
    let is_nothing = match &object.said {
        Said::Text(text) => text.is_empty(),
        Said::Mention(mention) => mention.target == "AWS::NoValue",
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
    let verdict = verdict(Check("bare-value"), message, "this is no object", NO_OBJECT);
    Some(draft(verdict, &object.slot, value, fix))
}

/// Finds an object with both a name and an ARN.
fn name_and_arn<'d>(object: &SlotValue<'d>, unit: &Unit<'d>) -> Option<Draft<CheckWish>> {
    let pair = Pair::in_object(object)?;
    // Conditions may provide that there is only one of them.
    if pair.may_be_one() {
        return None;
    }
    let fix = pair.only_one(object, unit);
    let message = format!(
        "{} has both `Name` and `Arn`, but takes one of them",
        object.slot.display()
    );
    let value = object.slot.value.resolved();
    let verdict = verdict(Check("name-and-arn"), message, "one of the two must go", BOTH);
    Some(draft(verdict, &object.slot, value, fix))
}

/// Finds an object with a name, at one of the properties that take an ARN only.
fn name_for_arn(object: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckWish>> {
    let mut entries = object.slot.value.resolved().entries();
    let (key, value) = entries.find(|(key, _)| object.slot.takes == Takes::Arn && key.scalar() == Some("Name"))?;
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
        Err(NoFix::WhichProfile)
    } else {
        // A reference to a profile or a role can be made to give its ARN.
        given.iter().try_for_each(|inner| fits(inner, "Name", unit)).map(|()| {
            let rename = Change::Value {
                file: value.file(),
                node: value.id(),
                path,
                op: Op::Rename("Arn".to_owned()),
            };
            safe("write `Arn`", rename)
        })
    };
    let message = format!("{} has a `Name`, but takes an `Arn`", object.slot.display());
    let verdict = verdict(Check("name-for-arn"), message, "only `Arn` is known here", NO_NAME);
    Some(draft(verdict, &object.slot, key, fix))
}

/// Finds a list in place of its only item.
fn list_for_value(slot: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckWish>> {
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
    let fix = is_movable.and_then(|()| taken_out(slot, Step::Index(0), "take it out of the list"));
    let takes = match takes_object {
        true => object_wanted(slot).to_owned(),
        false => format!("{} alone", slot.slot.takes),
    };
    let message = format!("{} is a list, but takes {takes}", slot.slot.display());
    let verdict = verdict(Check("list"), message, "this is a list", NO_STRING);
    Some(draft(verdict, &slot.slot, value, fix))
}

/// Finds an object in place of a value.
fn object_for_value<'d>(slot: &SlotValue<'d>, unit: &Unit<'d>) -> Option<Draft<CheckWish>> {
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
            fit.and_then(|()| taken_out(slot, Step::Key(key.to_owned()), "take it out of the object"))
        }
        // The one that stays is taken out once it is alone.
        None => match Pair::in_object(slot) {
            Some(pair) => pair.only_one(slot, unit),
            None => Err(NoFix::WhichProfile),
        },
    };
    let message = format!(
        "{} is an object, but takes {} alone",
        slot.slot.display(),
        slot.slot.takes
    );
    let verdict = verdict(Check("object"), message, "this is an object", NO_STRING);
    Some(draft(verdict, &slot.slot, value, fix))
}

/// Puts the only thing in the value of a slot in its place.
fn taken_out(slot: &SlotValue<'_>, inner: Step, title: &str) -> Result<Proposal<Vec<Change>>, NoFix> {
    if slot.slot.value.is_alias() {
        return Err(Obstacle::Alias.into());
    }
    Ok(safe(title, slot.change(Op::Unwrap { inner: vec![inner] })))
}

fn verdict(check: Check, message: String, label: &'static str, aws_error: &'static str) -> Verdict {
    Verdict {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message,
        label,
        related: Vec::new(),
        prevents: Some(aws_error),
    }
}
