//! Harm: changed statements of policies that deny or exclude.

use super::harm::{Harm, Kind};
use crate::tree::Tree;

/// Finds changes of statements with `Deny`, `NotAction` or `NotResource`.
pub(super) fn judge(old: &Tree, new: &Tree) -> Vec<Harm> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    collect(old, "", &mut before);
    collect(new, "", &mut after);
    let is_kept = |statement: &&(String, &Tree)| !after.contains(statement);
    let harm =
        |(path, _): &(String, &Tree)| Harm::always(Kind::StatementChanged, format!("the statement at {path} changed"));
    before.iter().filter(is_kept).map(harm).collect()
}

fn collect<'t>(value: &'t Tree, path: &str, found: &mut Vec<(String, &'t Tree)>) {
    let denies = value.get("Effect").is_some_and(mentions_deny);
    if denies || value.get("NotAction").is_some() || value.get("NotResource").is_some() {
        found.push((path.to_owned(), value));
    }
    for (at, item) in value.items().iter().enumerate() {
        collect(item, &format!("{path}[{at}]"), found);
    }
    for (key, value) in value.entries() {
        collect(value, &format!("{path}.{key}"), found);
    }
}

fn mentions_deny(effect: &Tree) -> bool {
    effect.as_text() == Some("Deny")
        || effect.items().iter().any(mentions_deny)
        || effect.entries().iter().any(|(_, value)| mentions_deny(value))
}
