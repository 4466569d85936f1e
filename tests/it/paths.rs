//! Tests of properties that take a name or an ARN: only roles with a path are always referred to by their ARN.

use cfn_ipfix::model::OnUpdate;
use cfn_ipfix::{Options, check};

use super::shared::with_unsafe_fixes;

/// Properties that take the name or the ARN of a profile.
const PROFILES: [(&str, &str); 4] = [
    ("AWS::AutoScaling::LaunchConfiguration", "IamInstanceProfile: ?"),
    ("AWS::Batch::ComputeEnvironment", "ComputeResources: {InstanceRole: ?}"),
    ("AWS::EMR::Cluster", "JobFlowRole: ?"),
    (
        "AWS::ElasticBeanstalk::Environment",
        "OptionSettings: [{Namespace: 'aws:autoscaling:launchconfiguration', OptionName: IamInstanceProfile, Value: ?}]",
    ),
];

/// Properties that take the name or the ARN of a role.
const ROLES: [(&str, &str); 7] = [
    ("AWS::Batch::ComputeEnvironment", "ServiceRole: ?"),
    ("AWS::CodeBuild::Project", "ServiceRole: ?"),
    ("AWS::ECS::Service", "Role: ?"),
    ("AWS::EMR::Cluster", "AutoScalingRole: ?"),
    ("AWS::EMR::Cluster", "ServiceRole: ?"),
    ("AWS::Glue::Job", "Role: ?"),
    ("AWS::ImageBuilder::Image", "ExecutionRole: ?"),
];

/// Asserts the result of all fixes, of a template with a role `R` and its profile `P` with this path.
fn assert_fixed((resource_type, property): (&str, &str), path: &str, given: &str, expected: &str) {
    let of = |value: &str| {
        format!(
            "\
Resources:
  S: {{Type: '{resource_type}', Properties: {{{}}}}}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Path: {path}, Roles: [!Ref R]}}}}
  R: {{Type: AWS::IAM::Role, Properties: {{Path: {path}, RoleName: web}}}}
",
            property.replace('?', value)
        )
    };
    let report = check(&of(given), &with_unsafe_fixes()).unwrap();
    assert_eq!(report.fixed().unwrap_or(&of(given)), of(expected));
}

/// The name of a profile is unique in its account, whatever its path.
#[test]
fn a_profile_is_referred_to_in_the_form_that_was_written() {
    for property in PROFILES {
        for path in ["/", "/team/", "!Sub '/${AWS::Region}/'"] {
            for (given, expected) in [
                ("!Ref R", "!Ref P"),
                ("!GetAtt R.Arn", "!GetAtt P.Arn"),
                // It works by chance.
                ("!Ref P", "!Ref P"),
                // The name of the role as a string, and a reference without its function.
                ("web", "!Ref P"),
                ("P", "!Ref P"),
                ("R", "!Ref P"),
            ] {
                assert_fixed(property, path, given, expected);
            }
        }
    }
}

#[test]
fn a_role_with_a_path_is_referred_to_by_its_arn() {
    for property in ROLES {
        for (path, given, expected) in [
            ("/team/", "!Ref P", "!GetAtt R.Arn"),
            ("/team/", "!GetAtt P.Arn", "!GetAtt R.Arn"),
            ("!Sub '/${AWS::Region}/'", "!Ref P", "!GetAtt R.Arn"),
            ("/", "!Ref P", "!Ref R"),
            ("/", "!GetAtt P.Arn", "!GetAtt R.Arn"),
        ] {
            assert_fixed(property, path, given, expected);
        }
    }
}

/// An update does not replace the resource then, as its value stays the same.
#[test]
fn a_name_that_works_by_chance_stays() {
    for (resource_type, property) in PROFILES {
        let template = format!(
            "\
Resources:
  S: {{Type: '{resource_type}', Properties: {{{}}}}}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{InstanceProfileName: web, Path: /team/, Roles: [!Ref R]}}}}
  R: {{Type: AWS::IAM::Role, Properties: {{RoleName: web}}}}
",
            property.replace('?', "!Ref R")
        );
        let report = check(&template, &Options::default()).unwrap();
        let fixed = report.fixed().unwrap();
        assert_eq!(
            fixed,
            template.replace(&property.replace('?', "!Ref R"), &property.replace('?', "!Ref P"))
        );
        assert_eq!(report.findings[0].on_update, OnUpdate::SameValue);
    }
}

#[test]
fn a_new_profile_has_the_path_of_its_role_and_keeps_the_form() {
    let template = "\
Resources:
  S: {Type: AWS::EMR::Cluster, Properties: {JobFlowRole: !Ref R}}
  R:
    Type: AWS::IAM::Role
    Properties: {Path: /team/}
";
    let report = check(template, &Options::default()).unwrap();
    let fixed = report.fixed().unwrap();
    assert!(fixed.contains("JobFlowRole: !Ref RInstanceProfile"), "{fixed}");
    assert_eq!(fixed.matches("Path: /team/").count(), 2, "{fixed}");
}
