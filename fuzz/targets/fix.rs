//! Any text is checked with any options; what comes of it keeps the laws.
#![no_main]

use cfn_ipfix::check;
use cfn_ipfix_fuzz::{HEAD, assert_told, assert_untouched, bounded, split, vary};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|input: &[u8]| {
    let Some((options, text)) = split(input) else { return };
    match bounded(text.len(), || check(text, &options)) {
        Ok(report) => {
            assert_told(text, &report, &options);
            assert_untouched(text, &report);
        }
        Err(error) => assert!(text.get(error.span().range()).is_some(), "{error:?}"),
    }
});

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { vary(input, len, max_len, seed, HEAD) });
