//! Checks for `Roles` that is not a list, for a list inside it, and for `Role` in place of it.

use std::collections::HashSet;

use super::draft::{draft, safe};
use crate::cloudformation::details::{has_no_roles, singular};
use crate::cloudformation::intrinsic::{Call, RefCall};
use crate::cloudformation::lists::is_list;
use crate::cloudformation::lower::CheckFix;
use crate::cloudformation::resolve::{ResolvedValue, arn_kind};
use crate::cloudformation::slots::{SlotNode, SlotValue};
use crate::cloudformation::template::ResourceNode;
use crate::cloudformation::unit::Unit;
use crate::model::{ArnKind, Draft, NoFix, ValueOrigin, Wants};
use crate::profile::{PROFILE, ROLES};
use crate::rules::profile_roles::{Mistake, ROLE_NAME};
use crate::text::PathSegment;
use crate::yaml::{Change, Node, NodeId, Op};

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
    let lists = unit.role_lists.iter();
    let lists = lists.filter_map(|list| no_list(list, unit).or_else(|| arn_by_default(list, unit)));
    let items = items(unit).filter_map(|item| list_in_list(item, unit));
    let profiles = unit.template.of_type(PROFILE);
    let singular = profiles.filter_map(|profile| in_singular(profile, unit));
    lists.chain(items).chain(singular).collect()
}

/// Returns the values that these checks report, and that nothing else can know.
pub(crate) fn mistaken(unit: &Unit<'_>) -> HashSet<NodeId> {
    let lists = unit.role_lists.iter();
    let lists = lists.filter(|list| is_no_list(list, unit) || has_arn_by_default(list, unit));
    let items = items(unit).filter(|item| is_list(item.slot.value, unit) == Some(true));
    lists.chain(items).map(|slot| slot.slot.value.id()).collect()
}

/// Iterates over the items of the lists of roles, in each branch.
fn items<'u, 's>(unit: &'u Unit<'s>) -> impl Iterator<Item = &'u SlotValue<'s>> {
    unit.model.slots(Wants::RoleOfProfile).map(|(id, _)| unit.slot(id))
}

/// Reports a single value in place of a list of one.
fn no_list(list: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    if !is_no_list(list, unit) {
        return None;
    }
    let fix = match is_one_role(list, unit) {
        true => Ok(safe("make it a list", list.change(Op::WrapInSequence))),
        false => Err(NoFix::UnknownSingleRole),
    };
    let finding = Mistake::NoList.of(&list.slot.display());
    Some(draft(finding, &list.slot, list.slot.value, fix))
}

fn is_no_list(list: &SlotValue<'_>, unit: &Unit<'_>) -> bool {
    match is_list(list.slot.value, unit) {
        Some(is_list) => !is_list,
        None => is_one_role(list, unit),
    }
}

/// Reports a parameter for the list whose default has the ARN of a role.
fn arn_by_default(list: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let mistake = Mistake::ArnElsewhere(ValueOrigin::Parameter);
    let finding = || mistake.of(&list.slot.display());
    let fix = Err(NoFix::FromParameter(ROLE_NAME));
    has_arn_by_default(list, unit).then(|| draft(finding(), &list.slot, list.slot.value, fix))
}

fn has_arn_by_default(list: &SlotValue<'_>, unit: &Unit<'_>) -> bool {
    let parameter = RefCall::read(list.slot.value.resolved()).filter(|reference| !reference.is_get_att());
    let default = parameter.and_then(|reference| unit.template.parameters.default_of(reference.target));
    let mut items = default.unwrap_or_default().split(',');
    items.any(|item| arn_kind(item.trim()) == Some(ArnKind::Role))
}

/// Reports a list in place of an item.
fn list_in_list(item: &SlotValue<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let value = item.slot.value;
    if is_list(value, unit) != Some(true) {
        return None;
    }
    let fix = check_lists(value, unit).map(|()| safe("take it out of the inner list", item.change(take_out())));
    let finding = Mistake::ListInList.of(&item.slot.display());
    Some(draft(finding, &item.slot, value, fix))
}

/// Checks that a list around an item can be taken away, and so can all lists in it, as each round takes one away.
fn check_lists(mut value: Node<'_>, unit: &Unit<'_>) -> Result<(), NoFix> {
    while is_list(value, unit) == Some(true) {
        let list = value.resolved();
        let mut items = list.items();
        let (None, Some(item), None) = (Call::read(list), items.next(), items.next()) else {
            return Err(NoFix::UnknownListOfRoles);
        };
        unit.check_change(&Change::Value {
            node: value.id(),
            path: value.path(),
            op: take_out(),
        })?;
        value = item;
    }
    Ok(())
}

fn take_out() -> Op {
    Op::UnwrapCollection {
        inner: vec![PathSegment::Index(0)],
    }
}

/// Reports the key `Role` in place of `Roles`.
fn in_singular(profile: &ResourceNode<'_>, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let (key, value) = singular(profile).filter(|_| has_no_roles(profile))?;
    let slot = SlotValue::of(SlotNode {
        resource: *profile,
        also_of: Vec::new(),
        property: ROLES,
        name: ROLES.path,
        takes: ROLES.takes,
        value,
        path: profile.path().key("Properties").key("Role"),
        aliases: Vec::new(),
        guards: Vec::new(),
        is_merged: false,
        is_inside: false,
        may_deny: false,
    });
    let fix = if is_list(value, unit) == Some(true) || is_one_role(&slot, unit) {
        let rename = slot.change(Op::RenameKey(ROLES.path.to_owned()));
        Ok(safe(format!("write `{}`", ROLES.path), rename))
    } else {
        Err(NoFix::UnknownRole)
    };
    let finding = Mistake::Singular.of(&slot.slot.display());
    let mut draft = draft(finding, &slot.slot, key, fix);
    draft.place = key.inner_place();
    Some(draft)
}

/// Returns whether a value is the name or ARN of one role, or of a profile that holds one.
fn is_one_role(slot: &SlotValue<'_>, unit: &Unit<'_>) -> bool {
    match &slot.resolved {
        ResolvedValue::Reference(resource_ref) => unit.is_role_or_profile(resource_ref.target, slot.slot.value),
        ResolvedValue::BuiltArn(_) => true,
        ResolvedValue::Text(text) => !text.is_empty(),
        ResolvedValue::Transform | ResolvedValue::Unknown(_) => false,
    }
}
