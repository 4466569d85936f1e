//! Configuration: parses `.cfn-ipfix.yaml`, finds the file for each template, and applies the command line's overrides.
//!
//! The search on disk needs the feature `fs`.

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
pub use exclusion::ExcludedBy;
pub use file::{Config, Overrides};
pub use pattern::{Patterns, check as check_pattern};
#[cfg(feature = "fs")]
pub use search::{ConfigError, ConfigErrorKind, ConfigSource, Configs, FILE_NAME};
pub use value::InvalidSetting;
