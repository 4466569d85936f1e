//! Finds the starts of nodes: their tags and anchors, which the parser does not mark, and their first children.

use super::source::Source;
use crate::text::Span;
use crate::yaml::mark::start_with_mark;
use crate::yaml::nodes::{Kind, NodeData, NodeId, Nodes, narrow};
use crate::yaml::style::Layout;

/// A node, and the place that the parser gives for it.
#[derive(Clone, Copy)]
pub(super) struct Marked {
    pub(super) id: NodeId,
    pub(super) mark: usize,
}

/// Decides the layout and the start of a collection by its first child.
///
/// The parser marks a block sequence that is as deep as its key, and a pair in a flow sequence, at its first child, which
/// may be a bracket.
pub(super) fn settle(source: Source<'_>, nodes: &mut Nodes, collection: Marked, child: Marked) {
    let Marked { id, mark } = collection;
    let first = nodes.get(child.id).span();
    let data = nodes.get_mut(id);
    // What a text before it holds is no bracket.
    let begins_before = !first.is_empty() && first.start() < mark;
    if data.layout() == Some(Layout::Flow) && mark != child.mark && !begins_before {
        let bracket = data.span().start();
        if nodes.get(child.id).span().end() <= bracket {
            put_behind(nodes.get_mut(child.id), bracket);
        }
        return;
    }
    let is_mapping = matches!(data.kind, Kind::Mapping(..));
    if let Kind::Sequence(layout, _) | Kind::Mapping(layout, _) = &mut data.kind {
        *layout = Layout::Block;
    }
    let start = if is_mapping {
        start_with_mark(source.text, nodes.get(child.id).start as usize)
    } else if source.byte(mark) == Some(b'-') && mark != child.mark {
        mark
    } else {
        dash_before(source, mark).unwrap_or(mark)
    };
    let data = nodes.get_mut(id);
    data.set_span(Span::at(start));
    data.start = narrow(start);
    if nodes.get(child.id).span().end() < start {
        put_behind(nodes.get_mut(child.id), start);
    }
    find_properties(source, nodes, id);
    widen_parents(nodes, id);
}

/// Finds the dash of an item before `mark`: at the beginning of its line or, with comments and properties between them, of
/// one above.
fn dash_before(source: Source<'_>, mark: usize) -> Option<usize> {
    let mut end = mark;
    loop {
        let line = source.line_before(end);
        let text = line.trim_start();
        let behind_dash = text.strip_prefix('-');
        if behind_dash.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            return Some(end - text.len());
        }
        if !text.is_empty() && !text.starts_with(['#', '!', '&']) {
            return None;
        }
        end = (end - line.len()).checked_sub(1)?;
    }
}

/// Lets a node begin with its tag and anchor, which are directly before its text in either order.
pub(super) fn find_properties(source: Source<'_>, nodes: &mut Nodes, id: NodeId) {
    let Nodes { all, tags, .. } = nodes;
    let Some(data) = all.get_mut(id.number()) else { return };
    let at = match data.is_tagged {
        true => tags.binary_search_by_key(&id, |(id, _)| *id).ok(),
        false => None,
    };
    let mut tag = at.and_then(|at| tags.get_mut(at)).map(|(_, tag)| tag);
    let mut wants_anchor = data.is_anchored;
    while wants_anchor || tag.is_some() {
        let before = source.before(data.start as usize).trim_end();
        if let Some(tag) = tag.take_if(|tag| before.ends_with(&tag.name)) {
            data.start = narrow(before.len() - tag.name.len());
            tag.span = Some(Span::new(data.start as usize, before.len()));
        } else if let Some(at) = before
            .rfind(|c: char| c.is_whitespace() || ",[]{}&".contains(c))
            .filter(|&at| wants_anchor && before.as_bytes().get(at) == Some(&b'&'))
        {
            data.start = narrow(at);
            wants_anchor = false;
        } else {
            return;
        }
    }
}

/// Puts a first child without text after the dash or bracket of its parent at `start`.
fn put_behind(child: &mut NodeData, start: usize) {
    child.set_span(Span::at(start + 1));
    child.start = narrow(start + 1);
}

/// Lets mappings begin where their first key does, when that key is itself a collection that only now tells.
fn widen_parents(nodes: &mut Nodes, id: NodeId) {
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
