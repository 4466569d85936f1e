//! Applies fixes in rounds until nothing is left to fix, independently of the rules.

mod additions;
mod apply;
mod reconcile;
mod round;
mod until_stable;

pub use apply::{Applied, SourceMaps, apply};
pub(crate) use round::Inspection;
pub(crate) use until_stable::fix_until_stable;
