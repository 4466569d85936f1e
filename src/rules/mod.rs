//! The mistakes, why they are bad, and what would fix them: one file a rule, its documentation beside it.
//!
//! A rule reads a [`Model`](crate::model::Model) and drafts findings; nothing here knows YAML, HCL or files.

pub mod hardcoded_role;
pub mod missing_ec2_trust;
pub mod missing_reference;
mod options;
pub mod profile_as_role;
pub mod profile_name_or_arn;
pub mod profile_roles;
pub mod profile_shape;
mod registry;
pub mod role_as_instance_profile;
mod selection;
pub mod service_naming_rule;
pub mod unknown_suppression;
pub mod unused_suppression;
pub mod wrong_case;

pub use options::Options;
pub use registry::{Find, RULES, Registered, rule, rules};
pub use selection::Selection;
