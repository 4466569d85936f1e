use super::{BATCH, EC2_ARN, EC2_NAME, EMR, IMAGE_BUILDER, LAUNCH_CONFIGURATION, row};
use crate::model::{OnUpdate, Property, Takes};

const STATE_MACHINE: &str = "AWS::StepFunctions::StateMachine";

/// The types of state machines; the second one is of the Serverless Application Model.
pub const STATE_MACHINES: [&str; 2] = [STATE_MACHINE, "AWS::Serverless::StateMachine"];

/// A task of a state machine that takes an instance profile.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// The action, which is the end of the ARN in `Resource`, without a suffix such as `.sync`.
    pub action: &'static str,
    /// The parameter of the action.
    pub property: Property,
}

/// The tasks of state machines that take an instance profile.
///
/// They come from the Step Functions guide: "Create and manage Amazon EMR clusters"
/// (<https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html>) and "Learning to use AWS service SDK
/// integrations" (<https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html>). The parameters are
/// those of the service's API.
#[rustfmt::skip] // a line each
pub static TASKS: &[Task] = &[
    emr("elasticmapreduce:createCluster"),
    emr("aws-sdk:emr:runJobFlow"),
    ec2("aws-sdk:ec2:runInstances", "IamInstanceProfile.Name", Takes::Name),
    ec2("aws-sdk:ec2:runInstances", "IamInstanceProfile.Arn", Takes::Arn),
    ec2("aws-sdk:ec2:associateIamInstanceProfile", "IamInstanceProfile.Name", Takes::Name),
    ec2("aws-sdk:ec2:associateIamInstanceProfile", "IamInstanceProfile.Arn", Takes::Arn),
    ec2("aws-sdk:ec2:replaceIamInstanceProfileAssociation", "IamInstanceProfile.Name", Takes::Name),
    ec2("aws-sdk:ec2:replaceIamInstanceProfileAssociation", "IamInstanceProfile.Arn", Takes::Arn),
    ec2("aws-sdk:ec2:createLaunchTemplate", "LaunchTemplateData.IamInstanceProfile.Name", Takes::Name),
    ec2("aws-sdk:ec2:createLaunchTemplate", "LaunchTemplateData.IamInstanceProfile.Arn", Takes::Arn),
    ec2("aws-sdk:ec2:createLaunchTemplateVersion", "LaunchTemplateData.IamInstanceProfile.Name", Takes::Name),
    ec2("aws-sdk:ec2:createLaunchTemplateVersion", "LaunchTemplateData.IamInstanceProfile.Arn", Takes::Arn),
    ec2("aws-sdk:ec2:requestSpotInstances", "LaunchSpecification.IamInstanceProfile.Name", Takes::Name),
    ec2("aws-sdk:ec2:requestSpotInstances", "LaunchSpecification.IamInstanceProfile.Arn", Takes::Arn),
    task("aws-sdk:autoscaling:createLaunchConfiguration", "IamInstanceProfile", Takes::Either, LAUNCH_CONFIGURATION),
    task("aws-sdk:batch:createComputeEnvironment", "ComputeResources.InstanceRole", Takes::Either, BATCH),
    task("aws-sdk:batch:updateComputeEnvironment", "ComputeResources.InstanceRole", Takes::Either, BATCH),
    task("aws-sdk:imagebuilder:createInfrastructureConfiguration", "InstanceProfileName", Takes::Name, IMAGE_BUILDER),
    task("aws-sdk:imagebuilder:updateInfrastructureConfiguration", "InstanceProfileName", Takes::Name, IMAGE_BUILDER),
];

/// Returns whether a resource type is one of state machines.
pub fn is_state_machine(resource_type: &str) -> bool {
    STATE_MACHINES.contains(&resource_type)
}

const fn emr(action: &'static str) -> Task {
    task(action, "JobFlowRole", Takes::Either, EMR)
}

const fn ec2(action: &'static str, path: &'static str, takes: Takes) -> Task {
    let error = match takes {
        Takes::Arn => EC2_ARN,
        Takes::Name | Takes::Either => EC2_NAME,
    };
    task(action, path, takes, error)
}

const fn task(action: &'static str, path: &'static str, takes: Takes, aws_error: Option<&'static str>) -> Task {
    Task {
        action,
        property: row(STATE_MACHINE, path, takes, OnUpdate::InPlace, aws_error),
    }
}
