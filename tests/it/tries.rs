//! The number of texts that a test makes up.

use proptest::prelude::ProptestConfig;

use super::shared::is_long;

/// Tries as many as `PROPTEST_CASES` says; else the usual number, or ten times as many with `CFN_IPFIX_LONG`.
pub(super) fn tries(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES");
    let asked = asked.ok().and_then(|cases| cases.parse().ok());
    let usual = if is_long() { 10 * usual } else { usual };
    ProptestConfig {
        cases: asked.unwrap_or(usual),
        failure_persistence: None,
        max_shrink_iters: 5000,
        ..ProptestConfig::default()
    }
}
