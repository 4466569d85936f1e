use cfn_ipfix::check;

use crate::bounds::bounded;
use crate::laws::{assert_honest, assert_untouched};
use crate::options::{HEAD, split};
use crate::seeds::{self, Seed};
use crate::target::Target;
use crate::words;

/// Checks any source with any options; the report satisfies the laws.
pub const FIX: Target = Target {
    name: "fix",
    check: check_laws,
    seeds: || seeds::templates().iter().flat_map(with_both_flags).collect(),
    head: HEAD,
    words: &words::TEMPLATE,
};

fn check_laws(input: &[u8]) {
    let Some((options, text)) = split(input) else { return };
    match bounded(text.len(), || check(text, &options)) {
        Ok(report) => {
            assert_honest(text, &report, &options);
            assert_untouched(text, &report);
        }
        Err(error) => assert!(text.get(error.span().range()).is_some(), "{error:?}"),
    }
}

/// Returns a template with safe fixes only, and with unsafe fixes.
fn with_both_flags(template: &Seed) -> [Seed; 2] {
    [0, 1].map(|flags| template.with_flags(flags))
}
