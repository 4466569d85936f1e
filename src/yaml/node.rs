use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::examples::Examples;
use super::mark::start_with_mark;
use super::nodes::{Kind, NodeData, NodeId, Nodes};
use super::style::{Layout, Quote, Tag};
use crate::text::{File, FileId, Lines, Path, Place, Position, Span, Step};

/// A file that was read: one JSON value, or the documents of a YAML stream, with the places of all nodes.
///
/// Nodes are stored side by side, not in one another, so that no depth of nesting is a depth of calls. They are small:
/// data that few of them have is stored apart, and a scalar that the source has as it is, only in the source.
#[derive(Debug)]
pub struct Stream {
    pub(super) file: File,
    pub(super) lines: Lines,
    pub(super) nodes: Nodes,
    pub(super) examples: OnceLock<Examples>,
}

impl Stream {
    pub(super) fn new(file: File, lines: Lines, nodes: Nodes) -> Self {
        Self {
            file,
            lines,
            nodes,
            examples: OnceLock::new(),
        }
    }

    /// The file that was read.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns where the text's lines begin.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The line and column of the byte at `offset`.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(self.text(), offset)
    }

    /// The root of each document, in order.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.roots.iter().map(|&id| self.node(id))
    }

    /// Keys that stand twice in one mapping: each such pair, in the order of the file.
    pub fn duplicate_keys(&self) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
        self.all().flat_map(|node| {
            let mut seen = HashMap::new();
            let keys = node.entries().filter_map(|(key, _)| Some((key, key.scalar()?)));
            let pairs = keys.filter_map(move |(key, name)| Some((seen.insert(name, key)?, key)));
            pairs.collect::<Vec<_>>()
        })
    }

    /// Every node of every document, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.ids_from(0).map(|id| self.node(id))
    }

    /// Returns the node of this number, which must be of this stream.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { stream: self, id }
    }
}

/// One node of a [`Stream`]: a handle, free to copy.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    stream: &'d Stream,
    id: NodeId,
}

impl<'d> Node<'d> {
    /// The stream that the node is part of.
    pub fn stream(self) -> &'d Stream {
        self.stream
    }

    /// The number of the file that the node is in.
    pub fn file(self) -> FileId {
        self.stream.file.id
    }

    /// The node's number, the same for the same node.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The node's own text, without tag and anchor: a scalar with its quotes, a flow collection with its brackets, a
    /// block collection from its first entry to the end of its last.
    pub fn span(self) -> Span {
        self.data().span()
    }

    /// The node's text with its tag and anchor.
    pub fn full_span(self) -> Span {
        Span::new(self.data().start as usize, self.span().end())
    }

    /// Returns the place of the node with its tag and anchor.
    pub fn place(self) -> Place {
        Place::new(self.file(), self.full_span())
    }

    /// The source text of [`Node::span`].
    pub fn source(self) -> &'d str {
        self.span().slice(self.stream.text())
    }

    /// The node's tag, if one is written.
    pub fn tag(self) -> Option<&'d Tag> {
        self.data().is_tagged.then(|| self.stream.nodes.tag(self.id))?
    }

    /// The name of the node's tag, such as `!Ref`.
    pub fn tag_name(self) -> Option<&'d str> {
        self.tag().map(|tag| tag.name.as_str())
    }

    /// Returns whether it is not known where the node's tag is: a comment stands between them.
    pub fn has_tag_elsewhere(self) -> bool {
        self.tag().is_some_and(|tag| tag.span.is_none())
    }

    /// The value of a scalar; `None` for collections and aliases.
    pub fn scalar(self) -> Option<&'d str> {
        match self.data().kind {
            Kind::Scalar(_, Some(value)) => self.stream.nodes.values.get(value as usize).map(|value| &**value),
            Kind::Scalar(quote, None) => Some(quote.inside(self.source())),
            _ => None,
        }
    }

    /// Returns the value of a scalar as a part of `text`, which must be the stream's, or as a copy.
    ///
    /// The value does not borrow the stream, so that the stream can be dropped.
    pub(crate) fn value_in<'t>(self, text: &'t str) -> Option<Cow<'t, str>> {
        match self.data().kind {
            Kind::Scalar(quote, None) => Some(Cow::Borrowed(quote.inside(self.span().slice(text)))),
            _ => self.scalar().map(|value| Cow::Owned(value.to_owned())),
        }
    }

    /// Returns how a scalar is written; plain for everything else.
    pub fn quote(self) -> Quote {
        match self.data().kind {
            Kind::Scalar(quote, _) => quote,
            _ => Quote::Plain,
        }
    }

    /// Returns how a collection is written; `None` for scalars and aliases.
    pub fn layout(self) -> Option<Layout> {
        match self.data().kind {
            Kind::Sequence(layout, _) | Kind::Mapping(layout, _) => Some(layout),
            _ => None,
        }
    }

    /// Returns whether the node is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.data().kind, Kind::Sequence(..))
    }

    /// Returns whether the node is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.data().kind, Kind::Mapping(..))
    }

    /// Returns whether the node stands on one line.
    pub fn is_one_line(self) -> bool {
        let lines = &self.stream.lines;
        lines.number(self.span().start()) == lines.number(self.span().end())
    }

    /// The items of a sequence; none for everything else.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator {
        let items = match self.data().kind {
            Kind::Sequence(_, children) => self.stream.nodes.children(children),
            _ => &[],
        };
        items.iter().map(move |&id| self.stream.node(id))
    }

    /// The keys and values of a mapping; none for everything else.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = (Node<'d>, Node<'d>)> + ExactSizeIterator {
        let entries = match self.data().kind {
            Kind::Mapping(_, children) => self.stream.nodes.entries(children),
            _ => &[],
        };
        entries
            .iter()
            .map(move |&[key, value]| (self.stream.node(key), self.stream.node(value)))
    }

    /// The key that a value belongs to; `None` for everything but values of mappings.
    pub fn key(self) -> Option<Node<'d>> {
        let &[key, value] = self.siblings().get(self.data().index as usize)?;
        (value == self.id).then_some(self.stream.node(key))
    }

    /// Returns the value of a key; `None` for everything but keys of mappings.
    pub fn value(self) -> Option<Node<'d>> {
        let &[key, value] = self.siblings().get(self.data().index as usize)?;
        (key == self.id).then_some(self.stream.node(value))
    }

    /// Follows some steps from the node, through aliases, to a node as it is written.
    pub fn at(self, steps: &[Step]) -> Option<Node<'d>> {
        steps.iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.resolved().get(key),
            Step::Index(index) => node.resolved().items().nth(*index),
        })
    }

    /// Returns how the keys of a value are quoted, or those around it.
    pub fn key_quote(self) -> Quote {
        let mut keys = self.ancestors().flat_map(Node::entries).map(|(key, _)| key.quote());
        keys.next().unwrap_or(Quote::Plain)
    }

    /// Returns where the colon ends that stands between a value and its key; `None` for everything but values of
    /// mappings.
    pub fn behind_colon(self) -> Option<usize> {
        let gap = Span::new(self.key()?.span().end(), self.full_span().start()).slice(self.stream.text());
        let mut rest = gap.trim_start();
        // Comments may stand between a marked key and its colon.
        while let Some(comment) = rest.strip_prefix('#') {
            rest = comment.split_once(['\n', '\r'])?.1.trim_start();
        }
        let behind = rest.strip_prefix(':')?;
        Some(self.full_span().start() - behind.len())
    }

    /// Returns what stands before the node on its line, if that is nothing but blanks; for a key that is marked by a
    /// `?`, what stands before that.
    pub fn margin(self) -> Option<&'d str> {
        let before = self.before_mark();
        before.trim().is_empty().then_some(before)
    }

    /// Returns whether the node is a key that is marked by a `?`.
    pub fn is_marked(self) -> bool {
        self.start_with_mark() < self.full_span().start()
    }

    /// Returns where a key begins, or the `?` that marks it.
    pub(super) fn start_with_mark(self) -> usize {
        start_with_mark(self.stream.text(), self.full_span().start())
    }

    /// Blanks as wide as what stands before the node on its line, if that is nothing but blanks and the dashes of lists;
    /// for a key that is marked by a `?`, as wide as what stands before that.
    pub fn indent(self) -> Option<String> {
        let before = self.before_mark();
        let is_blank = before.chars().all(|c| matches!(c, ' ' | '\t' | '-'));
        is_blank.then(|| before.replace('-', " "))
    }

    /// Returns what stands before the node, or before its mark, on its line.
    fn before_mark(self) -> &'d str {
        let start = self.start_with_mark();
        let line = self.stream.lines.span(self.stream.lines.number(start));
        Span::new(line.start(), start).slice(self.stream.text())
    }

    /// Returns what ends the line that the node begins on, or the file's first line where that one is the last.
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

    /// The entries of a mapping before and behind the one that a key belongs to.
    pub fn neighbours(self) -> [Option<(Node<'d>, Node<'d>)>; 2] {
        let index = self.data().index as usize;
        [index.checked_sub(1), Some(index + 1)].map(|at| {
            let &[key, value] = self.siblings().get(at?)?;
            Some((self.stream.node(key), self.stream.node(value)))
        })
    }

    /// The entries of the mapping that the node is part of; none where it is part of none.
    fn siblings(self) -> &'d [[NodeId; 2]] {
        let nodes = &self.stream.nodes;
        match self.data().parent.map(|parent| nodes.get(parent).kind) {
            Some(Kind::Mapping(_, children)) => nodes.entries(children),
            _ => &[],
        }
    }

    /// The value of a mapping's entry `key`; the last one where there are several, as YAML readers that allow it do.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entries()
            .rev()
            .find(|(name, _)| name.scalar() == Some(key))
            .map(|(_, value)| value)
    }

    /// The node that an alias stands for; every other node itself.
    pub fn resolved(self) -> Node<'d> {
        match self.data().kind {
            Kind::Alias(target) => self.stream.node(target),
            _ => self,
        }
    }

    /// Returns whether the node is an alias, `*name`.
    pub fn is_alias(self) -> bool {
        matches!(self.data().kind, Kind::Alias(_))
    }

    /// Returns whether the node has an anchor, `&name`.
    pub fn is_anchored(self) -> bool {
        self.data().is_anchored
    }

    /// The aliases that stand for this node.
    pub fn aliases(self) -> impl Iterator<Item = Node<'d>> {
        let aliases = self.stream.nodes.aliases.get(&self.id);
        aliases.into_iter().flatten().map(move |&id| self.stream.node(id))
    }

    /// The node and everything that it stands in, from the inside out.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(Some(self), |node| node.data().parent.map(|id| node.stream.node(id)))
    }

    /// The node and everything inside it, in the order of the file; aliases are not followed.
    pub fn descendants(self) -> impl Iterator<Item = Node<'d>> {
        // Nodes are numbered in the order in which they begin, so the first node that begins after this one's end
        // ends the walk.
        let end = self.span().end();
        let document = self.document();
        self.stream
            .nodes
            .ids_from(self.id.number())
            .map(move |id| self.stream.node(id))
            .take_while(move |node| node.id == self.id || node.span().start() < end)
            .filter(move |node| node.document() == document)
    }

    /// Returns what is last in the node, or the node itself; aliases are not followed.
    pub fn last_part(self) -> Node<'d> {
        let last = |node: &Node<'d>| {
            let value = node.entries().next_back().map(|(_, value)| value);
            value.or_else(|| node.items().next_back())
        };
        std::iter::successors(Some(self), last).last().unwrap_or(self)
    }

    /// Returns whether blank lines behind the node would become part of its last text: of a block scalar that keeps
    /// them, or that has nothing else and does not strip them.
    pub fn takes_blank_lines(self) -> bool {
        let last = self.last_part();
        // Only then there is a header, and its line is short.
        if last.quote() != Quote::Block {
            return false;
        }
        let before = last.stream.text().get(..last.span().start()).unwrap_or_default();
        let line = before.trim_end().rsplit(['\n', '\r']).next().unwrap_or_default();
        let words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
        let is_blank = last.scalar().is_some_and(|text| text.trim().is_empty());
        let header = words.last().unwrap_or_default();
        header.contains('+') || (is_blank && !header.contains('-'))
    }

    /// The number, from 0, of the document that the node is part of.
    pub fn document(self) -> usize {
        let roots = &self.stream.nodes.roots;
        roots.partition_point(|root| *root <= self.id).saturating_sub(1)
    }

    /// The way from the document's root to the node.
    pub fn path(self) -> Path {
        let mut steps: Vec<Step> = self.ancestors().filter_map(Node::step).collect();
        steps.reverse();
        Path {
            document: self.document(),
            steps,
        }
    }

    fn step(self) -> Option<Step> {
        match self.stream.nodes.get(self.data().parent?).kind {
            Kind::Sequence(..) => Some(Step::Index(self.data().index as usize)),
            _ => Some(Step::Key(self.key()?.scalar()?.to_owned())),
        }
    }

    fn data(self) -> &'d NodeData {
        self.stream.nodes.get(self.id)
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({}, {:?})", self.id.number(), self.source())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.stream, other.stream) && self.id == other.id
    }
}

impl Eq for Node<'_> {}
