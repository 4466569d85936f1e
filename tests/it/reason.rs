//! Predicates for reasons for no fix, by their type, so that their wording can change.

use cfn_ipfix::model::NoFix;

/// A predicate for the expected reason.
pub(super) type Reason = fn(&NoFix) -> bool;

/// Builds a predicate for reasons of this pattern.
macro_rules! reason {
    ($pattern:pat) => {
        |why: &cfn_ipfix::model::NoFix| matches!(why, $pattern)
    };
}

pub(super) use reason;
