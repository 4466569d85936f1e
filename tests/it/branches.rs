//! Conditions inside other functions: each branch is looked at.

use cfn_ipfix::model::NoFix;

use super::reason::reason;
use super::shared::{report, withheld};

/// A template with an instance whose profile is `value`, a role `R`, and a profile `P` that holds it.
fn instance(value: &str) -> String {
    format!(
        "\
Transform: AWS::LanguageExtensions
Parameters: {{Env: {{Type: String}}}}
Mappings: {{Names: {{a: {{name: some}}}}}}
Conditions: {{Prod: !Equals [!Ref Env, prod], Test: !Equals [!Ref Env, test]}}
Resources:
  S:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: {value}
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
fn a_role_in_a_branch_is_found_and_the_branch_alone_changes() {
    for (before, after) in [
        (
            "!Sub ['${X}', {X: !If [Prod, !Ref R, other]}]",
            "!Sub ['${X}', {X: !If [Prod, !Ref P, other]}]",
        ),
        (
            "!Sub ['${X}', {X: !If [Prod, other, !Sub '${R}']}]",
            "!Sub ['${X}', {X: !If [Prod, other, !Sub '${P}']}]",
        ),
        (
            "{'Fn::Join': ['', [{'Fn::If': [Prod, {Ref: R}, other]}]]}",
            "{'Fn::Join': ['', [{'Fn::If': [Prod, {Ref: P}, other]}]]}",
        ),
        (
            "!Select [0, !If [Prod, [!GetAtt R.Arn], [x]]]",
            "!Select [0, !If [Prod, [!Ref P], [x]]]",
        ),
        (
            "!Select [0, [!If [Prod, !If [Test, !Ref R, x], !Ref P]]]",
            "!Select [0, [!If [Prod, !If [Test, !Ref P, x], !Ref P]]]",
        ),
        (
            "!FindInMap [Names, !Ref Env, name, {DefaultValue: !Ref R}]",
            "!FindInMap [Names, !Ref Env, name, {DefaultValue: !Ref P}]",
        ),
        (
            "!Sub ['${X}', {X: !If [Prod, !Ref R, !GetAtt R.Arn]}]",
            "!Sub ['${X}', {X: !If [Prod, !Ref P, !Ref P]}]",
        ),
    ] {
        assert_eq!(
            report(&instance(before)).fixed(),
            Some(instance(after).as_str()),
            "{before}"
        );
    }
}

/// The other branch would be lost.
#[test]
fn a_value_with_branches_is_not_replaced_as_a_whole() {
    for value in [
        "!Sub ['arn:aws:iam::123456789012:role/${X}', {X: !If [Prod, !Ref R, other]}]",
        "!Select [1, !Split ['/', !If [Prod, !GetAtt R.Arn, 'a/b']]]",
    ] {
        let report = report(&instance(value));
        let [finding] = report
            .findings
            .iter()
            .filter(|one| one.rule.code == "IPF001")
            .collect::<Vec<_>>()[..]
        else {
            panic!("{value}: {:?}", report.findings)
        };
        let is_expected = reason!(NoFix::Branch);
        assert!(withheld(finding).is_some_and(is_expected), "{value}");
    }
}

/// The partition, or the account, makes no difference.
#[test]
fn a_branch_beside_the_role_is_not_another_value() {
    for (before, after) in [
        (
            "!Join ['', ['arn:', !If [Prod, aws-cn, aws], ':iam::123456789012:role/', !Ref R]]",
            "!Ref P",
        ),
        (
            "!Sub ['arn:aws:iam::${A}:role/${R}', {A: !If [Prod, !Ref Env, '123456789012']}]",
            "!Ref P",
        ),
    ] {
        let report = report(&instance(before));
        assert_eq!(report.findings.len(), 1, "{before}: {:?}", report.findings);
        assert_eq!(report.fixed(), Some(instance(after).as_str()), "{before}");
    }
}

/// A condition has one value, wherever it is asked.
#[test]
fn branches_that_exclude_each_other_are_not_combined() {
    let role = "'arn:aws:iam::123456789012:role/'";
    let profile = "'arn:aws:iam::123456789012:instance-profile/'";
    for (conditions, findings) in [(["Prod", "Prod"], 0), (["Prod", "Test"], 1)] {
        let [first, second] = conditions;
        let value = format!("!Join ['', [!If [{first}, {profile}, {role}], !If [{second}, !Ref P, x]]]");
        let launch = instance("x").replace(
            "IamInstanceProfile: x",
            &format!("LaunchTemplateData: {{IamInstanceProfile: {{Arn: {value}}}}}"),
        );
        let report = report(&launch.replace("EC2::Instance\n", "EC2::LaunchTemplate\n"));
        let found = report.findings.iter().filter(|one| one.rule.code == "IPF002");
        assert_eq!(found.count(), findings, "{value} {:?}", report.findings);
    }
}

/// Each condition doubles the readings.
#[test]
fn a_value_with_many_branches_is_not_known() {
    let parts: Vec<_> = (0..64).map(|number| format!("!If [C{number}, !Ref R, '']")).collect();
    let report = report(&instance(&format!("!Join ['', [{}]]", parts.join(", "))));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}
