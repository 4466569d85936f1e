//! Any text is read, or refused with a place in it.
#![no_main]

use cfn_ipfix::yaml::Stream;
use cfn_ipfix_fuzz::{assert_read, bounded, vary};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|input: &[u8]| {
    let Ok(text) = str::from_utf8(input) else { return };
    match bounded(text.len(), || Stream::of_text(text)) {
        Ok(stream) => bounded(text.len(), || assert_read(&stream)),
        Err(error) => assert!(text.get(error.span.range()).is_some(), "{error:?}"),
    }
});

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { vary(input, len, max_len, seed, 0) });
