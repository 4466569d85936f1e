//! What is found and not fixed, and what cannot be read: the reason must be right, and nothing may change.

use cfn_ipfix::model::{ModelError, NoFix, Remedy};
use cfn_ipfix::text::{Lines, Obstacle, Refusal};
use cfn_ipfix::yaml::{Problem, SyntaxError};
use cfn_ipfix::{CheckError, Options, Outcome, check};

use super::reason::{Reason, reason};
use super::shared::{report, with_unsafe_fixes, withheld};

const ROLE: &str = "  Role:\n    Type: AWS::IAM::Role\n";

/// Templates with one finding, and the reason if it has no fix.
#[test]
fn a_fix_is_withheld_with_its_reason() {
    let cases: [(&str, Option<Reason>); 8] = [
        ("<<: {IamInstanceProfile: !Ref Role}", Some(reason!(NoFix::Merged))),
        (
            "<<: [{a: b}, {IamInstanceProfile: !Ref Role}]",
            Some(reason!(NoFix::Merged)),
        ),
        (
            "IamInstanceProfile: !Ref |-\n        Role",
            Some(reason!(NoFix::Obstacle(Obstacle::SeveralLines))),
        ),
        (
            "IamInstanceProfile: !Ref \"Ro\\\n        le\"",
            Some(reason!(NoFix::Obstacle(Obstacle::SeveralLines))),
        ),
        (
            "IamInstanceProfile: !GetAtt >-\n        Role.Arn",
            Some(reason!(NoFix::Obstacle(Obstacle::SeveralLines))),
        ),
        (
            "IamInstanceProfile: !GetAtt\n        - Role # which\n        - Arn",
            Some(reason!(NoFix::Obstacle(Obstacle::Comment))),
        ),
        (
            "IamInstanceProfile: &p !Ref Role\n      KeyName: *p",
            Some(reason!(NoFix::Shared { .. })),
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
        match (withheld(finding), expected) {
            (Some(why), Some(is_expected)) => {
                assert!(is_expected(why), "{template}: {why:?}");
                assert_eq!(report.outcome, Outcome::Unchanged, "{template}");
            }
            (why, expected) => assert!(why.is_none() && expected.is_none(), "{template}: {why:?}"),
        }
    }
}

/// What a loop makes can be referred to inside `Fn::Sub` alone, and not at all by the letters and digits of its values.
#[test]
fn what_a_loop_makes_is_not_named_where_it_cannot_be() {
    let cases: [(&str, &str, Option<Reason>); 5] = [
        ("Role&{Name}", "!Ref 'Role&{Name}'", Some(reason!(NoFix::Letters))),
        ("'Role${Name}'", "!Ref {Fn::Sub: 'Role${Name}'}", None),
        (
            "'Role${Name}'",
            "!GetAtt # why\n            [!Sub 'Role${Name}', Arn]",
            Some(reason!(NoFix::Obstacle(Obstacle::Comment))),
        ),
        ("WebRole", "!Sub '${WebRole}'", Some(reason!(NoFix::LoopVariable))),
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
        match (withheld(finding), expected) {
            (Some(why), Some(is_expected)) => assert!(is_expected(why), "{role}: {why:?}"),
            (why, expected) => assert!(why.is_none() && expected.is_none(), "{role}: {why:?}"),
        }
    }
}

/// Where a word stands for other values in another loop, only these tell what is meant by a logical ID that both make or
/// speak of. The loops are not looked into then, and are named.
#[test]
fn loops_that_one_word_confuses_are_not_looked_into() {
    let of = |name: &str, word: &str, values: &str, resources: &str| {
        format!("  Fn::ForEach::{name}:\n    - {word}\n    - {values}\n    - {resources}\n")
    };
    let role = |word: &str| format!("{{'${{{word}}}Role': {{Type: 'AWS::IAM::Role'}}}}");
    let server = |word: &str| {
        format!(
            "{{'${{{word}}}Server': {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref {{Fn::Sub: '${{{word}}}Role'}}}}}}}}"
        )
    };
    let suppressed = format!("# cfn-ipfix: ignore\n      {}", server("N"));
    let own = "{'${N}Own': {Type: 'AWS::IAM::Role'}, '${N}': {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref {Fn::Sub: '${N}Own'}}}}";
    for (what, second, unseen, findings) in [
        (
            "it speaks of what the other makes",
            of("B", "N", "[c]", &server("N")),
            2,
            0,
        ),
        ("in part of its values", of("B", "N", "[a, b, c]", &server("N")), 2, 0),
        (
            "what is suppressed there is not unused",
            of("B", "N", "[c]", &suppressed),
            2,
            0,
        ),
        ("both make it", of("B", "N", "[c]", &role("N")), 2, 0),
        (
            "their values are parameters",
            of("B", "N", "!Ref Names", &server("N")),
            2,
            0,
        ),
        ("the values are the same", of("B", "N", "[a, b]", &server("N")), 0, 1),
        ("the word is another", of("B", "M", "[a]", &server("M")), 0, 1),
        ("each speaks of its own", of("B", "N", "[c]", own), 0, 1),
    ] {
        let report = report(&format!("Resources:\n{}{second}", of("A", "N", "[a, b]", &role("N"))));
        assert_eq!(
            (report.unchecked.len(), report.findings.len()),
            (unseen, findings),
            "{what}"
        );
    }
}

/// Nothing in the loop can refer to the role, but something outside can.
#[test]
fn what_keeps_a_loop_from_making_a_profile_is_told_outside_of_it() {
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
    let remedies: Vec<_> = report.findings.iter().map(|finding| &finding.remedy).collect();
    let withheld = NoFix::RoleByLetters("Role&{Name}".to_owned());
    assert_eq!(remedies, [&Remedy::Withheld(withheld)]);
}

/// As much text is read as the ARN of a role can have, and by either form of the function.
#[test]
fn a_long_arn_is_looked_into() {
    let arn = format!("arn:aws:iam::123456789012:role/{}/${{Role}}", "p".repeat(2030));
    for value in [format!("!Sub '{arn}'"), format!("{{Fn::Sub: '{arn}'}}")] {
        let report = report(&format!(
            "Resources:\n  Stack: {{Type: 'AWS::OpsWorks::Stack', Properties: {{DefaultInstanceProfileArn: {value}}}}}\n{ROLE}"
        ));
        assert_eq!(report.findings.len(), 1, "{value}");
    }
}

/// A resource cannot wait for what waits for it:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html>.
#[test]
fn a_profile_that_waits_for_its_user_is_not_used() {
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

/// An alias gets a reference of its own, so a name here and an ARN there are no conflict.
#[test]
fn an_alias_takes_what_its_own_place_takes() {
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

/// One text that several places read, of which some want another thing, or none of ours.
#[test]
fn a_text_that_its_users_do_not_agree_on_is_withheld() {
    let cases: [(&str, Reason); 4] = [
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::EC2::SpotFleet', Properties: {SpotFleetRequestConfigData: {LaunchSpecifications: [*p]}}}",
            reason!(NoFix::Torn),
        ),
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::SSM::Document', Properties: *p}",
            reason!(NoFix::Shared { .. }),
        ),
        (
            "  A: {Type: 'AWS::EC2::Instance', Metadata: &p {IamInstanceProfile: !Ref Role}, Properties: *p}",
            reason!(NoFix::Shared { .. }),
        ),
        // Whoever suppresses the finding wants its own to stay.
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::EC2::Instance', Properties: *p, Metadata: {cfn-ipfix: {ignore: [IPF001]}}}",
            reason!(NoFix::Shared { .. }),
        ),
    ];
    for (resources, is_expected) in cases {
        let template = format!("Resources:\n{resources}\n{ROLE}");
        let report = report(&template);
        assert!(!report.findings.is_empty());
        assert_eq!(report.outcome, Outcome::Unchanged, "{template}");
        for finding in report.findings.iter().filter(|finding| finding.rule.code == "IPF001") {
            assert!(withheld(finding).is_some_and(is_expected), "{template}: {finding:?}");
        }
    }
}

/// The role is there whenever the first profile is, and not whenever the second is.
#[test]
fn a_text_stays_that_one_of_its_users_cannot_have_otherwise() {
    let template = "Conditions: {C: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:
  A: {Type: 'AWS::IAM::InstanceProfile', Condition: C, Properties: &p {Roles: [Other]}}
  B: {Type: 'AWS::IAM::InstanceProfile', Properties: *p}
  Other: {Type: 'AWS::IAM::Role', Condition: C}
";
    let report = check(template, &with_unsafe_fixes()).unwrap();
    let reasons: Vec<_> = report.findings.iter().map(withheld).collect();
    let is_expected = matches!(reasons[..], [Some(NoFix::Shared { .. }), Some(NoFix::Absent(_))]);
    assert!(is_expected, "{reasons:?}");
}

#[test]
fn a_role_written_elsewhere_gets_no_profile_behind_it() {
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
        let is_expected = reason!(NoFix::RoleElsewhere(_) | NoFix::NoCopy { .. });
        assert!(withheld(finding).is_some_and(is_expected), "{role}: {finding:?}");
    }
}

/// What stands behind a block of text that the end of the file ends would change the text.
#[test]
fn a_role_that_ends_the_file_in_open_text_gets_no_profile_behind_it() {
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
        let is_expected = reason!(NoFix::OpenEnd(_));
        assert!(withheld(finding).is_some_and(is_expected), "{finding:?}");
        assert_eq!(report.outcome, Outcome::Unchanged);
    }
}

#[test]
fn what_the_second_reader_refuses_is_not_written() {
    let server = "  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref Role\n";
    for (more, expected) in [
        (
            format!("{server}{ROLE}  B:\n    Type: AWS::S3::Bucket\n    Type: AWS::S3::Bucket\n"),
            Some(("Type", 9)),
        ),
        // Where the fix touches what is at fault.
        (
            format!("{server}{ROLE}    Properties:\n      Path: /a/\n      Path: /b/\n"),
            Some(("Path", 9)),
        ),
        (
            format!(
                "{ROLE}  S:\n    Type: AWS::EC2::SpotFleet\n    Properties:\n      SpotFleetRequestConfigData:\n        LaunchSpecifications:\n          - IamInstanceProfile:\n              Name: !Ref Role\n              Name: !Ref Role\n"
            ),
            Some(("Name", 10)),
        ),
        (
            format!("{ROLE}    Properties:\n      Description: |+\n        x\n\t\n\n{server}"),
            None,
        ),
    ] {
        let text = format!("Resources:\n{more}");
        let report = report(&text);
        assert_eq!(report.fixed(), None);
        let Outcome::Refused { refusals, .. } = &report.outcome else {
            panic!("{:?}", report.outcome)
        };
        assert!(!refusals.is_empty());
        for refusal in refusals {
            match (refusal, expected) {
                (Refusal::DuplicateKey { key, first, second }, Some((expected, line))) => {
                    let lines = Lines::new(&text);
                    assert_eq!(key, expected);
                    let [first, second] = [first, second].map(|place| lines.number(place.span.start()) + 1);
                    assert_eq!((first, second), (line, line + 1));
                }
                (Refusal::SecondReader(_), None) => {}
                _ => panic!("{refusal:?}"),
            }
        }
    }
}

/// Whether an error is the expected one.
type Error = fn(&CheckError) -> bool;

/// Expects a syntax error of this pattern.
macro_rules! problem {
    ($pattern:pat) => {
        |error| matches!(error, CheckError::Syntax(SyntaxError { problem: $pattern, .. }))
    };
}

/// Texts that are not read, with the place of the error.
#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let deep_list = "- ".repeat(100_000);
    let deep_brackets = "[".repeat(100_000);
    let cases: [(&str, (usize, usize), Error); 15] = [
        ("a: [1, 2\n", (2, 1), problem!(Problem::Yaml(_))),
        ("a: \"b\n", (1, 4), problem!(Problem::OpenQuote)),
        ("a: 'b\n", (1, 4), problem!(Problem::OpenQuote)),
        ("a:\n\tb: c\n", (2, 1), problem!(Problem::Tab)),
        ("a: *b\n", (1, 4), problem!(Problem::Yaml(_))),
        ("a: &b 1\n---\nc: *b\n", (3, 4), problem!(Problem::ForeignAlias)),
        ("a: b: c\n", (1, 5), problem!(Problem::Yaml(_))),
        ("あ: い: う\n", (1, 5), problem!(Problem::Yaml(_))),
        ("a: b\0c\n", (1, 5), problem!(Problem::ControlCharacter('\0'))),
        (
            "a: \"\u{1b}[2J\"\n",
            (1, 5),
            problem!(Problem::ControlCharacter('\u{1b}')),
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
        (&deep_list, (1, 257), problem!(Problem::TooDeep)),
        (&deep_brackets, (1, 129), problem!(Problem::TooDeep)),
    ];
    for (text, place, is_expected) in cases {
        let error = check(text, &Options::default()).unwrap_err();
        assert!(is_expected(&error), "{error:?}");
        if text.len() < 1000 {
            let before = &text[..error.span().start()];
            let line = before.rsplit('\n').next().unwrap_or_default();
            let found = (before.matches('\n').count() + 1, line.chars().count() + 1);
            assert_eq!(found, place, "{error:?}");
        }
    }
}

/// YAML or JSON that holds no template is no error.
#[test]
fn what_is_no_template_is_told_apart() {
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

/// Nine levels of nine aliases each stand for 387 million nodes; nothing may follow them all.
#[test]
fn an_alias_bomb_costs_nothing() {
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

/// Reading the value would take longer than anybody waits.
#[test]
fn a_value_that_doubles_itself_says_nothing() {
    let twice = |value: String, _| format!("!Sub ['${{X}}${{X}}', {{X: {value}}}]");
    let doubled = (0..60).fold("!Ref Role".to_owned(), twice);
    let server = format!("{{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {doubled}}}}}");
    let report = report(&format!("Resources:\n{ROLE}  S: {server}\n"));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn a_name_of_both_a_role_and_a_profile_is_found_where_an_arn_is_wanted() {
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
        .map(|finding| (finding.rule.code, withheld(finding)))
        .collect();
    assert_eq!(found, [("IPF002", Some(&NoFix::PathUnknown))]);
}

/// The value of an alias elsewhere changes only if a value of its own replaces that alias.
#[test]
fn an_anchor_stays_where_one_of_its_aliases_does() {
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
    let is_shared = reason!(NoFix::Shared { .. });
    let all_are = report
        .findings
        .iter()
        .all(|finding| withheld(finding).is_some_and(is_shared));
    assert!(all_are, "{:?}", report.findings);
    assert_eq!((report.findings.len(), report.fixed()), (3, None));
}
