//! Any comments and metadata in a template with mistakes: they take away findings and add none, and a comment that does
//! not begin with the tool's name does nothing.
#![no_main]

use cfn_ipfix::model::{NoFix, Remedy};
use cfn_ipfix::{Report, check};
use cfn_ipfix_fuzz::{HEAD, assert_told, assert_untouched, bounded, split, vary};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

/// Each line may get a comment above it and one behind it.
const TEMPLATE: &str = include_str!("../template.yaml");
/// What in it stands for what is in a resource's metadata.
const METADATA: &str = "METADATA";

fuzz_target!(|input: &[u8]| {
    let Some((options, text)) = split(input) else { return };
    let mut lines = text.lines();
    let metadata = lines.next().filter(|line| !line.is_empty()).unwrap_or("{}");
    let comments: Vec<_> = lines.map(|line| line.replace('\r', " ")).collect();
    let plain = TEMPLATE.replace(METADATA, metadata);
    let commented = with_comments(&plain, &comments);
    let (Ok(without), Ok(with)) = (check(&plain, &options), check(&commented, &options)) else {
        return;
    };
    let (without_places, with_places) = (places(&without), places(&with));
    let mut rest = without_places.iter();
    for place in &with_places {
        assert!(
            rest.any(|other| other == place),
            "{place:?} comes of comments:\n{commented}"
        );
    }
    let gone = without_places.len() - with_places.len();
    assert!(
        with.suppressed >= gone,
        "{gone} are gone, and not suppressed:\n{commented}"
    );
    if metadata == "{}" && !text.to_ascii_lowercase().contains("cfn-ipfix") {
        assert_eq!((with.suppressed, gone), (0, 0), "{commented}");
    }
    let report = bounded(commented.len(), || check(&commented, &options)).expect("it was read a moment ago");
    assert_told(&commented, &report, &options);
    assert_untouched(&commented, &report);
});

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { vary(input, len, max_len, seed, HEAD) });

/// Odd comments go above the lines, even ones behind them; an empty one is none.
fn with_comments(template: &str, comments: &[String]) -> String {
    let mut text = String::new();
    let mut comments = comments.iter().map(String::as_str);
    for line in template.lines() {
        if let Some(above) = comments.next().filter(|comment| !comment.is_empty()) {
            let indent = &line[..line.len() - line.trim_start().len()];
            text += &format!("{indent}#{above}\n");
        }
        text += line;
        if let Some(behind) = comments.next().filter(|comment| !comment.is_empty()) {
            text += &format!(" #{behind}");
        }
        text.push('\n');
    }
    text
}

/// Returns the rules that find something in the template as it is, and where.
fn places(report: &Report) -> Vec<(&'static str, String)> {
    let findings = report.findings.iter().filter(|finding| {
        let is_revealed = matches!(
            finding.remedy,
            Remedy::Withheld(NoFix::Revealed(_) | NoFix::RevealedUnsafe)
        );
        !is_revealed
    });
    let about_templates = findings.filter(|finding| finding.rule.is_about_templates());
    about_templates
        .map(|finding| (finding.rule.code, format!("{:?}", finding.path)))
        .collect()
}
