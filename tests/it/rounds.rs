//! Tests of rounds of fixes: findings that a round reveals are reported, and findings that it fixes are not counted as
//! remaining.

use std::fmt::Write as _;

use cfn_ipfix::model::{Finding, FixState, NoFix};
use cfn_ipfix::terraform::ModuleFile;
use cfn_ipfix::{Options, Report, check, check_module};

use super::shared::{assert_honest, with_unsafe_fixes};

const TRUSTED: &str = "  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]
  P: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref R]}}
";

/// A tag in quotes is no tag.
#[test]
fn takes_the_quotes_off_references() {
    let template = "\
Resources:
  A: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: '!Ref P'}}
  B: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: {Arn: \"!GetAtt P.Arn\"}}}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: ['!Ref R']}}
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
";
    let report = check(template, &with_unsafe_fixes()).unwrap();
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(codes, ["IPF009"; 3]);
    let without = |text: &str| text.replace(['\'', '"'], "");
    assert_eq!(report.fixed(), Some(without(template).as_str()));
}

/// Some findings appear only after the fix of another one.
///
/// Each case has a resource, its findings, and the number of findings that remain with `--unsafe-fixes`. A finding is
/// written as the source that it is about, the rule, and its outcome.
#[test]
fn reports_findings_that_a_fix_reveals() {
    const INSTANCE: &str = "AWS::EC2::Instance, Properties: {IamInstanceProfile: ";
    const TEMPLATE: &str = "AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: ";
    const PROFILE: &str = "AWS::IAM::InstanceProfile, Properties: {Roles: ";
    const DATABASE: &str = "AWS::RDS::DBInstance, Properties: {CustomIAMInstanceProfile: ";
    for (resource_type, value, expected, remaining) in [
        (PROFILE, "R", &["R IPF004 fixed", "R IPF009 not applied"][..], 0),
        (
            INSTANCE,
            "{Name: R}",
            &["{Name: R} IPF003 fixed", "R IPF009 not applied"],
            0,
        ),
        (INSTANCE, "[R]", &["[R] IPF003 fixed", "R IPF009 not applied"], 0),
        (
            INSTANCE,
            "{Name: 'arn:aws:iam::123456789012:role/x'}",
            &[
                "{Name: 'arn:aws:iam::123456789012:role/x'} IPF003 fixed",
                "'arn:aws:iam::123456789012:role/x' IPF005 not applied",
            ],
            0,
        ),
        // RDS Custom accepts neither the name of the profile nor that of the role.
        (
            DATABASE,
            "!Ref R",
            &["!Ref R IPF001 remains", "!Ref R IPF008 remains"],
            2,
        ),
        // After the fix of the name, both are of the same profile, so one can be removed.
        (
            TEMPLATE,
            "{Name: !GetAtt P.Arn, Arn: !GetAtt P.Arn}",
            &[
                "{Name: !GetAtt P.Arn, Arn: !GetAtt P.Arn} IPF003 fixed",
                "!GetAtt P.Arn IPF002 fixed",
            ],
            0,
        ),
        (
            TEMPLATE,
            "{Name: !Ref R, Arn: !GetAtt P.Arn}",
            &["{Name: !Ref R, Arn: !GetAtt P.Arn} IPF003 fixed", "!Ref R IPF001 fixed"],
            0,
        ),
        // Both keys are recognised only once they have the right case.
        (
            TEMPLATE,
            "{NAme: !Ref P, Arn: !GetAtt P.Arn}",
            &["{NAme: !Ref P, Arn: !GetAtt P.Arn} IPF003 fixed", "NAme IPF010 fixed"],
            0,
        ),
        // Inside the object, it is the same finding with another path and message.
        (TEMPLATE, "R", &["R IPF003 fixed", "R IPF009 not applied"], 0),
    ] {
        let close = "}".repeat(resource_type.matches('{').count());
        let template = format!("Resources:\n  S: {{Type: {resource_type}{value}{close}}}\n{TRUSTED}");
        let report = check(&template, &Options::default()).unwrap();
        let key = |finding: &Finding| (finding.rule.code, finding.place.span);
        let unsafe_not_applied: Vec<_> = report.unsafe_not_applied().map(key).collect();
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| {
                let state = match report.applies_fix_of(finding) {
                    true => "fixed",
                    false if unsafe_not_applied.contains(&key(finding)) => "not applied",
                    false => "remains",
                };
                format!("{} {} {state}", finding.place.span.slice(&template), finding.rule.code)
            })
            .collect();
        assert_eq!(findings, expected, "{template}");

        let options = with_unsafe_fixes();
        let report = check(&template, &options).unwrap();
        assert_eq!(report.remaining().count(), remaining, "{template}");
        for options in [Options::default(), options] {
            assert_honest(value, &template, &options);
        }
    }
}

/// A value inside any number of lists is unwrapped.
#[test]
fn unwraps_values_of_any_depth() {
    for depth in [1, 60, 120] {
        let template = |open, close| {
            let (open, close) = (str::repeat(open, depth), str::repeat(close, depth));
            format!(
                "Resources:\n  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {open}!Ref P{close}}}}}\n{TRUSTED}"
            )
        };
        let report = check(&template("[", "]"), &Options::default()).unwrap();
        assert_eq!(report.fixed(), Some(template("", "").as_str()));
        assert_eq!(report.remaining().count(), 0);
    }
}

/// Only the tag of the bucket shares the anchor after fixing.
#[test]
fn reports_the_reason_that_holds_after_fixing() {
    let template = format!(
        "Resources:\n{TRUSTED}  A: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: &a !Ref R}}}}\n  B: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: !Join ['', [*a]]}}}}\n  C: {{Type: AWS::S3::Bucket, Properties: {{Tags: [{{Key: a, Value: *a}}]}}}}\n"
    );
    let tag = template.find("Value: *a").unwrap() + "Value: ".len();
    let report = check(&template, &Options::default()).unwrap();
    let states: Vec<_> = report.remaining().map(|finding| &finding.fix_state).collect();
    let is_tag = matches!(states[..], [FixState::NoFix(NoFix::SharedAnchor { user })] if user.span.start() == tag);
    assert!(is_tag, "{states:?}");
}

/// After fixing, another finding has the path of a removed one.
///
/// They are still two findings.
#[test]
fn reports_removed_findings_as_fixed_if_others_take_their_path() {
    let template = format!(
        "Resources:\n  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: [[[[[[&a [[[[[[!Ref P]]]]]]]]]]]]}}}}\n{TRUSTED}Outputs: {{A: {{Value: *a}}}}\n"
    );
    let report = check(&template, &Options::default()).unwrap();
    let is_fixed: Vec<_> = report
        .findings
        .iter()
        .map(|finding| report.applies_fix_of(finding))
        .collect();
    assert_eq!(is_fixed, [vec![true; 5], vec![false; 5]].concat());
    assert!(
        report
            .fixed()
            .unwrap()
            .contains("IamInstanceProfile: &a [[[[[[!Ref P]]]]]]}")
    );
    assert_honest("lists in lists", &template, &Options::default());
}

/// The number of roles that each need a profile: more than there are rounds.
const MANY: usize = 300;

/// Fixes a Terraform module of one file with all fixes, also unsafe ones.
fn fix_module(name: &str, text: String) -> Report {
    let file = ModuleFile {
        name: name.to_owned(),
        text: Some(text.into()),
        may_change: true,
        options: with_unsafe_fixes(),
    };
    check_module(&[file], &|_| None).remove(0).unwrap()
}

/// Returns the fixed source, in which nothing remains to be fixed.
fn all_fixed(report: &Report) -> &str {
    assert_eq!(report.remaining().count(), 0);
    report.fixed().unwrap()
}

/// Joins the entries that `entry` returns for each number.
fn entries(entry: impl Fn(usize) -> String) -> String {
    (0..MANY).map(entry).collect::<Vec<_>>().join(",\n")
}

/// All profiles of a Terraform module in JSON are in one object, which may not exist yet.
#[test]
fn adds_many_profiles_to_one_object() {
    let roles = entries(|n| format!(r#"      "r{n}": {{"path": "/{n}/"}}"#));
    let servers = entries(|n| format!(r#"      "s{n}": {{"iam_instance_profile": "${{aws_iam_role.r{n}.name}}"}}"#));
    let on_lines = |n| {
        format!(
            "      \"r{n}\": {{\n        \"path\": \"/{n}/\",\n        \"role\": \"${{aws_iam_role.r{n}.name}}\"\n      }}"
        )
    };
    let on_one_line = |n| format!(r#"      "r{n}": {{"path": "/{n}/", "role": "${{aws_iam_role.r{n}.name}}"}}"#);
    for (existing, before_new, new) in [
        ("", ",\n    \"aws_iam_instance_profile\": {\n", entries(on_lines)),
        (
            ",\n    \"aws_iam_instance_profile\": {\n      \"other\": {\"role\": \"other\"}\n    }",
            ",\n    \"aws_iam_instance_profile\": {\n      \"other\": {\"role\": \"other\"},\n",
            entries(on_one_line),
        ),
    ] {
        let text = |profiles: &str, servers: &str| {
            format!(
                "{{\n  \"resource\": {{\n    \"aws_iam_role\": {{\n{roles}\n    }}{profiles},\n    \"aws_instance\": \
                 {{\n{servers}\n    }}\n  }}\n}}\n"
            )
        };
        let report = fix_module("main.tf.json", text(existing, &servers));
        let expected = text(
            &format!("{before_new}{new}\n    }}"),
            &servers.replace("aws_iam_role", "aws_iam_instance_profile"),
        );
        assert!(all_fixed(&report) == expected, "{existing}");
    }
}

#[test]
fn adds_many_profiles_after_their_roles() {
    let mut hcl = String::new();
    let mut yaml = "Resources:\n".to_owned();
    for n in 0..MANY {
        write!(
            hcl,
            "resource \"aws_iam_role\" \"r{n}\" {{}}\nresource \"aws_instance\" \"s{n}\" {{\n  iam_instance_profile = \
             aws_iam_role.r{n}.name\n}}\n"
        )
        .unwrap();
        write!(
            yaml,
            "  R{n}: {{Type: AWS::IAM::Role}}\n  S{n}:\n    Type: AWS::EC2::Instance\n    Properties:\n      \
             IamInstanceProfile: !Ref R{n}\n"
        )
        .unwrap();
    }
    let resources = entries(|n| {
        format!(
            r#""R{n}": {{"Type": "AWS::IAM::Role"}},
"S{n}": {{"Type": "AWS::EC2::Instance", "Properties": {{"IamInstanceProfile": {{"Ref": "R{n}"}}}}}}"#
        )
    });
    let json = format!("{{\"Resources\": {{\n{resources}\n}}}}\n");
    let report = fix_module("main.tf", hcl);
    let profiles = all_fixed(&report)
        .matches("\n\nresource \"aws_iam_instance_profile\"")
        .count();
    assert_eq!(profiles, MANY);
    for template in [yaml, json] {
        let report = check(&template, &Options::default()).unwrap();
        let profiles = all_fixed(&report).matches("AWS::IAM::InstanceProfile").count();
        assert_eq!(profiles, MANY);
    }
}

/// The profiles of roles outside the source are added after the resource that names them.
#[test]
fn adds_many_profiles_after_one_resource() {
    let overrides = (0..MANY)
        .map(|n| format!("          - {{IamInstanceProfile: {{Arn: 'arn:aws:iam::123456789012:role/r{n}'}}}}\n"));
    let overrides: String = overrides.collect();
    let template = format!(
        "Resources:\n  F:\n    Type: AWS::EC2::EC2Fleet\n    Properties:\n      LaunchTemplateConfigs:\n        - \
         Overrides:\n{overrides}"
    );
    let report = check(&template, &with_unsafe_fixes()).unwrap();
    let fixed = all_fixed(&report);
    let profiles = fixed.matches("\n    Type: AWS::IAM::InstanceProfile\n").count();
    assert_eq!(profiles, MANY);

    let specifications = (0..MANY).map(|n| {
        format!(
            "  launch_specification {{\n    iam_instance_profile_arn = \"arn:aws:iam::123456789012:role/r{n}\"\n  }}\n"
        )
    });
    let specifications: String = specifications.collect();
    let report = fix_module(
        "main.tf",
        format!("resource \"aws_spot_fleet_request\" \"f\" {{\n{specifications}}}\n"),
    );
    let profiles = all_fixed(&report)
        .matches("\n\nresource \"aws_iam_instance_profile\"")
        .count();
    assert_eq!(profiles, MANY);
}
