//! Tests of instance profiles where a role is expected (IPF006), and where they are no mistake.

use cfn_ipfix::Report;
use cfn_ipfix::model::{Applicability, Finding, NoFix, OnUpdate, Severity};

use super::reason::reason;
use super::shared::{no_fix, report};

const PROFILE: &str = "  P: {Type: 'AWS::IAM::InstanceProfile', Properties: {InstanceProfileName: web, Roles: [!Ref R]}}\n  R: {Type: 'AWS::IAM::Role'}\n";

/// Returns a template with a resource `S`.
///
/// The template has a profile `P` with the name `web`, and its role `R`.
fn template(resource_type: &str, properties: &str) -> String {
    format!("Resources:\n  S: {{Type: '{resource_type}', Properties: {properties}}}\n{PROFILE}")
}

/// Returns a template with a managed policy of one statement.
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
fn reports_the_arn_of_an_unknown_profile() {
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
            Some(_) => reason!(NoFix::UnknownRoleOfProfile(_)),
            None => reason!(NoFix::UnknownArn),
        };
        assert!(no_fix(finding).is_some_and(is_expected), "{given}");
    }
}

#[test]
fn replaces_the_arn_of_a_profile_by_its_role() {
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
fn fixes_a_profile_as_principal() {
    const DOCUMENT: &str = "{Statement: {}}";
    for (resource_type, property, around) in [
        ("AWS::S3::BucketPolicy", "PolicyDocument", DOCUMENT),
        ("AWS::KMS::Key", "KeyPolicy", DOCUMENT),
        ("AWS::IAM::Role", "AssumeRolePolicyDocument", DOCUMENT),
        (
            "AWS::DynamoDB::Table",
            "ResourcePolicy",
            "{PolicyDocument: {Statement: [{}]}}",
        ),
        ("AWS::Events::EventBusPolicy", "Statement", "{}"),
        (
            "AWS::S3Express::BucketPolicy",
            "PolicyDocument",
            "{Statement: [{}, {Effect: Allow}]}",
        ),
        (
            "AWS::Serverless::Function",
            "AssumeRolePolicyDocument",
            "{Statement: !If [C, {}, !Ref AWS::NoValue]}",
        ),
        ("AWS::New::Service", "Access", "{Policies: {main: {Statement: [{}]}}}"),
    ] {
        let of = |principal: &str| {
            let statement = format!("{{Effect: Allow, Principal: {principal}, Action: '*'}}");
            let policy = around.replacen("{}", &statement, 1);
            template(resource_type, &format!("{{{property}: {policy}}}"))
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
            (
                "!If [C, {AWS: !GetAtt P.Arn}, {Service: ec2.amazonaws.com}]",
                "!If [C, {AWS: !GetAtt R.Arn}, {Service: ec2.amazonaws.com}]",
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

/// Access that a role of another account has must not become that of a role of the template.
#[test]
fn replaces_an_arn_as_principal_only_if_it_is_of_the_account() {
    let of = |arn: &str| policy(&format!("{{Effect: Allow, Principal: {{AWS: {arn}}}, Action: '*'}}"));
    let own = of("!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/web'");
    assert_eq!(report(&own).fixed(), Some(of("!GetAtt R.Arn").as_str()));
    let report = report(&of("'arn:aws:iam::123456789012:instance-profile/web'"));
    let fix = found(&report).unwrap().fix().unwrap();
    assert_eq!(fix.applicability, Applicability::Unsafe);
    assert!(report.fixed().is_none());
}

#[test]
fn fixes_a_passed_profile_in_each_branch() {
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

/// With a fix, the statement would begin to deny the role something.
#[test]
fn ignores_statements_that_deny_or_exclude() {
    for statement in [
        "{Effect: Deny, Action: 'iam:PassRole', Resource: !GetAtt P.Arn}",
        "{Effect: !If [C, Deny, Allow], Action: 'iam:PassRole', Resource: !GetAtt P.Arn}",
        "{Effect: Allow, NotAction: 'iam:PassRole', Resource: !GetAtt P.Arn}",
        "{Effect: Allow, Action: 'iam:PassRole', NotResource: !GetAtt P.Arn}",
    ] {
        assert!(found(&report(&policy(statement))).is_none(), "{statement}");
    }
}

/// AWS rejects such a principal whatever the statement does, but only its author knows what a role may lose.
#[test]
fn reports_a_principal_of_a_denying_statement_without_a_fix() {
    for statement in [
        "{Effect: Deny, Principal: {AWS: !GetAtt P.Arn}, Action: '*'}",
        "{Effect: Deny, Principal: {AWS: 'arn:aws:iam::123456789012:instance-profile/web'}, Action: '*'}",
        "{Effect: !If [C, Deny, Allow], Principal: {AWS: [!GetAtt P.Arn]}, Action: '*'}",
        "{Effect: Allow, Principal: {AWS: !GetAtt P.Arn}, NotAction: 'kms:*'}",
    ] {
        let report = report(&policy(statement));
        let finding = found(&report).unwrap();
        assert_eq!(finding.severity, Severity::Error, "{statement}");
        assert_eq!(no_fix(finding), Some(&NoFix::MayDeny), "{statement}");
    }
}

/// `cfn-init` downloads files with this role.
#[test]
fn fixes_a_profile_in_an_authentication() {
    let of = |given: &str| {
        format!(
            "\
Resources:
  S:
    Type: AWS::AutoScaling::AutoScalingGroup
    Metadata:
      AWS::CloudFormation::Authentication:
        files: {{type: S3, buckets: [files], roleName: {given}}}
        site: {{type: basic, username: web, password: web, uris: [example.org]}}
        more: {{type: S3, buckets: [more], roleName: !Ref R}}
{PROFILE}"
        )
    };
    for (before, after) in [
        ("!Ref P", "!Ref R"),
        ("{Ref: P}", "{Ref: R}"),
        ("!GetAtt P.Arn", "!Ref R"),
        ("!If [C, !Ref P, !Ref R]", "!If [C, !Ref R, !Ref R]"),
        ("arn:aws:iam::123456789012:instance-profile/web", "!Ref R"),
    ] {
        let report = report(&of(before));
        let finding = found(&report).unwrap();
        assert_eq!(report.fixed(), Some(of(after).as_str()), "{before}");
        assert!(
            finding
                .message
                .starts_with("`AWS::CloudFormation::Authentication[].roleName` of `S` "),
            "{}",
            finding.message
        );
    }
    for right in [
        "!Ref R",
        "web",
        "!Ref Given",
        "{'Fn::GetOptionSetting': {OptionName: IamInstanceProfile}}",
    ] {
        assert!(found(&report(&of(right))).is_none(), "{right}");
    }
}

#[test]
fn warns_about_a_default_that_is_a_profile() {
    let of = |role: &str| {
        let parameters = "Parameters: {Given: {Type: String, Default: 'arn:aws:iam::123456789012:instance-profile/x'}}";
        format!(
            "{parameters}\n{}",
            template("AWS::Lambda::Function", &format!("{{Role: {role}}}"))
        )
    };
    for given in ["!Ref Given", "!Sub '${Given}'", "!If [C, !Ref Given, !GetAtt R.Arn]"] {
        let report = report(&of(given));
        let finding = found(&report).unwrap();
        assert_eq!(finding.severity, Severity::Warning, "{given}");
        assert_eq!(
            no_fix(finding),
            Some(&NoFix::FromParameter("the role's ARN")),
            "{given}"
        );
    }
}

/// AWS accepts the policy, but the ARN of a profile allows nothing.
#[test]
fn warns_about_a_passed_profile_without_a_role() {
    let of = |named: &str| policy(&format!("{{Effect: Allow, Action: 'iam:PassRole', Resource: {named}}}"));
    for resource in [
        "'arn:aws:iam::*:instance-profile/other'",
        "['arn:aws:iam::*:instance-profile/*']",
    ] {
        let report = report(&of(resource));
        let finding = found(&report).unwrap();
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.fix().is_none());
    }
    let profiles = report(&of(
        "['arn:aws:iam::*:instance-profile/a', 'arn:aws:iam::*:instance-profile/b']",
    ));
    assert_eq!(profiles.findings.len(), 2);
    let both = of("['arn:aws:iam::*:instance-profile/other', 'arn:aws:iam::*:role/other']");
    assert!(found(&report(&both)).is_none());
}

#[test]
fn applies_sam_globals_to_functions() {
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
fn fixes_the_service_role_of_beanstalk() {
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
fn reports_a_service_linked_role() {
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
    assert!(no_fix(finding).is_some_and(is_expected));
    assert!(report.unchecked.is_empty());
}

#[test]
fn describes_a_role_arn_with_the_name_of_a_profile() {
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

#[test]
fn does_not_write_a_name_that_lacks_its_path() {
    for (resource_type, before, after) in [
        (
            "AWS::ResilienceHub::App",
            "{PermissionModel: {InvokerRoleName: !Ref P}}",
            "{PermissionModel: {InvokerRoleName: !Ref R}}",
        ),
        (
            "AWS::Budgets::BudgetsAction",
            "{Definition: {IamActionDefinition: {Roles: [!Ref P]}}}",
            "{Definition: {IamActionDefinition: {Roles: [!Ref R]}}}",
        ),
    ] {
        let (before, after) = (template(resource_type, before), template(resource_type, after));
        assert_eq!(report(&before).fixed(), Some(after.as_str()));
        let with_path = before.replace(
            "R: {Type: 'AWS::IAM::Role'}",
            "R: {Type: 'AWS::IAM::Role', Properties: {Path: /team/}}",
        );
        let report = report(&with_path);
        let is_expected = reason!(NoFix::PathBeforeName(_));
        assert!(no_fix(found(&report).unwrap()).is_some_and(is_expected));
    }
}

/// The profile of this account says little about a role of another one.
#[test]
fn a_fix_for_a_role_of_another_account_is_unsafe() {
    for (resource_type, properties) in [
        ("AWS::CloudFormation::StackSet", "{ExecutionRoleName: !Ref P}"),
        ("AWS::Grafana::Workspace", "{OrganizationRoleName: !Ref P}"),
        ("AWS::EC2::VPCPeeringConnection", "{PeerRoleArn: !GetAtt P.Arn}"),
        ("AWS::FIS::TargetAccountConfiguration", "{RoleArn: !GetAtt P.Arn}"),
    ] {
        let report = report(&template(resource_type, properties));
        let fix = found(&report).unwrap().fix().unwrap();
        assert_eq!(fix.applicability, Applicability::Unsafe, "{resource_type}");
        assert!(report.fixed().is_none());
    }
}

#[test]
fn the_effect_of_an_update_is_that_of_the_property() {
    for (resource_type, properties, expected) in [
        ("AWS::Lambda::Function", "{Role: !GetAtt P.Arn}", OnUpdate::InPlace),
        (
            "AWS::EKS::Nodegroup",
            "{NodeRole: !GetAtt P.Arn}",
            OnUpdate::Replacement,
        ),
        (
            "AWS::Transfer::Server",
            "{IdentityProviderDetails: {InvocationRole: !GetAtt P.Arn}}",
            OnUpdate::InPlace,
        ),
        ("AWS::Serverless::Function", "{Role: !GetAtt P.Arn}", OnUpdate::Unknown),
        // The same for each rule that reports it.
        (
            "AWS::IAM::InstanceProfile",
            "{Roles: [!GetAtt P.Arn]}",
            OnUpdate::NoInterruption,
        ),
    ] {
        let report = report(&template(resource_type, properties));
        assert_eq!(found(&report).unwrap().on_update, expected, "{resource_type}");
    }
    let report = report(&template("AWS::IAM::InstanceProfile", "{Roles: [!GetAtt R.Arn]}"));
    let [finding] = &report.findings[..] else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(
        (finding.rule.code, finding.on_update),
        ("IPF004", OnUpdate::NoInterruption)
    );
}

/// AWS's pages disagree about one of them, and others are not given or name a new role.
#[test]
fn does_not_report_a_property_that_may_take_a_profile() {
    for (resource_type, properties) in [
        (
            "AWS::DataZone::Connection",
            "{Props: {SparkEmrProperties: {InstanceProfileArn: !GetAtt P.Arn}}}",
        ),
        ("AWS::IAM::Role", "{Arn: !GetAtt P.Arn}"),
        ("AWS::Organizations::Account", "{RoleName: !Ref P}"),
    ] {
        let report = report(&template(resource_type, properties));
        assert!(found(&report).is_none(), "{resource_type}");
    }
}
