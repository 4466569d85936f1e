//! What is found and not fixed, and what cannot be read: the reason must be right, and nothing may change.

use cfn_ipfix::rules::{Remedy, Withheld};
use cfn_ipfix::{Options, Outcome, check};

use super::report;

const ROLE: &str = "  Role:\n    Type: AWS::IAM::Role\n";

/// Templates with one finding that has no fix, and words of the reason.
#[test]
fn a_fix_is_withheld_with_its_reason() {
    for (properties, reason) in [
        ("<<: {IamInstanceProfile: !Ref Role}", "merge key"),
        ("<<: [{a: b}, {IamInstanceProfile: !Ref Role}]", "merge key"),
        ("IamInstanceProfile: !Ref |-\n        Role", "several lines"),
        ("IamInstanceProfile: !Ref \"Ro\\\n        le\"", "several lines"),
        ("IamInstanceProfile: !GetAtt >-\n        Role.Arn", "several lines"),
        (
            "IamInstanceProfile: !GetAtt\n        - Role # which\n        - Arn",
            "a comment stands inside",
        ),
        (
            "IamInstanceProfile: &p !Ref Role\n      KeyName: *p",
            "also used on line 6",
        ),
        ("IamInstanceProfile: !Ref\n        # a comment\n        Role", ""),
    ] {
        let template =
            format!("Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties:\n      {properties}\n{ROLE}");
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{template}: {:?}", report.findings)
        };
        match &finding.remedy {
            Remedy::Withheld(why) => {
                assert!(
                    !reason.is_empty() && why.to_string().contains(reason),
                    "{template}: {why}"
                );
                assert_eq!(report.outcome, Outcome::Unchanged, "{template}");
            }
            Remedy::Fix(_) | Remedy::Along => assert!(reason.is_empty(), "{template}: fixed"),
        }
    }
}

/// What a loop makes can be referred to inside `Fn::Sub` alone, and not at all by the letters and digits of its values.
#[test]
fn what_a_loop_makes_is_not_named_where_it_cannot_be() {
    for (role, given, reason) in [
        ("Role&{Name}", "!Ref 'Role&{Name}'", "cannot be referred to"),
        ("'Role${Name}'", "!Ref {Fn::Sub: 'Role${Name}'}", ""),
        (
            "'Role${Name}'",
            "!GetAtt # why\n            [!Sub 'Role${Name}', Arn]",
            "a comment stands inside",
        ),
        ("WebRole", "!Sub '${WebRole}'", "cannot be a variable of `Fn::Sub`"),
        ("WebRole", "!Ref WebRole", ""),
    ] {
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
        match &finding.remedy {
            Remedy::Withheld(why) => {
                assert!(!reason.is_empty() && why.to_string().contains(reason), "{role}: {why}");
            }
            Remedy::Fix(_) | Remedy::Along => assert!(reason.is_empty(), "{role}: fixed"),
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
            (report.unseen.len(), report.findings.len()),
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
    let withheld = Withheld::RoleByLetters("Role&{Name}".to_owned());
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
fn no_circle_is_made() {
    for depends_on in ["Server", "[Other, Server]"] {
        let report = report(&format!(
            "\
Resources:
  Server: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref Role}}}}
  Profile: {{Type: 'AWS::IAM::InstanceProfile', DependsOn: {depends_on}, Properties: {{Roles: [!Ref Role]}}}}
{ROLE}"
        ));
        let remedies: Vec<_> = report.findings.iter().map(|finding| &finding.remedy).collect();
        assert_eq!(remedies, [&Remedy::Withheld(Withheld::Cycle)], "{depends_on}");
    }
}

/// An alias gets a reference of its own, so a name here and an ARN there are no conflict.
#[test]
fn an_alias_takes_what_its_own_place_takes() {
    let after = super::fixed(
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
    for (resources, reason) in [
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::EC2::SpotFleet', Properties: {SpotFleetRequestConfigData: {LaunchSpecifications: [*p]}}}",
            "want the profile's name and places that want its ARN",
        ),
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::SSM::Document', Properties: *p}",
            "also used on line 3",
        ),
        (
            "  A: {Type: 'AWS::EC2::Instance', Metadata: &p {IamInstanceProfile: !Ref Role}, Properties: *p}",
            "also used on line 2",
        ),
        // Whoever suppresses the finding wants its own to stay.
        (
            "  A: {Type: 'AWS::EC2::Instance', Properties: &p {IamInstanceProfile: !Ref Role}}
  B: {Type: 'AWS::EC2::Instance', Properties: *p, Metadata: {cfn-ipfix: {ignore: [IPF001]}}}",
            "also used on line 3",
        ),
    ] {
        let template = format!("Resources:\n{resources}\n{ROLE}");
        let report = report(&template);
        assert!(!report.findings.is_empty());
        assert_eq!(report.outcome, Outcome::Unchanged, "{template}");
        let mut remedies = report.findings.iter().filter(|finding| finding.rule.code == "IPF001");
        assert!(
            remedies
                .all(|finding| matches!(&finding.remedy, Remedy::Withheld(why) if why.to_string().contains(reason))),
            "{:?}",
            report.findings
        );
    }
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
        assert!(
            matches!(&finding.remedy, Remedy::Withheld(why) if why.to_string().contains("by hand")),
            "{role}"
        );
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
        assert!(
            matches!(&finding.remedy, Remedy::Withheld(why) if why.to_string().contains("ends the file")),
            "{finding:?}"
        );
        assert_eq!(report.outcome, Outcome::Unchanged);
    }
}

#[test]
fn what_the_second_reader_refuses_is_not_written() {
    let server = "  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref Role\n";
    for (more, words) in [
        (
            format!("{server}{ROLE}  B:\n    Type: AWS::S3::Bucket\n    Type: AWS::S3::Bucket\n"),
            "the key `Type` stands twice in one mapping, on lines 9 and 10",
        ),
        // Where the fix touches what is at fault.
        (
            format!("{server}{ROLE}    Properties:\n      Path: /a/\n      Path: /b/\n"),
            "the key `Path` stands twice in one mapping, on lines 9 and 10",
        ),
        (
            format!(
                "{ROLE}  S:\n    Type: AWS::EC2::SpotFleet\n    Properties:\n      SpotFleetRequestConfigData:\n        LaunchSpecifications:\n          - IamInstanceProfile:\n              Name: !Ref Role\n              Name: !Ref Role\n"
            ),
            "the key `Name` stands twice in one mapping, on lines 10 and 11",
        ),
        (
            format!("{ROLE}    Properties:\n      Description: |+\n        x\n\t\n\n{server}"),
            "found a tab character where an indentation space is expected at line 7 column 1",
        ),
    ] {
        let report = report(&format!("Resources:\n{more}"));
        assert_eq!(report.fixed(), None);
        let Outcome::Refused { refusals, .. } = &report.outcome else {
            panic!("{:?}", report.outcome)
        };
        assert!(!refusals.is_empty());
        for refusal in refusals {
            let message = refusal.to_string();
            assert!(message.contains(words), "{message}");
        }
    }
}

/// Texts that are not read, with the place and words of the message.
#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let deep_list = "- ".repeat(100_000);
    let deep_brackets = "[".repeat(100_000);
    for (text, place, words) in [
        ("a: [1, 2\n", (2, 1), "expected ',' or ']'"),
        ("a: \"b\n", (1, 4), "this quote is never closed"),
        ("a: 'b\n", (1, 4), "this quote is never closed"),
        ("a:\n\tb: c\n", (2, 1), "a tab"),
        ("a: *b\n", (1, 4), "unknown anchor"),
        ("a: &b 1\n---\nc: *b\n", (3, 4), "no anchor in its document"),
        ("a: b: c\n", (1, 5), "mapping values are not allowed"),
        ("あ: い: う\n", (1, 5), "mapping values are not allowed"),
        ("a: b\0c\n", (1, 5), "a control character, U+0000"),
        ("a: \"\u{1b}[2J\"\n", (1, 5), "a control character, U+001B"),
        (
            "Resources:\n  A: {Type: x}\n  A: {Type: x}\n",
            (3, 3),
            "the logical ID `A` stands here a second time; the first is on line 2",
        ),
        (
            "Resources: {}\nResources: {}\n",
            (2, 1),
            "the section `Resources` stands here a second time",
        ),
        (&deep_list, (1, 257), "128 levels deep"),
        (&deep_brackets, (1, 129), "128 levels deep"),
    ] {
        let error = check(text, &Options::default()).unwrap_err();
        let position = cfn_ipfix::text::Lines::new(text).position(text, error.span().start());
        let message = error.to_string();
        assert!(message.contains(words), "{message}");
        if text.len() < 1000 {
            assert_eq!((position.line, position.column), place, "{text}: {message}");
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
