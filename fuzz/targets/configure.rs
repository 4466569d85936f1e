//! Any configuration is understood, or refused with a place in it.
#![no_main]

use std::path::Path;

use cfn_ipfix::config::{Config, Overrides};
use cfn_ipfix_fuzz::{bounded, vary};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

/// Templates that patterns may be about.
const TEMPLATES: &[&str] = &[
    "/project/a.yaml",
    "/project/tests/vendor/日本 [1]!.json",
    "/elsewhere/a.yaml",
    "/project",
];

fuzz_target!(|input: &[u8]| {
    let Ok(text) = str::from_utf8(input) else { return };
    let parsed = bounded(text.len(), || {
        Config::parse("/project/.cfn-ipfix.yaml".into(), "/project".into(), text)
    });
    match parsed {
        Ok(config) => bounded(text.len(), || {
            for template in TEMPLATES.iter().map(Path::new) {
                let options = config.options(template, &Overrides::default());
                let overrides = Overrides {
                    unsafe_fixes: Some(!options.unsafe_fixes),
                    ..Overrides::default()
                };
                assert_ne!(config.options(template, &overrides).unsafe_fixes, options.unsafe_fixes);
            }
        }),
        Err(problem) => assert!(text.get(problem.span.range()).is_some(), "{problem:?}"),
    }
});

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { vary(input, len, max_len, seed, 0) });
