//! Checks that only apply to CloudFormation: nesting, lists and capitalisation of values.

mod case;
mod draft;
mod get_att_list;
mod roles;
mod shape;

use super::lower::CheckFix;
use super::unit::Unit;
use crate::model::Draft;

pub(super) use roles::mistaken;

/// Runs the checks of all rules.
pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
    let mut drafts = shape::find(unit);
    drafts.extend(roles::find(unit));
    drafts.extend(get_att_list::find(unit));
    drafts.extend(case::find(unit));
    drafts
}
