//! Properties that hold for any input, tested on random pieces of templates.

use proptest::prelude::*;

use cfn_ipfix::cloudformation::prefilter::may_apply;
use cfn_ipfix::model::Applicability;
use cfn_ipfix::yaml::YamlFile;
use cfn_ipfix::{Options, Outcome, check};

use super::cases::cases;
use super::prefilter::is_silent;
use super::shared::assert_honest;

/// Generates pieces that, joined, are almost a template.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "Resources:\n",
            "  Role:\n",
            "    Type: AWS::IAM::Role\n",
            "  Server:\n",
            "    Type: AWS::EC2::Instance\n",
            "    Properties:\n",
            "      IamInstanceProfile: !Ref Role\n",
            "      IamInstanceProfile: {Ref: Role}\n",
            "      IamInstanceProfile: !GetAtt\n        - Role\n        - Arn\n",
            "      Path: &p '/x/'\n",
            "      Path: *p\n",
            "      - ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            ": ",
            "|\n",
            ">+\n",
            "\"",
            "'",
            "-",
            "[-, a -]",
            "{-: -}",
            "# c\n",
            " # cfn-ipfix: ignore",
            "      # cfn-ipfix: ignore[IPF001, profile-shape]\n",
            "# cfn-ipfix ignore[]\n",
            "    Metadata: {cfn-ipfix: {ignore: [IPF001, all]}}\n",
            "cfn-ipfix: &i\n",
            "ignore:\n  - IPF003\n",
            "\t",
            "\r",
            "\r\n",
            "\n",
            "\n\n",
            "é",
            "日本",
            "\u{feff}",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "&a ",
            "*a",
            "!Ref ",
            "<<: ",
            "? ",
            "\\ud83d",
            "\\",
            "    ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
    ]
}

/// Generates a comment to put above a line, and one for its end.
///
/// Most are empty.
fn suppression() -> impl Strategy<Value = (&'static str, &'static str)> {
    let above = vec![
        "",
        "",
        "",
        "  # cfn-ipfix: ignore[IPF001]\n",
        "# cfn-ipfix: ignore[IPF003, IPF001]\n",
        "\n",
    ];
    let at_end = vec![
        "",
        "",
        "",
        " # cfn-ipfix: ignore",
        "  # cfn-ipfix: ignore[IPF002,IPF001] x",
    ];
    (prop::sample::select(above), prop::sample::select(at_end))
}

/// Generates a value for a slot, right or wrong, perhaps in a collection.
fn slot_value() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "!Ref R",
        "!Ref P",
        "!Ref Q",
        "!GetAtt R.Arn",
        "!GetAtt P.Arn",
        "!GetAtt P.arn",
        "R",
        "P.Arn",
        "[P, Arn]",
        "[-]",
        "'# x'",
        "'${R}'",
        "!Sub '${P}'",
        "!Sub 'arn:aws:iam::1:instance-profile/${R}'",
        "'arn:aws:iam::123456789012:role/x'",
        "'arn:aws:iam::123456789012:instance-profile/x'",
        "!Ref AWS::NoValue",
        "x",
    ]);
    plain.prop_map(str::to_owned).prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|value| format!("[{value}]")),
            inner.clone().prop_map(|value| format!("{{Name: {value}}}")),
            inner.clone().prop_map(|value| format!("{{Arn: {value}}}")),
            inner.clone().prop_map(|value| format!("{{name: {value}}}")),
            (inner.clone(), inner.clone()).prop_map(|(name, arn)| format!("{{Name: {name}, Arn: {arn}}}")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("!If [C, {one}, {other}]")),
        ]
    })
}

proptest! {
    #![proptest_config(cases(200))]

    /// No input causes a panic, and reports match the fixed source.
    ///
    /// If the prefilter skips the input, no rule applies.
    #[test]
    fn accepts_any_input(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        if let Ok(report) = check(&text, &Options::default()) {
            prop_assert!(is_silent(&report) || may_apply(text.as_bytes()), "{text}");
            if let Some(fixed) = report.fixed() {
                prop_assert_ne!(fixed, &text);
                assert_honest("", &text, &Options::default());
            }
        }
    }

    /// Emptying a comment changes nothing for serde_yaml, which shares no code with our parser.
    #[test]
    fn comments_do_not_change_values(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let Ok(stream) = YamlFile::of_text(&text) else { return Ok(()) };
        let read = |text: &str| {
            let documents = serde_yaml::Deserializer::from_str(text);
            documents.map(<serde_yaml::Value as serde::Deserialize>::deserialize).collect::<Result<Vec<_>, _>>().ok()
        };
        let Some(before) = read(&text) else { return Ok(()) };
        for comment in stream.comments() {
            prop_assert!(comment.span.slice(&text).starts_with('#'));
            let mut without = text.clone();
            without.replace_range(comment.span.range(), "#");
            let after = read(&without);
            prop_assert_eq!(Some(&before), after.as_ref(), "{}", without);
        }
    }

    /// Ranges are on character boundaries and inside the parent's range, and begin in the order of the nodes.
    #[test]
    fn nodes_are_inside_their_parents(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let Ok(stream) = YamlFile::of_text(&text) else { return Ok(()) };
        prop_assert!(stream.all().is_sorted_by_key(|node| node.span().start()));
        for root in stream.documents() {
            for node in root.descendants() {
                prop_assert!(text.get(node.full_span().range()).is_some());
                if let Some(parent) = node.ancestors().nth(1) {
                    prop_assert!(parent.span().start() <= node.span().start());
                    prop_assert!(node.span().end() <= parent.span().end());
                }
            }
        }
    }
}

/// An empty first value with a tag is after the bracket or dash.
#[test]
fn empty_nodes_are_inside_their_parents() {
    for (text, offset) in [
        ("   {\n!  }\n", 4),
        ("{\n!  }\n", 1),
        ("a: [!\n,b]\n", 4),
        ("{\"a\":{!  , b: c}}\n", 6),
        ("a:\n  - !\n  - b\n", 6),
    ] {
        let stream = YamlFile::of_text(text).unwrap();
        let empty = stream.all().find(|node| node.scalar() == Some("")).unwrap();
        assert_eq!(empty.span().start(), offset, "{text}");
        for node in empty.ancestors() {
            assert!(node.span().start() <= offset && offset <= node.span().end(), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn reports_match_the_fixed_source(values in prop::collection::vec(slot_value(), 5), unsafe_fixes: bool) {
        let [instance, template, fleet, job, role] = values.as_slice() else { unreachable!() };
        let text = format!(
            "\
Resources:
  A: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {instance}}}}}
  B: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: {{IamInstanceProfile: {template}}}}}}}
  C:
    Type: AWS::EC2::SpotFleet
    Properties:
      SpotFleetRequestConfigData:
        LaunchSpecifications:
          - IamInstanceProfile: {fleet}
  D: {{Type: AWS::EMR::Cluster, Properties: {{JobFlowRole: {job}}}}}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: {role}}}}}
  Q: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref R]}}}}
  R: {{Type: AWS::IAM::Role}}
"
        );
        let options = Options { unsafe_fixes, ..Options::default() };
        assert_honest(&text, &text, &options);
    }
}

proptest! {
    #![proptest_config(cases(10))]

    /// The fixes pass the proof with a comment on any line.
    #[test]
    fn accepts_suppressions_on_any_line(comments in prop::collection::vec(suppression(), 30)) {
        let template = include_str!("../cases/suppressed.before.yaml");
        let lines = template.lines().zip(comments.iter().cycle());
        let text: String = lines.map(|(line, (above, at_end))| format!("{above}{line}{at_end}\n")).collect();
        let report = check(&text, &Options::default()).unwrap();
        prop_assert!(!matches!(report.outcome, Outcome::Refused { .. }), "{text}{:?}", report.outcome);
        let fixed = report.fixed().unwrap_or(&text);
        let again = check(fixed, &Options::default()).unwrap();
        prop_assert!(again.findings.iter().all(|finding| finding.fix_at(Applicability::Safe).is_none()));
        prop_assert_eq!(again.suppressed, report.suppressed);
    }
}
