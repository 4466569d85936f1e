//! Objects with both a name and an ARN, one of which can be removed.

use super::inner::results;
use crate::cloudformation::checks::draft::safe;
use crate::cloudformation::ids::usual_id;
use crate::cloudformation::intrinsic::{Attribute, is_no_value};
use crate::cloudformation::resolve::ResolvedValue;
use crate::cloudformation::slots::{SlotNode, SlotValue};
use crate::cloudformation::unit::Unit;
use crate::model::{ArnKind, FixDraft, NameOrArn, NoFix, Takes};
use crate::text::EditObstacle;
use crate::yaml::{Change, Op};

/// The name and the ARN in one object.
pub(super) struct Pair<'d> {
    name: HeldValue<'d>,
    arn: HeldValue<'d>,
}

/// An entry of the object.
struct HeldValue<'d> {
    key: &'static str,
    value: SlotValue<'d>,
}

impl<'d> Pair<'d> {
    /// Reads an object; returns `None` if it does not have both.
    pub(super) fn in_object(object: &SlotValue<'d>) -> Option<Self> {
        Some(Self {
            name: HeldValue::of(object, "Name")?,
            arn: HeldValue::of(object, "Arn")?,
        })
    }

    /// Returns whether a condition may remove one of them.
    pub(super) fn may_be_one(&self) -> bool {
        let results = [&self.name, &self.arn].map(|held| results(held.value.slot.value));
        results.concat().into_iter().any(|(value, _)| is_no_value(value))
    }

    /// Removes one of the two, if both are of the same profile or give the same role.
    pub(super) fn only_one(&self, object: &SlotValue<'d>, unit: &Unit<'d>) -> Result<FixDraft<Vec<Change>>, NoFix> {
        let why = if self.is_of_one_profile(unit) {
            "which names the same profile"
        } else if self.is_of_one_role(unit) {
            "whose profile has the same role"
        } else {
            return Err(NoFix::UnknownProfile);
        };
        if object.slot.value.is_alias() {
            return Err(EditObstacle::Alias.into());
        }
        let superfluous = self.superfluous(unit).ok_or(NoFix::UnknownProfile)?;
        let title = format!("remove the `{}`, {why}", superfluous.key);
        Ok(safe(title, superfluous.removal()))
    }

    /// Returns the entry to remove; `None` if no entry that is right, or can be fixed, would remain.
    ///
    /// It is the `Name` if the property has only an `Arn`, and the `Arn` otherwise, provided that the remaining entry
    /// is right or can be fixed. If it is not, but the other one is, the other one remains.
    fn superfluous(&self, unit: &Unit<'d>) -> Option<&HeldValue<'d>> {
        let Self { name, arn } = self;
        let choices = match name.value.slot.takes {
            Takes::Arn => [(arn, NameOrArn::Arn, name), (name, NameOrArn::Arn, arn)],
            Takes::Name | Takes::Either => [(name, NameOrArn::Name, arn), (arn, NameOrArn::Arn, name)],
        };
        let can_remain = |(kept, form, removed): &(&HeldValue<'d>, NameOrArn, &HeldValue<'d>)| {
            kept.can_give(*form, unit) && !removed.is_used_elsewhere()
        };
        let good: Vec<_> = choices.into_iter().filter(can_remain).collect();
        let is_removable = |(.., removed): &&(_, _, &HeldValue<'d>)| unit.check_change(&removed.removal()).is_ok();
        let best = good.iter().find(is_removable).or(good.first());
        best.map(|(.., removed)| *removed)
    }

    /// Returns whether both refer to the same profile of the template.
    ///
    /// A role may appear in place of its profile.
    fn is_of_one_profile(&self, unit: &Unit<'d>) -> bool {
        let (Some((of_name, is_name)), Some((of_arn, is_name_too))) = (self.name.target(), self.arn.target()) else {
            return false;
        };
        if of_name != of_arn {
            // If the property has only an ARN, or the name cannot be changed, no other rule fixes it. The ARN orders
            // the name of a role that is the profile's too.
            let is_arn_all = self.name.value.slot.takes == Takes::Arn || !self.name.can_give(NameOrArn::Name, unit);
            let is_ordered = || unit.profiles.is_namesake(&unit.model, of_arn, of_name);
            return (is_arn_all || is_ordered()) && unit.profiles.serves(&unit.model, of_arn, of_name);
        }
        let is_fixed = || unit.model.role(of_name).is_some() || unit.model.profile(of_name).is_some();
        (is_name && !is_name_too) || is_fixed()
    }

    /// Returns whether the two refer to two profiles of the template with one role.
    fn is_of_one_role(&self, unit: &Unit<'d>) -> bool {
        let role = |held: &HeldValue<'d>| {
            let profile = unit.model.profile(held.target()?.0)?;
            unit.model.get(profile).profile()?.holds.as_ref()
        };
        role(&self.name).is_some_and(|of_name| role(&self.arn) == Some(of_name))
    }
}

impl<'d> HeldValue<'d> {
    fn of(object: &SlotValue<'d>, key: &'static str) -> Option<Self> {
        let value = object.slot.value.resolved().get(key)?;
        Some(Self {
            key,
            value: SlotValue::of(SlotNode {
                value,
                path: object.slot.path.key(key),
                ..object.slot.clone()
            }),
        })
    }

    /// Returns the value's logical ID, and whether it is a `Ref`.
    fn target(&self) -> Option<(&'d str, bool)> {
        match &self.value.resolved {
            ResolvedValue::Reference(resource_ref) => {
                Some((resource_ref.target, resource_ref.attribute == Attribute::Ref))
            }
            ResolvedValue::BuiltArn(arn) => arn.resource_ref().map(|resource_ref| (resource_ref.target, false)),
            _ => None,
        }
    }

    /// Returns whether it refers to a profile in this form.
    ///
    /// It may also do so only after other rules fix it.
    fn can_give(&self, form: NameOrArn, unit: &Unit<'d>) -> bool {
        let is_given = match &self.value.resolved {
            ResolvedValue::Reference(resource_ref) => match resource_ref.attribute {
                Attribute::Ref => form == NameOrArn::Name,
                Attribute::GetAtt(attribute) => form == NameOrArn::Arn && attribute == "Arn",
                Attribute::Missing => false,
            },
            ResolvedValue::BuiltArn(arn) => form == NameOrArn::Arn && arn.kind == ArnKind::Profile,
            _ => false,
        };
        let Some((target, _)) = self.target() else { return false };
        if is_given && unit.model.profile(target).is_some() {
            return true;
        }
        // Other rules will write another logical ID here.
        let other = usual_id(target);
        let change = match &self.value.resolved {
            ResolvedValue::Reference(_) => unit.repoint(&self.value, &other, form, false).1,
            _ => unit.refer(&self.value, &other, form),
        };
        let is_writable = change.is_ok_and(|change| unit.check_change(&change).is_ok());
        is_writable && !self.is_used_elsewhere()
    }

    fn is_used_elsewhere(&self) -> bool {
        let mut nodes = self.value.slot.value.descendants();
        nodes.any(|node| node.aliases().next().is_some())
    }

    fn removal(&self) -> Change {
        self.value.change(Op::RemoveEntry)
    }
}
