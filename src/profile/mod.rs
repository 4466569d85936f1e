//! Instance profiles: the properties that take one, the choice of one for a role, and required trust policies.
//!
//! This module knows neither source nor syntax nodes.

mod awscc;
mod choose;
mod roles;
mod sorted;
mod table;
mod terraform;
mod trust;

pub use choose::{Ids, Profiles};
pub use roles::role_properties;
pub use table::{
    AUTHENTICATION_ROLE, AWSCC_ROLE_OF_PROFILE, GENERATED, OPTION_SETTINGS, OPTIONS, PASSED_ROLE, PRINCIPAL,
    PROPERTIES, ROLE_OF_PROFILE, ROLES, SETTINGS, STATE_MACHINES, TASKS, TERRAFORM, TERRAFORM_ROLE_OF_PROFILE, Task,
    is_state_machine,
};
pub use terraform::{terraform_profile_properties, terraform_properties, terraform_role_properties};
pub use trust::{Principal, Statement, Trust, ec2_trust, is_about_passing};

/// The type of an instance profile.
pub const PROFILE: &str = "AWS::IAM::InstanceProfile";

/// The type of a role that a service creates for itself.
pub const SERVICE_LINKED_ROLE: &str = "AWS::IAM::ServiceLinkedRole";

/// The type of a role.
pub const ROLE: &str = "AWS::IAM::Role";

/// The type of an instance profile in Terraform.
pub const TERRAFORM_PROFILE: &str = "aws_iam_instance_profile";

/// The type of a role in Terraform.
pub const TERRAFORM_ROLE: &str = "aws_iam_role";

/// The type of an instance profile of Terraform's provider `awscc`.
pub const AWSCC_PROFILE: &str = "awscc_iam_instance_profile";

/// The type of a role of Terraform's provider `awscc`.
pub const AWSCC_ROLE: &str = "awscc_iam_role";
