//! Mistakes that only CloudFormation can make: how a value is nested, listed and capitalised.

mod case;
mod draft;
mod lost;
mod roles;
mod shape;

use super::lower::CheckWish;
use super::unit::Unit;
use crate::model::Draft;

/// Finds the mistakes of all rules.
pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckWish>> {
    let mut drafts = shape::find(unit);
    drafts.extend(roles::find(unit));
    drafts.extend(lost::find(unit));
    drafts.extend(case::find(unit));
    drafts
}
