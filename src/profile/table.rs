use super::PROFILE;
use crate::model::{NamingRule, OnUpdate, Property, Takes};

use OnUpdate::{Conditional, InPlace, NoInterruption, Replacement, Unknown};
use Takes::{Arn, Either, Name};

// AWS's errors, as people quote them in public issues: aws/aws-parallelcluster#600, aws-samples/amazon-ec2-gitlab-runner#16,
// aws/aws-cdk#6495, aws/aws-cdk#8080, aws/aws-cdk#28353, aws/aws-cdk#11441,
// aws-samples/aws-iam-access-key-auto-rotation#26.
const EC2_NAME: Option<&str> =
    Some("Value (…) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
const EC2_ARN: Option<&str> =
    Some("Value (…) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN");
const BATCH: Option<&str> = Some("CLIENT_ERROR - Invalid IamInstanceProfile: …");
const EMR: Option<&str> = Some("Invalid InstanceProfile");
const BEANSTALK: Option<&str> = Some("The instance profile … associated with the environment is invalid.");
const IMAGE_BUILDER: Option<&str> = Some("The provided instance profile does not exist.");

const INVALID_PRINCIPAL: Option<&str> = Some("Invalid principal in policy: …");

const LAUNCH_OPTION: &str =
    "OptionSettings[Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile].Value";

/// Every property that takes an instance profile, after the CloudFormation resource reference
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>) and
/// the resource provider schemas.
///
/// What merely looks like one takes a role or something else and is not listed: `InstanceProfileArn` of
/// `AWS::DataZone::Connection`, `InstanceRoleArn` of App Runner, GameLift and MediaLive, `InstanceRole` inside EMR's
/// groups, everything of `AWS::DMS::InstanceProfile`.
#[rustfmt::skip] // a line each
pub static PROPERTIES: &[Property] = &[
    row("AWS::EC2::Instance", "IamInstanceProfile", Name, NoInterruption, EC2_NAME),
    row("AWS::EC2::LaunchTemplate", "LaunchTemplateData.IamInstanceProfile.Name", Name, NoInterruption, EC2_NAME),
    row("AWS::EC2::LaunchTemplate", "LaunchTemplateData.IamInstanceProfile.Arn", Arn, NoInterruption, EC2_ARN),
    row("AWS::AutoScaling::LaunchConfiguration", "IamInstanceProfile", Either, Replacement, EC2_NAME),
    row("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData.LaunchSpecifications[].IamInstanceProfile.Arn", Arn, Replacement, EC2_ARN),
    row("AWS::EC2::EC2Fleet", "LaunchTemplateConfigs[].Overrides[].IamInstanceProfile.Name", Name, Replacement, EC2_NAME),
    row("AWS::EC2::EC2Fleet", "LaunchTemplateConfigs[].Overrides[].IamInstanceProfile.Arn", Arn, Replacement, EC2_ARN),
    row("AWS::Batch::ComputeEnvironment", "ComputeResources.InstanceRole", Either, Conditional, BATCH),
    row("AWS::Batch::ComputeEnvironment", "ComputeResources.ManagedInstancesProvider.InstanceLaunchTemplate.Ec2InstanceProfileArn", Arn, Unknown, None),
    row("AWS::ECS::CapacityProvider", "ManagedInstancesProvider.InstanceLaunchTemplate.Ec2InstanceProfileArn", Arn, InPlace, None),
    row("AWS::EMR::Cluster", "JobFlowRole", Name, Replacement, EMR),
    row("AWS::DataPipeline::Pipeline", "PipelineObjects[].Fields[Key=resourceRole].StringValue", Name, NoInterruption, None),
    row("AWS::ElasticBeanstalk::Environment", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    row("AWS::ElasticBeanstalk::ConfigurationTemplate", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    row("AWS::ImageBuilder::InfrastructureConfiguration", "InstanceProfileName", Name, InPlace, IMAGE_BUILDER),
    row("AWS::OpsWorks::Stack", "DefaultInstanceProfileArn", Arn, Unknown, None),
    row("AWS::OpsWorks::Layer", "CustomInstanceProfileArn", Arn, Unknown, None),
    row("AWS::OpsWorksCM::Server", "InstanceProfileArn", Arn, Unknown, None),
    with_rule(NamingRule::Pcs, row("AWS::PCS::ComputeNodeGroup", "IamInstanceProfileArn", Arn, InPlace, None)),
    with_rule(NamingRule::RdsCustom, row("AWS::RDS::DBInstance", "CustomIAMInstanceProfile", Name, Replacement, None)),
    row("AWS::BedrockAgentCore::CapacityProvider", "ComputeConfiguration.Ec2Configuration.LaunchTemplateSource.LaunchParameters.InstanceProfileArn", Arn, Unknown, None),
    row("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile.Name", Name, Replacement, EC2_NAME),
    row("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile.Arn", Arn, Replacement, EC2_ARN),
];

/// The property of a profile that holds its role.
pub static ROLES: Property = row(PROFILE, "Roles", Name, NoInterruption, None);

/// Every item of that property.
pub static ROLE_OF_PROFILE: Property = row(PROFILE, "Roles[]", Name, NoInterruption, None);

/// The property of a policy's statement that names the roles to be passed:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
pub static PASSED_ROLE: Property = row("AWS::IAM::Policy", "Resource", Arn, NoInterruption, None);

/// The property of a policy's statement that names accounts, users and roles:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
pub static PRINCIPAL: Property = row(
    "AWS::IAM::Policy",
    "Principal.AWS",
    Arn,
    NoInterruption,
    INVALID_PRINCIPAL,
);

const fn row(
    resource: &'static str,
    path: &'static str,
    takes: Takes,
    on_update: OnUpdate,
    refusal: Option<&'static str>,
) -> Property {
    Property {
        resource,
        path,
        takes,
        on_update,
        refusal,
        naming: None,
    }
}

/// Adds a service's rule for names to a line.
const fn with_rule(rule: NamingRule, property: Property) -> Property {
    Property {
        naming: Some(rule),
        ..property
    }
}
