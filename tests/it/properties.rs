//! What holds for every text.

use proptest::prelude::*;

use cfn_ipfix::fix::Applicability;
use cfn_ipfix::syntax::Stream;
use cfn_ipfix::{Options, Outcome, check};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// No text makes it panic, and what is not fixed is not changed.
    #[test]
    fn any_text_is_taken(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        if let Ok(report) = check(&text, &Options::default())
            && let Some(fixed) = report.fixed()
        {
            prop_assert_ne!(fixed, &text);
            let again = check(fixed, &Options::default()).unwrap();
            prop_assert!(again.findings.iter().all(|finding| finding.fix_at(Applicability::Safe).is_none()));
        }
    }

    /// What is taken for a comment is one: without its text, a reader that shares no code with the first sees the same.
    #[test]
    fn comments_say_nothing(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let Ok(stream) = Stream::parse(&text) else { return Ok(()) };
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
        let Ok(stream) = Stream::parse(&text) else { return Ok(()) };
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Wherever a template has comments, its fixes stand the proof, and are made once.
    #[test]
    fn suppressions_are_taken_everywhere(comments in prop::collection::vec(suppression(), 30)) {
        let template = include_str!("../cases/suppressed.before.yaml");
        let lines = template.lines().zip(comments.iter().cycle());
        let text: String = lines.map(|(line, (above, beside))| format!("{above}{line}{beside}\n")).collect();
        let report = check(&text, &Options::default()).unwrap();
        prop_assert!(!matches!(report.outcome, Outcome::Refused(_)), "{text}{:?}", report.outcome);
        let fixed = report.fixed().unwrap_or(&text);
        let again = check(fixed, &Options::default()).unwrap();
        prop_assert!(again.findings.iter().all(|finding| finding.fix_at(Applicability::Safe).is_none()));
        prop_assert_eq!(again.suppressed, report.suppressed);
    }
}
