//! Encloses a value with a line for each of its entries in brackets.

use std::iter;

use super::brackets::is_pair;
use super::entry_style::closing_margin;
use super::indent::indent_deeper;
use crate::text::{Edit, EditObstacle};
use crate::yaml::WHITESPACE;
use crate::yaml::{CollectionStyle, Node, ScalarStyle};

/// The indentation levels of a value with a line for each entry.
pub(super) struct Levels<'d> {
    value: Node<'d>,
    /// The margin of its key, or its own.
    outer: &'d str,
    /// The margin of its entries.
    inner: &'d str,
    /// The indentation of its closing bracket relative to its key.
    ///
    /// If that bracket is after the last entry, it is the indentation of the opening one.
    offset: &'d str,
    /// The indentation of its entries relative to that bracket.
    unit: &'d str,
}

impl<'d> Levels<'d> {
    /// Reads the levels of a value; `None` if it has another style.
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

    /// Puts brackets around the value and indents its lines one level deeper.
    ///
    /// `lead` is inserted before the value.
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
        // The closing bracket keeps its margin, or is at least deeper than a key in a block.
        let end = match closing_margin(value) {
            Some(end) => end,
            None if offset.is_empty() && value.key().is_some_and(is_in_block) => inner,
            None => &margin,
        };
        // A bracket below its key stays below the new key, with the same relative indentation.
        let opening = value.key().and(value.margin());
        let (lead, inner_unit) = match opening.and_then(|opening| opening.strip_prefix(outer)) {
            Some(relative) if !lead.is_empty() => {
                let lead = format!("{}{newline}{margin}{unit}{relative}", lead.trim_end_matches(WHITESPACE));
                (lead, format!("{unit}{relative}"))
            }
            _ => (lead.to_owned(), unit.to_owned()),
        };
        let (file, span) = (value.file(), value.span());
        let open = Edit::insert(file, span.start(), format!("{open}{newline}{margin}{unit}{lead}"));
        let close = Edit::insert(file, span.end(), format!("{newline}{end}{close}"));
        let inside = indent_deeper(value, &inner_unit);
        iter::once(open).chain(inside).chain([close]).collect()
    }
}

/// Returns whether a key is part of a block mapping.
pub(super) fn is_in_block(key: Node<'_>) -> bool {
    let mapping = key.ancestors().nth(1).filter(|mapping| !is_pair(*mapping));
    mapping.and_then(Node::collection_style) == Some(CollectionStyle::Block)
}

/// Returns the obstacle to enclosing a value.
///
/// It is that the value has several lines, or else its notation.
pub(super) fn obstacle(value: Node<'_>) -> EditObstacle {
    let is_block = value.collection_style() == Some(CollectionStyle::Block);
    match value.scalar_style() == ScalarStyle::Block || !(is_block || value.is_one_line()) {
        true => EditObstacle::Multiline,
        false => EditObstacle::UnusualNotation,
    }
}
