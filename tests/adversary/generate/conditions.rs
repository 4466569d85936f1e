//! Random conditions over a few parameters, so that many exclude or imply each other.

use crate::random::Random;
use crate::tree::{Tree, call, list, reference, text};

/// Names of conditions; some are not strings in YAML 1.1.
const NAMES: [&str; 6] = ["IsProd", "IsDev", "NO", "HasTier", "Y", "Off"];

/// Generates the conditions of a template, each with its name.
pub(super) fn conditions(random: &mut Random) -> Vec<(String, Tree)> {
    let first = random.below(NAMES.len());
    let count = random.one_of(&[0, 1, 1, 2, 2, 3, 4]);
    let mut conditions: Vec<(String, Tree)> = Vec::new();
    for at in 0..count {
        let earlier: Vec<_> = conditions.iter().map(|(name, _)| name.clone()).collect();
        let name = NAMES[(first + at) % NAMES.len()];
        conditions.push((name.to_owned(), expression(random, &earlier, 2)));
    }
    conditions
}

fn expression(random: &mut Random, earlier: &[String], depth: usize) -> Tree {
    let part = |random: &mut Random| expression(random, earlier, depth.saturating_sub(1));
    let kind = random.weighted(&[5, if earlier.is_empty() { 0 } else { 2 }, depth, depth, depth]);
    match kind {
        0 => equals(random),
        1 => call("Condition", text(random.pick(earlier).unwrap().as_str())),
        2 => call("Fn::Not", list([part(random)])),
        3 => call("Fn::And", list([part(random), part(random)])),
        _ => call("Fn::Or", list([part(random), part(random)])),
    }
}

fn equals(random: &mut Random) -> Tree {
    let parameter = reference(random.one_of(&["Env", "Env", "Env", "Tier"]));
    let other = match random.below(10) {
        0 => reference("Tier"),
        1 => text(""),
        _ => text(random.one_of(&["prod", "dev", "test"])),
    };
    match random.chance(80) {
        true => call("Fn::Equals", list([parameter, other])),
        false => call("Fn::Equals", list([other, parameter])),
    }
}
