//! Names and ARNs of the template's own profiles and roles, repeated in place of a reference.

use cfn_ipfix::check;
use cfn_ipfix::model::{NoFix, OnUpdate, Severity};

use super::reason::{Reason, reason};
use super::shared::{no_fix, report, with_unsafe_fixes};

const INSTANCE: &str = "AWS::EC2::Instance";
const LAUNCH: &str = "AWS::EC2::LaunchTemplate";
const EITHER: &str = "AWS::AutoScaling::LaunchConfiguration";

/// A template with the user `S`, the profile `P`, the role `R` and others.
fn template(user: &str, profile: &str, role: &str, others: &str) -> String {
    format!(
        "\
Parameters: {{N: {{Type: String}}, Dir: {{Type: String}}}}
Conditions: {{A: !Equals [!Ref N, a], B: !Not [!Condition A], AA: !And [!Condition A, !Equals [!Ref Dir, x]]}}
Resources:
  S: {user}
  P: {{Type: 'AWS::IAM::InstanceProfile', {profile}}}
  R: {{Type: 'AWS::IAM::Role', {role}}}
{others}"
    )
}

fn instance(value: &str) -> String {
    format!("{{Type: '{INSTANCE}', Properties: {{IamInstanceProfile: {value}}}}}")
}

/// A profile with this name and the role `R`.
fn named(name: &str) -> String {
    format!("Properties: {{InstanceProfileName: {name}, Roles: [!Ref R]}}")
}

/// The codes of the findings.
fn codes(template: &str) -> Vec<&'static str> {
    let findings = report(template).findings;
    findings.iter().map(|finding| finding.rule.code).collect()
}

/// Asserts that each of `codes` is found, and that fixing replaces `before` by `after`.
fn assert_fixed(template: &str, codes_expected: &[&str], before: &str, after: &str) {
    assert_eq!(codes(template), codes_expected, "{template}");
    let report = report(template);
    let expected = template.replacen(before, after, 1);
    assert_eq!(report.fixed(), Some(expected.as_str()), "{template}");
    assert!(codes(&expected).is_empty(), "{expected}");
}

#[test]
fn a_name_of_a_profile_becomes_a_reference() {
    for (name, value) in [
        ("web", "web"),
        ("web", "'web'"),
        ("web", "!Sub web"),
        ("web", "!Join ['', [w, eb]]"),
        ("!Sub '${AWS::StackName}-x'", "!Sub '${AWS::StackName}-x'"),
        ("!Sub '${AWS::StackName}-x'", "!Join ['-', [!Ref 'AWS::StackName', x]]"),
        (
            "{'Fn::Sub': '${AWS::StackName}-x'}",
            "!Sub ['${S}-x', {S: !Ref 'AWS::StackName'}]",
        ),
        ("!Ref AWS::StackName", "!Ref AWS::StackName"),
        ("!Ref N", "!Ref N"),
        ("!Sub '${N}'", "!Ref N"),
        ("!FindInMap [M, !Ref N, name]", "!FindInMap [M, !Ref N, name]"),
        (
            "!Sub ['${X}-x', {X: !FindInMap [M, !Ref N, name]}]",
            "!Join ['-', [!FindInMap [M, !Ref N, name], x]]",
        ),
        ("!ImportValue base", "!ImportValue base"),
        ("'{{resolve:ssm:/name}}'", "'{{resolve:ssm:/name}}'"),
        ("!GetAtt Namer.Name", "!GetAtt Namer.Name"),
        // The role is named too.
        ("!Ref R", "own"),
        ("!Sub '${R}-x'", "own-x"),
        ("own-x", "!Sub '${R}-x'"),
    ] {
        let others = "  Namer: {Type: 'Custom::Namer', Properties: {ServiceToken: x}}\n";
        let template = template(&instance(value), &named(name), "Properties: {RoleName: own}", others);
        let text = format!("IamInstanceProfile: {value}");
        assert_fixed(&template, &["IPF013"], &text, "IamInstanceProfile: !Ref P");
    }
}

#[test]
fn an_arn_with_the_name_of_a_profile_becomes_a_reference() {
    const ACCOUNT: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}:instance-profile";
    for (name, path, value) in [
        ("web", "", format!("!Sub '{ACCOUNT}/web'")),
        ("web", "Path: /, ", format!("!Sub '{ACCOUNT}/web'")),
        (
            "web",
            "",
            "!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/web'".to_owned(),
        ),
        (
            "web",
            "",
            "!Join ['', ['arn:aws:iam::', !Ref 'AWS::AccountId', ':instance-profile/', web]]".to_owned(),
        ),
        (
            "web",
            "",
            "!Join [':', [arn, aws, iam, '', !Ref 'AWS::AccountId', instance-profile/web]]".to_owned(),
        ),
        ("!Ref N", "", format!("!Sub '{ACCOUNT}/${{N}}'")),
        ("!Sub '${N}-x'", "", format!("!Sub '{ACCOUNT}/${{N}}-x'")),
        ("!Sub 'x-${N}'", "", format!("!Sub '{ACCOUNT}/x-${{N}}'")),
        ("web", "Path: /a/b/, ", format!("!Sub '{ACCOUNT}/a/b/web'")),
        (
            "web",
            "Path: !Sub '/${Dir}/', ",
            format!("!Sub '{ACCOUNT}/${{Dir}}/web'"),
        ),
        (
            "!Sub '${N}-x'",
            "Path: !Sub '/a/${Dir}/', ",
            format!("!Sub '{ACCOUNT}/a/${{Dir}}/${{N}}-x'"),
        ),
    ] {
        let user = format!(
            "{{Type: '{LAUNCH}', Properties: {{LaunchTemplateData: {{IamInstanceProfile: {{Arn: {value}}}}}}}}}"
        );
        let profile = format!("Properties: {{{path}InstanceProfileName: {name}, Roles: [!Ref R]}}");
        assert_fixed(
            &template(&user, &profile, "Properties: {}", ""),
            &["IPF013"],
            &format!("Arn: {value}"),
            "Arn: !GetAtt P.Arn",
        );
    }
}

#[test]
fn a_slot_that_takes_either_keeps_its_form() {
    let of = |value: &str| format!("{{Type: '{EITHER}', Properties: {{IamInstanceProfile: {value}}}}}");
    let arn = "!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/web'";
    for (profile, value, after) in [(named("web"), "web", "!Ref P"), (named("web"), arn, "!GetAtt P.Arn")] {
        let template = template(&of(value), &profile, "Properties: {}", "");
        let [before, after] = [value, after].map(|value| format!("IamInstanceProfile: {value}"));
        assert_fixed(&template, &["IPF013"], &before, &after);
    }
    let far = "Properties: {Path: /far/, InstanceProfileName: web, Roles: [!Ref R]}";
    for profile in [named("web"), far.to_owned()] {
        let template = template(&of("web"), &profile, "Properties: {}", "");
        assert_eq!(report(&template).findings[0].on_update, OnUpdate::SameValue);
        assert_eq!(
            report(&template).fixed(),
            Some(template.replace(": web}", ": !Ref P}").as_str())
        );
    }
}

/// The name of a role with a path is not always enough, but its ARN is another value.
#[test]
fn an_arn_in_place_of_the_name_of_a_role_is_unsafe() {
    let cluster = "{Type: 'AWS::EMR::Cluster', Properties: {ServiceRole: far}}";
    let template = template(cluster, &named("web"), "Properties: {Path: /far/, RoleName: far}", "");
    assert_eq!(codes(&template), ["IPF013"]);
    assert_eq!(report(&template).fixed(), None);
    assert_eq!(report(&template).findings[0].on_update, OnUpdate::Replacement);
    let fixed = check(&template, &with_unsafe_fixes()).unwrap();
    let expected = template.replace("ServiceRole: far", "ServiceRole: !GetAtt R.Arn");
    assert_eq!(fixed.fixed(), Some(expected.as_str()));
}

/// The other form is a mistake in any order of creation.
#[test]
fn the_other_form_of_a_name_becomes_a_reference_too() {
    let arn = "!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/web'";
    let of_text = template(&instance(arn), &named("web"), "Properties: {}", "");
    assert_fixed(&of_text, &["IPF002"], arn, "!Ref P");
    for name in ["web", "!Sub '${N}-x'"] {
        let user = format!(
            "{{Type: '{LAUNCH}', Properties: {{LaunchTemplateData: {{IamInstanceProfile: {{Arn: {name}}}}}}}}}"
        );
        let template = template(&user, &named(name), "Properties: {}", "");
        let (before, after) = (format!("Arn: {name}"), "Arn: !GetAtt P.Arn");
        assert_fixed(&template, &["IPF002"], &before, after);
    }
}

#[test]
fn a_name_of_a_role_becomes_what_its_place_takes() {
    const ARN: &str = "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/own'";
    let lambda = |value: &str| format!("{{Type: 'AWS::Lambda::Function', Properties: {{Role: {value}}}}}");
    let state_machine =
        |value: &str| format!("{{Type: 'AWS::StepFunctions::StateMachine', Properties: {{RoleArn: {value}}}}}");
    let policy = |value: &str| format!("{{Type: 'AWS::IAM::Policy', Properties: {{PolicyName: p, Roles: [{value}]}}}}");
    let batch =
        |value: &str| format!("{{Type: 'AWS::Batch::ComputeEnvironment', Properties: {{ServiceRole: {value}}}}}");
    let bucket = |value: &str| {
        format!(
            "{{Type: 'AWS::S3::BucketPolicy', Properties: {{PolicyDocument: {{Statement: [{{Effect: Allow, Principal: {{AWS: {value}}}}}]}}}}}}"
        )
    };
    for (user, role, before, after) in [
        (lambda(ARN), "own", ARN, "!GetAtt R.Arn"),
        (lambda("own"), "own", "Role: own", "Role: !GetAtt R.Arn"),
        (policy("own"), "own", "[own]", "[!Ref R]"),
        (policy("!Ref N"), "!Ref N", "[!Ref N]", "[!Ref R]"),
        (batch("own"), "own", "ServiceRole: own", "ServiceRole: !Ref R"),
        (batch(ARN), "own", ARN, "!GetAtt R.Arn"),
        (bucket(ARN), "own", ARN, "!GetAtt R.Arn"),
        (state_machine(ARN), "own", ARN, "!GetAtt R.Arn"),
    ] {
        let template = template(&user, &named("web"), &format!("Properties: {{RoleName: {role}}}"), "");
        assert_fixed(&template, &["IPF013"], before, after);
    }
    for (name, value) in [
        ("own", "own"),
        ("!Ref N", "!Ref N"),
        ("!Sub '${N}-r'", "!Join ['-', [!Ref N, r]]"),
        ("!Ref Missing", "!Ref Missing"),
    ] {
        let profile = format!("Properties: {{Roles: [{value}]}}");
        let role = format!("Properties: {{RoleName: {name}}}");
        let template = template("{Type: 'AWS::SNS::Topic'}", &profile, &role, "");
        assert_fixed(&template, &["IPF013"], &format!("[{value}]"), "[!Ref R]");
    }
    // An ARN there is a mistake in any order.
    let profile = format!("Properties: {{Roles: [{ARN}]}}");
    let template = template("{Type: 'AWS::SNS::Topic'}", &profile, "Properties: {RoleName: own}", "");
    assert_fixed(&template, &["IPF004"], ARN, "!Ref R");
}

#[test]
fn each_branch_is_a_value_of_its_own() {
    for (value, after) in [
        ("!If [A, web, other]", "!If [A, !Ref P, other]"),
        (
            "!If [A, other, !If [AA, x, web]]",
            "!If [A, other, !If [AA, x, !Ref P]]",
        ),
    ] {
        let template = template(&instance(value), &named("web"), "Properties: {}", "");
        assert_fixed(&template, &["IPF013"], value, after);
    }
    let template_of_two = template(&instance("web"), &named("!If [A, web, web]"), "Properties: {}", "");
    assert_fixed(
        &template_of_two,
        &["IPF013"],
        "IamInstanceProfile: web",
        "IamInstanceProfile: !Ref P",
    );
    // The branches of the name are those of the value.
    let value = "!If [A, !Ref N, !Sub '${N}-x']";
    let template = template(&instance(value), &named(value), "Properties: {}", "");
    assert_fixed(
        &template,
        &["IPF013", "IPF013"],
        &format!("IamInstanceProfile: {value}"),
        "IamInstanceProfile: !If [A, !Ref P, !Ref P]",
    );
}

#[test]
fn nothing_is_found_where_a_chain_of_dependencies_states_the_order() {
    const ROLE: &str = "Properties: {RoleName: own}";
    let user =
        |attributes: &str| format!("{{Type: '{INSTANCE}', {attributes}Properties: {{IamInstanceProfile: web}}}}");
    for (attributes, others) in [
        ("DependsOn: P, ", ""),
        ("DependsOn: [M, P], ", "  M: {Type: 'AWS::SNS::Topic'}\n"),
        (
            "DependsOn: M, ",
            "  M: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref P}}\n",
        ),
        (
            "DependsOn: M, ",
            "  M: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !GetAtt P.Arn}}\n",
        ),
        (
            "DependsOn: M, ",
            "  M: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Sub 'x-${P}'}}\n",
        ),
        (
            "DependsOn: M, ",
            "  M: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Sub 'x-${P.Arn}'}}\n",
        ),
        (
            "Metadata: {a: !Ref M}, ",
            "  M: {Type: 'AWS::SNS::Topic', DependsOn: O}\n  O: {Type: 'AWS::SNS::Topic', DependsOn: P}\n",
        ),
        (
            "DependsOn: M, Condition: A, ",
            "  M: {Type: 'AWS::SNS::Topic', Condition: A, DependsOn: P}\n",
        ),
        (
            "DependsOn: M, Condition: AA, ",
            "  M: {Type: 'AWS::SNS::Topic', Condition: A, DependsOn: P}\n",
        ),
    ] {
        let template = template(&user(attributes), &named("web"), ROLE, others);
        assert_eq!(codes(&template), [""; 0], "{template}");
    }
    for profile in [
        "DependsOn: R, Properties: {Roles: [own]}",
        "Metadata: {a: !GetAtt R.Arn}, Properties: {Roles: [own]}",
    ] {
        let template = template("{Type: 'AWS::SNS::Topic'}", profile, ROLE, "");
        assert_eq!(codes(&template), [""; 0], "{template}");
    }
}

/// A chain that is not there in every stack does not state the order.
#[test]
fn a_chain_under_a_condition_is_not_enough() {
    for (attributes, topic) in [
        ("DependsOn: M, ", "Condition: A, DependsOn: P"),
        ("DependsOn: M, ", "Properties: {DisplayName: !If [A, !Ref P, x]}"),
        ("Metadata: {a: !If [A, !Ref M, x]}, ", "DependsOn: P"),
    ] {
        let user = format!("{{Type: '{INSTANCE}', {attributes}Properties: {{IamInstanceProfile: web}}}}");
        let topic = format!("  M: {{Type: 'AWS::SNS::Topic', {topic}}}\n");
        let template = template(&user, &named("web"), "Properties: {}", &topic);
        assert_fixed(
            &template,
            &["IPF013"],
            "IamInstanceProfile: web",
            "IamInstanceProfile: !Ref P",
        );
    }
}

#[test]
fn what_may_be_another_profile_or_role_is_left_alone() {
    let launch = |value: &str| {
        format!("{{Type: '{LAUNCH}', Properties: {{LaunchTemplateData: {{IamInstanceProfile: {{Arn: {value}}}}}}}}}")
    };
    let lambda = |value: &str| format!("{{Type: 'AWS::Lambda::Function', Properties: {{Role: {value}}}}}");
    let passing = "{Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 'iam:PassRole', Resource: !Sub 'arn:aws:iam::${AWS::AccountId}:role/own'}]}}}";
    for user in [
        instance("web2"),
        instance("Web"),
        instance("!Sub '${N}web'"),
        instance("!Ref AWS::NoValue"),
        launch("arn:aws:iam::123456789012:instance-profile/web"),
        launch("!Sub 'arn:aws:iam::${N}:instance-profile/web'"),
        launch("!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/far/web'"),
        launch("!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/${Dir}/web'"),
        lambda("arn:aws:iam::123456789012:role/own"),
        lambda("!Sub 'arn:aws:iam::${AWS::AccountId}:role/far/own'"),
        lambda("!Sub 'arn:aws:iam::${AWS::AccountId}:role/OWN'"),
        passing.to_owned(),
        "{Type: 'AWS::CloudFormation::StackSet', Properties: {ExecutionRoleName: own}}".to_owned(),
        "{Type: 'AWS::SSM::Document', Properties: {Content: {mainSteps: [{action: 'aws:runInstances', inputs: {IamInstanceProfileName: web}}]}}}".to_owned(),
    ] {
        let template = template(&user, &named("web"), "Properties: {RoleName: own}", "");
        assert_eq!(codes(&template), [""; 0], "{template}");
    }
    let budget =
        "{Type: 'AWS::Budgets::BudgetsAction', Properties: {Definition: {IamActionDefinition: {Roles: [own]}}}}";
    for (path, count) in [("", 1), ("Path: /far/, ", 0)] {
        let template = template(
            budget,
            &named("web"),
            &format!("Properties: {{{path}RoleName: own}}"),
            "",
        );
        assert_eq!(codes(&template).len(), count, "{template}");
    }
    for name in ["!If [A, !Ref N, !Ref AWS::NoValue]", "!Ref AWS::NoValue", "''"] {
        let template = template(&instance("!Ref AWS::NoValue"), &named(name), "Properties: {}", "");
        assert_eq!(codes(&template), [""; 0], "{template}");
    }
    // The role's own policy cannot refer to it.
    let own = "Properties: {RoleName: own, AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com, AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/own'}, Action: 'sts:AssumeRole'}]}}";
    let template = template("{Type: 'AWS::SNS::Topic'}", &named("web"), own, "");
    assert_eq!(codes(&template), [""; 0], "{template}");
}

/// Without a profile, a folder's template is not read.
#[test]
fn roles_are_looked_at_in_templates_with_a_profile_alone() {
    let template = "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {RoleName: own}}, L: {Type: 'AWS::Lambda::Function', Properties: {Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/own'}}}";
    assert_eq!(codes(template), [""; 0]);
}

#[test]
fn conditions_decide_whether_there_is_a_fix() {
    let user = |condition: &str, value: &str| {
        format!("{{Type: '{INSTANCE}', Condition: {condition}, Properties: {{IamInstanceProfile: {value}}}}}")
    };
    let under = |condition: &str| format!("Condition: {condition}, {}", named("web"));
    let other = format!(
        "  P2: {{Type: 'AWS::IAM::InstanceProfile', Condition: B, {}}}\n",
        named("web")
    );
    let cases: [(String, String, &str, Option<Reason>); 10] = [
        (user("A", "web"), under("A"), "", None),
        (user("AA", "web"), under("A"), "", None),
        (user("A", "web"), named("web"), "", None),
        (instance("!If [A, web, x]"), under("A"), "", None),
        (user("A", "web"), under("A"), &other, None),
        (instance("web"), under("A"), "", Some(reason!(NoFix::MayNotExist(_)))),
        (user("A", "web"), under("AA"), "", Some(reason!(NoFix::MayNotExist(_)))),
        (instance("web"), under("A"), &other, Some(reason!(NoFix::SeveralOfName))),
        (
            instance("web"),
            named("!If [A, web, other]"),
            "",
            Some(reason!(NoFix::MayHaveOtherName(_))),
        ),
        (
            instance("!Sub ['${X}', {X: !If [A, web, other]}]"),
            named("web"),
            "",
            Some(reason!(NoFix::OtherBranches)),
        ),
    ];
    for (user, profile, others, expected) in cases {
        let template = template(&user, &profile, "Properties: {}", others);
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{template}: {:?}", report.findings)
        };
        assert_eq!((finding.rule.code, finding.severity), ("IPF013", Severity::Warning));
        match (no_fix(finding), expected) {
            (Some(why), Some(is_expected)) => assert!(is_expected(why), "{template}: {why:?}"),
            (why, expected) => assert!(why.is_none() && expected.is_none(), "{template}: {why:?}"),
        }
    }
    // A statement that may deny is never changed.
    let deny = "{Type: 'AWS::S3::BucketPolicy', Properties: {PolicyDocument: {Statement: [{Effect: Deny, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/own'}}]}}}";
    let denying = report(&template(deny, &named("web"), "Properties: {RoleName: own}", ""));
    let why = denying.findings.first().and_then(no_fix);
    assert_eq!(why, Some(&NoFix::MayDeny));
    // They are never in one stack.
    for (user, profile) in [
        (user("B", "web"), under("A")),
        (instance("!If [A, !Ref P, web]"), under("A")),
        (instance("!Sub ['${X}', {X: !If [A, !Ref P, web]}]"), under("A")),
        (instance("!If [A, x, web]"), named("!If [A, web, other]")),
    ] {
        let template = template(&user, &profile, "Properties: {}", "");
        assert_eq!(codes(&template), [""; 0], "{template}");
    }
    let principal = "{Type: 'AWS::S3::BucketPolicy', Properties: {PolicyDocument: {Statement: [!If [A, {}, {Effect: Allow, Principal: {AWS: [!Sub 'arn:aws:iam::${AWS::AccountId}:role/own']}}]]}}}";
    let template = template(
        principal,
        &named("web"),
        "Condition: A, Properties: {RoleName: own}",
        "",
    );
    assert_eq!(codes(&template), [""; 0], "{template}");
}

#[test]
fn no_fix_closes_a_circle() {
    for (profile, others) in [
        ("DependsOn: S", ""),
        (
            "DependsOn: M",
            "  M: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref S}}\n",
        ),
    ] {
        let profile = format!("{profile}, {}", named("web"));
        let template = template(&instance("web"), &profile, "Properties: {}", others);
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{template}: {:?}", report.findings)
        };
        assert!(
            matches!(no_fix(finding), Some(NoFix::CircularDependency(id)) if id == "P"),
            "{finding:?}"
        );
    }
    // Each reference is right without the other.
    let trusting = |name: &str, other: &str| {
        format!(
            "{{Type: 'AWS::IAM::Role', Properties: {{RoleName: {name}, AssumeRolePolicyDocument: {{Statement: [{{Effect: Allow, Principal: {{AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:role/{other}'}}}}]}}}}}}"
        )
    };
    let others = format!(
        "  R2: {}\n  R3: {}\n",
        trusting("two", "three"),
        trusting("three", "two")
    );
    let template = template("{Type: 'AWS::SNS::Topic'}", &named("web"), "Properties: {}", &others);
    let report = report(&template);
    let [first, second] = report.findings.as_slice() else {
        panic!("{template}: {:?}", report.findings)
    };
    assert!(no_fix(first).is_none(), "{first:?}");
    assert!(
        matches!(no_fix(second), Some(NoFix::CircularDependency(id)) if id == "R2"),
        "{second:?}"
    );
}

/// A loop variable is not the same in two loops with other values.
#[test]
fn loop_variables_are_equal_if_their_values_are() {
    let each =
        |name: &str, values: &str, resource: &str| format!("  Fn::ForEach::{name}: [X, {values}, {{{resource}}}]\n");
    let profile = "'P${X}': {Type: 'AWS::IAM::InstanceProfile', Properties: {InstanceProfileName: !Sub '${X}-x', Roles: [!Ref R]}}";
    let user = "'S${X}': {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Sub '${X}-x'}}";
    let template = |others: &str| format!("Resources:\n  R: {{Type: 'AWS::IAM::Role'}}\n{others}");
    for others in [
        each("All", "[a, b]", &format!("{profile}, {user}")),
        each("Profiles", "[a, b]", profile) + &each("Users", "[a, b]", user),
    ] {
        let template = template(&others);
        let fixed = "{IamInstanceProfile: !Ref {Fn::Sub: \"P${X}\"}}";
        assert_fixed(&template, &["IPF013"], "{IamInstanceProfile: !Sub '${X}-x'}", fixed);
    }
    let others = each("Profiles", "[a, b]", profile) + &each("Users", "[c, d]", user);
    assert_eq!(codes(&template(&others)), [""; 0]);
}

#[test]
fn the_warning_of_the_same_name_follows_the_chain_too() {
    let arn = "!Sub 'arn:aws:iam::${AWS::AccountId}:instance-profile/${R}'";
    let launch = |attributes: &str, value: &str| {
        format!("{{Type: '{LAUNCH}', {attributes}Properties: {{LaunchTemplateData: {{IamInstanceProfile: {value}}}}}}}")
    };
    let topic = "  M: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref P}}\n";
    for role in ["Properties: {}", "Properties: {RoleName: own}"] {
        for value in ["{Name: !Ref R}".to_owned(), format!("{{Arn: {arn}}}")] {
            let found = template(&launch("", &value), &named("!Ref R"), role, topic);
            let report = report(&found);
            let [finding] = report.findings.as_slice() else {
                panic!("{found}: {:?}", report.findings)
            };
            assert_eq!((finding.rule.code, finding.severity), ("IPF001", Severity::Warning));
            for attributes in ["DependsOn: P, ", "DependsOn: M, "] {
                let ordered = template(&launch(attributes, &value), &named("!Ref R"), role, topic);
                assert_eq!(codes(&ordered), [""; 0], "{ordered}");
            }
        }
    }
    // With a path, it is not the ARN of the profile.
    let far = "Properties: {Path: /far/, InstanceProfileName: !Ref R, Roles: [!Ref R]}";
    let template = template(
        &launch("DependsOn: P, ", &format!("{{Arn: {arn}}}")),
        far,
        "Properties: {}",
        "",
    );
    let report = report(&template);
    let severities: Vec<_> = report.findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, [Severity::Error], "{template}");
}

/// With a profile of its name that holds another role, a reference to a role works if the profile exists before.
#[test]
fn what_works_with_another_role_gets_no_safe_fix() {
    let user = |order: &str| format!("{{Type: '{INSTANCE}', {order}Properties: {{IamInstanceProfile: !Ref R}}}}");
    let other = "  O: {Type: 'AWS::IAM::Role'}\n";
    for (order, condition, works) in [
        ("DependsOn: P, ", "", true),
        ("", "", false),
        ("DependsOn: P, ", "Condition: A, ", false),
    ] {
        let profile = format!("{condition}Properties: {{InstanceProfileName: web, Roles: [!Ref O]}}");
        let template = template(&user(order), &profile, "Properties: {RoleName: web}", other);
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{template}{:?}", report.findings)
        };
        let severity = if works { Severity::Warning } else { Severity::Error };
        assert_eq!(
            (finding.rule.code, finding.severity),
            ("IPF001", severity),
            "{template}"
        );
        assert_eq!(report.fixed().is_none(), works, "{template}");
        let all = check(&template, &with_unsafe_fixes()).unwrap();
        assert!(all.fixed().unwrap().contains("!Ref RInstanceProfile"), "{template}");
    }
}
