//! A judge of fixes, which finds the harm that a fixed template has and the original does not.
//!
//! It shares no code with the product.

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

/// Returns the harm in the fixed template.
///
/// Templates with a duplicate ID are not judged, nor are assignments under which CloudFormation creates no stack.
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
    // Without unique IDs, references are ambiguous.
    let worlds = if new.is_valid() { worlds(&old, &new) } else { Vec::new() };
    for (old, new) in worlds {
        if iam_names::clash(&old) || old.lacks_entry() {
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
