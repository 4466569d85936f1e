//! Tests on generated templates, whose content and layout are chosen independently.
//!
//! The expected fixes follow from the choices, so that the product does not decide what is right.
//!
//! `PROPTEST_CASES=20000 cargo test --release --test it generated::` runs each test on that number of templates.

mod export;
mod hosts;
mod json;
mod laws;
mod layout;
mod model;
mod others;
mod property;
mod reader;
mod slots;
mod table;
mod value;
mod yaml;

use cfn_ipfix::check;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::cases::cases;
use super::shared::applied;

use hosts::{HOSTS, first_newline, hosted};
use laws::{Case, LawResult};
use layout::{Layout, layout};
use model::{Applied, Model, model};

/// Writes a template and checks a law; a failure shows the template.
fn check_law(model: Model, layout: &Layout, law: impl Fn(&Case) -> LawResult) -> Result<(), TestCaseError> {
    let case = Case::new(model, layout).map_err(TestCaseError::fail)?;
    law(&case).map_err(|broken| {
        let text = case.text();
        let shown = match text.contains(['\r', '\t', '\u{feff}']) {
            true => format!("{text:?}"),
            false => text.to_owned(),
        };
        TestCaseError::fail(format!("{broken}\n\n{shown}"))
    })
}

proptest! {
    #![proptest_config(cases(20))]

    /// In any layout, exactly the mistakes are found and fixed.
    #[test]
    fn fixes_exactly_the_mistakes(model in model(), layout in layout()) {
        check_law(model, &layout, Case::judge)?;
    }

    #[test]
    fn keeps_a_template_without_mistakes(model in model(), layout in layout()) {
        check_law(model.without_mistakes(), &layout, |case| {
            case.judge()?;
            match case.report()?.fixed() {
                Some(fixed) => Err(format!("it was changed:\n{fixed}")),
                None => Ok(()),
            }
        })?;
    }
}

proptest! {
    #![proptest_config(cases(5))]

    /// Fixes can be applied all at once, one by one, or rule by rule.
    #[test]
    fn the_order_of_fixes_does_not_matter(model in model(), layout in layout(), turn in 0..1000_usize) {
        check_law(model, &layout, |case| {
            let report = case.report()?;
            let at_once = report.fixed().unwrap_or(case.text());
            for other in [case.fixed_one_by_one(turn)?, case.fixed_rule_by_rule(turn)?] {
                case.judge_content(&other, Applied::InAnotherOrder)?;
                case.judge_bytes(&other)?;
                let must_be_equal = !case.model.unsafe_fixes && !case.model.may_depend_on_order(case.has_aliases());
                if must_be_equal && !case.are_equivalent(at_once, &other)? {
                    return Err(format!("applied at once:\n{at_once}\nin another order:\n{other}"));
                }
            }
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(cases(20))]

    /// A template in a string of another document is fixed as it is alone.
    #[test]
    fn hosts_do_not_matter(model in model(), layout in layout(), host in 0..HOSTS.len()) {
        check_law(model, &layout, |case| {
            // What is added after a last line without a newline gets that of the first line.
            let newline = first_newline(case.text());
            let Some(before) = hosted(case.text(), newline, HOSTS[host]) else {
                return Ok(());
            };
            let fixed = case.report()?.fixed().unwrap_or(case.text()).to_owned();
            let expected = hosted(&fixed, newline, HOSTS[host]).ok_or("a fixed template does not fit")?;
            let report = check(&before, &case.options()).map_err(|error| error.to_string())?;
            match report.fixed().unwrap_or(&before) {
                actual if actual == expected => Ok(()),
                actual => Err(format!("alone:\n{expected}\nin a host:\n{actual}")),
            }
        })?;
    }
}

proptest! {
    // Each case starts four processes.
    #![proptest_config(ProptestConfig { cases: cases(20).cases.div_ceil(10), ..cases(20) })]

    /// The printed diff, `--write` and the library have the same result.
    #[test]
    fn diff_matches_what_is_written(model in model(), layout in layout()) {
        check_law(model, &layout, |case| {
            let report = case.report()?;
            let fixed = report.fixed().unwrap_or(case.text());
            let name = if layout.is_json { "my template.json" } else { "テンプレート.yaml" };
            let made = applied(name, case.text(), &case.model.arguments());
            let texts = [made.by_git, made.by_patch, made.by_write];
            match texts.iter().all(|text| text == fixed.as_bytes()) {
                // Remaining findings and discarded fixes have statuses of their own.
                true if made.statuses.iter().all(|status| matches!(status, Some(0..=2))) => Ok(()),
                true => Err(format!("the statuses are {:?}", made.statuses)),
                false => Err(format!("the results of `git apply`, `patch` and `--write` differ: {texts:?}")),
            }
        })?;
    }
}
