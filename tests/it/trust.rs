//! Roles that EC2 may not assume: which principals say so, and how sure it is that EC2 needs them.

use cfn_ipfix::model::Severity;

use super::shared::report;

const DENIED: &str = "{Service: lambda.amazonaws.com}";

/// A template with a profile `P`, its role `R` with this principal, and more resources and sections.
fn template(principal: &str, more: &str) -> String {
    format!(
        "\
Parameters: {{Given: {{Type: String}}}}
Resources:
  P: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{InstanceProfileName: web, Roles: [!Ref R]}}}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {principal}}}]}}
{more}"
    )
}

/// The message of IPF007, if there is one.
fn message(template: &str) -> Option<String> {
    let report = report(template);
    let mut findings = report.findings.iter().filter(|finding| finding.rule.code == "IPF007");
    let finding = findings.next()?;
    assert_eq!(finding.severity, Severity::Warning);
    Some(finding.message.clone())
}

#[test]
fn ignores_a_principal_that_may_be_everyone() {
    for unknown in [
        "'*'",
        "{AWS: '*'}",
        "{AWS: !Ref Given}",
        "{AWS: {Ref: Given}}",
        "{AWS: !Sub '${Given}'}",
        "{AWS: {'Fn::Sub': '${Given}'}}",
        "{AWS: !ImportValue who}",
        "{AWS: !If [C, '*', !Ref AWS::AccountId]}",
        "{AWS: [!Ref Given]}",
        "{AWS: '{{resolve:ssm:who}}'}",
    ] {
        assert_eq!(message(&template(unknown, "")), None, "{unknown}");
    }
    let text =
        r#"!Sub '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "${Given}"}}]}'"#;
    let of_text = template(DENIED, "").replace(
        &format!("{{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {DENIED}}}]}}"),
        text,
    );
    assert!(of_text.contains(text));
    assert_eq!(message(&of_text), None);
}

#[test]
fn reports_accounts_and_federated_users() {
    for known in [
        "{AWS: '123456789012'}",
        "{AWS: 'arn:aws:iam::123456789012:root'}",
        "{AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}",
        "{AWS: !Sub 'arn:aws:iam::${Given}:root'}",
        "{AWS: {'Fn::Join': ['', ['arn:aws:iam::', {Ref: Given}, ':root']]}}",
        "{AWS: !Ref AWS::AccountId}",
        "{AWS: !Sub '${AWS::AccountId}'}",
        "{Federated: cognito-identity.amazonaws.com}",
    ] {
        assert!(message(&template(known, "")).is_some(), "{known}");
    }
}

#[test]
fn says_that_nothing_uses_the_profile() {
    let words = "the role `R` does not trust `ec2.amazonaws.com`, so the instance profile `P`, which nothing here uses, would give an instance no credentials";
    for unused in [
        "",
        "Outputs: {Role: {Value: !Ref R}}\n",
        "  Box: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: other}}\n",
        "  Two: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref R]}}\n",
    ] {
        assert_eq!(message(&template(DENIED, unused)).as_deref(), Some(words), "{unused}");
    }
}

#[test]
fn counts_every_use_of_the_profile() {
    let words = "the role `R` does not trust `ec2.amazonaws.com`, so the instance profile `P` gives no credentials";
    for used in [
        "  Box: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref P}}\n",
        "  Box: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: web}}\n",
        "  Box: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: P}}\n",
        "  Box: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref R}}\n",
        "  Box: {Type: 'AWS::EC2::Instance', DependsOn: P}\n",
        "  Plan: {Type: 'AWS::EC2::LaunchTemplate', Properties: {LaunchTemplateData: {IamInstanceProfile: {Arn: !Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/web'}}}}\n",
        "  Inner: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: a, Parameters: {Profile: !Ref P}}}\n",
        "  Note: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: !GetAtt P.Arn}}\n",
        "Outputs: {Profile: {Value: !Ref P}}\n",
        "Outputs: {Profile: {Value: !GetAtt P.Arn, Export: {Name: profile}}}\n",
        "Outputs: {Profile: {Value: !Sub '${P}'}}\n",
        "Outputs: {Profile: {Value: {'Fn::Join': ['', ['x', {Ref: P}]]}}}\n",
    ] {
        assert_eq!(message(&template(DENIED, used)).as_deref(), Some(words), "{used}");
    }
    let second = "  Two: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref R]}}\nOutputs: {Two: {Value: !Ref Two}}\n";
    assert_eq!(message(&template(DENIED, second)).as_deref(), Some(words));
}
