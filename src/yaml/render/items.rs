//! Removes items of a sequence.

use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Layout, Node};

/// Removes the items of these numbers from a sequence without tag.
///
/// # Errors
///
/// If something else would be lost, or no item would be left.
pub(super) fn remove_items(sequence: Node<'_>, gone: &[usize]) -> Result<Vec<Edit>, Obstacle> {
    if !sequence.is_sequence() {
        return Err(Obstacle::Reshape);
    }
    let items: Vec<_> = sequence.items().collect();
    let mut goes = vec![false; items.len()];
    for &number in gone {
        *goes.get_mut(number).ok_or(Obstacle::Reshape)? = true;
    }
    let mut edits = Vec::new();
    let mut previous = None;
    let mut parts = items.iter().zip(&goes).peekable();
    while let Some((&first, goes)) = parts.next() {
        if !goes {
            previous = Some(first);
            continue;
        }
        let mut last = first;
        while let Some((&item, _)) = parts.next_if(|(_, goes)| **goes) {
            last = item;
        }
        let next = parts.peek().map(|(item, _)| **item);
        edits.push(without(first, last, [previous, next])?);
    }
    Ok(edits)
}

/// Removes the items from `first` to `last`, which are between these neighbours.
fn without(first: Node<'_>, last: Node<'_>, neighbours: [Option<Node<'_>>; 2]) -> Result<Edit, Obstacle> {
    let span = match neighbours {
        [_, Some(next)] => Span::new(head(first)?, head(next)?),
        [Some(previous), None] if !previous.takes_blank_lines() => Span::new(previous.span().end(), last.span().end()),
        [_, None] => return Err(Obstacle::Reshape),
    };
    match span.slice(first.stream().text()).contains('#') {
        true => Err(Obstacle::Reshape),
        false => Ok(Edit::replace(first.file(), span, "")),
    }
}

/// Returns the start of an item, dash included.
fn head(item: Node<'_>) -> Result<usize, Obstacle> {
    let start = item.full_span().start();
    let before = Span::new(0, start).slice(item.stream().text());
    match item.ancestors().nth(1).and_then(Node::layout) {
        Some(Layout::Flow) => Ok(start),
        _ => before
            .trim_end()
            .strip_suffix('-')
            .map(str::len)
            .ok_or(Obstacle::Reshape),
    }
}
