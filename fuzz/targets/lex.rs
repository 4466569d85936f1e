//! Runs the target `lex` with the engine.
#![no_main]

use cfn_ipfix_fuzz::targets::LEX;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|input: &[u8]| (LEX.check)(input));

#[rustfmt::skip]
fuzz_mutator!(|input: &mut [u8], len: usize, max_len: usize, seed: u32| { LEX.mutate(input, [len, max_len], seed, fuzzer_mutate) });
