//! What made-up templates have found, each in its smallest form.

use cfn_ipfix::rules::{Remedy, Withheld};
use cfn_ipfix::{Options, check};

const ROLE: &str = "  R:\n    Type: AWS::IAM::Role\n";

fn fixed(resources: &str) -> String {
    let text = format!("Resources:\n{resources}");
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let report = check(&text, &options).unwrap();
    report.fixed().unwrap_or(&text).replacen("Resources:\n", "", 1)
}

#[test]
fn what_was_thrown_away_is_mended() {
    for (what, before, after) in [
        (
            "a profile comes behind a role whose key is marked",
            "  ? R\n  : Type: AWS::IAM::Role\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  ? R\n  : Type: AWS::IAM::Role\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a path whose key is marked is copied without the mark",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : /x/\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : /x/\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path: /x/\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a call whose key is marked is put under another",
            "  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n          ? Ref\n          : P\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
            "  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n          Name:\n            ? Ref\n            : P\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
        ),
        (
            "a list below its key is given its long function back below it",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      ServiceRoleArn:\n        Fn::GetAtt: [R, Arn]\n      DefaultInstanceProfileArn:\n        - P\n        - Arn\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [Ref: R]}}\n  R: {Type: AWS::IAM::Role}\n",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      ServiceRoleArn:\n        Fn::GetAtt: [R, Arn]\n      DefaultInstanceProfileArn:\n        Fn::GetAtt: [P, Arn]\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [Ref: R]}}\n  R: {Type: AWS::IAM::Role}\n",
        ),
        (
            "a profile that holds a role by its ARN holds that role, and is used",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: !GetAtt [R, Arn]}}\n  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}\n  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref P}}\n",
        ),
        (
            "a path that bears an anchor is copied without it",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: &p /x/\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: &p /x/\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path: /x/\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
    ] {
        assert_eq!(fixed(before), after, "{what}");
    }
}

/// The second is found in a later round than the first.
#[test]
fn a_role_from_elsewhere_gets_one_profile() {
    let server = |value: &str| format!("Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {value}}}");
    let arn = "'arn:aws:iam::123456789012:role/old'";
    let resources = format!(
        "  A: {{{}}}\n  B: {{{}}}\n",
        server(arn),
        server(&format!("{{Name: {arn}}}"))
    );
    let fixed = fixed(&resources);
    assert_eq!(fixed.matches("!Ref OldInstanceProfile").count(), 2, "{fixed}");
    assert_eq!(fixed.matches("AWS::IAM::InstanceProfile").count(), 1, "{fixed}");
}

#[test]
fn a_profile_that_holds_a_role_from_elsewhere_is_used() {
    let profile =
        |more: &str| format!("  P: {{Type: AWS::IAM::InstanceProfile, {more}Properties: {{Roles: [old]}}}}\n");
    let server = "  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: arn:aws:iam::123456789012:role/old\n";
    for (more, id) in [("", "P"), ("Condition: C, ", "OldInstanceProfile")] {
        let fixed = fixed(&(profile(more) + server));
        assert!(fixed.contains(&format!("IamInstanceProfile: !Ref {id}\n")), "{fixed}");
    }
}

/// The fix is not made and thrown away, but withheld, and it is told why.
#[test]
fn what_cannot_be_mended_is_withheld() {
    let profile = "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: ";
    let template = "  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile: ";
    for (what, resources) in [
        (
            "what a function is given stands elsewhere too",
            format!(
                "{profile}[!Ref x]\n  Q:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - Fn::GetAtt: [&r R, Arn]\n  O:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - Ref: *r\n"
            ),
        ),
        (
            "a comment keeps a tag from its list",
            format!("{profile}[x]\n{template}!GetAtt # why\n          - P\n          - Arn\n"),
        ),
        (
            "a comment stands between a key and a value that goes below it",
            "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - Ref: R\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile:\n        # why\n        P\n".to_owned(),
        ),
        (
            "an anchor stands before what becomes an item",
            format!("{profile}&a\n        Ref: R\n"),
        ),
    ] {
        let text = format!("Resources:\n{ROLE}{resources}");
        let options = Options {
            unsafe_fixes: true,
            ..Options::default()
        };
        let report = check(&text, &options).unwrap();
        assert!(!report.findings.is_empty(), "{what}");
        assert_eq!(report.fixed(), None, "{what}");
        for finding in &report.findings {
            let is_told = matches!(&finding.remedy, Remedy::Withheld(why) if !matches!(why, Withheld::Refused(_)));
            assert!(is_told, "{what}: {finding:?}");
        }
    }
}

#[test]
fn a_lost_function_is_found_in_a_list_of_an_alias() {
    let resources = format!(
        "{ROLE}    Metadata: &r R\n  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: [*r, Arn]}}}}\n"
    );
    let fixed = fixed(&resources);
    assert!(fixed.contains("IamInstanceProfile: !Ref RInstanceProfile"), "{fixed}");
}
