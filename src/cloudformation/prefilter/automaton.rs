//! Automatons that find any of several names in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

/// Returns an automaton that finds names, by their numbers.
#[expect(
    clippy::expect_used,
    reason = "there are two automatons, of constants alone, and the tests use both"
)]
pub(super) fn compiled<N: AsRef<[u8]>>(
    builder: &AhoCorasickBuilder,
    names: impl IntoIterator<Item = N>,
) -> AhoCorasick {
    builder.build(names).expect("a few short names")
}
