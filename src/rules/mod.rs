//! The rules: each has a file with its checks and a page beside it with its documentation.
//!
//! A rule reads a [`Model`](crate::model::Model) and drafts findings. It knows neither YAML nor HCL nor files.

mod aws_errors;
pub mod hardcoded_role;
pub mod missing_ec2_trust;
pub mod missing_reference;
mod no_attribute;
mod options;
pub mod profile_as_role;
pub mod profile_name_or_arn;
pub mod profile_roles;
pub mod profile_shape;
mod registry;
pub mod repeated_name;
pub mod role_as_instance_profile;
mod selection;
pub mod service_naming_rule;
pub mod unknown_suppression;
pub mod unused_suppression;
pub mod wrong_case;

pub use aws_errors::{AWS_ERRORS, AwsError, aws_errors_in};
pub use options::Options;
pub use registry::{Find, RULES, Registered, rule, rules};
pub use selection::Selection;
