//! Tests of Systems Manager documents, whose automations launch instances.

use super::shared::{fixed, report};

/// Returns a template with a document, a role `R` and its profile `P`.
fn document(content: &str) -> String {
    format!(
        "\
Parameters: {{Given: {{Type: String}}}}
Resources:
  D:
    Type: AWS::SSM::Document
    Properties:
      DocumentType: Automation
      Content: {content}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref R]}}}}
  R: {{Type: AWS::IAM::Role}}
"
    )
}

fn step(action: &str, inputs: &str) -> String {
    document(&format!(
        "{{schemaVersion: '0.3', mainSteps: [{{name: w, action: 'aws:sleep', inputs: {{Duration: PT1S}}}}, {{name: s, action: '{action}', inputs: {{ImageId: ami-1, {inputs}}}}}]}}"
    ))
}

#[test]
fn the_profile_of_a_launch_is_fixed() {
    for (before, after) in [
        ("IamInstanceProfileName: !Ref R", "IamInstanceProfileName: !Ref P"),
        (
            "IamInstanceProfileName: !GetAtt P.Arn",
            "IamInstanceProfileName: !Ref P",
        ),
        (
            "IamInstanceProfileArn: !GetAtt R.Arn",
            "IamInstanceProfileArn: !GetAtt P.Arn",
        ),
        ("IamInstanceProfileArn: !Ref P", "IamInstanceProfileArn: !GetAtt P.Arn"),
        (
            "IamInstanceProfileName: !If [C, !Ref R, '{{ Profile }}']",
            "IamInstanceProfileName: !If [C, !Ref P, '{{ Profile }}']",
        ),
    ] {
        let [before, after] = [before, after].map(|inputs| step("aws:runInstances", inputs));
        assert_eq!(fixed(&before), after);
    }
}

#[test]
fn other_steps_and_keys_are_not_reported() {
    for template in [
        step("aws:executeAwsApi", "IamInstanceProfileName: !Ref R"),
        step("aws:runInstances", "IamInstanceProfileName: !Ref P"),
        // The service decides about the keys of its document.
        step("aws:runInstances", "iamInstanceProfileName: !Ref R"),
        document("{mainsteps: [{action: 'aws:runInstances', inputs: {IamInstanceProfileName: !Ref R}}]}"),
        document("'{\"mainSteps\": []}'"),
        document("!Sub '{\"mainSteps\": [\"${Given}\"]}'"),
    ] {
        let report = report(&template);
        assert!(report.findings.is_empty(), "{template}{:?}", report.findings);
        assert!(report.unchecked.is_empty(), "{template}{:?}", report.unchecked);
    }
}

#[test]
fn an_unknown_profile_is_reported_as_unchecked() {
    let variable = "which Systems Manager replaces";
    let text = "in the document that is given as a string";
    for (template, reason) in [
        (
            step("aws:runInstances", "IamInstanceProfileName: '{{ Profile }}'"),
            variable,
        ),
        (
            step("aws:runInstances", "IamInstanceProfileArn: '{{Profile}}'"),
            variable,
        ),
        (
            step(
                "aws:runInstances",
                "IamInstanceProfileArn: !Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/{{ Profile }}'",
            ),
            "",
        ),
        (
            step("aws:runInstances", "IamInstanceProfileName: !Ref Given"),
            "the parameter `Given`",
        ),
        (document("!Ref Given"), "the parameter `Given`"),
        (
            document("'{\"mainSteps\": [{\"inputs\": {\"IamInstanceProfileName\": 1}}]}'"),
            text,
        ),
        (
            document("!Sub '{\"inputs\": {\"IamInstanceProfileArn\": \"${R.Arn}\"}}'"),
            text,
        ),
    ] {
        let report = report(&template);
        assert!(report.findings.is_empty(), "{template}{:?}", report.findings);
        match report.unchecked.first() {
            Some(label) => assert!(
                label.message.contains(reason) && !reason.is_empty(),
                "{template}{}",
                label.message
            ),
            None => assert!(reason.is_empty(), "{template}"),
        }
    }
}
