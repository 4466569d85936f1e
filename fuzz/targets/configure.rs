//! Runs the target `configure` with the engine.
#![no_main]

use cfn_ipfix_fuzz::targets::CONFIGURE;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|input: &[u8]| (CONFIGURE.check)(input));

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { CONFIGURE.mutate(input, [len, max_len], seed, fuzzer_mutate) });
