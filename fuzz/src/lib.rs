//! The laws that any input must keep, the inputs to begin with, and the changes that lead to others.
//!
//! A [`Target`] joins them. Only the programs of `targets/` need the engine.

mod bounds;
mod buffer;
mod chance;
mod laws;
mod module;
mod options;
mod seeds;
mod target;
pub mod targets;
mod vary;
mod words;

pub use chance::Chance;
pub use seeds::Seed;
pub use target::Target;
