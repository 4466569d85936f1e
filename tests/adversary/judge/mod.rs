//! A judge of fixes: the harm in a template after them that was not there before. It knows CloudFormation, and nothing of
//! the product.

mod evaluate;
mod expand;
mod graph;
mod harm;
mod iam_names;
mod identity;
mod ids;
mod lists;
mod meaning;
mod name;
mod slots;
mod statements;
mod world;

pub(crate) use harm::{Harm, Kind};

use crate::text::read;
use expand::Template;
use world::worlds;

/// Judges the text after the fixes against the text before them, which is not judged if an ID is taken in it
/// already, nor under an assignment under which its roles have one name.
pub(crate) fn judge(before: &str, after: &str) -> Vec<Harm> {
    let (old_reading, new_reading) = match (read(before), read(after)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(_), _) => return Vec::new(),
        (_, Err(error)) => return vec![Harm::always(Kind::Unreadable, error)],
    };
    let old = Template::expand(&old_reading.tree);
    let new = Template::expand(&new_reading.tree);
    if !old.is_valid() {
        return Vec::new();
    }
    let mut harms = ids::judge(&old, &new);
    harms.extend(meaning::judge(&old_reading.scalars, &new_reading.scalars));
    harms.extend(statements::judge(&old_reading.tree, &new_reading.tree));
    // An ID that is used twice has two meanings.
    let worlds = if new.is_valid() { worlds(&old, &new) } else { Vec::new() };
    for (old, new) in worlds {
        if iam_names::clash(&old) {
            continue;
        }
        let in_world = [
            graph::judge(&old, &new),
            iam_names::judge(&old, &new),
            slots::judge(&old, &new),
            lists::judge(&old, &new),
        ];
        harms.extend(in_world.into_iter().flatten().map(|harm| harm.in_world(&new)));
    }
    harm::first_of_each(harms)
}
