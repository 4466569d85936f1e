//! The compact storage of nodes: data that few of them have is stored apart.

use std::collections::HashMap;

use super::style::{CollectionStyle, ScalarStyle, Tag};
use crate::text::{FileId, TextRange};

/// The identity of a parsed text among those that are checked together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// The file that contains the text.
    pub file: FileId,
    /// The number of a document in a scalar of the file, from 1; 0 for the file itself.
    pub part: u32,
}

/// The identity of a node among those that are checked together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The parsed text that the node is part of.
    pub stream: StreamId,
    pub(super) index: NodeIndex,
}

/// The number of a node in its parsed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeIndex(u32);

/// The nodes of a file.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) all: Vec<NodeData>,
    /// The children of all collections, those of each one contiguous.
    ///
    /// The children of a sequence are its items; those of a mapping are its keys and values alternately.
    pub(super) children: Vec<NodeIndex>,
    /// The values of scalars that differ from their source.
    pub(super) values: Vec<Box<str>>,
    /// The tags, in the order of the nodes.
    pub(super) tags: Vec<(NodeIndex, Tag)>,
    pub(super) roots: Vec<NodeIndex>,
    pub(super) aliases: HashMap<NodeIndex, Vec<NodeIndex>>,
}

/// A node.
///
/// Its offsets have 32 bits: a longer source is not read.
#[derive(Debug)]
pub(super) struct NodeData {
    pub(super) span: [u32; 2],
    pub(super) start: u32,
    pub(super) parent: Option<NodeIndex>,
    /// The index of the item or entry in the parent, from 0.
    pub(super) index: u32,
    pub(super) kind: NodeKind,
    pub(super) is_anchored: bool,
    pub(super) is_tagged: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum NodeKind {
    /// A scalar, with the index of its value if it has one.
    ///
    /// A value that equals its source is not stored.
    Scalar(ScalarStyle, Option<u32>),
    /// A sequence, with the range of its children.
    Sequence(CollectionStyle, [u32; 2]),
    /// A mapping, with the range of its children.
    Mapping(CollectionStyle, [u32; 2]),
    /// An alias of this node.
    Alias(NodeIndex),
}

impl NodeIndex {
    pub(super) fn number(self) -> usize {
        self.0 as usize
    }
}

impl Nodes {
    /// Creates an empty storage for a source of this length.
    ///
    /// It reserves room for the nodes, as a list that grows is briefly in memory twice.
    pub(super) fn with_source_len(len: usize) -> Self {
        // Only a dense source has more nodes.
        let capacity = len / 16;
        Self {
            all: Vec::with_capacity(capacity),
            children: Vec::with_capacity(capacity),
            ..Self::default()
        }
    }

    pub(super) fn get(&self, id: NodeIndex) -> &NodeData {
        &self.all[id.number()]
    }

    pub(super) fn get_mut(&mut self, id: NodeIndex) -> &mut NodeData {
        &mut self.all[id.number()]
    }

    /// Adds a node, and returns its ID.
    pub(super) fn push(&mut self, data: NodeData) -> NodeIndex {
        let id = NodeIndex(narrow(self.all.len()));
        self.all.push(data);
        id
    }

    pub(super) fn ids_from(&self, first: usize) -> impl Iterator<Item = NodeIndex> + use<> {
        (narrow(first)..narrow(self.all.len())).map(NodeIndex)
    }

    pub(super) fn tag(&self, id: NodeIndex) -> Option<&Tag> {
        let at = self.tags.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.tags.get(at).map(|(_, tag)| tag)
    }

    pub(super) fn children(&self, [from, to]: [u32; 2]) -> &[NodeIndex] {
        self.children.get(from as usize..to as usize).unwrap_or_default()
    }

    pub(super) fn entries(&self, children: [u32; 2]) -> &[[NodeIndex; 2]] {
        self.children(children).as_chunks().0
    }
}

impl NodeData {
    pub(super) fn span(&self) -> TextRange {
        let [start, end] = self.span;
        TextRange::new(start as usize, end as usize)
    }

    pub(super) fn set_span(&mut self, span: TextRange) {
        self.span = [narrow(span.start()), narrow(span.end())];
    }

    pub(super) fn collection_style(&self) -> Option<CollectionStyle> {
        match self.kind {
            NodeKind::Sequence(style, _) | NodeKind::Mapping(style, _) => Some(style),
            NodeKind::Scalar(..) | NodeKind::Alias(_) => None,
        }
    }
}

/// Narrows an offset or an index to 32 bits.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
