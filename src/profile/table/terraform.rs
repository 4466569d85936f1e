use super::{BATCH, BEANSTALK, EC2_ARN, EC2_NAME, EMR, IMAGE_BUILDER, LAUNCH_CONFIGURATION, row, with_rule};
use crate::model::{NamingRule, OnUpdate, Property, Takes};
use crate::profile::{AWSCC_PROFILE, TERRAFORM_PROFILE};

use OnUpdate::{Conditional, InPlace, NoInterruption, Replacement};
use Takes::{Arn, Either, Name};

const LAUNCH_OPTION: &str = "setting[namespace=aws:autoscaling:launchconfiguration,name=IamInstanceProfile].value";

/// The arguments of the provider `aws` that take an instance profile.
///
/// A row follows its source: files are of the repository `hashicorp/terraform-provider-aws`, and "docs" is the page of
/// the resource (<https://registry.terraform.io/providers/hashicorp/aws/latest/docs>). If the comment says nothing of
/// updates, the argument is not `ForceNew` there.
///
/// In a path, a key is an argument or a block; `[]` follows blocks that can be repeated.
///
/// Similar names that take a role or another value are not listed: `instance_role_arn` of `aws_apprunner_service` and
/// `aws_gamelift_fleet`, filters of `aws_securityhub_insight`, everything of `aws_devicefarm_instance_profile`.
#[rustfmt::skip] // a line each
pub static TERRAFORM: &[Property] = &[
    // Docs: "Specified as the name of the Instance Profile". The provider associates another profile.
    row("aws_instance", "iam_instance_profile", Name, NoInterruption, EC2_NAME),
    // internal/service/ec2/ec2_spot_instance_request.go: the argument of `aws_instance`; only tags can be changed.
    row("aws_spot_instance_request", "iam_instance_profile", Name, Replacement, EC2_NAME),
    // Docs: the name, or the ARN, which "Conflicts with `name`". A change creates a version.
    row("aws_launch_template", "iam_instance_profile.name", Name, NoInterruption, EC2_NAME),
    row("aws_launch_template", "iam_instance_profile.arn", Arn, NoInterruption, EC2_ARN),
    // API, CreateLaunchConfiguration: "The name or the Amazon Resource Name (ARN)". A configuration is never changed.
    row("aws_launch_configuration", "iam_instance_profile", Either, Replacement, LAUNCH_CONFIGURATION),
    // internal/service/ec2/ec2_spot_fleet_request.go: the argument `…_arn` is validated as an ARN; `ForceNew`.
    row("aws_spot_fleet_request", "launch_specification[].iam_instance_profile", Name, Replacement, EC2_NAME),
    row("aws_spot_fleet_request", "launch_specification[].iam_instance_profile_arn", Arn, Replacement, EC2_ARN),
    // internal/service/batch/compute_environment.go: validated as an ARN, though AWS also takes a name; replaced, unless
    // the environment has the service-linked role and an allocation strategy that AWS can update.
    row("aws_batch_compute_environment", "compute_resources.instance_role", Arn, Conditional, BATCH),
    // Docs: "Instance Profile for EC2 instances of the cluster", given an ARN in the examples; the API takes a name.
    row("aws_emr_cluster", "ec2_attributes.instance_profile", Either, Replacement, EMR),
    // internal/service/datapipeline/pipeline_definition.go: `ForceNew`. Data Pipeline guide, "IAM roles".
    row("aws_datapipeline_pipeline_definition", "pipeline_object[].field[key=resourceRole].string_value", Name, Replacement, None),
    // Elastic Beanstalk guide, "General options": "Instance profile name or ARN".
    row("aws_elastic_beanstalk_environment", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    row("aws_elastic_beanstalk_configuration_template", LAUNCH_OPTION, Either, InPlace, BEANSTALK),
    // Docs: "Name of IAM Instance Profile".
    row("aws_imagebuilder_infrastructure_configuration", "instance_profile_name", Name, InPlace, IMAGE_BUILDER),
    // internal/service/rds/instance.go and cluster_instance.go: a pattern of names; `ForceNew`.
    with_rule(NamingRule::RdsCustom, row("aws_db_instance", "custom_iam_instance_profile", Name, Replacement, None)),
    with_rule(NamingRule::RdsCustom, row("aws_rds_cluster_instance", "custom_iam_instance_profile", Name, Replacement, None)),
    // internal/service/ecs/capacity_provider.go: validated as an ARN. Since version 6.
    with_rule(NamingRule::EcsManaged, row("aws_ecs_capacity_provider", "managed_instances_provider.instance_launch_template.ec2_instance_profile_arn", Arn, InPlace, None)),
    // Docs: "The ARN of an IAM Instance Profile". Until version 5.
    row("aws_opsworks_stack", "default_instance_profile_arn", Arn, InPlace, None),
    // Docs: "The ARN of an IAM profile that will be used for the instances". Until version 5.
    row("aws_opsworks_custom_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_ecs_cluster_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_ganglia_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_haproxy_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_java_app_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_memcached_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_mysql_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_nodejs_app_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_php_app_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_rails_app_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    row("aws_opsworks_static_web_layer", "custom_instance_profile_arn", Arn, InPlace, None),
    // internal/service/opsworks/instance.go. Until version 5.
    row("aws_opsworks_instance", "instance_profile_arn", Arn, InPlace, None),
];

/// The argument with the role of a Terraform profile.
///
/// It takes a single role, unlike [`ROLES`](super::ROLES).
pub static TERRAFORM_ROLE_OF_PROFILE: Property = row(TERRAFORM_PROFILE, "role", Name, InPlace, None);

/// An item of the property with the roles of a profile of the provider `awscc`.
pub static AWSCC_ROLE_OF_PROFILE: Property = row(AWSCC_PROFILE, "roles[]", Name, NoInterruption, None);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_argument_has_one_row() {
        let mut seen = HashSet::new();
        for row in TERRAFORM {
            assert!(row.resource.starts_with("aws_"), "{row:?}");
            assert!(seen.insert((row.resource, row.path)), "{row:?}");
        }
    }

    #[test]
    fn an_object_is_the_block_with_name_and_arn() {
        let with_object: Vec<_> = TERRAFORM.iter().filter(|row| row.object().is_some()).collect();
        let objects: Vec<_> = with_object.iter().map(|row| (row.resource, row.object())).collect();
        assert_eq!(objects, [("aws_launch_template", Some("iam_instance_profile")); 2]);
    }
}
