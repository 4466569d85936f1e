//! Suppressions of nothing, and how they go.

use std::collections::HashSet;

use super::{Entry, Place, Suppression, comment};
use crate::fix::{Applicability, Fix};
use crate::rules::{RULES, Withheld};
use crate::text::Span;
use crate::yaml::{Change, CommentOp, Node, Obstacle, Op, Stream};

/// A suppression, and what of it suppresses nothing.
pub(in crate::rules) struct Unused<'s, 'd> {
    pub(super) stream: &'d Stream,
    pub(in crate::rules) suppression: &'s Suppression<'d>,
    pub(super) entries: Vec<&'s Entry>,
    /// Whether that is all of it.
    pub(super) is_whole: bool,
}

impl Unused<'_, '_> {
    /// The codes of the rules that it names for nothing, as in a sentence, and how many they are.
    pub(in crate::rules) fn codes(&self) -> (String, usize) {
        let is_named = |code| self.entries.iter().any(|entry| entry.rule.code == code);
        let codes = RULES.iter().map(|rule| rule.code).filter(|code| is_named(*code));
        let codes: Vec<_> = codes.map(|code| format!("`{code}`")).collect();
        let sentence = match codes.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
            _ => codes.concat(),
        };
        (sentence, codes.len())
    }

    /// The fix that takes it away.
    ///
    /// # Errors
    ///
    /// If something else would be lost with it.
    pub(in crate::rules) fn removal(&self) -> Result<Fix, Withheld> {
        let spans: HashSet<Span> = self.entries.iter().map(|entry| entry.span).collect();
        let list = |(codes, _)| format!("take {codes} out of the list");
        let (title, change) = match &self.suppression.place {
            Place::Comment(comment) => {
                let (title, op) = match comment::shortened(comment, &spans) {
                    Some(op) if !self.is_whole => (list(self.codes()), op),
                    _ => ("remove the comment".to_owned(), CommentOp::Remove),
                };
                let change = Change::Comment {
                    file: comment.file,
                    comment: comment.id(),
                    op,
                };
                (title, change)
            }
            Place::Metadata { key, value } if self.is_whole => {
                ("remove it from the metadata".to_owned(), without_entry(*key, *value)?)
            }
            Place::Metadata { value, .. } => (list(self.codes()), without_items(value.resolved(), &spans)?),
        };
        Ok(Fix::of(self.stream, title, vec![change], Applicability::Safe)?)
    }
}

/// Removes an entry, and the mappings around it that hold nothing else.
fn without_entry(key: Node<'_>, value: Node<'_>) -> Result<Change, Obstacle> {
    let (mut key, mut value) = (key, value);
    while let [None, None] = key.neighbours() {
        value = key.ancestors().nth(1).ok_or(Obstacle::Reshape)?;
        key = value.key().ok_or(Obstacle::Reshape)?;
    }
    match value.descendants().chain(key.ancestors()).any(Node::is_anchored) {
        true => Err(Obstacle::Reshape),
        false => Ok(change(value, Op::Remove)),
    }
}

/// Removes the items of a list that have these spans.
fn without_items(list: Node<'_>, spans: &HashSet<Span>) -> Result<Change, Obstacle> {
    let gone = (0..)
        .zip(list.items())
        .filter(|(_, item)| spans.contains(&item.full_span()));
    let gone = gone.map(|(number, _)| number).collect();
    match list.descendants().chain(list.ancestors()).any(Node::is_anchored) {
        true => Err(Obstacle::Reshape),
        false => Ok(change(list, Op::RemoveItems(gone))),
    }
}

fn change(value: Node<'_>, op: Op) -> Change {
    Change::Value {
        file: value.file(),
        node: value.id(),
        path: value.path(),
        op,
    }
}
