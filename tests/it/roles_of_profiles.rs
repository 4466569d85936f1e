//! The values of `Roles` of an instance profile: lists, strings, and ARNs that are written elsewhere.

use cfn_ipfix::Report;
use cfn_ipfix::model::{Finding, NoFix, Severity};

use super::reason::reason;
use super::shared::{no_fix, report};

/// A template with a profile `P` and what it may be given.
fn template(roles: &str) -> String {
    format!(
        "\
Parameters:
  Text: {{Type: String}}
  Number: {{Type: Number}}
  Key: {{Type: 'AWS::EC2::KeyPair::KeyName'}}
  Texts: {{Type: CommaDelimitedList}}
  Numbers: {{Type: 'List<Number>'}}
  Stored: {{Type: 'AWS::SSM::Parameter::Value<String>'}}
  StoredTexts: {{Type: 'AWS::SSM::Parameter::Value<List<String>>'}}
  Untyped: {{Default: a}}
  RoleArn: {{Type: String, Default: 'arn:aws:iam::123456789012:role/ci/agent'}}
  RoleArns: {{Type: CommaDelimitedList, Default: 'web, arn:aws:iam::123456789012:role/agent'}}
  ProfileArn: {{Type: String, Default: 'arn:aws:iam::123456789012:instance-profile/agent'}}
Conditions: {{C: !Equals [!Ref Text, '']}}
Mappings:
  Arns: {{a: {{role: 'arn:aws:iam::123456789012:role/agent', profile: 'arn:aws:iam::123456789012:instance-profile/x'}}}}
Resources:
  P: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: {roles}}}}}
  R: {{Type: 'AWS::IAM::Role'}}
  Bucket: {{Type: 'AWS::S3::Bucket'}}
  Stack: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: a}}}}
  Own: {{Type: 'Custom::Roles', Properties: {{ServiceToken: a}}}}
"
    )
}

fn only(report: &Report) -> &Finding {
    match &report.findings[..] {
        [one] => one,
        others => panic!("{others:?}"),
    }
}

#[test]
fn reports_a_string_in_place_of_the_list() {
    for roles in [
        "!Ref Text",
        "!Ref Number",
        "!Ref Key",
        "!Ref Stored",
        "{Ref: Text}",
        "!Ref AWS::StackName",
        "!Ref Bucket",
        "!Sub '${Text}-role'",
        "!Sub '${Text}'",
        "!Join ['-', [!Ref Text, role]]",
        "!ImportValue roles",
        "!GetAtt Stack.Outputs.Roles",
    ] {
        let report = report(&template(roles));
        let finding = only(&report);
        assert_eq!(
            (finding.rule.code, finding.severity),
            ("IPF004", Severity::Error),
            "{roles}"
        );
        assert_eq!(
            finding.message, "`Roles` of `P` is given a single value, but takes a list",
            "{roles}"
        );
        assert!(
            no_fix(finding).is_some_and(reason!(NoFix::UnknownSingleRole)),
            "{roles}"
        );
        assert!(report.unchecked.is_empty(), "{roles}");
    }
}

#[test]
fn fixes_one_role_in_place_of_the_list() {
    for (before, after) in [
        ("!Ref R", "[!Ref R]"),
        ("!GetAtt R.Arn", "[!Ref R]"),
        ("web", "[web]"),
        ("[[!Ref R]]", "[!Ref R]"),
        ("[!If [C, [!Ref R], !Ref Text]]", "[!If [C, !Ref R, !Ref Text]]"),
    ] {
        assert_eq!(
            report(&template(before)).fixed(),
            Some(template(after).as_str()),
            "{before}"
        );
    }
}

/// Otherwise the role would get a second profile.
#[test]
fn uses_a_profile_that_another_fix_corrects() {
    let of = |roles: &str, id: &str| {
        let instance = format!("  I: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref {id}}}}}\n");
        template(roles) + &instance
    };
    for roles in ["!Ref R", "[[!Ref R]]"] {
        assert_eq!(
            report(&of(roles, "R")).fixed(),
            Some(of("[!Ref R]", "P").as_str()),
            "{roles}"
        );
    }
}

#[test]
fn reports_a_list_in_the_list() {
    for roles in [
        "[!Ref Texts]",
        "[!Ref Numbers]",
        "[!Ref StoredTexts]",
        "[{Ref: Texts}]",
        "[!Split [',', !Ref Text]]",
        "[!If [C, !Ref AWS::NoValue, !Ref Texts]]",
        "!If [C, [!Ref Texts], !Ref AWS::NoValue]",
        "[[!Ref R, web]]",
        "[[]]",
        "[[[!Ref R, web]]]",
        "[[[]]]",
        "[[!Ref Texts]]",
    ] {
        let report = report(&template(roles));
        let finding = only(&report);
        assert_eq!(
            (finding.rule.code, finding.severity),
            ("IPF004", Severity::Error),
            "{roles}"
        );
        assert_eq!(
            finding.message, "`Roles` of `P` is given a list in its list, but takes a role's name there",
            "{roles}"
        );
        assert!(
            no_fix(finding).is_some_and(reason!(NoFix::UnknownListOfRoles)),
            "{roles}"
        );
        assert!(report.unchecked.is_empty(), "{roles}");
    }
}

/// Either all lists around a role are removed, or none.
#[test]
fn takes_all_lists_around_a_role_away() {
    assert_eq!(
        report(&template("[[[&role !Ref R]]]")).fixed(),
        Some(template("[&role !Ref R]").as_str())
    );
    for roles in ["[[&lists [!Ref R]]]", "[&lists [[!Ref R]]]", "[[[ # why\n !Ref R]]]"] {
        let report = report(&template(roles));
        assert_eq!(report.fixed(), None, "{roles}");
        assert!(no_fix(only(&report)).is_some(), "{roles}");
    }
}

#[test]
fn reports_a_profile_without_a_role() {
    for properties in [
        "",
        ", Properties: {}",
        ", Properties: !Ref AWS::NoValue",
        ", Properties: {Roles: !Ref AWS::NoValue}",
    ] {
        let report = report(&format!(
            "Resources: {{P: {{Type: 'AWS::IAM::InstanceProfile'{properties}}}}}\n"
        ));
        let finding = only(&report);
        assert_eq!(
            finding.message, "`Roles` of `P` is missing, so the profile holds no role",
            "{properties}"
        );
    }
}

#[test]
fn does_not_check_an_object() {
    for (roles, count) in [
        ("{Name: !Ref R}", 1),
        ("[{Name: !Ref R}]", 1),
        ("[{Arn: !GetAtt R.Arn}, {RoleName: x}]", 2),
        ("!If [C, [!Ref R], {Name: x}]", 1),
    ] {
        let unchecked = report(&template(roles)).unchecked;
        let object = "`Roles` of `P` is an object, which is not analysed";
        assert_eq!(unchecked.len(), count, "{roles}: {unchecked:?}");
        assert!(
            unchecked.iter().all(|one| one.message == object),
            "{roles}: {unchecked:?}"
        );
    }
}

#[test]
fn ignores_values_that_may_be_right() {
    for roles in [
        "!Ref Texts",
        "!Ref StoredTexts",
        "!Ref Untyped",
        "!Ref Missing",
        "!Split [',', !Ref Text]",
        "!GetAtt Own.Roles",
        "!FindInMap [Missing, a, b]",
        "[!Ref Text]",
        "[!Ref Untyped]",
        "[!GetAtt Own.Role]",
        "[!ImportValue role]",
        "!If [C, !Ref Texts, [!Ref Text]]",
    ] {
        let report = report(&template(roles));
        assert!(report.findings.is_empty(), "{roles}: {:?}", report.findings);
        assert!(!report.unchecked.is_empty(), "{roles}");
    }
}

/// The fix of one branch does not hide the other.
#[test]
fn reports_each_branch() {
    for (before, after, remaining) in [
        ("!If [C, !Ref R, !Ref Text]", Some("!If [C, [!Ref R], !Ref Text]"), 1),
        ("!If [C, !Ref Text, !If [D, !Ref Key, [!Ref R]]]", None, 2),
        (
            "!If [C, [!Ref Texts], !Ref R]",
            Some("!If [C, [!Ref Texts], [!Ref R]]"),
            1,
        ),
        (
            "{'Fn::If': [C, {Ref: Text}, !GetAtt R.Arn]}",
            Some("{'Fn::If': [C, {Ref: Text}, [!Ref R]]}"),
            1,
        ),
    ] {
        let report = report(&template(before));
        assert_eq!(report.fixed(), after.map(template).as_deref(), "{before}");
        let wrong = report.findings.iter().filter(|finding| no_fix(finding).is_some());
        assert_eq!(wrong.count(), remaining, "{before}");
    }
}

#[test]
fn reports_an_arn_that_is_written_elsewhere() {
    for (roles, code, severity, message) in [
        (
            "[!Ref RoleArn]",
            "IPF004",
            Severity::Warning,
            "`Roles` of `P` is given a parameter whose default is the ARN of a role, but takes its name",
        ),
        (
            "[!Sub '${RoleArn}']",
            "IPF004",
            Severity::Warning,
            "`Roles` of `P` is given a parameter whose default is the ARN of a role, but takes its name",
        ),
        (
            "!Ref RoleArns",
            "IPF004",
            Severity::Warning,
            "`Roles` of `P` is given a parameter whose default is the ARN of a role, but takes its name",
        ),
        (
            "[!FindInMap [Arns, a, role]]",
            "IPF004",
            Severity::Error,
            "`Roles` of `P` is given a value of a mapping that is the ARN of a role, but takes its name",
        ),
        (
            "[!Ref ProfileArn]",
            "IPF006",
            Severity::Warning,
            "`Roles` of `P` is given a parameter whose default is the ARN of an instance profile, but takes a role",
        ),
        (
            "[!FindInMap [Arns, !Ref Text, profile]]",
            "IPF006",
            Severity::Error,
            "`Roles` of `P` is given a value of a mapping that is the ARN of an instance profile, but takes a role",
        ),
    ] {
        let report = report(&template(roles));
        let finding = only(&report);
        assert_eq!(
            (finding.rule.code, finding.severity, finding.message.as_str()),
            (code, severity, message),
            "{roles}"
        );
        match severity {
            Severity::Warning => {
                let why = no_fix(finding).unwrap().to_string();
                assert!(why.contains("pass the role's name"), "{roles}: {why}");
            }
            Severity::Error => assert_eq!(no_fix(finding), Some(&NoFix::FromMapping), "{roles}"),
        }
        assert!(report.unchecked.is_empty(), "{roles}");
    }
}

/// Whatever the name at its end is, it is an ARN.
#[test]
fn reports_the_arn_of_an_unknown_role() {
    for roles in [
        "[!Sub 'arn:aws:iam::123456789012:role/${Text}']",
        "[!Sub 'arn:aws:iam::123456789012:role/ci/${Text}-agent']",
        "[!Join ['/', ['arn:aws:iam::123456789012:role', !Ref Text]]]",
    ] {
        let report = report(&template(roles));
        let finding = only(&report);
        assert_eq!(
            (finding.rule.code, finding.severity),
            ("IPF004", Severity::Error),
            "{roles}"
        );
        assert_eq!(no_fix(finding), Some(&NoFix::UnknownArn), "{roles}");
        assert!(report.unchecked.is_empty(), "{roles}");
    }
}
