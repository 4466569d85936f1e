//! The properties of each language that take an instance profile, and the errors of AWS that they share.

mod cloudformation;
mod state_machine;
mod terraform;

pub use cloudformation::{
    AUTHENTICATION_ROLE, GENERATED, OPTION_SETTINGS, OPTIONS, PROPERTIES, ROLE_OF_PROFILE, ROLES, SETTINGS,
};
pub use state_machine::{STATE_MACHINES, TASKS, Task, is_state_machine};
pub use terraform::{AWSCC_ROLE_OF_PROFILE, TERRAFORM, TERRAFORM_ROLE_OF_PROFILE};

use crate::model::{NamingRule, OnUpdate, Property, Takes};

/// The property of a policy statement with the roles to be passed.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
pub static PASSED_ROLE: Property = row(
    "AWS::IAM::Policy",
    "Resource",
    Takes::Arn,
    OnUpdate::NoInterruption,
    None,
);

/// The property of a policy statement with accounts, users and roles.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
pub static PRINCIPAL: Property = row(
    "AWS::IAM::Policy",
    "Principal.AWS",
    Takes::Arn,
    OnUpdate::NoInterruption,
    INVALID_PRINCIPAL,
);

// CiscoDevNet/cloud-cml#4, and aws/karpenter-provider-aws#3051 for a fleet.
const EC2_NAME: Option<&str> =
    Some("Value (…) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
// aws-samples/amazon-ec2-gitlab-runner#16.
const EC2_ARN: Option<&str> =
    Some("Value (…) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN");
// hashicorp/terraform-provider-aws, internal/service/autoscaling/launch_configuration.go.
const LAUNCH_CONFIGURATION: Option<&str> = Some("Invalid IamInstanceProfile: …");
// Netflix/metaflow-tools#9.
const BATCH: Option<&str> = Some("CLIENT_ERROR - Invalid IamInstanceProfile: …");
// aws/aws-cdk#8080.
const EMR: Option<&str> = Some("Invalid InstanceProfile");
// aws/aws-cdk#28353.
const BEANSTALK: Option<&str> = Some("The instance profile … associated with the environment is invalid.");
// aws/aws-cdk#11441.
const IMAGE_BUILDER: Option<&str> = Some("The provided instance profile does not exist.");

// aws-samples/aws-iam-access-key-auto-rotation#26.
const INVALID_PRINCIPAL: Option<&str> = Some("Invalid principal in policy: …");

const fn row(
    resource: &'static str,
    path: &'static str,
    takes: Takes,
    on_update: OnUpdate,
    aws_error: Option<&'static str>,
) -> Property {
    Property {
        resource,
        path,
        takes,
        on_update,
        aws_error,
        naming: None,
        caveat: None,
    }
}

/// Adds a service's naming rule to a property.
const fn with_rule(rule: NamingRule, property: Property) -> Property {
    Property {
        naming: Some(rule),
        ..property
    }
}
