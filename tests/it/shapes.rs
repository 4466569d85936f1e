//! Tests of values in the wrong shape: how they are fixed, and why some have no fix.

use cfn_ipfix::model::NoFix;
use cfn_ipfix::model::Takes;
use cfn_ipfix::text::EditObstacle;

use super::reason::{Reason, reason};
use super::shared::{fixed, no_fix, report};

const INSTANCE: (&str, &str) = ("AWS::EC2::Instance", "      ");
const TEMPLATE: (&str, &str) = ("AWS::EC2::LaunchTemplate", "      LaunchTemplateData:\n        ");
const FLEET: (&str, &str) = (
    "AWS::EC2::SpotFleet",
    "      SpotFleetRequestConfigData:\n        LaunchSpecifications:\n          - KeyName: key\n            ",
);
const STACK: (&str, &str) = ("AWS::OpsWorks::Stack", "      ");
const PROFILE: (&str, &str) = ("AWS::IAM::InstanceProfile", "      ");

/// Returns a template with a property of the resource `S`.
///
/// All lines of the property except the first must be indented already.
fn template((resource_type, lead): (&str, &str), property: &str) -> String {
    format!(
        "\
Parameters:
  Given: {{Type: String}}
Resources:
  S:
    Type: {resource_type}
    Properties:
{lead}{property}
  P:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref R]
  R:
    Type: AWS::IAM::Role
"
    )
}

#[test]
fn removes_an_extra_collection() {
    for (context, before, after) in [
        (INSTANCE, "IamInstanceProfile: [Ref: P]", "IamInstanceProfile: {Ref: P}"),
        (
            INSTANCE,
            "IamInstanceProfile:\n      -\n        Ref: P",
            "IamInstanceProfile:\n        Ref: P",
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n        -\n          Ref: P",
            "IamInstanceProfile:\n        Ref: P",
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n        -   Ref: P",
            "IamInstanceProfile:\n        Ref: P",
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n      -   Ref: P",
            "IamInstanceProfile:\n        Ref: P",
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n        - Fn::GetAtt:\n            - R\n            - Arn",
            "IamInstanceProfile:\n        Ref: P",
        ),
        (
            STACK,
            "DefaultInstanceProfileArn:\n        - Fn::GetAtt:\n            - P\n            - Arn",
            "DefaultInstanceProfileArn:\n        Fn::GetAtt:\n          - P\n          - Arn",
        ),
        (
            STACK,
            "DefaultInstanceProfileArn:\n        - !GetAtt\n          - P\n          - Arn",
            "DefaultInstanceProfileArn: !GetAtt\n        - P\n        - Arn",
        ),
        (
            STACK,
            "DefaultInstanceProfileArn:\n      - !GetAtt\n        - P\n        - Arn",
            "DefaultInstanceProfileArn: !GetAtt\n      - P\n      - Arn",
        ),
        (
            STACK,
            "DefaultInstanceProfileArn:\n          Arn: !GetAtt\n            - P\n            - Arn",
            "DefaultInstanceProfileArn: !GetAtt\n        - P\n        - Arn",
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n        Fn::If:\n          - C\n          - Name:\n              Ref: P\n          - - Ref: P",
            "IamInstanceProfile:\n        Fn::If:\n          - C\n          - Ref: P\n          - Ref: P",
        ),
        // The value itself is fixed too.
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
            "IamInstanceProfile: !Ref P",
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: 'arn:aws:iam::123456789012:instance-profile/web'}",
            "IamInstanceProfile: 'web'",
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Name: !If [C, !Ref R, !Ref Given]}",
            "IamInstanceProfile: !If [C, !Ref P, !Ref Given]",
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {name: !Ref R}",
            "IamInstanceProfile: !Ref P",
        ),
        (
            STACK,
            "DefaultInstanceProfileArn: {Name: !Ref R}",
            "DefaultInstanceProfileArn: !GetAtt P.Arn",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: [!Ref R]",
            "IamInstanceProfile:\n          Name: !Ref P",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: [{Name: !Ref R}]",
            "IamInstanceProfile: {Name: !Ref P}",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile:\n          - Name: !Ref R",
            "IamInstanceProfile:\n          Name: !Ref P",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile:\n          - !Ref R",
            "IamInstanceProfile:\n          Name: !Ref P",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: {Name: {Name: !Ref R}}",
            "IamInstanceProfile: {Name: !Ref P}",
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: !Ref R}",
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !GetAtt P.Arn, Name: !Ref P}",
            "IamInstanceProfile: !Ref P",
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n        Name: !Ref R\n        Arn: !GetAtt R.Arn",
            "IamInstanceProfile: !Ref P",
        ),
        (
            STACK,
            "DefaultInstanceProfileArn: {Arn: !GetAtt P.Arn, Name: !Ref P}",
            "DefaultInstanceProfileArn: !GetAtt P.Arn",
        ),
    ] {
        assert_eq!(fixed(&template(context, before)), template(context, after), "{before}");
    }
}

#[test]
fn removes_one_of_two_profiles_with_one_role() {
    let with_two = |context, property, role| {
        let other = format!("  Q: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [{role}]}}}}\n");
        template(context, property) + &other
    };
    for (context, before, after) in [
        (
            TEMPLATE,
            "IamInstanceProfile: {Name: !Ref P, Arn: !GetAtt Q.Arn}",
            "IamInstanceProfile: {Name: !Ref P}",
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: !Ref P, Arn: !GetAtt Q.Arn}",
            "IamInstanceProfile: {Arn: !GetAtt Q.Arn}",
        ),
    ] {
        let fixed = fixed(&with_two(context, before, "!Ref R"));
        assert_eq!(fixed, with_two(context, after, "!Ref R"), "{before}");
        let of_others = report(&with_two(context, before, "other"));
        assert_eq!(no_fix(&of_others.findings[0]), Some(&NoFix::UnknownProfile), "{before}");
    }
}

/// Only a profile of the template has a known ARN.
#[test]
fn gives_the_arn_of_a_profile_that_a_string_names() {
    let named = |context, property| {
        let profile = "    Type: AWS::IAM::InstanceProfile\n    Properties:\n";
        template(context, property).replace(profile, &format!("{profile}      InstanceProfileName: web\n"))
    };
    for (context, before, after) in [
        (
            STACK,
            "DefaultInstanceProfileArn: {Name: web}",
            "DefaultInstanceProfileArn: !GetAtt P.Arn",
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: web}",
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
        ),
        (
            FLEET,
            "IamInstanceProfile: web",
            "IamInstanceProfile:\n              Arn: !GetAtt P.Arn",
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: !If [C, web, !Ref R]}",
            "IamInstanceProfile: {Arn: !If [C, !GetAtt P.Arn, !GetAtt P.Arn]}",
        ),
    ] {
        assert_eq!(fixed(&named(context, before)), named(context, after), "{before}");
    }
    let of_another = report(&named(FLEET, "IamInstanceProfile: {Name: !If [C, web, other]}"));
    assert_eq!(no_fix(&of_another.findings[0]), Some(&NoFix::UnknownPath));
}

#[test]
fn keeps_a_shape_if_the_right_value_is_unknown() {
    let cases: [((&str, &str), &str, Reason); 18] = [
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !Ref Given}",
            reason!(NoFix::WrongKey { takes: Takes::Name, .. }),
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !ImportValue x}",
            reason!(NoFix::WrongKey { takes: Takes::Name, .. }),
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !If [C, !Ref P, !ImportValue x]}",
            reason!(NoFix::WrongKey { takes: Takes::Name, .. }),
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Name: !Ref P, Arn: !ImportValue x}",
            reason!(NoFix::UnknownProfile),
        ),
        (
            STACK,
            "DefaultInstanceProfileArn: {Name: !Ref Given}",
            reason!(NoFix::WrongKey { takes: Takes::Arn, .. }),
        ),
        (
            STACK,
            "DefaultInstanceProfileArn: {Name: web}",
            reason!(NoFix::UnknownPath),
        ),
        (FLEET, "IamInstanceProfile: {Name: web}", reason!(NoFix::UnknownPath)),
        (
            FLEET,
            "IamInstanceProfile: {Name: !If [C, !Ref P, !Ref AWS::NoValue], Arn: !GetAtt P.Arn}",
            reason!(NoFix::UnknownProfile),
        ),
        (
            FLEET,
            "IamInstanceProfile: !Ref Given",
            reason!(NoFix::UnknownNameOrArn(_)),
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: !Ref Given}",
            reason!(NoFix::WrongKey { takes: Takes::Arn, .. }),
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: [!Ref Given]",
            reason!(NoFix::UnknownNameOrArn(_)),
        ),
        (
            INSTANCE,
            "IamInstanceProfile:\n      - # why\n        Ref: P",
            reason!(NoFix::CannotEdit(EditObstacle::CannotUnwrap)),
        ),
        (
            INSTANCE,
            "KeyName: &o {Name: !Ref P}\n      IamInstanceProfile: *o",
            reason!(NoFix::CannotEdit(EditObstacle::Alias)),
        ),
        (
            PROFILE,
            "Roles: |\n        R",
            reason!(NoFix::CannotEdit(EditObstacle::Multiline)),
        ),
        (
            TEMPLATE,
            "? IamInstanceProfile\n        : !Ref P",
            reason!(NoFix::CannotEdit(EditObstacle::UnusualNotation)),
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: !Ref # why\n          { Fn::Sub: P }",
            reason!(NoFix::CannotEdit(EditObstacle::Comment)),
        ),
        (PROFILE, "Role: !Ref Given", reason!(NoFix::UnknownRole)),
        (
            TEMPLATE,
            "IamInstanceProfile:\n          Name: !Ref P\n          # why\n          Arn: !GetAtt P.Arn",
            reason!(NoFix::CannotEdit(EditObstacle::CannotUnwrap)),
        ),
    ];
    for (context, property, is_expected) in cases {
        let report = report(&template(context, property));
        let [finding] = report.findings.as_slice() else {
            panic!("{property}: {:?}", report.findings)
        };
        assert!(no_fix(finding).is_some_and(is_expected), "{property}: {finding:?}");
        assert_eq!(report.fixed(), None, "{property}");
    }
}

/// New entries are written in the style of the template.
#[test]
fn adds_a_missing_collection() {
    for (context, before, after) in [
        (
            TEMPLATE,
            "IamInstanceProfile:\n          Fn::If:\n            - C\n            - Ref: P\n            - Fn::GetAtt: [P, Arn]",
            "IamInstanceProfile:\n          Fn::If:\n            - C\n            - Name:\n                Ref: P\n            - Arn:\n                Fn::GetAtt: [P, Arn]",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: !If\n        - C\n        - !GetAtt\n          - P\n          - Arn\n        - !Ref AWS::NoValue",
            "IamInstanceProfile: !If\n        - C\n        - Arn: !GetAtt\n            - P\n            - Arn\n        - !Ref AWS::NoValue",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: !If [C, Ref: P, {Ref: P}]",
            "IamInstanceProfile: !If [C, {Name: {Ref: P}}, {Name: {Ref: P}}]",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: {Name: !GetAtt R.Arn, Arn: !GetAtt R.Arn}",
            "IamInstanceProfile: {Name: !Ref P}",
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: !If [C, !Ref R, !Ref AWS::NoValue]}",
            "IamInstanceProfile: {Arn: !If [C, !GetAtt P.Arn, !Ref AWS::NoValue]}",
        ),
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !If [C, !GetAtt P.Arn, !Ref AWS::NoValue]}",
            "IamInstanceProfile: !If [C, !Ref P, !Ref AWS::NoValue]",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile: [!If [C, !Ref P, !Ref AWS::NoValue]]",
            "IamInstanceProfile: !If [C, {Name: !Ref P}, !Ref AWS::NoValue]",
        ),
        (PROFILE, "Role: !Ref R", "Roles: [!Ref R]"),
        (PROFILE, "Role: [!GetAtt R.Arn]", "Roles: [!Ref R]"),
    ] {
        assert_eq!(fixed(&template(context, before)), template(context, after), "{before}");
    }
}

/// The entry that the property prefers is kept, if it can be fixed.
#[test]
fn keeps_either_the_name_or_the_arn() {
    for (context, before, after) in [
        (
            FLEET,
            "IamInstanceProfile: {Name: !Ref P, Arn: !GetAtt P.Arn}",
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
        ),
        (
            FLEET,
            "IamInstanceProfile: {Arn: !GetAtt R.Arn, Name: !Ref R}",
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
        ),
        // The ARN is right already.
        (
            FLEET,
            "IamInstanceProfile: {Name: !Ref R, Arn: !GetAtt P.Arn}",
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
        ),
        (
            FLEET,
            "IamInstanceProfile:\n              Name: !Sub >-\n                ${R}\n              Arn: !GetAtt R.Arn",
            "IamInstanceProfile:\n              Arn: !GetAtt P.Arn",
        ),
        (
            FLEET,
            "IamInstanceProfile:\n              Name: !Ref R\n              Arn: !Sub >-\n                ${R.Arn}",
            "IamInstanceProfile:\n              Arn: !GetAtt P.Arn",
        ),
        (
            FLEET,
            "IamInstanceProfile:\n              Name: !Ref P\n              Arn: !Sub >-\n                ${P.Arn}",
            "IamInstanceProfile:\n              Arn: !Sub >-\n                ${P.Arn}",
        ),
        (
            FLEET,
            "IamInstanceProfile:\n              Name: !Ref P\n              ? Arn\n              : !GetAtt P.Arn",
            "IamInstanceProfile:\n              ? Arn\n              : !GetAtt P.Arn",
        ),
        // The comment above the name is kept.
        (
            FLEET,
            "IamInstanceProfile:\n              # why\n              Name: !Ref P\n              Arn: !GetAtt P.Arn",
            "IamInstanceProfile:\n              # why\n              Arn: !GetAtt P.Arn",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile:\n          Name: !Ref R\n          Arn: !Sub >-\n            ${R.Arn}",
            "IamInstanceProfile:\n          Name: !Ref P",
        ),
        (
            TEMPLATE,
            "IamInstanceProfile:\n          Name: !Sub >-\n            ${R}\n          Arn: !GetAtt R.Arn",
            "IamInstanceProfile:\n          Arn: !GetAtt P.Arn",
        ),
    ] {
        assert_eq!(fixed(&template(context, before)), template(context, after), "{before}");
    }
}

#[test]
fn keeps_a_profile_in_place_of_a_role_if_its_role_is_unknown() {
    for roles in ["[!Ref Given]", "[web]", "[!Ref R, !Ref Q]"] {
        let template = format!(
            "\
Resources:
  F: {{Type: 'AWS::Lambda::Function', Properties: {{Role: !GetAtt P.Arn}}}}
  O: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: [!Ref P]}}}}
  P: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: {roles}}}}}
  Q: {{Type: 'AWS::IAM::Role'}}
  R: {{Type: 'AWS::IAM::Role'}}
"
        );
        let report = report(&template);
        let findings = report.findings.iter().filter(|finding| finding.rule.code == "IPF006");
        let found: Vec<_> = findings
            .map(|finding| (finding.resource.as_deref(), no_fix(finding)))
            .collect();
        let why = NoFix::UnknownRoleOfProfile("P".to_owned());
        assert_eq!(found, ["F", "O"].map(|resource| (Some(resource), Some(&why))));
    }
}

/// All findings are reported at once, not only after the shape is fixed.
#[test]
fn reports_the_shape_and_the_value_together() {
    for (context, property, codes) in [
        (INSTANCE, "IamInstanceProfile: {Name: !Ref R}", vec!["IPF003", "IPF001"]),
        (INSTANCE, "IamInstanceProfile: {Name: !Ref P}", vec!["IPF003"]),
        (
            INSTANCE,
            "IamInstanceProfile: {Arn: !GetAtt P.Arn}",
            vec!["IPF003", "IPF002"],
        ),
        (
            INSTANCE,
            "IamInstanceProfile: [!If [C, !Ref R, !Ref P]]",
            vec!["IPF003", "IPF001"],
        ),
        (TEMPLATE, "IamInstanceProfile: [!Ref R]", vec!["IPF003", "IPF001"]),
        (
            TEMPLATE,
            "IamInstanceProfile: [{Name: !Ref R}]",
            vec!["IPF003", "IPF001"],
        ),
        (FLEET, "IamInstanceProfile: {Name: !Ref R}", vec!["IPF003", "IPF001"]),
        (FLEET, "IamInstanceProfile: {Name: !Ref P}", vec!["IPF003", "IPF002"]),
        // Only one of the two exists in each case.
        (
            TEMPLATE,
            "IamInstanceProfile: {Name: !If [C, !Ref P, !Ref AWS::NoValue], Arn: !If [C, !Ref AWS::NoValue, !Ref Given]}",
            vec![],
        ),
        (
            FLEET,
            "IamInstanceProfile: {Name: !Ref AWS::NoValue, Arn: !GetAtt P.Arn}",
            vec![],
        ),
        // Two miscased keys for one property, and a miscased `Roles`.
        (
            INSTANCE,
            "IAMInstanceProfile: !Ref P\n      iamInstanceProfile: !Ref P",
            vec!["IPF010", "IPF010"],
        ),
        (PROFILE, "roles: [!Ref R]", vec!["IPF010"]),
    ] {
        let report = report(&template(context, property));
        let found: Vec<_> = report.findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!(found, codes, "{property}");
    }
}
