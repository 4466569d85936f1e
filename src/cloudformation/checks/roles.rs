//! `Roles` that is not a list, and `Role` in place of it.

use super::draft::{draft, safe};
use crate::cloudformation::details::{has_no_roles, singular};
use crate::cloudformation::intrinsic::Call;
use crate::cloudformation::lower::CheckWish;
use crate::cloudformation::slots::{SlotNode, SlotValue};
use crate::cloudformation::template::ResourceNode;
use crate::cloudformation::unit::Unit;
use crate::cloudformation::value::Said;
use crate::model::{Draft, NoFix};
use crate::profile::{PROFILE, ROLES};
use crate::rules::profile_roles::Mistake;
use crate::text::Place;
use crate::yaml::Op;

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckWish>> {
    let lists = unit.role_lists.iter().filter_map(|list| no_list(list, unit));
    let profiles = unit.template.of_type(PROFILE);
    let singular = profiles.filter_map(|profile| in_singular(profile, unit));
    lists.chain(singular).collect()
}

/// Finds a single role in place of a list of one.
fn no_list(list: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckWish>> {
    let value = list.slot.value;
    let resolved = value.resolved();
    let is_list = resolved.is_sequence() && resolved.tag().is_none();
    if is_list || !is_one_role(list, unit) {
        return None;
    }
    let fix = Ok(safe("make it a list", list.change(Op::WrapInSequence)));
    let verdict = Mistake::NoList.of(&list.slot.display());
    Some(draft(verdict, &list.slot, value, fix))
}

/// Finds the key `Role` in place of `Roles`.
fn in_singular(profile: &ResourceNode<'_>, unit: &Unit<'_>) -> Option<Draft<CheckWish>> {
    let (key, value) = singular(profile).filter(|_| has_no_roles(profile))?;
    let slot = SlotValue::of(SlotNode {
        resource: *profile,
        property: ROLES,
        name: ROLES.path,
        takes: ROLES.takes,
        value,
        path: profile.path().key("Properties").key("Role"),
        aliases: Vec::new(),
        guards: Vec::new(),
        is_merged: false,
        is_inside: false,
    });
    let is_list = value.resolved().is_sequence() && Call::read(value.resolved()).is_none();
    let fix = if is_list || is_one_role(&slot, unit) {
        let rename = slot.change(Op::Rename(ROLES.path.to_owned()));
        Ok(safe(format!("write `{}`", ROLES.path), rename))
    } else {
        Err(NoFix::WhichRole)
    };
    let verdict = Mistake::Singular.of(&slot.slot.display());
    let mut draft = draft(verdict, &slot.slot, key, fix);
    draft.place = Place::new(key.file(), key.span());
    Some(draft)
}

/// Returns whether a value is the name or the ARN of one role.
fn is_one_role(slot: &SlotValue<'_>, unit: &Unit<'_>) -> bool {
    match &slot.said {
        Said::Mention(mention) => unit.model.role(mention.target).is_some(),
        Said::BuiltArn(_) => true,
        Said::Text(text) => !text.is_empty(),
        Said::Transform | Said::Unknown(_) => false,
    }
}
