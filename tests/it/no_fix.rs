//! Tests of findings without a fix and of files that cannot be read: the reason is right, and nothing changes.

use cfn_ipfix::model::{FixState, ModelError, NoFix};
use cfn_ipfix::text::{EditObstacle, ProofError};
use cfn_ipfix::yaml::{SyntaxError, SyntaxErrorKind};
use cfn_ipfix::{CheckError, Options, Outcome, check};

use super::reason::{Reason, reason};
use super::shared::{no_fix, report, with_unsafe_fixes};

const ROLE: &str = "  Role:\n    Type: AWS::IAM::Role\n";

/// Each template has one finding, and a reason if the finding has no fix.
#[test]
fn reports_why_a_finding_has_no_fix() {
    let cases: [(&str, Option<Reason>); 8] = [
        (
            "<<: {IamInstanceProfile: !Ref Role}",
            Some(reason!(NoFix::FromMergeKey)),
        ),
        (
            "<<: [{a: b}, {IamInstanceProfile: !Ref Role}]",
            Some(reason!(NoFix::FromMergeKey)),
        ),
        (
            "IamInstanceProfile: !Ref |-\n        Role",
            Some(reason!(NoFix::CannotEdit(EditObstacle::Multiline))),
        ),
        (
            "IamInstanceProfile: !Ref \"Ro\\\n        le\"",
            Some(reason!(NoFix::CannotEdit(EditObstacle::Multiline))),
        ),
        (
            "IamInstanceProfile: !GetAtt >-\n        Role.Arn",
            Some(reason!(NoFix::CannotEdit(EditObstacle::Multiline))),
        ),
        (
            "IamInstanceProfile: !GetAtt\n        - Role # which\n        - Arn",
            Some(reason!(NoFix::CannotEdit(EditObstacle::Comment))),
        ),
        (
            "IamInstanceProfile: &p !Ref Role\n      KeyName: *p",
            Some(reason!(NoFix::SharedAnchor { .. })),
        ),
        ("IamInstanceProfile: !Ref\n        # a comment\n        Role", None),
    ];
    for (properties, expected) in cases {
        let template =
            format!("Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties:\n      {properties}\n{ROLE}");
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{template}: {:?}", report.findings)
        };
        match (no_fix(finding), expected) {
            (Some(why), Some(is_expected)) => {
                assert!(is_expected(why), "{template}: {why:?}");
                assert_eq!(report.outcome, Outcome::Unchanged, "{template}");
            }
            (why, expected) => assert!(why.is_none() && expected.is_none(), "{template}: {why:?}"),
        }
    }
}

/// References to resources of a loop need `Fn::Sub`.
///
/// There is no reference by the letters and digits of a value (`&{Name}`).
#[test]
fn offers_only_references_that_a_loop_allows() {
    let cases: [(&str, &str, Option<Reason>); 5] = [
        ("Role&{Name}", "!Ref 'Role&{Name}'", Some(reason!(NoFix::IdByLetters))),
        ("'Role${Name}'", "!Ref {Fn::Sub: 'Role${Name}'}", None),
        (
            "'Role${Name}'",
            "!GetAtt # why\n            [!Sub 'Role${Name}', Arn]",
            Some(reason!(NoFix::CannotEdit(EditObstacle::Comment))),
        ),
        ("WebRole", "!Sub '${WebRole}'", Some(reason!(NoFix::LoopVariableInSub))),
        ("WebRole", "!Ref WebRole", None),
    ];
    for (role, given, expected) in cases {
        let holder = match role {
            "WebRole" => "'${Name}Profile': {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref WebRole]}}",
            _ => "Other: {Type: 'AWS::S3::Bucket'}",
        };
        let report = report(&format!(
            "\
Resources:
  Fn::ForEach::Servers:
    - Name
    - ['Web']
    - {role}: {{Type: 'AWS::IAM::Role'}}
      {holder}
      Server: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: {given}}}}}
"
        ));
        let [finding] = report.findings.as_slice() else {
            panic!("{role}: {:?}", report.findings)
        };
        match (no_fix(finding), expected) {
            (Some(why), Some(is_expected)) => assert!(is_expected(why), "{role}: {why:?}"),
            (why, expected) => assert!(why.is_none() && expected.is_none(), "{role}: {why:?}"),
        }
    }
}

/// Two loops can use the same loop variable with different values.
///
/// A logical ID that both create or refer to is then ambiguous. The loops are not analysed, but reported as unchecked.
#[test]
fn does_not_analyse_ambiguous_loops() {
    let of = |name: &str, variable: &str, values: &str, resources: &str| {
        format!("  Fn::ForEach::{name}:\n    - {variable}\n    - {values}\n    - {resources}\n")
    };
    let role = |variable: &str| format!("{{'${{{variable}}}Role': {{Type: 'AWS::IAM::Role'}}}}");
    let server = |variable: &str| {
        format!(
            "{{'${{{variable}}}Server': {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref {{Fn::Sub: '${{{variable}}}Role'}}}}}}}}"
        )
    };
    let suppressed = format!("# cfn-ipfix: ignore\n      {}", server("N"));
    let own = "{'${N}Own': {Type: 'AWS::IAM::Role'}, '${N}': {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref {Fn::Sub: '${N}Own'}}}}";
    for (what, second, unchecked, findings) in [
        (
            "it refers to a resource of the other loop",
            of("B", "N", "[c]", &server("N")),
            2,
            0,
        ),
        (
            "it refers to one for some of its values",
            of("B", "N", "[a, b, c]", &server("N")),
            2,
            0,
        ),
        (
            "its suppression is not reported as unused",
            of("B", "N", "[c]", &suppressed),
            2,
            0,
        ),
        ("both create the resource", of("B", "N", "[c]", &role("N")), 2, 0),
        (
            "their values are parameters",
            of("B", "N", "!Ref Names", &server("N")),
            2,
            0,
        ),
        ("the values are the same", of("B", "N", "[a, b]", &server("N")), 0, 1),
        ("the loop variables differ", of("B", "M", "[a]", &server("M")), 0, 1),
        ("each refers to its own resource", of("B", "N", "[c]", own), 0, 1),
    ] {
        let report = report(&format!("Resources:\n{}{second}", of("A", "N", "[a, b]", &role("N"))));
        assert_eq!(
            (report.unchecked.len(), report.findings.len()),
            (unchecked, findings),
            "{what}"
        );
    }
}

/// The role can be referred to from outside the loop only.
#[test]
fn reports_outside_a_loop_why_the_loop_gets_no_profile() {
    let report = report(
        "\
Resources:
  Fn::ForEach::Servers:
    - Name
    - ['a.b']
    - 'Role&{Name}': {Type: 'AWS::IAM::Role'}
  Server: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref Roleab}}
",
    );
    let fix_states: Vec<_> = report.findings.iter().map(|finding| &finding.fix_state).collect();
    let no_fix = NoFix::RoleIdByLetters("Role&{Name}".to_owned());
    assert_eq!(fix_states, [&FixState::NoFix(no_fix)]);
}

/// The limit on the length of a value is above the longest ARN.
///
/// It is the same in both forms of the function.
#[test]
fn analyses_a_long_arn() {
    let arn = format!("arn:aws:iam::123456789012:role/{}/${{Role}}", "p".repeat(2030));
    for value in [format!("!Sub '{arn}'"), format!("{{Fn::Sub: '{arn}'}}")] {
        let report = report(&format!(
            "Resources:\n  Stack: {{Type: 'AWS::OpsWorks::Stack', Properties: {{DefaultInstanceProfileArn: {value}}}}}\n{ROLE}"
        ));
        assert_eq!(report.findings.len(), 1, "{value}");
    }
}

/// Two resources cannot depend on each other:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html>.
#[test]
fn does_not_use_a_profile_that_depends_on_its_user() {
    for depends_on in ["Server", "[Other, Server]"] {
        let report = report(&format!(
            "\
Resources:
  Server: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref Role}}}}
  Profile: {{Type: 'AWS::IAM::InstanceProfile', DependsOn: {depends_on}, Properties: {{Roles: [!Ref Role]}}}}
{ROLE}"
        ));
        let fixed = report.fixed().unwrap();
        assert!(fixed.contains("IamInstanceProfile: !Ref InstanceProfile}"), "{fixed}");
        assert!(fixed.contains("  InstanceProfile:"), "{fixed}");
    }
}

/// Each alias is replaced by its own reference.
///
/// One slot can take a name and the other an ARN.
#[test]
fn replaces_an_alias_by_the_value_for_its_slot() {
    let after = super::shared::fixed(
        "\
Resources:
  A: {Type: 'AWS::EC2::LaunchTemplate', Properties: {LaunchTemplateData: {IamInstanceProfile: {Name: &r !Ref Role}}}}
  B: {Type: 'AWS::EC2::LaunchTemplate', Properties: {LaunchTemplateData: {IamInstanceProfile: {Arn: *r}}}}
  Role: {Type: 'AWS::IAM::Role'}
",
    );
    assert!(after.contains("Name: &r !Ref InstanceProfile"), "{after}");
    assert!(after.contains("Arn: !GetAtt InstanceProfile.Arn"), "{after}");
}

/// Users of an anchored value may need different values, or no change.
#[test]
fn offers_no_fix_if_users_of_an_anchor_conflict() {
    let cases: [(&str, Reason); 4] = [
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::EC2::SpotFleet', Properties: {SpotFleetRequestConfigData: {LaunchSpecifications: [*p]}}}",
            reason!(NoFix::ConflictingUses),
        ),
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::SSM::Document', Properties: *p}",
            reason!(NoFix::SharedAnchor { .. }),
        ),
        (
            "  A: {Type: 'AWS::EC2::Instance', Metadata: &p {IamInstanceProfile: !Ref Role}, Properties: *p}",
            reason!(NoFix::SharedAnchor { .. }),
        ),
        // The suppressed finding must keep its value.
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::EC2::Instance', Properties: *p, Metadata: {cfn-ipfix: {ignore: [IPF001]}}}",
            reason!(NoFix::SharedAnchor { .. }),
        ),
    ];
    for (resources, is_expected) in cases {
        let template = format!("Resources:\n{resources}\n{ROLE}");
        let report = report(&template);
        assert!(!report.findings.is_empty());
        assert_eq!(report.outcome, Outcome::Unchanged, "{template}");
        for finding in report.findings.iter().filter(|finding| finding.rule.code == "IPF001") {
            assert!(no_fix(finding).is_some_and(is_expected), "{template}: {finding:?}");
        }
    }
}

/// The role exists whenever the first profile does, but not whenever the second does.
#[test]
fn keeps_a_shared_value_that_is_not_fixable_for_one_user() {
    let template = "Conditions: {C: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:
  A: {Type: 'AWS::IAM::InstanceProfile', Condition: C, Properties: &p {Roles: [Other]}}
  B: {Type: 'AWS::IAM::InstanceProfile', Properties: *p}
  Other: {Type: 'AWS::IAM::Role', Condition: C}
";
    let report = check(template, &with_unsafe_fixes()).unwrap();
    let reasons: Vec<_> = report.findings.iter().map(no_fix).collect();
    let is_expected = matches!(
        reasons[..],
        [Some(NoFix::SharedAnchor { .. }), Some(NoFix::MayNotExist(_))]
    );
    assert!(is_expected, "{reasons:?}");
}

#[test]
fn adds_no_profile_after_an_aliased_role() {
    for role in [
        "*role",
        "{<<: *role}",
        "{Type: 'AWS::IAM::Role', Properties: *role}",
        "{Type: 'AWS::IAM::Role', Properties: {<<: *role}}",
    ] {
        let template = format!(
            "X: &role {{Type: 'AWS::IAM::Role'}}\nResources:\n  S: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref Role}}}}\n  Role: {role}\n"
        );
        let report = report(&template);
        let Some(finding) = report.findings.first() else {
            assert_eq!(role, "{<<: *role}", "a merged type is not read");
            continue;
        };
        let is_expected = reason!(NoFix::RoleFromAlias(_) | NoFix::CannotCopy { .. });
        assert!(no_fix(finding).is_some_and(is_expected), "{role}: {finding:?}");
    }
}

/// Anything after a block scalar at the end of a file changes it.
#[test]
fn adds_no_profile_after_a_block_scalar_at_the_end_of_the_file() {
    for end in [
        "Description: |\n        abc",
        "Description: |+\n        abc\n\n",
        "Description: |+\n",
        "Description: >+\n      \n\n",
        "Description: |\n\n\n",
    ] {
        let template = format!(
            "Resources:\n  S: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref Role}}}}\n{ROLE}    Properties:\n      {end}"
        );
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{:?}", report.findings)
        };
        let is_expected = reason!(NoFix::BlockScalarAtEof(_));
        assert!(no_fix(finding).is_some_and(is_expected), "{finding:?}");
        assert_eq!(report.outcome, Outcome::Unchanged);
    }
}

#[test]
fn does_not_apply_fixes_that_serde_yaml_rejects() {
    let text = format!(
        "Resources:\n{ROLE}    Properties:\n      Description: |+\n        x\n\t\n\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref Role\n"
    );
    let report = report(&text);
    assert_eq!(report.fixed(), None);
    let Outcome::Refused { proof_errors, .. } = &report.outcome else {
        panic!("{:?}", report.outcome)
    };
    assert!(
        matches!(proof_errors.as_slice(), [ProofError::UnreadableBySerde(_)]),
        "{proof_errors:?}"
    );
}

/// A predicate for the expected error.
type Error = fn(&CheckError) -> bool;

/// Builds a predicate for syntax errors of this kind.
macro_rules! syntax_error {
    ($pattern:pat) => {
        |error| matches!(error, CheckError::Syntax(SyntaxError { kind: $pattern, .. }))
    };
}

#[test]
fn reports_the_position_of_an_error() {
    let deep_list = "- ".repeat(100_000);
    let deep_brackets = "[".repeat(100_000);
    let cases: [(&str, (usize, usize), Error); 15] = [
        ("a: [1, 2\n", (2, 1), syntax_error!(SyntaxErrorKind::Yaml(_))),
        ("a: \"b\n", (1, 4), syntax_error!(SyntaxErrorKind::OpenQuote)),
        ("a: 'b\n", (1, 4), syntax_error!(SyntaxErrorKind::OpenQuote)),
        ("a:\n\tb: c\n", (2, 1), syntax_error!(SyntaxErrorKind::Tab)),
        ("a: *b\n", (1, 4), syntax_error!(SyntaxErrorKind::Yaml(_))),
        (
            "a: &b 1\n---\nc: *b\n",
            (3, 4),
            syntax_error!(SyntaxErrorKind::ForeignAlias),
        ),
        ("a: b: c\n", (1, 5), syntax_error!(SyntaxErrorKind::Yaml(_))),
        ("あ: い: う\n", (1, 5), syntax_error!(SyntaxErrorKind::Yaml(_))),
        (
            "a: b\0c\n",
            (1, 5),
            syntax_error!(SyntaxErrorKind::ControlCharacter('\0')),
        ),
        (
            "a: \"\u{1b}[2J\"\n",
            (1, 5),
            syntax_error!(SyntaxErrorKind::ControlCharacter('\u{1b}')),
        ),
        (
            "Resources:\n  A: {Type: x}\n  A: {Type: x}\n",
            (3, 3),
            |error| matches!(error, CheckError::Template(ModelError::Duplicate { name, first, .. }) if name == "A" && first.span.start() == 13),
        ),
        (
            "Resources: {}\nResources: {}\n",
            (2, 1),
            |error| matches!(error, CheckError::Template(ModelError::Duplicate { name, first, .. }) if name == "Resources" && first.span.start() == 0),
        ),
        (
            "Resources: {}\nResources: text\n",
            (2, 1),
            |error| matches!(error, CheckError::Template(ModelError::Duplicate { name, first, .. }) if name == "Resources" && first.span.start() == 0),
        ),
        (&deep_list, (1, 257), syntax_error!(SyntaxErrorKind::TooDeep)),
        (&deep_brackets, (1, 129), syntax_error!(SyntaxErrorKind::TooDeep)),
    ];
    for (text, position, is_expected) in cases {
        let error = check(text, &Options::default()).unwrap_err();
        assert!(is_expected(&error), "{error:?}");
        if text.len() < 1000 {
            let before = &text[..error.span().start()];
            let line = before.rsplit('\n').next().unwrap_or_default();
            let found = (before.matches('\n').count() + 1, line.chars().count() + 1);
            assert_eq!(found, position, "{error:?}");
        }
    }
}

/// YAML and JSON without a template are not an error.
#[test]
fn recognises_files_without_a_template() {
    for text in [
        "",
        "\n",
        "# nothing\n",
        "- a\n",
        "a\n",
        "Resources\n",
        "Resources: []\n",
        "Resources:\n",
        "{}",
        "[]",
        "---\n---\n",
    ] {
        let report = report(text);
        assert_eq!((report.templates, report.findings.len()), (0, 0), "{text:?}");
    }
}

/// Nine levels of nine aliases expand to 387 million nodes, too many to visit.
#[test]
fn does_not_expand_an_alias_bomb() {
    let mut template = "Bomb:\n  a0: &a0 [x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        template += &format!("  a{level}: &a{level} [{aliases}]\n");
    }
    template += "Resources:\n  S: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref Role}}\n  Role: {Type: 'AWS::IAM::Role'}\n";
    let report = report(&template);
    assert_eq!(report.findings.len(), 1);
    assert!(matches!(report.outcome, Outcome::Refused { text: None, .. }));
}

/// Computing the value would take too long.
#[test]
fn ignores_a_value_that_doubles_itself() {
    let twice = |value: String, _| format!("!Sub ['${{X}}${{X}}', {{X: {value}}}]");
    let doubled = (0..60).fold("!Ref Role".to_owned(), twice);
    let server = format!("{{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {doubled}}}}}");
    let report = report(&format!("Resources:\n{ROLE}  S: {server}\n"));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn reports_a_name_of_both_a_role_and_a_profile_in_place_of_an_arn() {
    let report = report(
        "\
Resources:
  R: {Type: AWS::IAM::Role, Properties: {RoleName: web}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: web, Roles: [!Ref R]}}
  S: {Type: AWS::OpsWorks::Stack, Properties: {DefaultInstanceProfileArn: web}}
",
    );
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.rule.code, no_fix(finding)))
        .collect();
    assert_eq!(found, [("IPF002", None)]);
}

/// An anchored value changes only if every other alias of it is replaced.
#[test]
fn keeps_an_anchor_if_one_of_its_aliases_stays() {
    let report = report(
        "\
Resources:
  Role: {Type: AWS::IAM::Role}
  A: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: &a !Ref Role}}
  B: &b {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: *a}}
  C: *b
  D: {DependsOn: A, Type: Custom::D, Properties: *b}
",
    );
    let is_shared = reason!(NoFix::SharedAnchor { .. });
    let all_are = report
        .findings
        .iter()
        .all(|finding| no_fix(finding).is_some_and(is_shared));
    assert!(all_are, "{:?}", report.findings);
    assert_eq!((report.findings.len(), report.fixed()), (3, None));
}
