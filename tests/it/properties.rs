//! What holds for every text.

use proptest::prelude::*;

use cfn_ipfix::cloudformation::prefilter::may_apply;
use cfn_ipfix::model::Applicability;
use cfn_ipfix::yaml::Stream;
use cfn_ipfix::{Options, Outcome, check};

use super::prefilter::is_silent;
use super::shared::assert_honest;
use super::tries::tries;

/// Pieces from which a text is put together that is nearly a template.
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

/// A comment for the line above and one to stand beside a line, mostly none.
fn suppression() -> impl Strategy<Value = (&'static str, &'static str)> {
    let above = vec![
        "",
        "",
        "",
        "  # cfn-ipfix: ignore[IPF001]\n",
        "# cfn-ipfix: ignore[IPF003, IPF001]\n",
        "\n",
    ];
    let beside = vec![
        "",
        "",
        "",
        " # cfn-ipfix: ignore",
        "  # cfn-ipfix: ignore[IPF002,IPF001] x",
    ];
    (prop::sample::select(above), prop::sample::select(beside))
}

/// A value that mixes things up, wrapped in what it should not be.
fn mixed_up() -> impl Strategy<Value = String> {
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
    #![proptest_config(tries(200))]

    /// No text makes it panic, what is not fixed is not changed, and what is told of the fixed text is true. Where the
    /// bytes say that no rule can apply, none does.
    #[test]
    fn any_text_is_taken(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        if let Ok(report) = check(&text, &Options::default()) {
            prop_assert!(is_silent(&report) || may_apply(text.as_bytes()), "{text}");
            if let Some(fixed) = report.fixed() {
                prop_assert_ne!(fixed, &text);
                assert_honest("", &text, &Options::default());
            }
        }
    }

    /// What is taken for a comment is one: without its text, a reader that shares no code with the first sees the same.
    #[test]
    fn comments_say_nothing(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let Ok(stream) = Stream::of_text(&text) else { return Ok(()) };
        let reading = |text: &str| {
            let documents = serde_yaml::Deserializer::from_str(text);
            documents.map(<serde_yaml::Value as serde::Deserialize>::deserialize).collect::<Result<Vec<_>, _>>().ok()
        };
        let Some(before) = reading(&text) else { return Ok(()) };
        for comment in stream.comments() {
            prop_assert!(comment.span.slice(&text).starts_with('#'));
            let mut without = text.clone();
            without.replace_range(comment.span.range(), "#");
            let after = reading(&without);
            prop_assert_eq!(Some(&before), after.as_ref(), "{}", without);
        }
    }

    /// Spans lie in the text, on characters, and inside those of what holds them; a plain or quoted scalar's span
    /// reads as the scalar does.
    #[test]
    fn spans_cover_what_they_say(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let Ok(stream) = Stream::of_text(&text) else { return Ok(()) };
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

/// A first value without text has nothing but a tag to tell its place, and stands behind the bracket or dash before it.
#[test]
fn what_has_no_text_is_inside_of_what_holds_it() {
    for (text, place) in [
        ("   {\n!  }\n", 4),
        ("{\n!  }\n", 1),
        ("a: [!\n,b]\n", 4),
        ("{\"a\":{!  , b: c}}\n", 6),
        ("a:\n  - !\n  - b\n", 6),
    ] {
        let stream = Stream::of_text(text).unwrap();
        let empty = stream.all().find(|node| node.scalar() == Some("")).unwrap();
        assert_eq!(empty.span().start(), place, "{text}");
        for node in empty.ancestors() {
            assert!(node.span().start() <= place && place <= node.span().end(), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(tries(50))]

    /// However things are mixed up, what is told of a run is true of the text that it makes.
    #[test]
    fn what_is_told_is_true(values in prop::collection::vec(mixed_up(), 5), unsafe_fixes: bool) {
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
    #![proptest_config(tries(10))]

    /// Wherever a template has comments, its fixes stand the proof, and are made once.
    #[test]
    fn suppressions_are_taken_everywhere(comments in prop::collection::vec(suppression(), 30)) {
        let template = include_str!("../cases/suppressed.before.yaml");
        let lines = template.lines().zip(comments.iter().cycle());
        let text: String = lines.map(|(line, (above, beside))| format!("{above}{line}{beside}\n")).collect();
        let report = check(&text, &Options::default()).unwrap();
        prop_assert!(!matches!(report.outcome, Outcome::Refused { .. }), "{text}{:?}", report.outcome);
        let fixed = report.fixed().unwrap_or(&text);
        let again = check(fixed, &Options::default()).unwrap();
        prop_assert!(again.findings.iter().all(|finding| finding.fix_at(Applicability::Safe).is_none()));
        prop_assert_eq!(again.suppressed, report.suppressed);
    }
}
