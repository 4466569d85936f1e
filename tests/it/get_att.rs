//! `Fn::GetAtt` without an attribute: the slot tells what is meant.

use super::shared::report;

/// A template with a role `R`, its profile `P`, and a resource `S` with these properties.
fn template(resource_type: &str, properties: &str) -> String {
    format!(
        "\
Resources:
  S: {{Type: '{resource_type}', Properties: {properties}}}
  P: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: [!Ref R]}}}}
  R: {{Type: 'AWS::IAM::Role'}}
"
    )
}

/// The message of the only finding, its code, and the fixed template.
fn found(template: &str) -> (&'static str, String, Option<String>) {
    let report = report(template);
    let [finding] = &report.findings[..] else {
        panic!("{template}: {:?}", report.findings)
    };
    assert!(report.unchecked.is_empty(), "{template}: {:?}", report.unchecked);
    let error = finding.aws_error.unwrap_or_default();
    assert!(error.contains("every Fn::GetAtt object requires"), "{template}");
    let fixed = report.fixed().map(str::to_owned);
    (finding.rule.code, finding.message.clone(), fixed)
}

#[test]
fn reads_every_spelling() {
    for (before, after) in [
        ("!GetAtt R", "!Ref P"),
        ("!GetAtt 'R'", "!Ref 'P'"),
        ("!GetAtt R.", "!Ref P"),
        ("!GetAtt [R]", "!Ref P"),
        ("!GetAtt [R, '']", "!Ref P"),
        ("{'Fn::GetAtt': R}", "{'Ref': P}"),
        ("{'Fn::GetAtt': [R]}", "{'Ref': P}"),
        (r#"{"Fn::GetAtt": ["R"]}"#, r#"{"Ref": "P"}"#),
        (r#"{"Fn::GetAtt": ["R", ""]}"#, r#"{"Ref": "P"}"#),
        (
            "!If [C, !GetAtt R, !Ref AWS::NoValue]",
            "!If [C, !Ref P, !Ref AWS::NoValue]",
        ),
        ("!Sub ['${X}', {X: !GetAtt R}]", "!Sub ['${X}', {X: !Ref P}]"),
    ] {
        let of = |value: &str| template("AWS::EC2::Instance", &format!("{{IamInstanceProfile: {value}}}"));
        let (code, message, fixed) = found(&of(before));
        assert_eq!(code, "IPF001", "{before}");
        assert_eq!(
            message,
            "`IamInstanceProfile` of `S` refers to the role `R` without an attribute; what is meant is the name of an instance profile",
            "{before}"
        );
        assert_eq!(fixed, Some(of(after)), "{before}");
    }
}

#[test]
fn writes_what_the_slot_takes() {
    const BATCH: &str = "AWS::Batch::ComputeEnvironment";
    const LAUNCH: &str = "AWS::EC2::LaunchTemplate";
    const PROFILE: &str = "AWS::IAM::InstanceProfile";
    for (resource_type, before, code, meant, after) in [
        (
            LAUNCH,
            "{LaunchTemplateData: {IamInstanceProfile: {Arn: !GetAtt R}}}",
            "IPF001",
            "the ARN of an instance profile",
            "{LaunchTemplateData: {IamInstanceProfile: {Arn: !GetAtt P.Arn}}}",
        ),
        (
            BATCH,
            "{ComputeResources: {InstanceRole: !GetAtt [R]}}",
            "IPF001",
            "the name or the ARN of an instance profile",
            "{ComputeResources: {InstanceRole: !GetAtt [P, Arn]}}",
        ),
        (
            "AWS::EC2::Instance",
            "{IamInstanceProfile: !GetAtt P}",
            "IPF002",
            "the name of an instance profile",
            "{IamInstanceProfile: !Ref P}",
        ),
        (
            LAUNCH,
            "{LaunchTemplateData: {IamInstanceProfile: {Arn: {'Fn::GetAtt': ['P']}}}}",
            "IPF002",
            "the ARN of an instance profile",
            "{LaunchTemplateData: {IamInstanceProfile: {Arn: {'Fn::GetAtt': ['P', 'Arn']}}}}",
        ),
        (
            BATCH,
            "{ComputeResources: {InstanceRole: !GetAtt P}}",
            "IPF002",
            "the name or the ARN of an instance profile",
            "{ComputeResources: {InstanceRole: !GetAtt P.Arn}}",
        ),
        (
            PROFILE,
            "{Roles: [!GetAtt R]}",
            "IPF004",
            "the role's name",
            "{Roles: [!Ref R]}",
        ),
        (
            PROFILE,
            "{Roles: [{'Fn::GetAtt': R}]}",
            "IPF004",
            "the role's name",
            "{Roles: [{'Ref': R}]}",
        ),
        (PROFILE, "{Roles: [!GetAtt P]}", "IPF006", "a role", "{Roles: [!Ref R]}"),
        (
            "AWS::Lambda::Function",
            "{Role: !GetAtt P}",
            "IPF006",
            "a role",
            "{Role: !GetAtt R.Arn}",
        ),
    ] {
        let (found_code, message, fixed) = found(&template(resource_type, before));
        assert_eq!(found_code, code, "{before}");
        assert!(
            message.ends_with(&format!("without an attribute; what is meant is {meant}")),
            "{before}: {message}"
        );
        assert_eq!(fixed, Some(template(resource_type, after)), "{before}");
    }
}

/// The profile is known to hold the role, so no second one is added.
#[test]
fn uses_the_profile_that_holds_the_role() {
    let of = |profile: &str, held: &str| {
        format!(
            "\
Resources:
  R: {{Type: 'AWS::IAM::Role'}}
  P: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: [{held}]}}}}
  S: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: {profile}}}}}
"
        )
    };
    for given in ["!GetAtt R", "!Ref R"] {
        let before = of(given, "!GetAtt R");
        assert_eq!(
            report(&before).fixed(),
            Some(of("!Ref P", "!Ref R").as_str()),
            "{given}"
        );
    }
}
