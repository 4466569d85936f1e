//! The number of cases that a property test generates.

use proptest::prelude::ProptestConfig;

use super::shared::is_long;

/// Returns the configuration for `usual` cases, or ten times as many with `CFN_IPFIX_LONG`.
///
/// `PROPTEST_CASES` overrides both.
pub(super) fn cases(usual: u32) -> ProptestConfig {
    let requested = std::env::var("PROPTEST_CASES");
    let requested = requested.ok().and_then(|cases| cases.parse().ok());
    let usual = if is_long() { 10 * usual } else { usual };
    ProptestConfig {
        cases: requested.unwrap_or(usual),
        failure_persistence: None,
        max_shrink_iters: 5000,
        ..ProptestConfig::default()
    }
}
