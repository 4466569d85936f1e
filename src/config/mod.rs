//! The configuration: what `.cfn-ipfix.yaml` says, which one is for which template, and what of it the command line
//! overrules. The search for it on the disk needs the feature `fs`.

#[cfg(feature = "fs")]
mod absolute;
#[cfg(feature = "fs")]
mod exclusion;
mod file;
mod pattern;
#[cfg(feature = "fs")]
mod search;
mod settings;
mod value;
mod well_formed;

#[cfg(feature = "fs")]
pub use exclusion::Excluder;
pub use file::{Config, Overrides};
pub use pattern::{Patterns, check as check_pattern};
#[cfg(feature = "fs")]
pub use search::{Broken, Choice, Configs, FILE_NAME, Why};
pub use value::Problem;
