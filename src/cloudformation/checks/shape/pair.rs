//! Objects with both a name and an ARN, of which one can be removed.

use super::inner::results;
use crate::cloudformation::checks::draft::safe;
use crate::cloudformation::ids::usual_id;
use crate::cloudformation::intrinsic::{Attribute, is_no_value};
use crate::cloudformation::slots::{SlotNode, SlotValue};
use crate::cloudformation::unit::Unit;
use crate::cloudformation::value::Said;
use crate::model::{ArnKind, Form, NoFix, Proposal, Takes};
use crate::text::Obstacle;
use crate::yaml::{Change, Op, render};

/// The name and the ARN in one object.
pub(super) struct Pair<'d> {
    name: Held<'d>,
    arn: Held<'d>,
}

/// An entry of the object.
struct Held<'d> {
    key: &'static str,
    value: SlotValue<'d>,
}

impl<'d> Pair<'d> {
    /// Reads an object; `None` if it does not have both.
    pub(super) fn in_object(object: &SlotValue<'d>) -> Option<Self> {
        Some(Self {
            name: Held::of(object, "Name")?,
            arn: Held::of(object, "Arn")?,
        })
    }

    /// Returns whether a condition may leave only one of them.
    pub(super) fn may_be_one(&self) -> bool {
        let results = [&self.name, &self.arn].map(|held| results(held.value.slot.value));
        results.concat().into_iter().any(|(value, _)| is_no_value(value))
    }

    /// Leaves one of the two, if they are those of one profile.
    pub(super) fn only_one(&self, object: &SlotValue<'d>, unit: &Unit<'d>) -> Result<Proposal<Vec<Change>>, NoFix> {
        if !self.is_of_one_profile(unit) {
            return Err(NoFix::WhichProfile);
        }
        if object.slot.value.is_alias() {
            return Err(Obstacle::Alias.into());
        }
        let superfluous = self.superfluous(unit);
        let title = format!("remove the `{}`, which names the same profile", superfluous.key);
        Ok(safe(title, superfluous.removal()))
    }

    /// Returns the one to remove: the `Arn`, or the `Name` where the property knows no other, if the one that stays gives
    /// what is wanted or can be made to; else the other one, if that can.
    fn superfluous(&self, unit: &Unit<'d>) -> &Held<'d> {
        let Self { name, arn } = self;
        let choices = match name.value.slot.takes {
            Takes::Arn => [(arn, Form::Arn, name), (name, Form::Arn, arn)],
            Takes::Name | Takes::Either => [(name, Form::Name, arn), (arn, Form::Arn, name)],
        };
        let mut good = choices.iter();
        let good = good.find(|(stays, form, goes)| stays.can_give(*form, unit) && goes.can_go(unit));
        let [usual, _] = choices;
        let (.., goes) = good.copied().unwrap_or(usual);
        goes
    }

    /// Returns whether both are of the same profile of the template, or are given as such by the same role.
    fn is_of_one_profile(&self, unit: &Unit<'d>) -> bool {
        let (Some((of_name, is_name)), Some((of_arn, is_name_too))) = (self.name.target(), self.arn.target()) else {
            return false;
        };
        if of_name != of_arn {
            // Where only the ARN is known, or the name cannot be changed, nothing else fixes it.
            let is_arn_all = self.name.value.slot.takes == Takes::Arn || !self.name.can_give(Form::Name, unit);
            return is_arn_all && unit.profiles.serves(&unit.model, of_arn, of_name);
        }
        let is_fixed = || unit.model.role(of_name).is_some() || unit.model.profile(of_name).is_some();
        (is_name && !is_name_too) || is_fixed()
    }
}

impl<'d> Held<'d> {
    fn of(object: &SlotValue<'d>, key: &'static str) -> Option<Self> {
        let mut entries = object.slot.value.resolved().entries();
        let (_, value) = entries.find(|(name, _)| name.scalar() == Some(key))?;
        Some(Self {
            key,
            value: SlotValue::of(SlotNode {
                value,
                path: object.slot.path.key(key),
                ..object.slot.clone()
            }),
        })
    }

    /// Returns the logical ID that it refers to, and whether by its name.
    fn target(&self) -> Option<(&'d str, bool)> {
        match &self.value.said {
            Said::Mention(mention) => Some((mention.target, mention.attribute == Attribute::Ref)),
            Said::BuiltArn(arn) => arn.mention().map(|mention| (mention.target, false)),
            _ => None,
        }
    }

    /// Returns whether it refers to a profile in this form, or other rules can make it.
    fn can_give(&self, form: Form, unit: &Unit<'d>) -> bool {
        let is_given = match &self.value.said {
            Said::Mention(mention) => match mention.attribute {
                Attribute::Ref => form == Form::Name,
                Attribute::GetAtt(attribute) => form == Form::Arn && attribute == "Arn",
            },
            Said::BuiltArn(arn) => form == Form::Arn && arn.kind == ArnKind::Profile,
            _ => false,
        };
        let Some((target, _)) = self.target() else { return false };
        if is_given && unit.model.profile(target).is_some() {
            return true;
        }
        // They will write another logical ID there.
        let other = usual_id(target);
        let change = match &self.value.said {
            Said::Mention(_) => unit.repoint(&self.value, &other, form, false).1,
            _ => unit.refer(&self.value, &other, form),
        };
        let is_writable = change.is_ok_and(|change| render(unit.stream(), &change).is_ok());
        is_writable && !self.is_used_elsewhere()
    }

    fn can_go(&self, unit: &Unit<'d>) -> bool {
        render(unit.stream(), &self.removal()).is_ok() && !self.is_used_elsewhere()
    }

    fn is_used_elsewhere(&self) -> bool {
        let mut nodes = self.value.slot.value.descendants();
        nodes.any(|node| node.aliases().next().is_some())
    }

    fn removal(&self) -> Change {
        self.value.change(Op::Remove)
    }
}
