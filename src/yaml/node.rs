use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use super::explicit_key::start_of_explicit_key;
use super::host::Host;
use super::nodes::{NodeData, NodeId, NodeIndex, NodeKind, Nodes, StreamId};
use super::style::{CollectionStyle, ScalarStyle, Tag};
use super::style_samples::StyleSamples;
use crate::text::{File, FileId, FileRange, LineColumn, LineIndex, NodePath, PathSegment, TextRange};
use crate::yaml::WHITESPACE;

/// A parsed file: a JSON value, or the documents of YAML.
///
/// It has the ranges of all nodes.
///
/// Nodes are stored side by side, not nested, so that deep nesting cannot exhaust the call stack. They are small: data
/// that few of them have is stored apart, and a scalar whose value appears in the source is not copied.
#[derive(Debug)]
pub struct YamlFile {
    pub(super) file: File,
    pub(super) lines: LineIndex,
    pub(super) nodes: Nodes,
    pub(super) style_samples: OnceLock<StyleSamples>,
    /// The samples inside values, as many changes may follow the style of one.
    pub(super) inner_samples: Mutex<HashMap<NodeIndex, StyleSamples>>,
    json_comment: Option<TextRange>,
    /// The scalar that contains the text, if it is not a file.
    pub(super) host: Option<Box<Host>>,
    /// The keys that appear more than once in their mapping, once they are read.
    ///
    /// Each is paired with an equal key, before or after it. The pairs are sorted.
    pub(super) duplicate_keys: OnceLock<Vec<[NodeIndex; 2]>>,
}

impl YamlFile {
    pub(super) fn new(file: File, lines: LineIndex, nodes: Nodes, json_comment: Option<TextRange>) -> Self {
        Self {
            file,
            lines,
            nodes,
            style_samples: OnceLock::new(),
            inner_samples: Mutex::default(),
            json_comment,
            host: None,
            duplicate_keys: OnceLock::new(),
        }
    }

    /// Returns the range of the first comment in JSON, where comments are not allowed.
    pub fn json_comment(&self) -> Option<TextRange> {
        self.json_comment
    }

    /// Returns the file that was read.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Returns the source that was read.
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns the line index of the source.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// Returns the line and column of the byte at `offset`.
    pub fn position(&self, offset: usize) -> LineColumn {
        self.lines.position(self.text(), offset)
    }

    /// Returns the root of each document, in order.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.roots.iter().map(|&index| self.at(index))
    }

    /// Returns every node of every document, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.ids_from(0).map(|index| self.at(index))
    }

    /// Returns the node with this ID, which must be of this text.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.at(id.index)
    }

    /// Returns the identity of the text.
    pub fn id(&self) -> StreamId {
        StreamId {
            file: self.file.id,
            part: self.host.as_ref().map_or(0, |host| host.part),
        }
    }

    /// Returns the node with this number.
    pub(super) fn at(&self, index: NodeIndex) -> Node<'_> {
        Node { stream: self, index }
    }
}

/// A node of a [`YamlFile`]: a handle, free to copy.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    stream: &'d YamlFile,
    index: NodeIndex,
}

impl<'d> Node<'d> {
    /// Returns the parsed file that the node is part of.
    pub fn yaml_file(self) -> &'d YamlFile {
        self.stream
    }

    /// Returns the number of the file that the node is in.
    pub fn file(self) -> FileId {
        self.stream.file.id
    }

    /// Returns the ID of the node.
    pub fn id(self) -> NodeId {
        NodeId {
            stream: self.stream.id(),
            index: self.index,
        }
    }

    /// Returns the number of the node in its text.
    pub(super) fn number(self) -> NodeIndex {
        self.index
    }

    /// Returns the range of the node without tag and anchor.
    ///
    /// A scalar includes its quotes, a flow collection its brackets. A block collection extends from its first entry to
    /// the end of its last.
    pub fn span(self) -> TextRange {
        self.data().span()
    }

    /// Returns the range of the node with its tag and anchor.
    pub fn full_span(self) -> TextRange {
        TextRange::new(self.data().start as usize, self.span().end())
    }

    /// Returns the file and range of the node with tag and anchor.
    pub fn place(self) -> FileRange {
        self.stream.place_of(self.full_span())
    }

    /// Returns the file and range of the node without tag and anchor.
    pub fn inner_place(self) -> FileRange {
        self.stream.place_of(self.span())
    }

    /// Returns the source of [`Node::span`].
    pub fn source(self) -> &'d str {
        self.span().slice(self.stream.text())
    }

    /// Returns the node's tag, if it has one.
    pub fn tag(self) -> Option<&'d Tag> {
        self.data().is_tagged.then(|| self.stream.nodes.tag(self.index))?
    }

    /// Returns the name of the node's tag, such as `!Ref`.
    pub fn tag_name(self) -> Option<&'d str> {
        self.tag().map(|tag| tag.name.as_str())
    }

    /// Returns whether the range of the node's tag or anchor is unknown.
    ///
    /// This is the case if a comment appears between it and the node.
    pub fn has_properties_elsewhere(self) -> bool {
        let known = TextRange::new(self.full_span().start(), self.span().start());
        let has_anchor = || known.slice(self.stream.text()).contains('&');
        self.tag().is_some_and(|tag| tag.span.is_none()) || (self.is_anchored() && !has_anchor())
    }

    /// Returns the value of a scalar; `None` for collections and aliases.
    pub fn scalar(self) -> Option<&'d str> {
        match self.data().kind {
            NodeKind::Scalar(_, Some(value)) => self.stream.nodes.values.get(value as usize).map(|value| &**value),
            NodeKind::Scalar(style, None) => Some(style.inside(self.source())),
            _ => None,
        }
    }

    /// Returns the value of a scalar, borrowed from `text` if possible.
    ///
    /// `text` must be the source of the file.
    ///
    /// The value does not borrow the parsed file, so that the file can be dropped.
    pub(crate) fn value_in<'t>(self, text: &'t str) -> Option<Cow<'t, str>> {
        match self.data().kind {
            NodeKind::Scalar(style, None) => Some(Cow::Borrowed(style.inside(self.span().slice(text)))),
            _ => self.scalar().map(|value| Cow::Owned(value.to_owned())),
        }
    }

    /// Returns the style of a scalar; plain for other nodes.
    pub fn scalar_style(self) -> ScalarStyle {
        match self.data().kind {
            NodeKind::Scalar(style, _) => style,
            _ => ScalarStyle::Plain,
        }
    }

    /// Returns the style of a collection; `None` for scalars and aliases.
    pub fn collection_style(self) -> Option<CollectionStyle> {
        match self.data().kind {
            NodeKind::Sequence(style, _) | NodeKind::Mapping(style, _) => Some(style),
            _ => None,
        }
    }

    /// Returns whether the node is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.data().kind, NodeKind::Sequence(..))
    }

    /// Returns whether the node is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.data().kind, NodeKind::Mapping(..))
    }

    /// Returns whether the node is on one line.
    pub fn is_one_line(self) -> bool {
        let lines = &self.stream.lines;
        lines.number(self.span().start()) == lines.number(self.span().end())
    }

    /// Returns the items of a sequence; none for other nodes.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        let items = match self.data().kind {
            NodeKind::Sequence(_, children) => self.stream.nodes.children(children),
            _ => &[],
        };
        items.iter().map(move |&id| self.stream.at(id))
    }

    /// Returns the keys and values of a mapping; none for other nodes.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = (Node<'d>, Node<'d>)> + ExactSizeIterator {
        let entries = match self.data().kind {
            NodeKind::Mapping(_, children) => self.stream.nodes.entries(children),
            _ => &[],
        };
        entries
            .iter()
            .map(move |&[key, value]| (self.stream.at(key), self.stream.at(value)))
    }

    /// Returns the key of a mapping's value; `None` for other nodes.
    pub fn key(self) -> Option<Node<'d>> {
        let &[key, value] = self.siblings().get(self.data().index as usize)?;
        (value == self.index).then_some(self.stream.at(key))
    }

    /// Returns the value of a mapping's key; `None` for other nodes.
    pub fn value(self) -> Option<Node<'d>> {
        let &[key, value] = self.siblings().get(self.data().index as usize)?;
        (key == self.index).then_some(self.stream.at(value))
    }

    /// Follows a path from the node, through aliases.
    ///
    /// The result is a node as it is written: an alias at the end is not followed.
    pub fn at(self, steps: &[PathSegment]) -> Option<Node<'d>> {
        steps.iter().try_fold(self, |node, segment| match segment {
            PathSegment::Key(key) => node.resolved().get(key),
            PathSegment::Index(index) => node.resolved().items().nth(*index),
        })
    }

    /// Returns the style of the node's keys, or of those around it.
    pub fn key_quote(self) -> ScalarStyle {
        let mut keys = self
            .ancestors()
            .flat_map(Node::entries)
            .map(|(key, _)| key.scalar_style());
        keys.next().unwrap_or(ScalarStyle::Plain)
    }

    /// Returns the offset after the colon between a value and its key.
    ///
    /// Returns `None` for nodes that are not a mapping's value.
    pub fn after_colon(self) -> Option<usize> {
        let gap = TextRange::new(self.key()?.span().end(), self.full_span().start()).slice(self.stream.text());
        let mut gap = gap.trim_start_matches(WHITESPACE);
        // Comments may appear between an explicit key and its colon.
        while let Some(comment) = gap.strip_prefix('#') {
            gap = comment.split_once(['\n', '\r'])?.1.trim_start_matches(WHITESPACE);
        }
        let rest = gap.strip_prefix(':')?;
        Some(self.full_span().start() - rest.len())
    }

    /// Returns the blanks before the node on its line.
    ///
    /// Returns `None` if something else appears there. For an explicit key, these are the blanks before its `?`.
    pub fn margin(self) -> Option<&'d str> {
        let before = self.before_explicit_key();
        before.trim_matches(WHITESPACE).is_empty().then_some(before)
    }

    /// Returns whether the node is an explicit key: `? key`.
    pub fn has_explicit_key(self) -> bool {
        self.start_with_explicit_key() < self.full_span().start()
    }

    /// Returns the offset of a key, or of the `?` before it.
    pub(super) fn start_with_explicit_key(self) -> usize {
        start_of_explicit_key(self.stream.text(), self.full_span().start())
    }

    /// Returns the indentation of the node, with dashes of lists as blanks.
    ///
    /// Returns `None` if something else appears before the node on its line. For an explicit key, it is the indentation
    /// of its `?`.
    pub fn indent(self) -> Option<String> {
        let before = self.before_explicit_key();
        let is_blank = before.chars().all(|c| matches!(c, ' ' | '\t' | '-'));
        is_blank.then(|| before.replace('-', " "))
    }

    /// Returns the part of the line before the node or its `?`.
    fn before_explicit_key(self) -> &'d str {
        let start = self.start_with_explicit_key();
        let line = self.stream.lines.span(self.stream.lines.number(start));
        TextRange::new(line.start(), start).slice(self.stream.text())
    }

    /// Returns the newline of the line that the node begins on.
    ///
    /// On the last line, which may have none, it is that of the first line.
    pub fn newline(self) -> &'static str {
        let lines = &self.stream.lines;
        let line = |number| lines.span(number).slice(self.stream.text());
        let own = line(lines.number(self.span().start()));
        let line = if own.ends_with(['\n', '\r']) { own } else { line(0) };
        match line {
            line if line.ends_with("\r\n") => "\r\n",
            line if line.ends_with('\r') => "\r",
            _ => "\n",
        }
    }

    /// Returns the entries before and after the one of a key.
    pub fn neighbours(self) -> [Option<(Node<'d>, Node<'d>)>; 2] {
        let index = self.data().index as usize;
        [index.checked_sub(1), Some(index + 1)].map(|at| {
            let &[key, value] = self.siblings().get(at?)?;
            Some((self.stream.at(key), self.stream.at(value)))
        })
    }

    /// Returns the entries of the mapping that the node is part of.
    ///
    /// Returns none if the parent is not a mapping.
    fn siblings(self) -> &'d [[NodeIndex; 2]] {
        let nodes = &self.stream.nodes;
        match self.data().parent.map(|parent| nodes.get(parent).kind) {
            Some(NodeKind::Mapping(_, children)) => nodes.entries(children),
            _ => &[],
        }
    }

    /// Returns the value of the entry `key` of a mapping.
    ///
    /// The last entry wins if several have this key, as in YAML parsers that allow that.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Returns the entry `key` of a mapping, as [`Node::get`] does.
    pub fn entry(self, key: &str) -> Option<(Node<'d>, Node<'d>)> {
        self.entries().rev().find(|(name, _)| name.scalar() == Some(key))
    }

    /// Returns the aliased node of an alias; every other node itself.
    pub fn resolved(self) -> Node<'d> {
        match self.data().kind {
            NodeKind::Alias(target) => self.stream.at(target),
            _ => self,
        }
    }

    /// Returns whether the node is an alias, `*name`.
    pub fn is_alias(self) -> bool {
        matches!(self.data().kind, NodeKind::Alias(_))
    }

    /// Returns whether the node has an anchor, `&name`.
    pub fn is_anchored(self) -> bool {
        self.data().is_anchored
    }

    /// Returns the aliases of this node.
    pub fn aliases(self) -> impl Iterator<Item = Node<'d>> {
        let aliases = self.stream.nodes.aliases.get(&self.index);
        aliases.into_iter().flatten().map(move |&id| self.stream.at(id))
    }

    /// Returns the node and its ancestors, from the inside out.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(Some(self), |node| node.data().parent.map(|id| node.stream.at(id)))
    }

    /// Returns the node and its descendants, in the order of the file.
    ///
    /// Aliases are not followed.
    pub fn descendants(self) -> impl Iterator<Item = Node<'d>> {
        // Nodes are numbered in the order in which they begin, so the first node that begins after this one's end ends
        // the iteration.
        let end = self.span().end();
        let document = self.document();
        self.stream
            .nodes
            .ids_from(self.index.number())
            .map(move |id| self.stream.at(id))
            .take_while(move |node| node.index == self.index || node.span().start() < end)
            .filter(move |node| node.document() == document)
    }

    /// Returns the innermost last descendant, or the node itself.
    ///
    /// Aliases are not followed.
    pub fn last_part(self) -> Node<'d> {
        let last = |node: &Node<'d>| {
            let value = node.entries().next_back().map(|(_, value)| value);
            value.or_else(|| node.items().next_back())
        };
        std::iter::successors(Some(self), last).last().unwrap_or(self)
    }

    /// Returns whether blank lines after the node would join its last scalar.
    ///
    /// This is a block scalar that keeps them, or that is otherwise empty and does not strip them.
    pub fn takes_blank_lines(self) -> bool {
        let last = self.last_part();
        // Only a block scalar has a header, and the line of a header is short.
        if last.scalar_style() != ScalarStyle::Block {
            return false;
        }
        let before = last.stream.text().get(..last.span().start()).unwrap_or_default();
        let line = before
            .trim_end_matches(WHITESPACE)
            .rsplit(['\n', '\r'])
            .next()
            .unwrap_or_default();
        let tokens = line
            .split(WHITESPACE)
            .take_while(|token| !token.starts_with('#'))
            .filter(|token| !token.is_empty());
        let is_blank = last
            .scalar()
            .is_some_and(|value| value.trim_matches(WHITESPACE).is_empty());
        let header = tokens.last().unwrap_or_default();
        header.contains('+') || (is_blank && !header.contains('-'))
    }

    /// Returns the number, from 0, of the document of the node.
    pub fn document(self) -> usize {
        let roots = &self.stream.nodes.roots;
        roots.partition_point(|root| *root <= self.index).saturating_sub(1)
    }

    /// Returns the path from the document's root to the node.
    pub fn path(self) -> NodePath {
        let mut path = self.stream.path();
        path.document += self.document();
        let from = path.steps.len();
        path.steps.extend(self.ancestors().filter_map(Node::segment));
        if let Some(own) = path.steps.get_mut(from..) {
            own.reverse();
        }
        path
    }

    fn segment(self) -> Option<PathSegment> {
        match self.stream.nodes.get(self.data().parent?).kind {
            NodeKind::Sequence(..) => Some(PathSegment::Index(self.data().index as usize)),
            _ => Some(PathSegment::Key(self.key()?.scalar()?.to_owned())),
        }
    }

    fn data(self) -> &'d NodeData {
        self.stream.nodes.get(self.index)
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({}, {:?})", self.index.number(), self.source())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.stream, other.stream) && self.index == other.index
    }
}

impl Eq for Node<'_> {}
