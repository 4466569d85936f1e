use cfn_ipfix::model::{FixState, NoFix};
use cfn_ipfix::{Report, check};

use crate::bounds::bounded;
use crate::laws::{assert_honest, assert_untouched};
use crate::options::{HEAD, split};
use crate::seeds;
use crate::target::Target;
use crate::words;

/// Adds any comments and metadata to a template with mistakes.
///
/// They only suppress findings, and comments that do not begin with the tool's name change nothing.
pub const SUPPRESS: Target = Target {
    name: "suppress",
    check: check_laws,
    seeds: || {
        let comments = seeds::files("fuzz/seeds/suppress");
        comments.iter().map(|comments| comments.with_flags(0)).collect()
    },
    head: HEAD,
    words: &words::TEMPLATE,
};

/// The template.
///
/// Each line can get a comment above it and one at its end.
const TEMPLATE: &str = include_str!("../../template.yaml");
/// The placeholder for the metadata of a resource.
const METADATA: &str = "METADATA";

fn check_laws(input: &[u8]) {
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
            "{place:?} was added by comments:\n{commented}"
        );
    }
    let gone = without_places.len() - with_places.len();
    assert!(
        with.suppressed >= gone,
        "{gone} findings are missing, but not suppressed:\n{commented}"
    );
    if metadata == "{}" && !text.to_ascii_lowercase().contains("cfn-ipfix") {
        assert_eq!((with.suppressed, gone), (0, 0), "{commented}");
    }
    let report = bounded(commented.len(), || check(&commented, &options)).expect("it was parsed before");
    assert_honest(&commented, &report, &options);
    assert_untouched(&commented, &report);
}

/// Adds the comments in turn above a line and at its end.
///
/// An empty comment is skipped.
fn with_comments(template: &str, comments: &[String]) -> String {
    let mut text = String::new();
    let mut comments = comments.iter().map(String::as_str);
    for line in template.lines() {
        if let Some(above) = comments.next().filter(|comment| !comment.is_empty()) {
            let indent = &line[..line.len() - line.trim_start().len()];
            text += &format!("{indent}#{above}\n");
        }
        text += line;
        if let Some(at_end) = comments.next().filter(|comment| !comment.is_empty()) {
            text += &format!(" #{at_end}");
        }
        text.push('\n');
    }
    text
}

/// Returns the rules and paths of the findings in the template before any fix.
fn places(report: &Report) -> Vec<(&'static str, String)> {
    let findings = report.findings.iter().filter(|finding| {
        let is_revealed = matches!(
            finding.fix_state,
            FixState::NoFix(NoFix::RevealedByFix(_) | NoFix::RevealedWithUnsafeFix)
        );
        !is_revealed
    });
    let about_templates = findings.filter(|finding| finding.rule.is_about_templates());
    about_templates
        .map(|finding| (finding.rule.code, format!("{:?}", finding.path)))
        .collect()
}
