//! Tests of the findings that comments and metadata suppress, and of unused and unknown suppressions.

use cfn_ipfix::model::{FixState, NoFix};
use cfn_ipfix::rules::{Selection, rule};
use cfn_ipfix::{Options, Outcome, check};

use super::shared::report;

/// Returns the codes of the findings, and the number of suppressed ones.
fn found(template: &str) -> (Vec<&'static str>, usize) {
    let report = report(template);
    let codes = report.findings.iter().map(|finding| finding.rule.code);
    (codes.collect(), report.suppressed)
}

/// Returns a template with a role, and a server with these properties.
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
fn comment_applies_to_its_line_or_the_next() {
    for lines in [
        "      IamInstanceProfile: !Ref Role # cfn-ipfix: ignore",
        "      IamInstanceProfile: !Ref Role # cfn-ipfix: ignore[IPF001] for a reason",
        "      IamInstanceProfile: !Ref Role # CFN-IPFIX: ignore[ ROLE-as-instance-profile ]",
        "      # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile: !Ref Role",
        "# cfn-ipfix: ignore[IPF001]\n      # Another comment.\n# And another.\n      IamInstanceProfile: !Ref Role",
        // The finding is at the value, which may begin below its key.
        "      # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile:\n        Ref: Role",
        "      IamInstanceProfile: # cfn-ipfix: ignore[IPF001]\n\n        !Ref Role",
        "      IamInstanceProfile: !Ref # cfn-ipfix: ignore[IPF001]\n        Role",
        "      IamInstanceProfile: { # cfn-ipfix: ignore[IPF001]\n        Ref: Role }",
    ] {
        assert_eq!(found(&server(lines)), (vec![], 1), "{lines}");
    }
}

#[test]
fn comment_elsewhere_is_unused() {
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
fn ignores_scalars_that_look_like_comments() {
    for lines in [
        "      UserData: |\n        # cfn-ipfix: ignore[IPF001]\n      IamInstanceProfile: !Ref Role",
        "      UserData: '\n        # cfn-ipfix: ignore[IPF001]'\n      IamInstanceProfile: !Ref Role",
        "      ? a#cfn-ipfix: ignore\n      : b\n      IamInstanceProfile: !Ref Role",
    ] {
        assert_eq!(found(&server(lines)), (vec!["IPF001"], 0), "{lines}");
    }
}

#[test]
fn metadata_applies_to_its_resource_or_the_template() {
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
fn reports_an_unknown_suppression_with_the_nearest_match() {
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

/// Only a suppression of selected rules can be unused.
#[test]
fn does_not_report_suppressions_of_rules_that_are_not_selected() {
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

/// Rules about suppressions are suppressed by name, and such a suppression is never unused.
#[test]
fn suppresses_the_rules_about_suppressions() {
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

/// A comment or an anchor in an unused entry keeps it from being removed.
#[test]
fn keeps_unused_metadata_with_a_comment_or_an_anchor() {
    for metadata in [
        "{cfn-ipfix: &i {ignore: all}}",
        "&m {cfn-ipfix: {ignore: [IPF001]}}",
        "\n      cfn-ipfix: # why\n        ignore: all",
        "\n      cfn-ipfix:\n        ignore:\n          - IPF001\n          # why\n          - IPF003",
        "{cfn-ipfix: {ignore: [IPF001, # why\n        IPF003]}}",
        // The comment would become part of the block scalar.
        "\n      Text: |-\n        text\n      cfn-ipfix: {ignore: all}\n        # why",
    ] {
        let template = server(&format!("      IamInstanceProfile: profile\n    Metadata: {metadata}"));
        let report = report(&template);
        let [finding] = report.findings.as_slice() else {
            panic!("{metadata}: {:?}", report.findings)
        };
        assert!(matches!(finding.fix_state, FixState::NoFix(_)), "{metadata}");
        assert_eq!(report.outcome, Outcome::Unchanged, "{metadata}");
    }
}

/// Comments apply by line in the whole file, metadata only in its document.
#[test]
fn each_document_has_its_own_metadata() {
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

/// Without the comment, the blank line after it would become part of the scalar.
#[test]
fn keeps_an_unused_comment_that_ends_a_block_scalar() {
    let template = server("      UserData: |+\n        text\n# cfn-ipfix: ignore[IPF001]\n\n      KeyName: key");
    let report = report(&template);
    let [finding] = report.findings.as_slice() else {
        panic!("{:?}", report.findings)
    };
    assert!(matches!(finding.fix_state, FixState::NoFix(_)), "{finding:?}");
    assert_eq!(report.outcome, Outcome::Unchanged);
}

/// A fix would move the value away from the comment that suppresses its finding.
#[test]
fn does_not_move_a_value_with_a_suppressed_finding() {
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
        let fix_states: Vec<_> = report.findings.iter().map(|finding| &finding.fix_state).collect();
        assert_eq!(fix_states, [&FixState::NoFix(NoFix::NextToSuppressed)], "{value}");
        assert_eq!((report.suppressed, report.fixed()), (1, None), "{value}");
    }
}

/// Another fix can reveal the finding that the comment suppresses.
///
/// That fix may need a person.
#[test]
fn keeps_a_suppression_that_other_fixes_may_use() {
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
            // Once the profile holds its role, the finding exists.
            (profile("Profile", "[]"), Some(NoFix::BlockedByUnfixed)),
            (profile("Profile", "[Role]"), Some(NoFix::BlockedByUnsafeFix)),
            (profile("Profile", "[web]"), None),
            // The finding does not appear if only another role needs EC2 in its trust policy.
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
                    assert_eq!(unused.fix_state, FixState::NoFix(why), "{template}");
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

/// A profile is added directly before the comment.
///
/// Its fix still refers to the original source.
#[test]
fn fixes_an_unused_comment_below_a_new_profile() {
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

/// After the fix of the profile, one of the entries is used.
#[test]
fn names_the_entries_that_are_unused_after_the_other_fixes() {
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
