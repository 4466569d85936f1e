//! The nodes of a stream as they are kept: small, side by side, what few of them have apart from them.

use std::collections::HashMap;

use super::style::{Layout, Quote, Tag};
use crate::text::Span;

/// The number of a node in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// The nodes of a stream.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) all: Vec<NodeData>,
    /// What the collections hold, each one's side by side: the items of a sequence; keys and values of a mapping in turn.
    pub(super) children: Vec<NodeId>,
    /// The values of scalars that do not stand in the source like this.
    pub(super) values: Vec<Box<str>>,
    /// In the order of the nodes.
    pub(super) tags: Vec<(NodeId, Tag)>,
    pub(super) roots: Vec<NodeId>,
    pub(super) aliases: HashMap<NodeId, Vec<NodeId>>,
}

/// One node. Its places are 32 bits wide: a longer text is not read.
#[derive(Debug)]
pub(super) struct NodeData {
    pub(super) span: [u32; 2],
    pub(super) start: u32,
    pub(super) parent: Option<NodeId>,
    /// Which item or entry of its parent the node is, from 0.
    pub(super) index: u32,
    pub(super) kind: Kind,
    pub(super) is_anchored: bool,
    pub(super) is_tagged: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// With the number of its value, if that does not stand in the source like this.
    Scalar(Quote, Option<u32>),
    /// With where its children are.
    Sequence(Layout, [u32; 2]),
    /// With where its children are.
    Mapping(Layout, [u32; 2]),
    /// Of this node.
    Alias(NodeId),
}

impl NodeId {
    pub(super) fn number(self) -> usize {
        self.0 as usize
    }
}

impl Nodes {
    /// With room for those of a text of so many bytes: a list that grows is for a while there twice.
    pub(super) fn of(bytes: usize) -> Self {
        // More than in any layout but a dense one.
        let most = bytes / 16;
        Self {
            all: Vec::with_capacity(most),
            children: Vec::with_capacity(most),
            ..Self::default()
        }
    }

    pub(super) fn get(&self, id: NodeId) -> &NodeData {
        &self.all[id.number()]
    }

    pub(super) fn get_mut(&mut self, id: NodeId) -> &mut NodeData {
        &mut self.all[id.number()]
    }

    /// Adds a node.
    pub(super) fn push(&mut self, data: NodeData) -> NodeId {
        let id = NodeId(narrow(self.all.len()));
        self.all.push(data);
        id
    }

    pub(super) fn ids_from(&self, first: usize) -> impl Iterator<Item = NodeId> + use<> {
        (narrow(first)..narrow(self.all.len())).map(NodeId)
    }

    pub(super) fn tag(&self, id: NodeId) -> Option<&Tag> {
        let at = self.tags.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.tags.get(at).map(|(_, tag)| tag)
    }

    pub(super) fn children(&self, [from, to]: [u32; 2]) -> &[NodeId] {
        self.children.get(from as usize..to as usize).unwrap_or_default()
    }

    pub(super) fn entries(&self, children: [u32; 2]) -> &[[NodeId; 2]] {
        self.children(children).as_chunks().0
    }
}

impl NodeData {
    pub(super) fn span(&self) -> Span {
        let [start, end] = self.span;
        Span::new(start as usize, end as usize)
    }

    pub(super) fn set_span(&mut self, span: Span) {
        self.span = [narrow(span.start()), narrow(span.end())];
    }

    pub(super) fn layout(&self) -> Option<Layout> {
        match self.kind {
            Kind::Sequence(layout, _) | Kind::Mapping(layout, _) => Some(layout),
            Kind::Scalar(..) | Kind::Alias(_) => None,
        }
    }
}

/// A place in a text that is not too long, or a number of what is in it.
pub(super) fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
