//! Harm: scalars that have another meaning in YAML 1.1.

use std::collections::HashSet;

use super::harm::{Harm, Kind};
use crate::text::{Scalar, means_no_text};

/// Finds new plain scalars that are not strings, and names in new styles.
pub(super) fn judge(old: &[Scalar], new: &[Scalar]) -> Vec<Harm> {
    let before: HashSet<_> = old.iter().collect();
    let is_harm = |scalar: &&Scalar| {
        let other_style = Scalar {
            is_plain: !scalar.is_plain,
            ..(*scalar).clone()
        };
        let is_wrong = match scalar.is_name {
            true => before.contains(&other_style),
            false => scalar.is_plain,
        };
        means_no_text(&scalar.text) && is_wrong && !before.contains(scalar)
    };
    let harm = |scalar: &Scalar| {
        let style = if scalar.is_plain { "plain" } else { "quoted" };
        Harm::always(Kind::ScalarMeaning, format!("a new `{}` is {style}", scalar.text))
    };
    new.iter().filter(is_harm).map(harm).collect()
}
