//! The properties that take an instance profile, and what stands around them.

use super::value::{Value, list, map, text};

/// A property that takes a profile.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) resource: &'static str,
    /// The way to it below `Properties`, with `[]` behind the key of a list.
    path: &'static str,
    pub(super) slot: Slot,
}

/// What a property takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    Value(Wants),
    /// An object with an `Arn`, or also with a `Name`.
    Object {
        has_name: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wants {
    Name,
    Arn,
    Either,
}

const NAME: Slot = Slot::Value(Wants::Name);
const ARN: Slot = Slot::Value(Wants::Arn);
const EITHER: Slot = Slot::Value(Wants::Either);
const OBJECT: Slot = Slot::Object { has_name: true };
const ARN_OBJECT: Slot = Slot::Object { has_name: false };

#[rustfmt::skip] // a line each
pub(super) static SITES: &[Site] = &[
    site("AWS::EC2::Instance", "IamInstanceProfile", NAME),
    site("AWS::EC2::LaunchTemplate", "LaunchTemplateData.IamInstanceProfile", OBJECT),
    site("AWS::AutoScaling::LaunchConfiguration", "IamInstanceProfile", EITHER),
    site("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData.LaunchSpecifications[].IamInstanceProfile", ARN_OBJECT),
    site("AWS::EC2::EC2Fleet", "LaunchTemplateConfigs[].Overrides[].IamInstanceProfile", OBJECT),
    site("AWS::Batch::ComputeEnvironment", "ComputeResources.InstanceRole", EITHER),
    site("AWS::Batch::ComputeEnvironment", "ComputeResources.ManagedInstancesProvider.InstanceLaunchTemplate.Ec2InstanceProfileArn", ARN),
    site("AWS::ECS::CapacityProvider", "ManagedInstancesProvider.InstanceLaunchTemplate.Ec2InstanceProfileArn", ARN),
    site("AWS::EMR::Cluster", "JobFlowRole", NAME),
    site("AWS::ElasticBeanstalk::Environment", "OptionSettings[].Value", EITHER),
    site("AWS::ElasticBeanstalk::ConfigurationTemplate", "OptionSettings[].Value", EITHER),
    site("AWS::ImageBuilder::InfrastructureConfiguration", "InstanceProfileName", NAME),
    site("AWS::OpsWorks::Stack", "DefaultInstanceProfileArn", ARN),
    site("AWS::OpsWorks::Layer", "CustomInstanceProfileArn", ARN),
    site("AWS::OpsWorksCM::Server", "InstanceProfileArn", ARN),
    site("AWS::PCS::ComputeNodeGroup", "IamInstanceProfileArn", ARN),
    site("AWS::RDS::DBInstance", "CustomIAMInstanceProfile", NAME),
    site("AWS::BedrockAgentCore::CapacityProvider", "ComputeConfiguration.Ec2Configuration.LaunchTemplateSource.LaunchParameters.InstanceProfileArn", ARN),
    site("AWS::WorkspacesInstances::WorkspaceInstance", "ManagedInstance.IamInstanceProfile", OBJECT),
];

const fn site(resource: &'static str, path: &'static str, slot: Slot) -> Site {
    Site { resource, path, slot }
}

impl Site {
    /// The property's own name.
    pub(super) fn key(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// The property's name with a capital letter too few or too many.
    pub(super) fn miscased_key(&self) -> String {
        let key = self.key();
        match key.replacen("Iam", "IAM", 1) {
            changed if changed != key => changed,
            _ if key.ends_with("Arn") => key.trim_end_matches("Arn").to_owned() + "ARN",
            _ => key[..1].to_lowercase() + &key[1..],
        }
    }

    /// The `Properties`, with `value` under `key` in the property's place and more around it.
    pub(super) fn around(&self, key: &str, value: Value, has_more: bool) -> Value {
        let mut entries = Vec::new();
        if self.resource.starts_with("AWS::ElasticBeanstalk") {
            entries.push(("Namespace", text("aws:autoscaling:launchconfiguration")));
            entries.push(("OptionName", text("IamInstanceProfile")));
        }
        if has_more {
            entries.push(("Description", text("[1] it's \"mine\", 100 % & more")));
        }
        entries.push((key, value));
        let mut held = map(entries);
        for step in self.path.split('.').rev().skip(1) {
            let mut value = held;
            let key = step.trim_end_matches("[]");
            if key != step {
                value = self.listed(value, has_more);
            }
            held = map([(key, value)]);
        }
        // Beanstalk's options are the list itself.
        held
    }

    fn listed(&self, item: Value, has_more: bool) -> Value {
        let other = map([("InstanceType", text("m5.large"))]);
        let has_more = has_more && !self.resource.starts_with("AWS::ElasticBeanstalk");
        list(has_more.then_some(other).into_iter().chain([item]))
    }

    /// The way to the property from the resource, `/` between the steps.
    pub(super) fn path_to(&self, has_more: bool) -> String {
        let is_option = self.resource.starts_with("AWS::ElasticBeanstalk");
        let index = usize::from(has_more && !is_option);
        self.path.replace("[]", &format!("/{index}")).replace('.', "/")
    }
}
