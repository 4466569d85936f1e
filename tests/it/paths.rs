//! Tests of properties that take a name or an ARN: roles and profiles with a path are referred to by their ARN.

use cfn_ipfix::check;

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

#[test]
fn a_profile_with_a_path_is_referred_to_by_its_arn() {
    for property in PROFILES {
        for (given, expected) in [
            // A reference to the role, its name as a string, and a reference without its function.
            ("!Ref R", "!GetAtt P.Arn"),
            ("!GetAtt R.Arn", "!GetAtt P.Arn"),
            ("web", "!GetAtt P.Arn"),
            ("P", "!GetAtt P.Arn"),
            ("R", "!GetAtt P.Arn"),
            // It is right, or works by chance.
            ("!Ref P", "!Ref P"),
        ] {
            assert_fixed(property, "/team/", given, expected);
            assert_fixed(property, "!Sub '/${AWS::Region}/'", given, expected);
        }
        for (given, expected) in [
            ("!Ref R", "!Ref P"),
            ("!GetAtt R.Arn", "!GetAtt P.Arn"),
            ("web", "!Ref P"),
            ("P", "!Ref P"),
        ] {
            assert_fixed(property, "/", given, expected);
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

/// A new profile has the path of its role.
#[test]
fn a_new_profile_with_a_path_is_referred_to_by_its_arn() {
    let template = "\
Resources:
  S: {Type: AWS::EMR::Cluster, Properties: {JobFlowRole: !Ref R}}
  R:
    Type: AWS::IAM::Role
    Properties: {Path: /team/}
";
    let report = check(template, &with_unsafe_fixes()).unwrap();
    let fixed = report.fixed().unwrap();
    assert!(fixed.contains("JobFlowRole: !GetAtt RInstanceProfile.Arn"), "{fixed}");
}
