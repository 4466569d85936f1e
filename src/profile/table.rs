use std::fmt;

/// A property that takes an instance profile.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The type of the resource.
    pub resource: &'static str,
    /// The way to the property below `Properties`: keys between dots; `[]` is every item of a list, `[Key=Value,…]`
    /// every item with these entries.
    pub path: &'static str,
    /// What of the profile it takes.
    pub takes: Takes,
    /// What a change of it does to a deployed stack.
    pub on_update: OnUpdate,
    /// What AWS says where it is given a role instead, as far as that is known.
    pub refusal: Option<&'static str>,
}

impl Property {
    /// The way to the object that the property is part of, where that object holds a profile's name or its ARN.
    pub fn object(&self) -> Option<&'static str> {
        let object = self.path.strip_suffix(".Name").or(self.path.strip_suffix(".Arn"))?;
        object.ends_with("IamInstanceProfile").then_some(object)
    }
}

/// What of a profile a property takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Only its name.
    Name,
    /// Only its ARN.
    Arn,
    /// Its name or its ARN.
    Either,
}

/// What CloudFormation does to a deployed resource when the property changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUpdate {
    /// It goes on running.
    NoInterruption,
    /// It is changed in place: the schema does not call the property create-only.
    InPlace,
    /// A new one takes its place.
    Replacement,
    /// A new one takes its place, or not, depending on other properties.
    Conditional,
    /// AWS does not say.
    Unknown,
    /// It is no property that changes.
    Nothing,
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name of an instance profile",
            Self::Arn => "the ARN of an instance profile",
            Self::Either => "the name or the ARN of an instance profile",
        })
    }
}

impl fmt::Display for OnUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoInterruption => "the resource is updated without interruption",
            Self::InPlace => "the resource is updated in place",
            Self::Replacement => "CloudFormation replaces the resource",
            Self::Conditional => "CloudFormation may replace the resource, depending on its other properties",
            Self::Unknown => "AWS does not document whether the resource is replaced; look at the change set",
            Self::Nothing => "no property of a resource changes",
        })
    }
}

use OnUpdate::{Conditional, InPlace, NoInterruption, Replacement, Unknown};
use Takes::{Arn, Either, Name};

// What AWS says, as people quote it in public issues: aws/aws-parallelcluster#600, aws-samples/amazon-ec2-gitlab-runner#16,
// aws/aws-cdk#6495, aws/aws-cdk#8080, aws/aws-cdk#28353, aws/aws-cdk#11441.
const EC2_NAME: Option<&str> =
    Some("Value (…) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
const EC2_ARN: Option<&str> =
    Some("Value (…) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN");
const BATCH: Option<&str> = Some("CLIENT_ERROR - Invalid IamInstanceProfile: …");
const EMR: Option<&str> = Some("Invalid InstanceProfile");
const BEANSTALK: Option<&str> = Some("The instance profile … associated with the environment is invalid.");
const IMAGE_BUILDER: Option<&str> = Some("The provided instance profile does not exist.");

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
    row("AWS::ElasticBeanstalk::Environment", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    row("AWS::ElasticBeanstalk::ConfigurationTemplate", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    row("AWS::ImageBuilder::InfrastructureConfiguration", "InstanceProfileName", Name, InPlace, IMAGE_BUILDER),
    row("AWS::OpsWorks::Stack", "DefaultInstanceProfileArn", Arn, Unknown, None),
    row("AWS::OpsWorks::Layer", "CustomInstanceProfileArn", Arn, Unknown, None),
    row("AWS::OpsWorksCM::Server", "InstanceProfileArn", Arn, Unknown, None),
    row("AWS::PCS::ComputeNodeGroup", "IamInstanceProfileArn", Arn, InPlace, None),
    row("AWS::RDS::DBInstance", "CustomIAMInstanceProfile", Name, Replacement, None),
    row("AWS::BedrockAgentCore::CapacityProvider", "ComputeConfiguration.Ec2Configuration.LaunchTemplateSource.LaunchParameters.InstanceProfileArn", Arn, Unknown, None),
    row("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile.Name", Name, Replacement, EC2_NAME),
    row("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile.Arn", Arn, Replacement, EC2_ARN),
];

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
    }
}
