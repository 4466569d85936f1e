//! Fixes: how their edits are applied, and the rounds until nothing is left to fix. Nothing here knows which rule asked.

mod apply;
mod reconcile;
mod round;
mod until_stable;

pub use apply::{Applied, SourceMap, apply};
pub(crate) use round::Looked;
pub(crate) use until_stable::{FixOutcome, fix_until_stable};
