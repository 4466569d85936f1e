//! Runs of the library and of the command.

use std::collections::BTreeMap;
use std::path::Path;

use cfn_ipfix::model::{Finding, FixState, NoFix};
use cfn_ipfix::{Options, Report, check};
use snapbox::cmd::{Command, cargo_bin};

/// Returns options that also apply unsafe fixes.
pub(crate) fn with_unsafe_fixes() -> Options {
    Options {
        unsafe_fixes: true,
        ..Options::default()
    }
}

/// Checks a template; panics if it cannot be read.
pub(crate) fn report(template: &str) -> Report {
    check(template, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{template}"))
}

/// Returns the fixed template, or the template itself if it has no fixes.
pub(crate) fn fixed(template: &str) -> String {
    let report = report(template);
    report.fixed().map_or_else(|| template.to_owned(), str::to_owned)
}

/// Returns why a finding has no fix, if it has none.
pub(crate) fn no_fix(finding: &Finding) -> Option<&NoFix> {
    match &finding.fix_state {
        FixState::NoFix(why) => Some(why),
        FixState::Fix(_) | FixState::FixedByOthers => None,
    }
}

/// Asserts that a report matches the fixed template.
///
/// A second run finds exactly the findings that the first reports as remaining, and has no fix that the options allow.
/// Every reported range is in the source.
pub(crate) fn assert_honest(name: &str, text: &str, options: &Options) {
    let report = check(text, options).unwrap();
    let again = check(report.fixed().unwrap_or(text), options).unwrap();
    assert_eq!(by_rule(report.remaining()), by_rule(again.findings.iter()), "{name}");
    assert_eq!(again.fixed(), None, "{name}");
    for finding in &report.findings {
        let related = finding.related.iter().map(|label| label.place.span);
        for span in related.chain([finding.place.span]) {
            assert!(text.get(span.range()).is_some(), "{name}: {finding:?}");
        }
    }
}

/// Counts the findings of each rule.
fn by_rule<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule.code).or_default() += 1;
    }
    counts
}

/// Runs the command in a folder and returns its standard output.
pub(crate) fn stdout(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(cargo_bin!("cfn-ipfix"))
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
