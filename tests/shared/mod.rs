//! Helpers that several test binaries share.

mod diff;
mod files;
mod json;
mod runs;

pub(crate) use diff::applied;
pub(crate) use files::{files, root};
pub(crate) use json::{json, list, number};
pub(crate) use runs::{assert_honest, fixed, no_fix, report, stdout, with_unsafe_fixes};

/// Returns whether tests should try more than by default.
pub(crate) fn is_long() -> bool {
    std::env::var_os("CFN_IPFIX_LONG").is_some()
}
