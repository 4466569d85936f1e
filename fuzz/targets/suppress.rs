//! Runs the target `suppress` with the engine.
#![no_main]

use cfn_ipfix_fuzz::targets::SUPPRESS;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|input: &[u8]| (SUPPRESS.check)(input));

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { SUPPRESS.mutate(input, [len, max_len], seed, fuzzer_mutate) });
