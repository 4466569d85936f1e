//! Reasons for no fix, told apart by their type: their words may change.

use cfn_ipfix::model::NoFix;

/// Whether a reason is the expected one.
pub(super) type Reason = fn(&NoFix) -> bool;

/// Expects a reason of this pattern.
macro_rules! reason {
    ($pattern:pat) => {
        |why: &cfn_ipfix::model::NoFix| matches!(why, $pattern)
    };
}

pub(super) use reason;
