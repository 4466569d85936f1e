//! Encloses a value that has a line for each of its entries in brackets.

use std::iter;

use super::indent::deeper;
use super::model::closing_margin;
use crate::text::{Edit, Obstacle};
use crate::yaml::{Layout, Node, Quote};

/// The levels of a value that has a line for each of its entries.
pub(super) struct Levels<'d> {
    value: Node<'d>,
    /// The margin of its key, or its own.
    outer: &'d str,
    /// The margin of its entries.
    inner: &'d str,
    /// The indentation of its closing bracket below its key or, if that is after the last entry, of its opening one.
    offset: &'d str,
    /// The indentation of its entries below that.
    unit: &'d str,
}

impl<'d> Levels<'d> {
    /// Reads the levels of a value; `None` if it is written otherwise.
    pub(super) fn of(value: Node<'d>) -> Option<Self> {
        let inner = value.entries().next()?.0.margin()?;
        let outer = value.key().unwrap_or(value).margin()?;
        let margins = [closing_margin(value), value.margin(), Some(outer)];
        let mut levels = margins
            .into_iter()
            .flatten()
            .filter_map(|margin| Some((margin.strip_prefix(outer)?, inner.strip_prefix(margin)?)));
        let (offset, unit) = levels.find(|(_, unit)| !unit.is_empty())?;
        Some(Self {
            value,
            outer,
            inner,
            offset,
            unit,
        })
    }

    /// Puts brackets around the value, with `lead` before it, and its lines one level deeper.
    pub(super) fn enclose(&self, [open, close]: [&str; 2], lead: &str) -> Vec<Edit> {
        let Self {
            value,
            outer,
            inner,
            offset,
            unit,
        } = *self;
        let margin = format!("{outer}{offset}");
        let newline = value.newline();
        // As it is now, or at least deeper than a key in a block.
        let end = match closing_margin(value) {
            Some(end) => end,
            None if offset.is_empty() && value.key().is_some_and(is_in_block) => inner,
            None => &margin,
        };
        // A bracket below its key stays below the new one, as far right of it.
        let opening = value.key().and(value.margin());
        let (lead, deeper_by) = match opening.and_then(|opening| opening.strip_prefix(outer)) {
            Some(further) if !lead.is_empty() => {
                let lead = format!("{}{newline}{margin}{unit}{further}", lead.trim_end());
                (lead, format!("{unit}{further}"))
            }
            _ => (lead.to_owned(), unit.to_owned()),
        };
        let (file, span) = (value.file(), value.span());
        let open = Edit::insert(file, span.start(), format!("{open}{newline}{margin}{unit}{lead}"));
        let close = Edit::insert(file, span.end(), format!("{newline}{end}{close}"));
        let inside = deeper(value, &deeper_by);
        iter::once(open).chain(inside).chain([close]).collect()
    }
}

/// Returns whether a key is part of a block mapping.
pub(super) fn is_in_block(key: Node<'_>) -> bool {
    key.ancestors().nth(1).and_then(Node::layout) == Some(Layout::Block)
}

/// Returns the obstacle to a value that cannot be enclosed: its lines if it has several, else the way it is written.
pub(super) fn obstacle(value: Node<'_>) -> Obstacle {
    let is_block = value.layout() == Some(Layout::Block);
    match value.quote() == Quote::Block || !(is_block || value.is_one_line()) {
        true => Obstacle::SeveralLines,
        false => Obstacle::Unusual,
    }
}
