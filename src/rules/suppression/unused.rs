//! Suppressions of nothing, and how they go.

use std::collections::HashSet;

use super::{Entry, Place, Suppression, comment};
use crate::fix::{Applicability, Change, Fix};
use crate::rules::{RULES, Withheld};
use crate::template::Obstacle;
use crate::text::{Edit, Span};
use crate::yaml::{Fragment, Node, remove, remove_items};

/// A suppression, and what of it suppresses nothing.
pub(in crate::rules) struct Unused<'s, 'd> {
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
        let (title, edits, changes) = match &self.suppression.place {
            Place::Comment { comment, removal } => match comment::shortened(comment, &spans) {
                Some(edit) if !self.is_whole => (list(self.codes()), vec![edit], Vec::new()),
                _ => {
                    let edit = removal.clone().ok_or(Withheld::EndOfText)?;
                    ("remove the comment".to_owned(), vec![edit], Vec::new())
                }
            },
            Place::Metadata { key, value } if self.is_whole => {
                let (edit, change) = without_entry(*key, *value).ok_or(Obstacle::Reshape)?;
                ("remove it from the metadata".to_owned(), vec![edit], vec![change])
            }
            Place::Metadata { value, .. } => {
                let (edits, change) = without_items(value.resolved(), &spans).ok_or(Obstacle::Reshape)?;
                (list(self.codes()), edits, vec![change])
            }
        };
        Ok(Fix {
            title,
            edits,
            changes,
            applicability: Applicability::Safe,
        })
    }
}

/// Removes an entry, and the mappings around it that hold nothing else.
fn without_entry(key: Node<'_>, value: Node<'_>) -> Option<(Edit, Change)> {
    let (mut key, mut value) = (key, value);
    while let [None, None] = key.neighbours() {
        value = key.ancestors().nth(1)?;
        key = value.key()?;
    }
    let is_shared = value.descendants().chain(key.ancestors()).any(Node::is_anchored);
    let change = Change::Remove { path: value.path() };
    Some((remove(key, value).filter(|_| !is_shared)?, change))
}

/// Removes the items of a list that have these spans.
fn without_items(list: Node<'_>, spans: &HashSet<Span>) -> Option<(Vec<Edit>, Change)> {
    let stays: Vec<_> = list.items().map(|item| !spans.contains(&item.full_span())).collect();
    let is_shared = list.descendants().chain(list.ancestors()).any(Node::is_anchored);
    let left = list.items().zip(&stays).filter(|(_, stays)| **stays);
    let change = Change::Replace {
        path: list.path(),
        value: Fragment::Sequence(left.map(|(item, _)| Fragment::copy_of(item.path())).collect()),
    };
    let edits = remove_items(list, |at| stays.get(at) == Some(&true));
    Some((edits.filter(|_| !is_shared)?, change))
}
