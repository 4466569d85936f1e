//! The harm that a plan may do: references to what may be absent, circles of dependencies, names that can be equal.

mod conditions;
mod given;
mod harm;
mod names;
mod reach;
mod uses;

pub use conditions::{Conditions, Formula, Guard};
pub use harm::{Harm, PlanFacts};
pub use names::{NamePattern, PossibleNames};
pub use uses::Use;
