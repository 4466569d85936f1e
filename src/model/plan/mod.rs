//! The harm that fixes may do: references to absent resources, circular dependencies, equal names.

mod conditions;
mod given;
mod harm;
mod names;
mod order;
mod reach;
mod uses;

pub use conditions::{Conditions, Formula, Guard};
pub use harm::{Harm, PlanFacts};
pub use names::{NamePattern, PossibleNames};
pub(in crate::model) use order::Order;
pub use uses::Use;
