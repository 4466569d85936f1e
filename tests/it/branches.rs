//! Conditions inside other functions: each branch is analysed.

use cfn_ipfix::model::NoFix;

use super::reason::reason;
use super::shared::{no_fix, report};

/// Returns a template with an instance whose profile is `value`.
///
/// The template has a role `R` and its profile `P`.
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
fn changes_only_the_branch_with_the_role() {
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

/// Replacing the whole value would remove the other branch.
#[test]
fn does_not_replace_a_whole_value_with_branches() {
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
        let is_expected = reason!(NoFix::OtherBranches);
        assert!(no_fix(finding).is_some_and(is_expected), "{value}");
    }
}

/// The partition and the account do not change which role is meant.
#[test]
fn fixes_a_role_arn_with_branches_before_the_name() {
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

/// A condition has the same value everywhere in a template.
#[test]
fn does_not_combine_branches_that_exclude_each_other() {
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
        let findings_of_rule = report.findings.iter().filter(|one| one.rule.code == "IPF002");
        assert_eq!(findings_of_rule.count(), findings, "{value} {:?}", report.findings);
    }
}

/// Each condition doubles the number of possible values.
#[test]
fn ignores_a_value_with_too_many_branches() {
    let parts: Vec<_> = (0..64).map(|number| format!("!If [C{number}, !Ref R, '']")).collect();
    let report = report(&instance(&format!("!Join ['', [{}]]", parts.join(", "))));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}
