use super::{BATCH, BEANSTALK, EC2_ARN, EC2_NAME, EMR, IMAGE_BUILDER, LAUNCH_CONFIGURATION, row, with_rule};
use crate::model::{NamingRule, OnUpdate, Property, Takes};
use crate::profile::PROFILE;

use OnUpdate::{Conditional, InPlace, NoInterruption, Replacement};
use Takes::{Arn, Either, Name};

const LAUNCH_OPTION: &str =
    "OptionSettings[Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile].Value";

/// The properties that take an instance profile.
///
/// They come from the CloudFormation resource reference
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>) and
/// the resource schemas. A row follows its source: the page or model with what the property takes; if not the schema
/// alone, also the source of the effect of an update. "API" is the service's API reference.
///
/// Similar names that take a role or another value are not listed: `InstanceProfileArn` of `AWS::DataZone::Connection`,
/// `InstanceRoleArn` of App Runner, GameLift and MediaLive, `InstanceRole` inside EMR's groups, everything of
/// `AWS::DMS::InstanceProfile`.
#[rustfmt::skip] // a line each
pub static PROPERTIES: &[Property] = &[
    // aws-cloudformation/cfn-lint#786: "requires name. Not ARN". Reference: no interruption.
    row("AWS::EC2::Instance", "IamInstanceProfile", Name, NoInterruption, EC2_NAME),
    // Reference: "either the name or the ARN of the instance profile, but not both"; no interruption.
    row("AWS::EC2::LaunchTemplate", "LaunchTemplateData.IamInstanceProfile.Name", Name, NoInterruption, EC2_NAME),
    row("AWS::EC2::LaunchTemplate", "LaunchTemplateData.IamInstanceProfile.Arn", Arn, NoInterruption, EC2_ARN),
    // Schema: "the name or the Amazon Resource Name (ARN) of the instance profile".
    row("AWS::AutoScaling::LaunchConfiguration", "IamInstanceProfile", Either, Replacement, LAUNCH_CONFIGURATION),
    // Schema: an object with `Arn` alone.
    row("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData.LaunchSpecifications[].IamInstanceProfile.Arn", Arn, Replacement, None),
    // Schema: an object with `Name` and `Arn`.
    row("AWS::EC2::EC2Fleet", "LaunchTemplateConfigs[].Overrides[].IamInstanceProfile.Name", Name, Replacement, EC2_NAME),
    row("AWS::EC2::EC2Fleet", "LaunchTemplateConfigs[].Overrides[].IamInstanceProfile.Arn", Arn, Replacement, EC2_ARN),
    // API, ComputeResource: "the short name or full Amazon Resource Name (ARN) of an instance profile".
    row("AWS::Batch::ComputeEnvironment", "ComputeResources.InstanceRole", Either, Conditional, BATCH),
    // API, InstanceLaunchTemplate: "The Amazon Resource Name (ARN) of the Amazon EC2 instance profile".
    row("AWS::Batch::ComputeEnvironment", "ComputeResources.ManagedInstancesProvider.InstanceLaunchTemplate.Ec2InstanceProfileArn", Arn, InPlace, None),
    // API, InstanceLaunchTemplate: "The Amazon Resource Name (ARN) of the instance profile".
    with_rule(NamingRule::EcsManaged, row("AWS::ECS::CapacityProvider", "ManagedInstancesProvider.InstanceLaunchTemplate.Ec2InstanceProfileArn", Arn, InPlace, None)),
    // The resource `aws_emr_cluster` of Terraform's provider gives the ARN to the same API, AWS's samples the name.
    with_rule(NamingRule::Emr, row("AWS::EMR::Cluster", "JobFlowRole", Either, Replacement, EMR)),
    // Data Pipeline guide, "IAM roles": `"resourceRole": "emrInstanceProfile"`.
    row("AWS::DataPipeline::Pipeline", "PipelineObjects[].Fields[Key=resourceRole].StringValue", Name, InPlace, None),
    // Elastic Beanstalk guide, "General options": "Instance profile name or ARN".
    row("AWS::ElasticBeanstalk::Environment", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    row("AWS::ElasticBeanstalk::ConfigurationTemplate", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    // Schema: a pattern of names.
    row("AWS::ImageBuilder::InfrastructureConfiguration", "InstanceProfileName", Name, InPlace, IMAGE_BUILDER),
    // Reference: "The Amazon Resource Name (ARN) of an IAM profile".
    row("AWS::OpsWorks::Stack", "DefaultInstanceProfileArn", Arn, InPlace, None),
    row("AWS::OpsWorks::Layer", "CustomInstanceProfileArn", Arn, InPlace, None),
    // Reference: "The ARN of the instance profile"; replacement.
    row("AWS::OpsWorksCM::Server", "InstanceProfileArn", Arn, Replacement, None),
    // Schema: "The Amazon Resource Name (ARN) of the IAM instance profile".
    with_rule(NamingRule::Pcs, row("AWS::PCS::ComputeNodeGroup", "IamInstanceProfileArn", Arn, InPlace, None)),
    // API, CreateDBInstance: "The instance profile name and the associated IAM role name".
    with_rule(NamingRule::RdsCustom, row("AWS::RDS::DBInstance", "CustomIAMInstanceProfile", Name, Replacement, None)),
    // Schema: a pattern of ARNs of instance profiles.
    row("AWS::BedrockAgentCore::CapacityProvider", "ComputeConfiguration.Ec2Configuration.LaunchTemplateSource.LaunchParameters.InstanceProfileArn", Arn, Replacement, None),
    // Schema: a pattern of ARNs for `Arn` alone.
    row("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile.Name", Name, Replacement, None),
    row("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile.Arn", Arn, Replacement, None),
    // Systems Manager guide, "aws:runInstances": `IamInstanceProfileName: myRunCmdRole`.
    row("AWS::SSM::Document", "Content.mainSteps[action=aws:runInstances].inputs.IamInstanceProfileName", Name, Conditional, None),
    row("AWS::SSM::Document", "Content.mainSteps[action=aws:runInstances].inputs.IamInstanceProfileArn", Arn, Conditional, None),
];

/// The type of an environment of Elastic Beanstalk, whose options are also in configuration files.
pub const SETTINGS: &str = "AWS::ElasticBeanstalk::Environment";

/// The section of a configuration file with the options of its environment.
pub const OPTIONS: &str = "option_settings";

/// The resources of each environment that take a profile, with their types.
///
/// <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-format-resources-eb.html>
pub const GENERATED: [(&str, &str); 2] = [
    (
        "AWSEBAutoScalingLaunchConfiguration",
        "AWS::AutoScaling::LaunchConfiguration",
    ),
    ("AWSEBEC2LaunchTemplate", "AWS::EC2::LaunchTemplate"),
];

/// The option of a configuration file with the instance profile, in a mapping of namespaces and in a list.
///
/// <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-optionsettings.html>
pub static OPTION_SETTINGS: [Property; 2] = [
    row(
        SETTINGS,
        "aws:autoscaling:launchconfiguration.IamInstanceProfile",
        Either,
        InPlace,
        BEANSTALK,
    ),
    row(
        SETTINGS,
        "option_settings[namespace=aws:autoscaling:launchconfiguration,option_name=IamInstanceProfile].value",
        Either,
        InPlace,
        BEANSTALK,
    ),
];

/// The property with the roles of a profile.
pub static ROLES: Property = row(PROFILE, "Roles", Name, NoInterruption, None);

/// An item of [`ROLES`].
pub static ROLE_OF_PROFILE: Property = row(PROFILE, "Roles[]", Name, NoInterruption, None);

/// The role in the metadata of a resource with which `cfn-init` downloads files.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-authentication.html>
pub static AUTHENTICATION_ROLE: Property = row(
    "AWS::CloudFormation::Authentication",
    "AWS::CloudFormation::Authentication.*.roleName",
    Name,
    OnUpdate::Nothing,
    None,
);
