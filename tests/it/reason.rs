//! Reasons for no fix, told apart by their type: their words may change.

use cfn_ipfix::rules::Withheld;

/// Whether a reason is the expected one.
pub(super) type Reason = fn(&Withheld) -> bool;

/// Expects a reason of this pattern.
macro_rules! reason {
    ($pattern:pat) => {
        |why: &cfn_ipfix::rules::Withheld| matches!(why, $pattern)
    };
}

pub(super) use reason;
