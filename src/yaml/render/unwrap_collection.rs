//! Unwraps the only value of a collection.

use super::brackets::braces_around;
use super::enclose::is_in_block;
use super::entry_style::{closing_margin, column, column_of};
use super::indent::{ends_in_block_scalar, has_block_scalar, indent_width, lines_from, ranges_after};
use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::WHITESPACE;
use crate::yaml::{CollectionStyle, Node, ScalarStyle};

/// Replaces `outer`, a mapping or sequence, by `inner`, its only value.
///
/// # Errors
///
/// If a comment, an anchor or a tag would be lost.
pub(super) fn unwrap_collection(outer: Node<'_>, inner: Node<'_>) -> Result<Vec<Edit>, EditObstacle> {
    if outer.is_anchored()
        || outer.tag().is_some()
        || inner.scalar_style() == ScalarStyle::Block
        || inner.has_properties_elsewhere()
        // Outside brackets, it would begin an item.
        || inner.source() == "-"
    {
        return Err(EditObstacle::CannotUnwrap);
    }
    let (mut edits, depth) = match outer.collection_style().ok_or(EditObstacle::CannotUnwrap)? {
        CollectionStyle::Flow => {
            let (outside, inside) = (outer.full_span(), inner.full_span());
            let [open, close] = braces_around(inner);
            let edits = vec![
                Edit::replace(outer.file(), TextRange::new(outside.start(), inside.start()), open),
                Edit::replace(outer.file(), TextRange::new(inside.end(), outside.end()), close),
            ];
            (edits, flow_depth(outer, inner).unwrap_or(0))
        }
        CollectionStyle::Block => {
            let RemovedPrefix { span, lead, depth } = RemovedPrefix::of(outer, inner)?;
            (vec![Edit::replace(outer.file(), span, lead)], depth)
        }
    };
    if edits.iter().any(|edit| outer.yaml_file().has_comment(edit.span)) {
        return Err(EditObstacle::CannotUnwrap);
    }
    edits.extend(indent_less(outer, inner, depth)?);
    Ok(edits)
}

/// The source before `inner` in a block collection, which is removed.
struct RemovedPrefix {
    span: TextRange,
    /// The replacement: blanks.
    lead: String,
    /// The indentation to remove from the other lines of `inner`.
    depth: usize,
}

impl RemovedPrefix {
    fn of(outer: Node<'_>, inner: Node<'_>) -> Result<Self, EditObstacle> {
        let has_explicit_key = [outer, inner]
            .into_iter()
            .filter_map(Node::key)
            .any(Node::has_explicit_key);
        // If a comment is after the first dash, the place of the dash is not known.
        let is_dash_unknown = outer.is_sequence() && !outer.source().starts_with('-');
        if has_explicit_key || (is_below(inner) && inner.is_anchored()) || is_dash_unknown {
            return Err(EditObstacle::CannotUnwrap);
        }
        match (outer.key(), inner.key()) {
            (Some(outer_key), Some(key)) => Self::entry_of_entry(outer, inner, [outer_key, key]),
            (Some(outer_key), None) if is_below(inner) => Ok(Self::dash_of_mapping(outer, inner, outer_key)),
            (Some(_), None) => Self::dash_of_value(outer, inner),
            (None, key) => Ok(Self::part_of_item(outer, inner, key)),
        }
    }

    /// Removes the entry; lines below it stay below.
    fn entry_of_entry(outer: Node<'_>, inner: Node<'_>, [outer_key, key]: [Node<'_>; 2]) -> Result<Self, EditObstacle> {
        let (end, lead) = match is_below(inner) {
            true => (after_colon(inner)?, ""),
            false => (inner.full_span().start(), " "),
        };
        Ok(Self {
            span: TextRange::new(after_colon(outer)?, end),
            lead: lead.to_owned(),
            depth: column(key).saturating_sub(column(outer_key)),
        })
    }

    /// Removes the dash before a mapping.
    ///
    /// The mapping is then as deep as the list or, if that is only as deep as its key, one level deeper.
    fn dash_of_mapping(outer: Node<'_>, inner: Node<'_>, outer_key: Node<'_>) -> Self {
        let list_column = column(outer);
        let target_column = match list_column > column(outer_key) {
            true => list_column,
            false => column(inner).min(column(outer_key) + indent_width(outer_key)),
        };
        Self {
            span: TextRange::new(outer.span().start(), inner.full_span().start()),
            lead: " ".repeat(target_column - list_column),
            depth: column(inner).saturating_sub(target_column),
        }
    }

    /// Removes the dash with the line break before it.
    fn dash_of_value(outer: Node<'_>, inner: Node<'_>) -> Result<Self, EditObstacle> {
        let start = inner.full_span().start();
        let inside = match inner.collection_style() {
            Some(CollectionStyle::Block) => column(inner),
            _ => column_of(inner, start),
        };
        Ok(Self {
            span: TextRange::new(after_colon(outer)?, start),
            lead: " ".to_owned(),
            depth: inside.saturating_sub(column(outer)),
        })
    }

    /// Removes a dash or a key inside a list's item.
    fn part_of_item(outer: Node<'_>, inner: Node<'_>, key: Option<Node<'_>>) -> Self {
        let inside = if is_below(inner) { inner } else { key.unwrap_or(inner) };
        Self {
            span: TextRange::new(outer.span().start(), inner.full_span().start()),
            lead: String::new(),
            depth: column(inside).saturating_sub(column(outer)),
        }
    }
}

/// Returns whether the indentation of a value determines its structure.
fn is_below(inner: Node<'_>) -> bool {
    inner.collection_style() == Some(CollectionStyle::Block) && inner.tag().is_none()
}

fn after_colon(value: Node<'_>) -> Result<usize, EditObstacle> {
    value.after_colon().ok_or(EditObstacle::CannotUnwrap)
}

/// Indents the lines of `inner` less by `depth`.
///
/// A line shared with the source before it is an exception.
///
/// All lines stay unchanged if the position does not allow that.
///
/// # Errors
///
/// If the lines may not stay unchanged either.
fn indent_less(outer: Node<'_>, inner: Node<'_>, depth: usize) -> Result<Vec<Edit>, EditObstacle> {
    if inner.collection_style().is_none() || depth == 0 {
        return Ok(Vec::new());
    }
    let text = inner.yaml_file().text();
    let first = usize::from(!is_below(inner) || inner.key().is_none() || outer.key().is_none());
    let least = match (inner.collection_style(), outer.key()) {
        (Some(CollectionStyle::Block), Some(key)) => column(key) + usize::from(!inner.is_sequence()),
        (Some(CollectionStyle::Block), None) => column(outer),
        // Even a bracket must be deeper than the key in a block around it.
        _ => {
            let mut keys = outer.ancestors().filter_map(Node::key);
            let key = keys.find(|&key| is_in_block(key));
            key.map_or(inner.yaml_file().margin(), |key| column(key) + 1)
        }
    };
    let content = |line: &TextRange| line.slice(text).trim_start_matches(WHITESPACE);
    let blanks = |line: &TextRange| line.slice(text).len() - line.slice(text).trim_start_matches([' ', '\t']).len();
    let is_deep = |line: &TextRange| blanks(line) >= depth + least;
    // Comments and blank lines may stay where they are.
    let may_stay = |line: &TextRange| content(line).is_empty() || content(line).starts_with('#');
    if lines_from(inner, first).any(|line| !is_deep(&line) && !may_stay(&line)) {
        // The first line moves, so the parts below would no longer align with it.
        return match is_below(inner) && first == 1 && (!is_one_part(inner) || has_block_scalar(inner)) {
            true => Err(EditObstacle::CannotUnwrap),
            false => Ok(Vec::new()),
        };
    }
    // If they were deeper than `inner`, they could join a block scalar before them.
    let is_too_deep = |line: &TextRange| may_stay(line) && blanks(line) + depth > column(inner);
    let inside = lines_from(inner, first).filter(|line| is_deep(line) || is_too_deep(line));
    let after = ranges_after(inner).filter(|line| ends_in_block_scalar(inner) && is_too_deep(line));
    let dedent = |line: TextRange| {
        let end = line.start() + depth.min(blanks(&line));
        Edit::replace(inner.file(), TextRange::new(line.start(), end), "")
    };
    Ok(inside.chain(after).map(dedent).collect())
}

/// Returns the indentation that `outer` adds to the lines of `inner`.
fn flow_depth(outer: Node<'_>, inner: Node<'_>) -> Option<usize> {
    let inside = inner.key().unwrap_or(inner).margin()?;
    let outside = closing_margin(outer).or(outer.key().unwrap_or(outer).margin())?;
    inside.strip_prefix(outside).map(str::len)
}

/// Returns whether a block collection has only one key or dash.
///
/// If so, nothing has to align with that key or dash.
fn is_one_part(node: Node<'_>) -> bool {
    let (items, mut entries) = (node.items().len(), node.entries());
    match (items, entries.next(), entries.next()) {
        (0, Some((key, _)), None) => !key.has_explicit_key(),
        (items, None, _) => items == 1,
        _ => false,
    }
}
