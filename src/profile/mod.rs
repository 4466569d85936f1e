//! Instance profiles: the properties that take one, the one that serves a role, and what a trust policy must say.
//!
//! Nothing here knows text or the nodes of a language.

mod matching;
mod roles;
mod table;
mod trust;

pub use matching::{Ids, Profiles};
pub use roles::role_properties;
pub use table::{PASSED_ROLE, PRINCIPAL, PROPERTIES, ROLE_OF_PROFILE, ROLES};
pub use trust::{Principal, Statement, Trust, ec2_trust, is_about_passing, policy_property};

/// The type of an instance profile.
pub const PROFILE: &str = "AWS::IAM::InstanceProfile";

/// The type of a role that a service creates for itself.
pub const SERVICE_LINKED_ROLE: &str = "AWS::IAM::ServiceLinkedRole";

/// The type of a role.
pub const ROLE: &str = "AWS::IAM::Role";
