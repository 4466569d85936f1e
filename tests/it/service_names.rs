//! Tests of IPF008: the names that ECS Managed Instances and EMR require.

use cfn_ipfix::model::Severity;

use super::shared::report;

const ECS_POLICY: &str = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances";

/// Returns a template with a capacity provider, its profile `P` and the role `R` in it.
fn provider(infrastructure: &str, policies: &str, role: &str) -> String {
    format!(
        "\
Parameters: {{Name: {{Type: String}}}}
Resources:
  C:
    Type: AWS::ECS::CapacityProvider
    Properties:
      ManagedInstancesProvider:
        InfrastructureRoleArn: {infrastructure}
        InstanceLaunchTemplate: {{Ec2InstanceProfileArn: !GetAtt P.Arn}}
  I: {{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: {policies}}}}}
  O: {{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']}}}}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{InstanceProfileName: web, Roles: [!Ref R]}}}}
  R: {{Type: AWS::IAM::Role, Properties: {role}}}
"
    )
}

/// Returns the messages of all findings, which must be warnings of IPF008 without a fix.
fn warnings(template: &str) -> Vec<String> {
    let findings = report(template).findings.into_iter();
    let messages = findings.map(|finding| {
        let kind = (finding.rule.code, finding.severity, finding.fix().is_none());
        assert_eq!(kind, ("IPF008", Severity::Warning, true), "{template}");
        finding.message
    });
    messages.collect()
}

#[test]
fn ecs_passes_only_roles_of_its_policy() {
    for (role, expected) in [
        (
            "{RoleName: workers}",
            Some("a name that does not begin with `ecsInstanceRole`"),
        ),
        (
            "{RoleName: ECSInstanceRole}",
            Some("a name that does not begin with `ecsInstanceRole`"),
        ),
        ("{RoleName: !Sub '${AWS::StackName}-ecsInstanceRole'}", None),
        (
            "{RoleName: !Sub 'x${Name}'}",
            Some("a name that does not begin with `ecsInstanceRole`"),
        ),
        ("{}", Some("no name of its own")),
        ("{Path: /}", Some("no name of its own")),
        ("{RoleName: ecsInstanceRole}", None),
        ("{RoleName: ecsInstanceRole-blue, Path: /}", None),
        ("{RoleName: !Sub 'ecsInstanceRole${Name}'}", None),
        (
            "{RoleName: ecsInstanceRole, Path: /team/}",
            Some("a path before its name"),
        ),
        ("{RoleName: !Ref Name, Path: /team/}", Some("a path before its name")),
        ("{RoleName: ecsInstanceRole, Path: !Ref Name}", None),
        ("{RoleName: !Ref Name}", None),
        (
            "{RoleName: !If [C, blue, green]}",
            Some("a name that does not begin with `ecsInstanceRole`"),
        ),
        ("{RoleName: !If [C, blue, ecsInstanceRole]}", None),
    ] {
        let messages = warnings(&provider("!GetAtt I.Arn", &format!("[{ECS_POLICY}]"), role));
        let is_expected = match (messages.as_slice(), expected) {
            ([], None) => true,
            ([message], Some(part)) => message.contains(part) && message.contains("`R`"),
            _ => false,
        };
        assert!(is_expected, "{role}: {messages:?}");
    }
}

#[test]
fn the_policy_of_ecs_is_recognised_in_every_spelling() {
    let name = "AmazonECSInfrastructureRolePolicyForManagedInstances";
    for (policies, is_known) in [
        (format!("['{ECS_POLICY}']"), true),
        (
            format!("[a, !Sub 'arn:${{AWS::Partition}}:iam::aws:policy/{name}']"),
            true,
        ),
        (
            format!("[!Join ['', ['arn:', !Ref AWS::Partition, ':iam::aws:policy/{name}']]]"),
            true,
        ),
        (
            format!("[{{'Fn::Join': [':', [arn, !Ref AWS::Partition, iam, '', aws, policy/{name}]]}}]"),
            true,
        ),
        (format!("!If [C, ['{ECS_POLICY}'], !Ref AWS::NoValue]"), true),
        (format!("[!If [C, '{ECS_POLICY}', !Ref AWS::NoValue]]"), true),
        (format!("['arn:aws:iam::123456789012:policy/{name}']"), false),
        (format!("['{ECS_POLICY}2']"), false),
        ("[!Ref Name]".to_owned(), false),
    ] {
        let messages = warnings(&provider("!GetAtt I.Arn", &policies, "{RoleName: workers}"));
        assert_eq!(messages.len(), usize::from(is_known), "{policies}: {messages:?}");
    }
}

#[test]
fn another_infrastructure_role_may_pass_any_role() {
    for (infrastructure, is_known) in [
        ("!GetAtt I.Arn", true),
        ("!Ref Name", true),
        ("arn:aws:iam::123456789012:role/infrastructure", true),
        ("!GetAtt O.Arn", false),
    ] {
        let messages = warnings(&provider(infrastructure, &format!("[{ECS_POLICY}]"), "{}"));
        assert_eq!(messages.len(), usize::from(is_known), "{infrastructure}: {messages:?}");
    }
}

#[test]
fn the_role_of_a_profile_can_be_a_name() {
    for (name, is_right) in [("workers", false), ("ecsInstanceRole", true)] {
        let template = provider("!GetAtt I.Arn", &format!("[{ECS_POLICY}]"), "{}");
        let messages = warnings(&template.replace("[!Ref R]", &format!("[{name}]")));
        assert_eq!(messages.is_empty(), is_right, "{messages:?}");
    }
}

#[test]
fn emr_takes_a_profile_and_a_role_of_one_name() {
    let of = |flow: &str, profile: &str, role: &str| {
        format!(
            "\
Parameters: {{Name: {{Type: String}}}}
Resources:
  C: {{Type: AWS::EMR::Cluster, Properties: {{JobFlowRole: {flow}}}}}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {profile}}}
  R: {{Type: AWS::IAM::Role, Properties: {role}}}
"
        )
    };
    for (flow, profile, role, is_right) in [
        (
            "!Ref P",
            "{InstanceProfileName: nodes, Roles: [!Ref R]}",
            "{RoleName: node-role}",
            false,
        ),
        (
            "!GetAtt P.Arn",
            "{InstanceProfileName: nodes, Roles: [!Ref R]}",
            "{RoleName: node-role}",
            false,
        ),
        (
            "!Ref P",
            "{InstanceProfileName: nodes, Roles: [node-role]}",
            "{}",
            false,
        ),
        (
            "!Ref P",
            "{InstanceProfileName: !Sub '${Name}-nodes', Roles: [!Ref R]}",
            "{RoleName: !Sub '${Name}-node-role'}",
            false,
        ),
        // IAM ignores the case.
        (
            "!Ref P",
            "{InstanceProfileName: Nodes, Roles: [!Ref R]}",
            "{RoleName: nodes}",
            true,
        ),
        (
            "!Ref P",
            "{InstanceProfileName: !Ref R, Roles: [!Ref R]}",
            "{RoleName: nodes}",
            true,
        ),
        (
            "!Ref P",
            "{InstanceProfileName: !Ref Name, Roles: [!Ref R]}",
            "{RoleName: nodes}",
            true,
        ),
        (
            "!Ref P",
            "{InstanceProfileName: '{{resolve:ssm:/name}}', Roles: [!Ref R]}",
            "{RoleName: nodes}",
            true,
        ),
        ("!Ref P", "{InstanceProfileName: nodes, Roles: [!Ref R]}", "{}", true),
        ("!Ref P", "{Roles: [!Ref R]}", "{RoleName: nodes}", true),
        ("!Ref P", "{Roles: [!Ref R]}", "{}", true),
    ] {
        let template = of(flow, profile, role);
        let messages = warnings(&template);
        assert_eq!(messages.is_empty(), is_right, "{template}{messages:?}");
    }
}
