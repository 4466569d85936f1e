//! Random modules, in which profiles are missing, or references to them are replaced by references to their roles.
//!
//! A module is written twice from the same choices, as it is and as it must be fixed. So the expected files share nothing
//! with the product, and each byte counts.

mod choices;
mod plan;
mod write;

use std::fmt::Write as _;

use cfn_ipfix::terraform::ModuleFile;
use cfn_ipfix::{Options, Report, check_module};
use libtest_mimic::{Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use similar::TextDiff;

use choices::Choices;
use write::{Module, module};

/// Returns the test.
pub(super) fn trial() -> Trial {
    Trial::test("generated::fixes_exactly_the_mistakes", || {
        let choices = vec(any::<u8>(), 0..400);
        TestRunner::new(config())
            .run(&choices, |choices| judge(&module(&mut Choices::of(&choices))))
            .map_err(|error| Failed::from(error.to_string()))
    })
}

/// Returns the configuration for 64 modules, or ten times as many with `CFN_IPFIX_LONG`.
///
/// `PROPTEST_CASES` overrides both.
fn config() -> ProptestConfig {
    let requested = std::env::var("PROPTEST_CASES");
    let requested = requested.ok().and_then(|cases| cases.parse().ok());
    let usual = if std::env::var_os("CFN_IPFIX_LONG").is_some() {
        640
    } else {
        64
    };
    ProptestConfig {
        cases: requested.unwrap_or(usual),
        failure_persistence: None,
        max_shrink_iters: 5000,
        ..ProptestConfig::default()
    }
}

/// Checks that a fix gives the expected files, in which nothing is left to fix.
fn judge(module: &Module) -> Result<(), TestCaseError> {
    let sources = files(&module.sources);
    let reports = check_module(&sources, &|_| None);
    let mut differences = String::new();
    for (((name, source), (_, expected)), report) in module.sources.iter().zip(&module.expected).zip(&reports) {
        let fixed = report.as_ref().ok().and_then(Report::fixed).unwrap_or(source);
        if fixed != expected {
            let diff = TextDiff::from_lines(expected.as_str(), fixed);
            writeln!(
                differences,
                "{name}, expected (-) and fixed (+):\n{}",
                diff.unified_diff()
            )
            .unwrap();
        }
    }
    if !differences.is_empty() {
        for (name, source) in &module.sources {
            writeln!(differences, "--- {name}\n{source}").unwrap();
        }
        differences += &super::findings(&sources, &reports);
        return Err(TestCaseError::fail(differences));
    }
    let expected = files(&module.expected);
    let again = check_module(&expected, &|_| None);
    let is_clean = |report: &Report| report.findings.is_empty() && report.fixed().is_none();
    let is_stable = again.iter().all(|report| report.as_ref().is_ok_and(is_clean));
    prop_assert!(is_stable, "a second run finds\n{}", super::findings(&expected, &again));
    Ok(())
}

fn files(texts: &[(String, String)]) -> Vec<ModuleFile> {
    let files = texts.iter().map(|(name, text)| ModuleFile {
        name: name.clone(),
        text: Some(text.as_str().into()),
        may_change: true,
        options: Options::default(),
    });
    files.collect()
}
