//! Instance profiles where a role is wanted, and where they do no harm.

use cfn_ipfix::Report;
use cfn_ipfix::model::{Finding, NoFix, Severity};

use super::reason::reason;
use super::shared::{report, withheld};

const PROFILE: &str = "  P: {Type: 'AWS::IAM::InstanceProfile', Properties: {InstanceProfileName: web, Roles: [!Ref R]}}\n  R: {Type: 'AWS::IAM::Role'}\n";

/// A template with one resource `S`, the profile `P`, named `web`, and its role `R`.
fn template(resource_type: &str, properties: &str) -> String {
    format!("Resources:\n  S: {{Type: '{resource_type}', Properties: {properties}}}\n{PROFILE}")
}

/// A managed policy with one statement.
fn policy(statement: &str) -> String {
    template(
        "AWS::IAM::ManagedPolicy",
        &format!("{{PolicyDocument: {{Statement: [{statement}]}}}}"),
    )
}

fn found(report: &Report) -> Option<&Finding> {
    match &report.findings[..] {
        [] => None,
        [one] if one.rule.code == "IPF006" => Some(one),
        others => panic!("{others:?}"),
    }
}

#[test]
fn the_arn_of_a_profile_is_not_a_role() {
    for (given, name) in [
        ("arn:aws:iam::123456789012:instance-profile/other", Some("other")),
        ("arn:aws:iam::123456789012:instance-profile/a/b/other", Some("other")),
        (
            "!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/other'",
            Some("other"),
        ),
        (
            "!Join ['/', [!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile', other]]",
            Some("other"),
        ),
        ("!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/${Name}'", None),
        ("!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/${R}'", None),
    ] {
        let report = report(&template("AWS::Lambda::Function", &format!("{{Role: {given}}}")));
        let finding = found(&report).unwrap();
        let whose = match name {
            Some(name) => format!("the ARN of the instance profile `{name}`"),
            None => "the ARN of an instance profile".to_owned(),
        };
        assert_eq!(
            finding.message,
            format!("`Role` of `S` is given {whose}, but takes a role"),
            "{given}"
        );
        let is_expected = match name {
            Some(_) => reason!(NoFix::RoleOfProfile(_)),
            None => reason!(NoFix::ArnUnknown),
        };
        assert!(withheld(finding).is_some_and(is_expected), "{given}");
    }
}

#[test]
fn the_role_of_a_profile_of_this_name_is_used() {
    let of = |value: &str| template("AWS::Lambda::Function", &format!("{{Role: {value}}}"));
    for given in [
        "arn:aws:iam::123456789012:instance-profile/web",
        "!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/web'",
    ] {
        assert_eq!(
            report(&of(given)).fixed(),
            Some(of("!GetAtt R.Arn").as_str()),
            "{given}"
        );
    }
}

#[test]
fn a_principal_is_a_role() {
    for (resource_type, property) in [
        ("AWS::S3::BucketPolicy", "PolicyDocument"),
        ("AWS::KMS::Key", "KeyPolicy"),
        ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    ] {
        let of = |principal: &str| {
            template(
                resource_type,
                &format!("{{{property}: {{Statement: {{Effect: Allow, Principal: {principal}, Action: '*'}}}}}}"),
            )
        };
        for (before, after) in [
            ("{AWS: !GetAtt P.Arn}", "{AWS: !GetAtt R.Arn}"),
            (
                "{AWS: ['123456789012', !GetAtt P.Arn]}",
                "{AWS: ['123456789012', !GetAtt R.Arn]}",
            ),
            (
                "{AWS: !If [C, !GetAtt P.Arn, !Ref AWS::AccountId]}",
                "{AWS: !If [C, !GetAtt R.Arn, !Ref AWS::AccountId]}",
            ),
        ] {
            assert_eq!(
                report(&of(before)).fixed(),
                Some(of(after).as_str()),
                "{resource_type} {before}"
            );
        }
        for principal in ["'*'", "{Service: ec2.amazonaws.com}", "{AWS: !GetAtt R.Arn}"] {
            let report = report(&of(principal));
            assert!(
                report.findings.iter().all(|one| one.rule.code != "IPF006"),
                "{principal}"
            );
        }
    }
}

#[test]
fn a_role_to_be_passed_is_found_in_each_branch() {
    let of = |id: &str, attribute: &str| {
        let named = format!("!If [C, !GetAtt {id}.{attribute}, '*']");
        [
            policy(&format!("{{Effect: Allow, Action: 'iam:PassRole', Resource: {named}}}")),
            policy(&format!(
                "{{Effect: Allow, Action: 'iam:PassRole', Resource: [{named}, x]}}"
            )),
            policy(&format!(
                "!If [D, {{Effect: Allow, Action: 'iam:PassRole', Resource: {named}}}, !Ref AWS::NoValue]"
            )),
        ]
    };
    for (before, after) in of("P", "Arn").into_iter().zip(of("R", "Arn")) {
        assert_eq!(report(&before).fixed(), Some(after.as_str()));
    }
}

/// It would take away from the role, which it does not name today.
#[test]
fn a_statement_that_denies_or_excepts_is_left() {
    for statement in [
        "{Effect: Deny, Action: 'iam:PassRole', Resource: !GetAtt P.Arn}",
        "{Effect: !If [C, Deny, Allow], Action: 'iam:PassRole', Resource: !GetAtt P.Arn}",
        "{Effect: Allow, NotAction: 'iam:PassRole', Resource: !GetAtt P.Arn}",
        "{Effect: Allow, Action: 'iam:PassRole', NotResource: !GetAtt P.Arn}",
        "{Effect: Deny, Principal: {AWS: !GetAtt P.Arn}, Action: '*'}",
    ] {
        assert!(found(&report(&policy(statement))).is_none(), "{statement}");
    }
}

/// AWS accepts the policy, which allows nothing by it.
#[test]
fn an_arn_to_be_passed_is_a_warning_if_it_is_alone() {
    let of = |named: &str| policy(&format!("{{Effect: Allow, Action: 'iam:PassRole', Resource: {named}}}"));
    for alone in [
        "'arn:aws:iam::*:instance-profile/other'",
        "['arn:aws:iam::*:instance-profile/*']",
    ] {
        let report = report(&of(alone));
        let finding = found(&report).unwrap();
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.fix().is_none());
    }
    let both = of("['arn:aws:iam::*:instance-profile/other', 'arn:aws:iam::*:role/other']");
    assert!(found(&report(&both)).is_none());
}

#[test]
fn the_globals_of_sam_give_a_role_to_functions() {
    let of = |id: &str, own: &str| {
        format!(
            "Globals: {{Function: {{Role: !GetAtt {id}.Arn}}}}\n{}",
            template("AWS::Serverless::Function", own)
        )
    };
    assert_eq!(
        report(&of("P", "{Handler: a.b}")).fixed(),
        Some(of("R", "{Handler: a.b}").as_str())
    );
    assert!(found(&report(&of("P", "{Role: !GetAtt R.Arn}"))).is_none());
}

#[test]
fn the_service_role_of_beanstalk_is_a_role() {
    for resource_type in [
        "AWS::ElasticBeanstalk::Environment",
        "AWS::ElasticBeanstalk::ConfigurationTemplate",
    ] {
        let of = |value: &str| {
            template(
                resource_type,
                &format!(
                    "{{OptionSettings: [{{Namespace: 'aws:elasticbeanstalk:environment', OptionName: ServiceRole, Value: {value}}}]}}"
                ),
            )
        };
        assert_eq!(report(&of("!Ref P")).fixed(), Some(of("!Ref R").as_str()));
        assert_eq!(report(&of("!GetAtt P.Arn")).fixed(), Some(of("!GetAtt R.Arn").as_str()));
    }
}

#[test]
fn a_service_linked_role_is_not_a_profile() {
    let report = report(
        "\
Resources:
  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref L}}
  L: {Type: AWS::IAM::ServiceLinkedRole, Properties: {AWSServiceName: autoscaling.amazonaws.com}}
",
    );
    let [finding] = &report.findings[..] else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(
        (finding.rule.code, finding.message.as_str()),
        (
            "IPF001",
            "`IamInstanceProfile` of `S` refers to the service-linked role `L`, but takes the name of an instance profile"
        )
    );
    let is_expected = reason!(NoFix::ServiceLinkedRole(_));
    assert!(withheld(finding).is_some_and(is_expected));
    assert!(report.unchecked.is_empty());
}

#[test]
fn a_role_arn_with_the_name_of_a_profile_is_called_that() {
    let report = report(&template(
        "AWS::EC2::LaunchTemplate",
        "{LaunchTemplateData: {IamInstanceProfile: {Arn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${P}'}}}",
    ));
    let [finding] = &report.findings[..] else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(
        finding.message,
        "`LaunchTemplateData.IamInstanceProfile.Arn` of `S` is given an ARN of a role with the name of the instance profile `P`, but takes the ARN of an instance profile"
    );
}
