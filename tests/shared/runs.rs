//! Runs of the library and of the command.

use std::collections::BTreeMap;
use std::path::Path;

use cfn_ipfix::model::{Finding, NoFix, Remedy};
use cfn_ipfix::{Options, Report, check};
use snapbox::cmd::{Command, cargo_bin};

/// Returns options that also apply unsafe fixes.
pub(crate) fn with_unsafe_fixes() -> Options {
    Options {
        unsafe_fixes: true,
        ..Options::default()
    }
}

/// Checks a template that the tool must be able to read.
pub(crate) fn report(template: &str) -> Report {
    check(template, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{template}"))
}

/// Returns the template after its fixes; unchanged, if it has none.
pub(crate) fn fixed(template: &str) -> String {
    let report = report(template);
    report.fixed().map_or_else(|| template.to_owned(), str::to_owned)
}

/// Returns why a finding has no fix, if it has none.
pub(crate) fn withheld(finding: &Finding) -> Option<&NoFix> {
    match &finding.remedy {
        Remedy::Withheld(why) => Some(why),
        Remedy::Fix(_) | Remedy::Along => None,
    }
}

/// Asserts that a second run finds exactly the findings that the first reports as remaining, with no fix that the options
/// allow, and that every reported range is in the text.
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
    let mut numbers = BTreeMap::new();
    for finding in findings {
        *numbers.entry(finding.rule.code).or_default() += 1;
    }
    numbers
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
