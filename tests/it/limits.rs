//! Limits of CloudFormation, and templates that another tool generates.

use std::fs;

use cfn_ipfix::model::Applicability;

use super::shared::{json, list, report, stdout, with_unsafe_fixes};

#[test]
fn findings_in_what_the_cdk_generates_name_the_construct() {
    const YAML: &str = r#"
Resources:
  ServerB1C2:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref RoleA1B2
    Metadata:
      aws:cdk:path: Web/Server/Resource
  Hand:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref RoleA1B2
  RoleA1B2:
    Type: AWS::IAM::Role
"#;
    const JSON: &str = r#"{"Resources": {
  "ServerB1C2": {
    "Type": "AWS::EC2::Instance",
    "Properties": {"IamInstanceProfile": {"Ref": "RoleA1B2"}},
    "Metadata": {"aws:cdk:path": "Web/Server/Resource"}
  },
  "Hand": {
    "Type": "AWS::EC2::Instance",
    "Properties": {"IamInstanceProfile": {"Ref": "RoleA1B2"}}
  },
  "RoleA1B2": {"Type": "AWS::IAM::Role"}
}}"#;
    for template in [YAML, JSON] {
        let report = report(template);
        let [generated, hand] = report.findings.as_slice() else {
            panic!("{report:?}")
        };
        assert!(
            generated
                .message
                .ends_with("from the construct `Web/Server/Resource`, so change that"),
            "{}",
            generated.message
        );
        assert_eq!(generated.fix().unwrap().applicability, Applicability::Unsafe);
        assert!(!hand.message.contains("CDK"), "{}", hand.message);
        assert_eq!(hand.fix().unwrap().applicability, Applicability::Safe);
        let with_unsafe_fixes = cfn_ipfix::check(template, &with_unsafe_fixes()).unwrap();
        assert_eq!(with_unsafe_fixes.remaining().count(), 0);
    }
}

#[test]
fn no_fix_is_safe_in_the_output_folder_of_the_cdk() {
    const TEMPLATE: &str = r#"{"Resources": {
  "S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}}},
  "R": {"Type": "AWS::IAM::Role"}
}}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app/cdk.out/web.template.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, TEMPLATE).unwrap();
    let args = ["--write", "--output-format", "json", "app/cdk.out/web.template.json"];
    let report = json(&stdout(folder.path(), &args));
    let [finding] = list(&report, "findings") else {
        panic!("{report}")
    };
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.ends_with("; the AWS CDK generates this file, so change the app"),
        "{message}"
    );
    assert_eq!(finding["fix"]["applicability"], "unsafe");
    assert_eq!(fs::read_to_string(&path).unwrap(), TEMPLATE);
}

#[test]
fn a_fix_that_passes_a_size_limit_is_noted() {
    const HEAD: &str = "Resources:\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n  R: {Type: AWS::IAM::Role}\n";
    const NOT_INLINE: &str = "larger than 51,200 bytes; deploy it from S3";
    const NOT_IN_S3: &str = "larger than 1 MB, which CloudFormation rejects; split the template";
    let folder = tempfile::tempdir().unwrap();
    for (size, note) in [
        (50_000, None),
        (51_200, Some(NOT_INLINE)),
        (51_201, None),
        (1_048_576, Some(NOT_IN_S3)),
        (1_048_577, None),
    ] {
        let template = format!("{HEAD}#{}\n", "x".repeat(size - HEAD.len() - 2));
        assert_eq!(template.len(), size);
        fs::write(folder.path().join("t.yaml"), template).unwrap();
        let report = json(&stdout(folder.path(), &["--output-format", "json", "t.yaml"]));
        let notes: Vec<_> = list(&report, "notes")
            .iter()
            .map(|note| note["message"].as_str().unwrap())
            .collect();
        match note {
            Some(note) => assert!(notes.len() == 1 && notes[0].contains(note), "{size}: {notes:?}"),
            None => assert!(notes.is_empty(), "{size}: {notes:?}"),
        }
    }
}
