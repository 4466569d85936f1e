//! The mistakes, why they are bad, and what would fix them: one file a rule, its documentation beside it.
//!
//! A rule reads a [`Model`](crate::model::Model) and drafts findings; nothing here knows YAML, HCL or files.

pub mod literal_role;
pub mod lost_reference;
pub mod misspelt_case;
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
pub mod untrusted_by_ec2;
pub mod unused_suppression;

pub use options::Options;
pub use registry::{Find, RULES, Registered, rule, rules};
pub use selection::Selection;
