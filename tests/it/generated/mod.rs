//! Templates that are made up: what they say, right and wrong, and independently of it how they are written. What is to
//! become of each follows from how it was made, so that nothing of the product is asked what is right.
//!
//! `PROPTEST_CASES=20000 cargo test --release --test it generated::` tries as many of each.

mod export;
mod json;
mod laws;
mod layout;
mod model;
mod others;
mod property;
mod reader;
mod sites;
mod table;
mod value;
mod yaml;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::shared::applied;
use super::tries::tries;

use laws::{Case, Verdict};
use layout::{Layout, layout};
use model::{Model, model};

/// Writes a template and holds it to something; a failure shows it.
fn hold(model: Model, layout: &Layout, law: impl Fn(&Case) -> Verdict) -> Result<(), TestCaseError> {
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
    #![proptest_config(tries(20))]

    /// Whatever is wrong in whatever layout, it is found, mended and nothing else is.
    #[test]
    fn every_template_is_mended_as_it_should_be(model in model(), layout in layout()) {
        hold(model, &layout, Case::judge)?;
    }

    /// A template without a mistake stays as it is, and nothing is found in it.
    #[test]
    fn what_is_right_stays(model in model(), layout in layout()) {
        hold(model.righted(), &layout, |case| {
            case.judge()?;
            match case.report()?.fixed() {
                Some(fixed) => Err(format!("it was changed:\n{fixed}")),
                None => Ok(()),
            }
        })?;
    }
}

proptest! {
    #![proptest_config(tries(5))]

    /// It does not matter in which order fixes are made, one at a time or rule by rule.
    #[test]
    fn the_order_of_fixes_does_not_matter(model in model(), layout in layout(), turn in 0..1000_usize) {
        hold(model, &layout, |case| {
            let report = case.report()?;
            let at_once = report.fixed().unwrap_or(case.text());
            for other in [case.fixed_one_by_one(turn)?, case.fixed_rule_by_rule(turn)?] {
                case.judge_meaning(&other)?;
                case.judge_bytes(&other)?;
                if !case.model.unsafe_fixes && !case.say_the_same(at_once, &other)? {
                    return Err(format!("at once it is\n{at_once}\nelse\n{other}"));
                }
            }
            Ok(())
        })?;
    }
}

proptest! {
    // Each case takes four processes.
    #![proptest_config(ProptestConfig { cases: tries(20).cases.div_ceil(10), ..tries(20) })]

    /// The diff that is printed is what `--write` does, and that is what the library says.
    #[test]
    fn the_diff_is_what_is_written(model in model(), layout in layout()) {
        hold(model, &layout, |case| {
            let report = case.report()?;
            let fixed = report.fixed().unwrap_or(case.text());
            let name = if layout.is_json { "my template.json" } else { "テンプレート.yaml" };
            let made = applied(name, case.text(), &case.model.arguments());
            let texts = [made.by_git, made.by_patch, made.by_write];
            match texts.iter().all(|text| text == fixed.as_bytes()) {
                // What is left or thrown away has a status of its own.
                true if made.statuses.iter().all(|status| matches!(status, Some(0..=2))) => Ok(()),
                true => Err(format!("the statuses are {:?}", made.statuses)),
                false => Err(format!("of `git apply`, `patch` and `--write` one differs: {texts:?}")),
            }
        })?;
    }
}
