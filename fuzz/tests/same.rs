//! Checks the same variations of all seeds each time, without the engine.
//!
//! A failure prints its target and its input, for `base64 --decode`.

use std::panic::catch_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{process, thread};

use cfn_ipfix_fuzz::{Chance, Target, targets};

/// Maximum number of bytes of a variation.
const MAX_LEN: usize = 8192;
/// The time after which an input counts as one that never ends.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Maximum number of failures of a target.
const MAX_FAILURES: usize = 5;

/// Held by the test that runs, as the limits on memory apply to the whole process.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn fix() {
    assert_all_pass(&targets::FIX, 30);
}

#[test]
fn module() {
    assert_all_pass(&targets::MODULE, 150);
}

#[test]
fn suppress() {
    assert_all_pass(&targets::SUPPRESS, 600);
}

#[test]
fn parse() {
    assert_all_pass(&targets::PARSE, 400);
}

#[test]
fn configure() {
    assert_all_pass(&targets::CONFIGURE, 16_000);
}

#[test]
fn lex() {
    assert_all_pass(&targets::LEX, 50_000);
}

#[test]
fn server() {
    assert_all_pass(&targets::SERVER, 10);
}

/// Checks all seeds of a target and `variations` of each, and prints a hash of these inputs.
fn assert_all_pass(target: &Target, variations: u64) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let start = Instant::now();
    let mut inputs = 0;
    let mut hash = EMPTY_HASH;
    let failures = with_timeout(target, |check| {
        let all = inputs_of(target, variations).inspect(|input| {
            inputs += 1;
            hash = hash_with(hash, input);
        });
        all.filter(|input| !check(input)).take(MAX_FAILURES).count()
    });
    println!(
        "{:<10} {inputs:>8} inputs {hash:016x} {:>4} s",
        target.name,
        start.elapsed().as_secs()
    );
    assert_eq!(failures, 0, "failures of {}", target.name);
}

/// Returns all seeds of a target, each followed by its variations.
fn inputs_of(target: &Target, variations: u64) -> impl Iterator<Item = Vec<u8>> {
    let seeds = (target.seeds)();
    let numbers = (0..seeds.len()).flat_map(move |seed| (0..=variations).map(move |n| (seed, n)));
    numbers.map(move |(seed, n)| {
        let seed = &seeds[seed];
        if n == 0 {
            return seed.input.clone();
        }
        // By name, so that a new seed changes the inputs of the others as little as possible.
        let mut chance = Chance::new(hash_with(EMPTY_HASH, seed.name.as_bytes()).wrapping_add(n));
        let other = &seeds[chance.below(seeds.len())].input;
        target.variation(&seed.input, other, MAX_LEN, &mut chance)
    })
}

/// Calls `run` with a function that returns whether an input passes.
///
/// An input that does not, or not in time, is printed. The latter ends the process.
#[expect(clippy::disallowed_methods, reason = "nothing else ends a check that hangs")]
fn with_timeout<T>(target: &Target, run: impl FnOnce(&dyn Fn(&[u8]) -> bool) -> T) -> T {
    let current = Mutex::new((Instant::now(), Vec::new()));
    let lock = &|| current.lock().unwrap_or_else(PoisonError::into_inner);
    let (running, is_running) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while is_running.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                let (since, input) = &*lock();
                if since.elapsed() > TIMEOUT {
                    print_failure(target, input);
                    process::exit(1);
                }
            }
        });
        // Dropped after `run`, even if that panics.
        let _running = running;
        run(&|input| {
            {
                let mut current = lock();
                current.0 = Instant::now();
                current.1.clear();
                current.1.extend_from_slice(input);
            }
            let passes = catch_unwind(|| (target.check)(input)).is_ok();
            if !passes {
                print_failure(target, input);
            }
            passes
        })
    })
}

fn print_failure(target: &Target, input: &[u8]) {
    println!("This input of {} fails: {}\n", target.name, base64(input));
}

fn base64(input: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for bytes in input.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*bytes.get(at).unwrap_or(&0)));
        for at in 0..4 {
            encoded.push(if at <= bytes.len() {
                DIGITS[bits >> (18 - 6 * at) & 63].into()
            } else {
                '='
            });
        }
    }
    encoded
}

const EMPTY_HASH: u64 = 0xcbf2_9ce4_8422_2325;

/// Extends a hash by some bytes: FNV-1a, which is the same everywhere.
fn hash_with(hash: u64, bytes: &[u8]) -> u64 {
    // A byte of its own after each input.
    let bytes = bytes.iter().copied().chain([0xff]);
    bytes.fold(hash, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn encodes_base64() {
    for (input, encoded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc?", "YWJjPw==")] {
        assert_eq!(base64(input.as_bytes()), encoded);
    }
}
