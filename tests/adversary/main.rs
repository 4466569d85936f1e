//! Tests that no fix does harm.
//!
//! A judge, which shares no code with the product, judges the fixes of random templates. Small templates whose obvious fixes
//! would do harm have expected results.
//!
//! - `cargo test --test adversary` tries 200 templates with every set of options.
//! - `CFN_IPFIX_ADVERSARY=100000 cargo test --release --test adversary generated` tries that number of
//!   templates, and shows the smallest template of each kind of harm.
//! - `CFN_IPFIX_ADVERSARY=5000..6000` tries those with the numbers from 5000.

// Test helpers may panic.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod cases;
mod generate;
mod judge;
mod random;
mod run;
mod seen;
mod shrink;
mod text;
mod tree;
mod trial;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let generated = trial::option_sets().into_iter().map(|(name, options)| {
        let title = format!("generated::{name}");
        Trial::test(title, move || {
            run::no_fix_does_harm(&name, &options).map_err(Into::into)
        })
    });
    let cases = cases::all().into_iter().map(|case| {
        let title = format!("no-harm::{}", case.title());
        Trial::test(title, move || case.check().map_err(Into::into))
    });
    let judge = Trial::test("judge::sees-every-kind", || {
        seen::judge_sees_every_kind().map_err(Into::into)
    });
    let trials = generated.chain(cases).chain([judge]).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
