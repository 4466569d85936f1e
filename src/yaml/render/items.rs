//! Removes items of a sequence.

use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::WHITESPACE;
use crate::yaml::{CollectionStyle, Node};

/// Removes the items with these indices from a sequence without tag.
///
/// # Errors
///
/// If something else would be lost, or no item would be left.
pub(super) fn remove_items(sequence: Node<'_>, indices: &[usize]) -> Result<Vec<Edit>, EditObstacle> {
    if !sequence.is_sequence() {
        return Err(EditObstacle::CannotUnwrap);
    }
    let items: Vec<_> = sequence.items().collect();
    let mut removed = vec![false; items.len()];
    for &number in indices {
        *removed.get_mut(number).ok_or(EditObstacle::CannotUnwrap)? = true;
    }
    let mut edits = Vec::new();
    let mut previous = None;
    let mut parts = items.iter().zip(&removed).peekable();
    while let Some((&first, removed)) = parts.next() {
        if !removed {
            previous = Some(first);
            continue;
        }
        let mut last = first;
        while let Some((&item, _)) = parts.next_if(|(_, removed)| **removed) {
            last = item;
        }
        let next = parts.peek().map(|(item, _)| **item);
        edits.push(removal(first, last, [previous, next])?);
    }
    Ok(edits)
}

/// Removes the items from `first` to `last`, between their neighbours.
fn removal(first: Node<'_>, last: Node<'_>, neighbours: [Option<Node<'_>>; 2]) -> Result<Edit, EditObstacle> {
    let span = match neighbours {
        [_, Some(next)] => TextRange::new(head(first)?, head(next)?),
        [Some(previous), None] if !previous.takes_blank_lines() => {
            TextRange::new(previous.span().end(), last.span().end())
        }
        [_, None] => return Err(EditObstacle::CannotUnwrap),
    };
    match first.yaml_file().has_comment(span) {
        true => Err(EditObstacle::CannotUnwrap),
        false => Ok(Edit::replace(first.file(), span, "")),
    }
}

/// Returns the start of an item, dash included.
fn head(item: Node<'_>) -> Result<usize, EditObstacle> {
    let start = item.full_span().start();
    let before = TextRange::new(0, start).slice(item.yaml_file().text());
    match item.ancestors().nth(1).and_then(Node::collection_style) {
        Some(CollectionStyle::Flow) => Ok(start),
        _ => before
            .trim_end_matches(WHITESPACE)
            .strip_suffix('-')
            .map(str::len)
            .ok_or(EditObstacle::CannotUnwrap),
    }
}
