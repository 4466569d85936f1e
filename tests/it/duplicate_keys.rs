//! Tests of keys that appear twice in one mapping: a fix is offered unless it changes or refers to one of them.

use cfn_ipfix::Outcome;
use cfn_ipfix::model::NoFix;
use cfn_ipfix::text::LineIndex;

use super::shared::{no_fix, report, with_unsafe_fixes};

const ROLE: &str = "  Role:\n    Type: AWS::IAM::Role\n";
const SERVER: &str = "  Server:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref Role\n";

/// Each part is added to a template with one mistake, and stays as it is.
#[test]
fn fixes_a_template_with_duplicate_keys_elsewhere() {
    for (before, after) in [
        (
            "",
            "  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: a\n      DisplayName: b\n",
        ),
        ("", "  Topic: {Type: AWS::SNS::Topic, Type: AWS::SQS::Queue}\n"),
        (
            "",
            "  Topic:\n    Type: AWS::SNS::Topic\n    Metadata: {a: 1, b: [{c: 2, c: 2}], a: {}}\n",
        ),
        // The property is not the one with the mistake.
        ("", "      ImageId: ami-1\n      ImageId: ami-2\n"),
        (
            "",
            "      Tags:\n        - Key: a\n          Key: b\n          Value: c\n",
        ),
        ("", "    DeletionPolicy: Retain\n    DeletionPolicy: Delete\n"),
        (
            "",
            "  Other:\n    Type: AWS::IAM::Role\n    Properties: {Path: /a/, Path: /b/}\n",
        ),
        (
            "",
            "  Other: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [a], Roles: [b]}}\n",
        ),
        ("Outputs: {A: {Value: x}}\n", "Outputs: {B: {Value: y}}\n"),
        ("Outputs: {A: {Value: x}, A: {Value: y}}\n", ""),
        ("Parameters: {A: {Type: String, Type: Number}}\nParameters: {}\n", ""),
        (
            "Mappings: {M: {a: {b: c, b: d}, a: {b: e}}}\nMetadata: &m {x: 1, x: 2}\n",
            "Other: *m\n",
        ),
        ("Description: a\n", "Description: b\n"),
        ("a: 1\na: 2\n---\n", ""),
        ("", "---\na: 1\na: 2\n"),
        (
            "Metadata: {? [a] : 1, ? [a] : 2, 1: a, 0x1: b, ~: c, null: d, true: e, True: f}\n",
            "",
        ),
    ] {
        let text = format!("{before}Resources:\n{ROLE}{SERVER}{after}");
        let report = report(&text);
        assert_eq!(report.findings.len(), 1, "{text}: {:?}", report.findings);
        let Outcome::Fixed(fixed) = &report.outcome else {
            panic!("{text}: {:?}", report.outcome)
        };
        let server = SERVER.replace("!Ref Role", "!Ref InstanceProfile");
        assert!(fixed.starts_with(&format!("{before}Resources:\n{ROLE}")), "{fixed}");
        assert!(fixed.ends_with(&format!("{server}{after}")), "{fixed}");
    }
}

#[test]
fn fixes_json_with_duplicate_keys_elsewhere() {
    let text = r#"{
  "Outputs": { "A": { "Value": "x", "Value": "y" } },
  "Resources": {
    "Role": { "Type": "AWS::IAM::Role" },
    "Server": {
      "Type": "AWS::EC2::Instance",
      "Properties": { "ImageId": "a", "IamInstanceProfile": { "Ref": "Role" }, "ImageId": "b" }
    }
  },
  "Outputs": {}
}
"#;
    let report = report(text);
    let fixed = report.fixed().unwrap();
    assert!(fixed.contains(r#""ImageId": "a", "IamInstanceProfile": { "Ref": "InstanceProfile" }, "ImageId": "b""#));
    assert!(
        fixed.contains(r#""Outputs": { "A": { "Value": "x", "Value": "y" } }"#),
        "{fixed}"
    );
    assert!(fixed.ends_with("\"Outputs\": {}\n}\n"), "{fixed}");
}

/// Each template has a finding without a fix, whose reason names the two lines with `# 1` and `# 2`.
#[test]
fn offers_no_fix_that_changes_or_refers_to_a_duplicate_key() {
    let role = |more: &str| format!("{SERVER}{ROLE}{more}");
    let fleet = |launch: &str| {
        format!(
            "{ROLE}  Fleet:\n    Type: AWS::EC2::SpotFleet\n    Properties:\n      SpotFleetRequestConfigData:\n        LaunchSpecifications:\n{launch}"
        )
    };
    let profile =
        |more: &str| format!("{ROLE}{SERVER}  Profile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n{more}");
    let lambda = |role: &str| {
        format!(
            "  Profile: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref Role]}}}}\n{ROLE}{role}  Function:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: !GetAtt Profile.Arn\n"
        )
    };
    for (resources, key) in [
        // The changed value, or the path to it.
        (
            format!("{ROLE}{SERVER}      IamInstanceProfile: !Ref Role # 2\n")
                .replace("!Ref Role\n", "!Ref Role # 1\n"),
            "IamInstanceProfile",
        ),
        (
            format!(
                "{ROLE}  Server:\n    Type: AWS::EC2::Instance\n    Properties: {{}} # 1\n    Properties: {{IamInstanceProfile: !Ref Role}} # 2\n"
            ),
            "Properties",
        ),
        (
            fleet(
                "          - IamInstanceProfile: # 1\n              Arn: x\n            IamInstanceProfile: # 2\n              Arn: !GetAtt Role.Arn\n",
            ),
            "IamInstanceProfile",
        ),
        (
            fleet(
                "          - IamInstanceProfile:\n              Arn: !GetAtt Role.Arn # 1\n              Arn: !GetAtt Role.Arn # 2\n",
            ),
            "Arn",
        ),
        (
            fleet(
                "          - IamInstanceProfile:\n              Name: !Ref Role # 1\n              Name: !Ref Role # 2\n",
            ),
            "Name",
        ),
        (
            fleet(
                "          - IamInstanceProfile:\n              Fn::Sub: [\"${R}\", {R: !GetAtt Role.Arn, # 1\n                R: !GetAtt Role.Arn}] # 2\n",
            ),
            "R",
        ),
        // The role, which the new profile refers to, and whose path it copies.
        (
            role("    Properties:\n      Path: /a/ # 1\n      Path: /b/ # 2\n"),
            "Path",
        ),
        (
            role("    Properties: {Path: /a/} # 1\n    Properties: {Path: /b/} # 2\n"),
            "Properties",
        ),
        (role("    Condition: A # 1\n    Condition: B # 2\n"), "Condition"),
        (
            role("    Type: AWS::IAM::Role # 2\n").replace("IAM::Role\n", "IAM::Role # 1\n"),
            "Type",
        ),
        (
            role(
                "    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n          - Effect: Allow # 1\n            Effect: Deny # 2\n",
            ),
            "Effect",
        ),
        // The profile that the fix refers to.
        (
            profile("      Roles: [other] # 1\n      Roles: [!Ref Role] # 2\n"),
            "Roles",
        ),
        (
            profile("      Roles: [!Ref Role]\n      Path: /a/ # 1\n      Path: / # 2\n"),
            "Path",
        ),
        // The role that the fix refers to.
        (
            lambda("    Properties:\n      Description: a # 1\n      Description: b # 2\n"),
            "Description",
        ),
    ] {
        let text = format!("Conditions: {{A: !Equals [a, b], B: !Equals [a, b]}}\nResources:\n{resources}");
        let lines = LineIndex::new(&text);
        let line_of = |mark: &str| lines.number(text.find(mark).unwrap());
        let report = report(&text);
        assert_eq!(report.outcome, Outcome::Unchanged, "{text}");
        let mut reasons = report.findings.iter().filter_map(no_fix);
        let reason = reasons.find_map(|reason| match reason {
            NoFix::DuplicateKey { key, first, second } => Some((key, [first, second])),
            _ => None,
        });
        let (found, places) = reason.unwrap_or_else(|| panic!("{text}: {:?}", report.findings));
        assert_eq!(found, key, "{text}");
        let places = places.map(|place| lines.number(place.span.start()));
        assert_eq!(places, [line_of("# 1"), line_of("# 2")], "{text}");
    }
}

/// CloudFormation uses the last of equal keys.
#[test]
fn checks_the_last_of_equal_keys() {
    let with_both = |first: &str, second: &str| {
        format!(
            "Resources:\n{ROLE}  Profile: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref Role]}}}}\n  Server:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref {first}\n      IamInstanceProfile: !Ref {second}\n"
        )
    };
    assert!(report(&with_both("Role", "Profile")).findings.is_empty());
    let text = with_both("Profile", "Role");
    let report = report(&text);
    let [finding] = report.findings.as_slice() else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(finding.place.span.start(), text.rfind("!Ref Role").unwrap());
}

/// A suppression with a duplicate key is not removed.
#[test]
fn keeps_an_unused_suppression_with_a_duplicate_key() {
    let text = "\
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Metadata:
      cfn-ipfix: {ignore: [IPF001]}
      cfn-ipfix: {ignore: [IPF001]}
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}
";
    let report = cfn_ipfix::check(text, &with_unsafe_fixes()).unwrap();
    assert_eq!(report.outcome, Outcome::Unchanged);
    let reasons: Vec<_> = report.findings.iter().filter_map(no_fix).collect();
    assert!(
        matches!(reasons.as_slice(), [NoFix::DuplicateKey { key, .. }] if key == "cfn-ipfix"),
        "{:?}",
        report.findings
    );
}
