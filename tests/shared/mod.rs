//! Helpers of both test binaries.

mod diff;
mod files;
mod json;
mod runs;

pub(crate) use diff::applied;
pub(crate) use files::{files, root};
pub(crate) use json::{json, list, number};
pub(crate) use runs::{assert_honest, fixed, report, stdout, with_unsafe_fixes, withheld};
