//! Harm that the product is known to do, until it is fixed. Both lists are to become empty.

use crate::judge::Kind;

/// Kinds of harm in generated templates.
pub(crate) const KINDS: &[Kind] = &[Kind::OtherRole, Kind::NeedlessRole, Kind::ScalarMeaning];

/// Cases of `tests/no-harm` that do not come out as expected. One that does must be removed here.
pub(crate) const CASES: &[&str] = &[];
