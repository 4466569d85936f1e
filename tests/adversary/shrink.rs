//! Shrinks a template that shows a kind of harm.

use crate::tree::Tree;

/// Maximum number of templates to try.
const LIMIT: usize = 4000;

/// Shrinks a template while `shows` returns true.
pub(crate) fn shrink(template: &Tree, shows: impl Fn(&Tree) -> bool) -> Tree {
    let mut smallest = template.clone();
    let mut tries = 0;
    loop {
        let smaller = candidates(&smallest).into_iter().find(|candidate| {
            tries += 1;
            tries < LIMIT && shows(candidate)
        });
        match smaller {
            Some(smaller) => smallest = smaller,
            None => return smallest,
        }
    }
}

/// Returns smaller values, the smallest first.
fn candidates(value: &Tree) -> Vec<Tree> {
    let mut found = Vec::new();
    match value {
        Tree::Text(_) => {}
        Tree::List(items) => {
            found.extend(without(items).into_iter().map(Tree::List));
            for (at, item) in items.iter().enumerate() {
                found.extend(
                    candidates(item)
                        .into_iter()
                        .map(|smaller| Tree::List(with(items, at, smaller))),
                );
            }
        }
        Tree::Map(entries) => {
            if let Some((_, argument)) = value.as_call() {
                found.extend(argument.items().iter().skip(1).cloned());
            } else {
                found.extend(without(entries).into_iter().map(Tree::Map));
            }
            for (at, (key, entry)) in entries.iter().enumerate() {
                let smaller = candidates(entry).into_iter();
                found.extend(smaller.map(|smaller| Tree::Map(with(entries, at, (key.clone(), smaller)))));
            }
        }
    }
    found
}

/// Returns the list without each half, each quarter, … each item.
fn without<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let mut found = Vec::new();
    let mut length = items.len().div_ceil(2);
    while length > 0 {
        for start in (0..items.len()).step_by(length) {
            let end = items.len().min(start + length);
            found.push([&items[..start], &items[end..]].concat());
        }
        length /= 2;
    }
    found
}

fn with<T: Clone>(items: &[T], at: usize, item: T) -> Vec<T> {
    let mut changed = items.to_vec();
    changed[at] = item;
    changed
}
