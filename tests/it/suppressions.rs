//! What comments and metadata suppress, and what is said of those that do not.

use cfn_ipfix::model::{NoFix, Remedy};
use cfn_ipfix::rules::{Selection, rule};
use cfn_ipfix::{Options, Outcome, check};

use super::shared::report;

/// The codes of what is found, and how much is suppressed.
fn found(template: &str) -> (Vec<&'static str>, usize) {
    let report = report(template);
    let codes = report.findings.iter().map(|finding| finding.rule.code);
    (codes.collect(), report.suppressed)
}

/// The lines of a server that refers to a role: IPF001.
fn server(lines: &str) -> String {
    format!(
        "\
Resources:
  Role: {{Type: 'AWS::IAM::Role'}}
  Server:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-12345678
{lines}
"
    )
}

#[test]
fn a_comment_is_about_its_line_or_the_one_below() {
    for lines in [
        "      IamInstanceProfile: !Ref Role # cfn-ipfix: ignore",
        "      IamInstanceProfile: !Ref Role # cfn-ipfix: ignore[IPF001] for a reason",
        "      IamInstanceProfile: !Ref Role # CFN-IPFIX: ignore[ ROLE-as-instance-profile ]",
        "      # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile: !Ref Role",
        "# cfn-ipfix: ignore[IPF001]\n      # Another comment.\n# And another.\n      IamInstanceProfile: !Ref Role",
        // The finding is about the value, which may begin below its key.
        "      # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile:\n        Ref: Role",
        "      IamInstanceProfile: # cfn-ipfix: ignore[IPF001]\n\n        !Ref Role",
        "      IamInstanceProfile: !Ref # cfn-ipfix: ignore[IPF001]\n        Role",
        "      IamInstanceProfile: { # cfn-ipfix: ignore[IPF001]\n        Ref: Role }",
    ] {
        assert_eq!(found(&server(lines)), (vec![], 1), "{lines}");
    }
}

#[test]
fn a_comment_elsewhere_is_unused() {
    for lines in [
        "      # cfn-ipfix: ignore[IPF001]\n\n      IamInstanceProfile: !Ref Role",
        "      # cfn-ipfix: ignore[IPF001]\n      KeyName: key\n      IamInstanceProfile: !Ref Role",
        "      KeyName: key # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile: !Ref Role",
        "      KeyName: key # cfn-ipfix: ignore\n      # below a line that has something else\n      IamInstanceProfile: !Ref Role",
        "      # cfn-ipfix: ignore[IPF003, IPF003]\n      IamInstanceProfile: !Ref Role",
        "      # cfn-ipfix: ignore[]\n      IamInstanceProfile: !Ref Role",
    ] {
        assert_eq!(found(&server(lines)), (vec!["IPF011", "IPF001"], 0), "{lines}");
    }
    let below = "      IamInstanceProfile: !Ref Role\n      # cfn-ipfix: ignore[IPF001]";
    assert_eq!(found(&server(below)), (vec!["IPF001", "IPF011"], 0));
}

#[test]
fn what_is_no_comment_suppresses_nothing() {
    for lines in [
        "      UserData: |\n        # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile: !Ref Role",
        "      UserData: '\n        # cfn-ipfix: ignore[IPF001]'\n      IamInstanceProfile: !Ref Role",
        "      ? a#cfn-ipfix: ignore\n      : b\n      IamInstanceProfile: !Ref Role",
    ] {
        assert_eq!(found(&server(lines)), (vec!["IPF001"], 0), "{lines}");
    }
}

#[test]
fn metadata_are_about_their_resource_or_the_template() {
    let template = |top: &str, own: &str, other: &str| {
        format!(
            r#"{{"Metadata": {{{top}}}, "Resources": {{
  "Role": {{"Type": "AWS::IAM::Role"}},
  "A": {{"Type": "AWS::EC2::Instance", "Metadata": {{{own}}}, "Properties": {{"IamInstanceProfile": {{"Ref": "Role"}}}}}},
  "B": {{"Type": "AWS::EC2::Instance", "Metadata": {{{other}}}, "Properties": {{"IamInstanceProfile": {{"Ref": "Role"}}}}}}
}}}}"#
        )
    };
    let (one, list, all, other) = (
        r#""cfn-ipfix": {"ignore": "IPF001"}"#,
        r#""cfn-ipfix": {"ignore": ["role-as-instance-profile"]}"#,
        r#""cfn-ipfix": {"ignore": "all"}"#,
        r#""cfn-ipfix": {"ignore": ["IPF002"]}"#,
    );
    for (top, own, elsewhere, expected) in [
        ("", one, "", (vec!["IPF001"], 1)),
        ("", list, "", (vec!["IPF001"], 1)),
        ("", all, list, (vec![], 2)),
        (one, "", "", (vec![], 2)),
        (all, one, "", (vec![], 2)),
        (other, one, other, (vec!["IPF011", "IPF011", "IPF001"], 1)),
    ] {
        let template = template(top, own, elsewhere);
        assert_eq!(found(&template), expected, "{template}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_the_nearest_match() {
    for (comment, nearest) in [
        ("# cfn-ipfix: ignore[IPF01]", "`IPF001`"),
        ("# cfn-ipfix: ignore[profil-shape]", "`profile-shape`"),
        ("# cfn-ipfix: ignroe[IPF001]", "`ignore`"),
        ("# cfn-ipfix ignore IPF001", "`# cfn-ipfix: ignore[RULE, …]`"),
    ] {
        let template = server(&format!("      IamInstanceProfile: profile {comment}"));
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{comment}: {:?}", report.findings)
        };
        assert_eq!(finding.rule.code, "IPF012", "{comment}");
        assert!(finding.message.contains(nearest), "{}", finding.message);
    }
    for metadata in [
        "{cfn-ipfix: ignore}",
        "{cfn-ipfix: {ignroe: all}}",
        "{cfn-ipfix: {ignore: {all: true}}}",
        "{cfn-ipfix: {ignore: !Ref Rules}}",
        "{cfn-ipfix: {ignore: [[IPF001]]}}",
        "{cfn-ipfix: {ignore: [IPF01]}}",
    ] {
        let template = format!("Metadata: {metadata}\nResources: {{}}\n");
        assert_eq!(found(&template), (vec!["IPF012"], 0), "{metadata}");
    }
}

/// Only a suppression of rules that were looked for can be unused.
#[test]
fn a_rule_that_is_not_looked_for_is_not_missed() {
    let unused = |selection, comment: &str| {
        let template = server(&format!("      IamInstanceProfile: profile {comment}"));
        let options = Options {
            selection,
            ..Options::default()
        };
        !check(&template, &options).unwrap().findings.is_empty()
    };
    let without_ipf001 = Selection::ALL.without(rule("IPF001").unwrap());
    assert!(unused(Selection::ALL, "# cfn-ipfix: ignore[IPF001]"));
    assert!(!unused(without_ipf001, "# cfn-ipfix: ignore[IPF001]"));
    assert!(unused(without_ipf001, "# cfn-ipfix: ignore[IPF001, IPF002]"));
    assert!(unused(Selection::ALL, "# cfn-ipfix: ignore"));
    assert!(!unused(without_ipf001, "# cfn-ipfix: ignore"));
}

/// The rules about suppressions are suppressed by name alone, and nobody asks whether that was needed.
#[test]
fn suppressions_of_suppressions_end() {
    for (comment, expected) in [
        ("# cfn-ipfix: ignore[IPF011, IPF001]", (vec![], 1)),
        ("# cfn-ipfix: ignore[IPF011]", (vec![], 0)),
        ("# cfn-ipfix: ignore[IPF012, IPF01]", (vec![], 1)),
        ("# cfn-ipfix: ignore[IPF012]", (vec![], 0)),
    ] {
        let template = server(&format!("      IamInstanceProfile: profile {comment}"));
        assert_eq!(found(&template), expected, "{comment}");
    }
    let everywhere = "Metadata: {cfn-ipfix: {ignore: [IPF011, unknown-suppression]}}\nResources: {} # cfn-ipfix: ignore[IPF001, x]\n";
    assert_eq!(found(everywhere), (vec![], 2));
}

/// A comment that stands in what would go, or an anchor there, keeps it.
#[test]
fn an_unused_entry_of_the_metadata_goes_alone_or_stays() {
    for metadata in [
        "{cfn-ipfix: &i {ignore: all}}",
        "&m {cfn-ipfix: {ignore: [IPF001]}}",
        "\n      cfn-ipfix: # why\n        ignore: all",
        "\n      cfn-ipfix:\n        ignore:\n          - IPF001\n          # why\n          - IPF003",
        "{cfn-ipfix: {ignore: [IPF001, # why\n        IPF003]}}",
        // It would become part of the text.
        "\n      Text: |-\n        text\n      cfn-ipfix: {ignore: all}\n        # why",
    ] {
        let template = server(&format!("      IamInstanceProfile: profile\n    Metadata: {metadata}"));
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{metadata}: {:?}", report.findings)
        };
        assert!(matches!(finding.remedy, Remedy::Withheld(_)), "{metadata}");
        assert_eq!(report.outcome, Outcome::Unchanged, "{metadata}");
    }
}

/// Several documents share their lines, not their metadata.
#[test]
fn each_template_of_a_stream_has_its_own_metadata() {
    let template = "\
Resources:
  Role: {Type: 'AWS::IAM::Role'}
  A: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref Role}}
";
    let with_metadata = format!("{template}Metadata: {{cfn-ipfix: {{ignore: [IPF001]}}}}\n");
    assert_eq!(found(&format!("{with_metadata}---\n{template}")), (vec!["IPF001"], 1));
    let line_of_each = template.replace("}}\n", "}} # cfn-ipfix: ignore[IPF001]\n");
    assert_eq!(found(&format!("{line_of_each}---\n{line_of_each}")), (vec![], 2));
    let flow = "Resources: {Role: {Type: 'AWS::IAM::Role'}, A: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref Role}}}\n";
    let above = format!("# cfn-ipfix: ignore[IPF001]\n{flow}");
    assert_eq!(found(&format!("{flow}---\n{above}")), (vec!["IPF001"], 1));
}

/// A comment at the end of a text that keeps its blank lines holds them there.
#[test]
fn a_comment_that_ends_a_text_stays() {
    let template = server("      UserData: |+\n        text\n# cfn-ipfix: ignore[IPF001]\n\n      KeyName: key");
    let report = report(&template);
    let [finding] = report.findings.as_slice() else {
        panic!("{:?}", report.findings)
    };
    assert!(matches!(finding.remedy, Remedy::Withheld(_)), "{finding:?}");
    assert_eq!(report.outcome, Outcome::Unchanged);
}

/// A fix would move the value away from the comment that is about it.
#[test]
fn a_suppressed_finding_keeps_its_value_where_it_is() {
    for value in ["!Ref Role", "[!Ref Role]", "*role"] {
        let template = format!(
            "\
Role: &role !Ref Role
Resources:
  Role: {{Type: 'AWS::IAM::Role'}}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        # cfn-ipfix: ignore[IPF001]
        IamInstanceProfile: {value}
"
        );
        let report = report(&template);
        let remedies: Vec<_> = report.findings.iter().map(|finding| &finding.remedy).collect();
        assert_eq!(remedies, [&Remedy::Withheld(NoFix::BesideSuppressed)], "{value}");
        assert_eq!((report.suppressed, report.fixed()), (1, None), "{value}");
    }
}

/// What it suppresses may show once something else is mended, which may be for a person.
#[test]
fn what_suppresses_nothing_as_yet_stays_until_the_rest_is_mended() {
    let denied = "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}";
    let comment = "      # cfn-ipfix: ignore[IPF007] only Lambda needs it\n";
    let metadata = "    Metadata: {cfn-ipfix: {ignore: [IPF007]}}\n";
    let role = |metadata: &str, comment: &str| {
        let start = "  Role:\n    Type: AWS::IAM::Role\n";
        format!("{start}{metadata}    Properties:\n{comment}      AssumeRolePolicyDocument: {denied}\n")
    };
    let profile = |id: &str, roles: &str| {
        format!("  {id}: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: {roles}}}}}\n")
    };
    for role in [role("", comment), role(metadata, "")] {
        for (others, why) in [
            // Once the profile is given its role, there is something to suppress.
            (profile("Profile", "[]"), Some(NoFix::Unmended)),
            (profile("Profile", "[Role]"), Some(NoFix::HeldBack)),
            (profile("Profile", "[web]"), None),
            // Nor does it show when another role trusts EC2, or is mended as well.
            (
                profile("Profile", "[!Ref Other]")
                    + &format!(
                        "  Other: {{Type: 'AWS::IAM::Role', Properties: {{AssumeRolePolicyDocument: {denied}}}}}\n"
                    ),
                None,
            ),
        ] {
            let template = format!("Resources:\n{role}{others}");
            let report = report(&template);
            let unused: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| finding.rule.code == "IPF011")
                .collect();
            let [unused] = unused.as_slice() else {
                panic!("{template}: {:?}", report.findings)
            };
            match why {
                Some(why) => {
                    assert_eq!(unused.remedy, Remedy::Withheld(why), "{template}");
                    assert_eq!(report.fixed(), None, "{template}");
                }
                None => {
                    let fixed = report.fixed().unwrap_or_default();
                    assert!(!fixed.contains("ignore"), "{template}: {report:?}");
                }
            }
        }
        // With its role, the suppression is used.
        let template = format!("Resources:\n{role}{}", profile("Profile", "[!Ref Role]"));
        assert_eq!(found(&template), (vec![], 1), "{template}");
    }
}

/// A profile is added directly before the comment, whose fix stays the one for the original.
#[test]
fn an_unused_comment_below_a_new_profile_keeps_its_fix() {
    let template = server("      IamInstanceProfile: !Ref Role").replace("  Role: {Type: 'AWS::IAM::Role'}\n", "")
        + "  Role:\n    Type: AWS::IAM::Role\n    Properties: {Path: /}\n  # cfn-ipfix: ignore[IPF003]\n";
    let report = report(&template);
    let [_, unused] = report.findings.as_slice() else {
        panic!("{:?}", report.findings)
    };
    let fix = unused.fix().unwrap();
    let edited = fix.edits.iter().map(|edit| edit.span.slice(&template));
    assert_eq!(edited.collect::<Vec<_>>(), ["  # cfn-ipfix: ignore[IPF003]\n"]);
}

/// The fix of the profile shows what one of the entries is for.
#[test]
fn entries_of_a_list_that_cannot_change_are_named_as_they_are_after_the_other_fixes() {
    let denied = "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}";
    let template = format!(
        "\
Resources:
  Server: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: [!GetAtt Profile.Arn]}}}}
  Profile: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: Role}}}}
  Role:
    Type: AWS::IAM::Role
    Metadata: {{cfn-ipfix: {{ignore: &all [IPF002, IPF007]}}}}
    Properties: {{AssumeRolePolicyDocument: {denied}}}
"
    );
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let report = check(&template, &options).unwrap();
    let unused: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.rule.code == "IPF011")
        .collect();
    let [unused] = unused.as_slice() else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(unused.parts, [0], "{}", unused.message);
}
