//! Finds the starts of nodes: their tags, anchors and first children.
//!
//! The parser does not mark tags and anchors.

use super::source::IndexedText;
use crate::text::TextRange;
use crate::yaml::WHITESPACE;
use crate::yaml::explicit_key::start_of_explicit_key;
use crate::yaml::nodes::{NodeData, NodeIndex, NodeKind, Nodes, narrow};
use crate::yaml::style::CollectionStyle;

/// A node with the offset that the parser gives for it.
#[derive(Clone, Copy)]
pub(super) struct MarkedStart {
    pub(super) id: NodeIndex,
    pub(super) mark: usize,
}

/// Sets a collection's style and start by its first child.
///
/// The parser marks two collections at their first child, which may be a bracket: a block sequence that is as deep as
/// its key, and a pair in a flow sequence.
pub(super) fn set_start(source: IndexedText<'_>, nodes: &mut Nodes, collection: MarkedStart, child: MarkedStart) {
    let MarkedStart { id, mark } = collection;
    let data = nodes.get_mut(id);
    // The bracket of a child, or one after the first key, does not count.
    if data.collection_style() == Some(CollectionStyle::Flow) && mark < child.mark {
        let bracket = data.span().start();
        if nodes.get(child.id).span().end() <= bracket {
            move_after(nodes.get_mut(child.id), bracket);
        }
        return;
    }
    let is_mapping = matches!(data.kind, NodeKind::Mapping(..));
    if let NodeKind::Sequence(style, _) | NodeKind::Mapping(style, _) = &mut data.kind {
        *style = CollectionStyle::Block;
    }
    let start = if is_mapping {
        start_of_explicit_key(source.text, nodes.get(child.id).start as usize)
    } else if source.byte(mark) == Some(b'-') && mark != child.mark {
        mark
    } else {
        dash_before(source, mark).unwrap_or(mark)
    };
    let data = nodes.get_mut(id);
    data.set_span(TextRange::at(start));
    data.start = narrow(start);
    if nodes.get(child.id).span().end() < start {
        move_after(nodes.get_mut(child.id), start);
    }
    find_properties(source, nodes, id);
    widen_parents(nodes, id);
}

/// Finds the dash of an item before `mark`.
///
/// It is at the beginning of the line or, with comments and properties between them, of a line above.
fn dash_before(source: IndexedText<'_>, mark: usize) -> Option<usize> {
    let mut end = mark;
    loop {
        let line = source.line_before(end);
        let text = line.trim_start_matches(WHITESPACE);
        let after_dash = text.strip_prefix('-');
        if after_dash.is_some_and(|rest| rest.is_empty() || rest.starts_with(WHITESPACE)) {
            return Some(end - text.len());
        }
        if !text.is_empty() && !text.starts_with(['#', '!', '&']) {
            return None;
        }
        end = (end - line.len()).checked_sub(1)?;
    }
}

/// Extends a node to its tag and anchor.
///
/// They are directly before it, in either order.
pub(super) fn find_properties(source: IndexedText<'_>, nodes: &mut Nodes, id: NodeIndex) {
    let Nodes { all, tags, .. } = nodes;
    let Some(data) = all.get_mut(id.number()) else { return };
    let at = match data.is_tagged {
        true => tags.binary_search_by_key(&id, |(id, _)| *id).ok(),
        false => None,
    };
    let mut tag = at.and_then(|at| tags.get_mut(at)).map(|(_, tag)| tag);
    let mut wants_anchor = data.is_anchored;
    while wants_anchor || tag.is_some() {
        let before = source.before(data.start as usize).trim_end_matches(WHITESPACE);
        if let Some(tag) = tag.take_if(|tag| before.ends_with(&tag.name)) {
            data.start = narrow(before.len() - tag.name.len());
            tag.span = Some(TextRange::new(data.start as usize, before.len()));
        } else if let Some(at) = before
            .rfind(|c: char| WHITESPACE.contains(&c) || ",[]{}&".contains(c))
            .filter(|&at| wants_anchor && before.as_bytes().get(at) == Some(&b'&'))
        {
            data.start = narrow(at);
            wants_anchor = false;
        } else {
            return;
        }
    }
}

/// Moves an empty first child after its parent's dash or bracket.
fn move_after(child: &mut NodeData, start: usize) {
    child.set_span(TextRange::at(start + 1));
    child.start = narrow(start + 1);
}

/// Extends mappings to the start of their first key.
///
/// That key may be a collection whose start was not known before.
fn widen_parents(nodes: &mut Nodes, id: NodeIndex) {
    let start = nodes.get(id).start;
    let mut id = id;
    while let Some(parent) = nodes.get(id).parent {
        let data = nodes.get_mut(parent);
        if data.span().start() <= start as usize {
            return;
        }
        data.span[0] = start;
        data.start = data.start.min(start);
        id = parent;
    }
}
