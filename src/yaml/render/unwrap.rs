//! Unwraps the only value of a collection.

use super::brackets::braces_around;
use super::enclose::is_in_block;
use super::indent::{behind, ends_in_block_scalar, has_block_scalar, lines_from, step};
use super::model::{closing_margin, column, column_of};
use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Layout, Node, Quote};

/// Replaces `outer`, a mapping or a list, by `inner`, its only value.
///
/// # Errors
///
/// If a comment, an anchor or a tag would be lost.
pub(super) fn unwrap(outer: Node<'_>, inner: Node<'_>) -> Result<Vec<Edit>, Obstacle> {
    if outer.is_anchored() || outer.tag().is_some() || inner.quote() == Quote::Block || inner.has_tag_elsewhere() {
        return Err(Obstacle::Reshape);
    }
    let (mut edits, depth) = match outer.layout().ok_or(Obstacle::Reshape)? {
        Layout::Flow => {
            let (outside, inside) = (outer.full_span(), inner.full_span());
            let [open, close] = braces_around(inner);
            let edits = vec![
                Edit::replace(outer.file(), Span::new(outside.start(), inside.start()), open),
                Edit::replace(outer.file(), Span::new(inside.end(), outside.end()), close),
            ];
            (edits, flow_depth(outer, inner).unwrap_or(0))
        }
        Layout::Block => {
            let Head { span, lead, depth } = Head::of(outer, inner)?;
            (vec![Edit::replace(outer.file(), span, lead)], depth)
        }
    };
    let text = outer.stream().text();
    let is_lossless = edits.iter().all(|edit| !edit.span.slice(text).contains('#'));
    if !is_lossless {
        return Err(Obstacle::Reshape);
    }
    edits.extend(shallower(outer, inner, depth)?);
    Ok(edits)
}

/// The text before `inner` in a block collection, which is removed.
struct Head {
    span: Span,
    /// The blanks in its place.
    lead: String,
    /// The indentation that the other lines of `inner` have too much.
    depth: usize,
}

impl Head {
    fn of(outer: Node<'_>, inner: Node<'_>) -> Result<Self, Obstacle> {
        let is_marked = [outer, inner].into_iter().filter_map(Node::key).any(Node::is_marked);
        // If a comment is after the first dash, the place of the dash is not known.
        let is_dash_unknown = outer.is_sequence() && !outer.source().starts_with('-');
        if is_marked || (is_below(inner) && inner.is_anchored()) || is_dash_unknown {
            return Err(Obstacle::Reshape);
        }
        match (outer.key(), inner.key()) {
            (Some(place), Some(key)) => Self::entry_of_entry(outer, inner, [place, key]),
            (Some(place), None) if is_below(inner) => Ok(Self::dash_of_mapping(outer, inner, place)),
            (Some(_), None) => Self::dash_of_value(outer, inner),
            (None, key) => Ok(Self::part_of_item(outer, inner, key)),
        }
    }

    /// Removes the entry; lines below it stay below.
    fn entry_of_entry(outer: Node<'_>, inner: Node<'_>, [place, key]: [Node<'_>; 2]) -> Result<Self, Obstacle> {
        let (end, lead) = match is_below(inner) {
            true => (behind_colon(inner)?, ""),
            false => (inner.full_span().start(), " "),
        };
        Ok(Self {
            span: Span::new(behind_colon(outer)?, end),
            lead: lead.to_owned(),
            depth: column(key).saturating_sub(column(place)),
        })
    }

    /// Removes the dash before a mapping, which is then as deep as the list or, if that is only as deep as its key, one step
    /// deeper.
    fn dash_of_mapping(outer: Node<'_>, inner: Node<'_>, place: Node<'_>) -> Self {
        let list = column(outer);
        let wanted = match list > column(place) {
            true => list,
            false => column(inner).min(column(place) + step(place)),
        };
        Self {
            span: Span::new(outer.span().start(), inner.full_span().start()),
            lead: " ".repeat(wanted - list),
            depth: column(inner).saturating_sub(wanted),
        }
    }

    /// Removes the dash with the line break before it.
    fn dash_of_value(outer: Node<'_>, inner: Node<'_>) -> Result<Self, Obstacle> {
        let start = inner.full_span().start();
        let inside = match inner.layout() {
            Some(Layout::Block) => column(inner),
            _ => column_of(inner, start),
        };
        Ok(Self {
            span: Span::new(behind_colon(outer)?, start),
            lead: " ".to_owned(),
            depth: inside.saturating_sub(column(outer)),
        })
    }

    /// Removes a dash or a key inside of a list's item.
    fn part_of_item(outer: Node<'_>, inner: Node<'_>, key: Option<Node<'_>>) -> Self {
        let inside = if is_below(inner) { inner } else { key.unwrap_or(inner) };
        Self {
            span: Span::new(outer.span().start(), inner.full_span().start()),
            lead: String::new(),
            depth: column(inside).saturating_sub(column(outer)),
        }
    }
}

/// Returns whether the indentation of a value decides what its lines are part of.
fn is_below(inner: Node<'_>) -> bool {
    inner.layout() == Some(Layout::Block) && inner.tag().is_none()
}

fn behind_colon(value: Node<'_>) -> Result<usize, Obstacle> {
    value.behind_colon().ok_or(Obstacle::Reshape)
}

/// Indents the lines of `inner` less by `depth`, except for a line shared with the text before it.
///
/// All stay as they are if the place does not allow that much.
///
/// # Errors
///
/// If the lines may not stay where they are either.
fn shallower(outer: Node<'_>, inner: Node<'_>, depth: usize) -> Result<Vec<Edit>, Obstacle> {
    if inner.layout().is_none() || depth == 0 {
        return Ok(Vec::new());
    }
    let text = inner.stream().text();
    let first = usize::from(!is_below(inner) || inner.key().is_none() || outer.key().is_none());
    let least = match (inner.layout(), outer.key()) {
        (Some(Layout::Block), Some(key)) => column(key) + usize::from(!inner.is_sequence()),
        (Some(Layout::Block), None) => column(outer),
        // Even a bracket must be deeper than a key in a block.
        (Some(Layout::Flow), Some(key)) if is_in_block(key) => column(key) + 1,
        _ => 0,
    };
    let content = |line: &Span| line.slice(text).trim_start();
    let blanks = |line: &Span| line.slice(text).len() - line.slice(text).trim_start_matches([' ', '\t']).len();
    let is_deep = |line: &Span| blanks(line) >= depth + least;
    // Comments and blank lines may stay where they are.
    let may_stay = |line: &Span| content(line).is_empty() || content(line).starts_with('#');
    if lines_from(inner, first).any(|line| !is_deep(&line) && !may_stay(&line)) {
        // But the first line does not.
        return match is_below(inner) && first == 1 && (!is_one_part(inner) || has_block_scalar(inner)) {
            true => Err(Obstacle::Reshape),
            false => Ok(Vec::new()),
        };
    }
    // If they were deeper than `inner`, they could become part of a block scalar before them.
    let is_right = |line: &Span| may_stay(line) && blanks(line) + depth > column(inner);
    let inside = lines_from(inner, first).filter(|line| is_deep(line) || is_right(line));
    let behind = behind(inner).filter(|line| ends_in_block_scalar(inner) && is_right(line));
    let shallower = |line: Span| {
        let end = line.start() + depth.min(blanks(&line));
        Edit::replace(inner.file(), Span::new(line.start(), end), "")
    };
    Ok(inside.chain(behind).map(shallower).collect())
}

/// Returns how much further right the lines of `inner` are than they are without `outer` around them.
fn flow_depth(outer: Node<'_>, inner: Node<'_>) -> Option<usize> {
    let inside = inner.key().unwrap_or(inner).margin()?;
    let outside = closing_margin(outer).or(outer.key().unwrap_or(outer).margin())?;
    inside.strip_prefix(outside).map(str::len)
}

/// Returns whether nothing in a block collection must stand as far right as its first key or dash.
fn is_one_part(node: Node<'_>) -> bool {
    let (items, mut entries) = (node.items().len(), node.entries());
    match (items, entries.next(), entries.next()) {
        (0, Some((key, _)), None) => !key.is_marked(),
        (items, None, _) => items == 1,
        _ => false,
    }
}
