use std::collections::HashMap;

use yaml_rust2::parser::{Event, Parser, Tag as ParsedTag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::characters::Characters;
use super::empty_node::{EmptyNode, empty_node_offset};
use super::normalize_json::NormalizedText;
use super::relax::with_dash;
use super::scalar_end::{blank_block, block_end, double_quoted_end, plain_end, single_quoted_end};
use super::source::IndexedText;
use super::starts::{MarkedStart, find_properties, set_start};
use crate::text::{LineIndex, TextRange};
use crate::yaml::WHITESPACE;
use crate::yaml::error::{MAX_DEPTH, SyntaxError, SyntaxErrorKind};
use crate::yaml::nodes::{NodeData, NodeIndex, NodeKind, Nodes, narrow};
use crate::yaml::style::{CollectionStyle, ScalarStyle, Tag};

/// Maps the parser's positions to offsets in the source.
pub(super) struct SourcePositions<'m> {
    /// The source that the parser reads, or one of the same length.
    read: IndexedText<'m>,
    /// Number of characters that the parser reads before that source.
    prefix_len: usize,
    /// The relaxed source, if the parser reads that.
    relaxed: Option<&'m NormalizedText<'m>>,
    /// The number of lines of the source before those that the parser reads.
    first_line: usize,
    /// The number of bytes of the source before the relaxed source.
    skipped: usize,
}

impl<'m> SourcePositions<'m> {
    /// Maps positions in the source itself.
    ///
    /// The parser reads `prefix` first, and then the source from `first_line` on.
    pub(super) fn in_source(source: IndexedText<'m>, prefix: &str, first_line: usize) -> Self {
        Self {
            read: source,
            prefix_len: prefix.len(),
            relaxed: None,
            first_line,
            skipped: 0,
        }
    }

    /// Maps positions in a relaxed source, which begins after `skipped` bytes.
    pub(super) fn in_relaxed(relaxed: &'m NormalizedText<'m>, lines: &'m LineIndex, skipped: usize) -> Self {
        let read = IndexedText {
            text: &relaxed.text,
            lines,
        };
        Self {
            read,
            prefix_len: 0,
            relaxed: Some(relaxed),
            first_line: 0,
            skipped,
        }
    }

    /// Returns the offset of the first byte that the parser reads.
    fn first_byte(&self) -> usize {
        match self.relaxed {
            Some(_) => self.skipped,
            None => self.read.lines.span(self.first_line).start(),
        }
    }

    fn offset(&self, mark: Marker) -> usize {
        let line = mark.line().saturating_sub(1);
        let column = match line {
            0 => mark.col().saturating_sub(self.prefix_len),
            _ => mark.col(),
        };
        let at = self.read.lines.offset(self.read.text, self.first_line + line, column);
        self.skipped + self.relaxed.map_or(at, |relaxed| relaxed.source_offset(at))
    }
}

/// Builds nodes from the parser's events, which have a start and no end.
pub(super) struct Builder<'m> {
    source: IndexedText<'m>,
    positions: SourcePositions<'m>,
    nodes: Nodes,
    open: Vec<OpenCollection>,
    /// The children of the open collections so far.
    children: Vec<NodeIndex>,
    anchors: HashMap<usize, NodeIndex>,
    /// The end of the last token, for empty nodes.
    last_end: usize,
}

/// A collection that has begun and not ended.
struct OpenCollection {
    collection: MarkedStart,
    /// The index of its first child in [`Builder::children`].
    first: usize,
}

impl<'m> Builder<'m> {
    /// Reads the nodes of `source`.
    ///
    /// The parser itself reads `characters`; `positions` maps its positions to `source`.
    pub(super) fn read(
        source: IndexedText<'m>,
        characters: Characters<'_>,
        positions: SourcePositions<'m>,
    ) -> Result<Nodes, SyntaxError> {
        let mut parser = Parser::new(characters);
        let first = positions.first_byte();
        let mut builder = Builder {
            source,
            positions,
            nodes: Nodes::with_source_len(source.rest(first).len()),
            open: Vec::new(),
            children: Vec::new(),
            anchors: HashMap::new(),
            last_end: source.lines.span(0).start(),
        };
        loop {
            let (event, mark) = parser.next_token().map_err(|error| builder.syntax_error(&error))?;
            if event == Event::StreamEnd {
                return Ok(builder.nodes);
            }
            builder.event(event, mark)?;
        }
    }

    fn event(&mut self, event: Event, mark: Marker) -> Result<(), SyntaxError> {
        let at = self.positions.offset(mark);
        match event {
            Event::DocumentStart => self.anchors.clear(),
            Event::Scalar(value, style, anchor, tag) => self.scalar(at, value, style, anchor, tag),
            Event::SequenceStart(anchor, tag) => {
                let style = self.collection_style_at(at, b'[');
                self.begin(at, NodeKind::Sequence(style, [0; 2]), anchor, tag)?;
            }
            Event::MappingStart(anchor, tag) => {
                let style = self.collection_style_at(at, b'{');
                self.begin(at, NodeKind::Mapping(style, [0; 2]), anchor, tag)?;
            }
            Event::SequenceEnd => self.end(at, b']'),
            Event::MappingEnd => self.end(at, b'}'),
            Event::Alias(anchor) => {
                let name = self.source.rest(at + 1);
                let len = name
                    .find(|c: char| WHITESPACE.contains(&c) || ",[]{}".contains(c))
                    .unwrap_or(name.len());
                let span = TextRange::new(at, at + 1 + len);
                let target = *self.anchors.get(&anchor).ok_or(SyntaxError {
                    kind: SyntaxErrorKind::ForeignAlias,
                    span,
                })?;
                let id = self.push(span, NodeKind::Alias(target), 0, None, at);
                self.nodes.aliases.entry(target).or_default().push(id);
                self.last_end = span.end();
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn collection_style_at(&self, at: usize, bracket: u8) -> CollectionStyle {
        if self.source.byte(at) == Some(bracket) {
            CollectionStyle::Flow
        } else {
            CollectionStyle::Block
        }
    }

    fn scalar(&mut self, at: usize, value: String, style: TScalarStyle, anchor: usize, tag: Option<ParsedTag>) {
        let value = match style {
            TScalarStyle::Plain => with_dash(value),
            _ => value,
        };
        let (scalar_style, end) = match style {
            TScalarStyle::Plain if value.is_empty() => (ScalarStyle::Plain, None),
            TScalarStyle::Plain => (ScalarStyle::Plain, Some(plain_end(self.source.rest(at), &value))),
            TScalarStyle::SingleQuoted => (ScalarStyle::Single, Some(single_quoted_end(self.source.rest(at)))),
            TScalarStyle::DoubleQuoted => (ScalarStyle::Double, Some(double_quoted_end(self.source.rest(at)))),
            TScalarStyle::Literal | TScalarStyle::Folded => {
                let end = (!value.trim_matches(WHITESPACE).is_empty()).then(|| block_end(self.source, at, &value));
                (ScalarStyle::Block, end)
            }
        };
        let span = match (end, scalar_style) {
            (Some(end), _) => TextRange::new(at, at + end),
            (None, ScalarStyle::Block) => blank_block(self.source, self.last_end, &value)
                .unwrap_or_else(|| TextRange::at(self.empty_node_offset(at))),
            (None, _) => TextRange::at(self.empty_node_offset(at)),
        };
        let is_source = scalar_style.inside(span.slice(self.source.text)) == value;
        let value_index = (!is_source).then(|| {
            self.nodes.values.push(value.into_boxed_str());
            narrow(self.nodes.values.len() - 1)
        });
        let id = self.push(span, NodeKind::Scalar(scalar_style, value_index), anchor, tag, at);
        self.last_end = self.nodes.get(id).span().end();
    }

    /// Returns the offset of an empty node that the parser marks at `mark`.
    fn empty_node_offset(&self, mark: usize) -> usize {
        let is_flow = |open: &OpenCollection| {
            let style = self.nodes.get(open.collection.id).collection_style();
            style == Some(CollectionStyle::Flow)
        };
        let node = match self.open.last() {
            Some(open) if matches!(self.nodes.get(open.collection.id).kind, NodeKind::Mapping(..)) => {
                match (self.children.len() - open.first) % 2 {
                    0 => EmptyNode::Key,
                    // A pair in a flow sequence has no brackets of its own.
                    _ => EmptyNode::Value {
                        is_flow: self.open.iter().rev().take(2).any(is_flow),
                    },
                }
            }
            _ => EmptyNode::ItemOrDocument,
        };
        let last_end = match (node, self.open.last()) {
            // The last token may be in the document before.
            (EmptyNode::Key, Some(open)) => self.last_end.max(self.nodes.get(open.collection.id).span().start()),
            _ => self.last_end,
        };
        empty_node_offset(self.source, last_end, mark, node)
    }

    fn begin(&mut self, at: usize, kind: NodeKind, anchor: usize, tag: Option<ParsedTag>) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(SyntaxError {
                kind: SyntaxErrorKind::TooDeep,
                span: TextRange::new(at, at + 1),
            });
        }
        let id = self.push(TextRange::at(at), kind, anchor, tag, at);
        self.open.push(OpenCollection {
            collection: MarkedStart { id, mark: at },
            first: self.children.len(),
        });
        if self.nodes.get(id).collection_style() == Some(CollectionStyle::Flow) {
            self.last_end = at + 1;
        }
        Ok(())
    }

    fn end(&mut self, at: usize, bracket: u8) {
        let Some(open) = self.open.pop() else { return };
        let id = open.collection.id;
        let closing = self.after_trailing_comma(at);
        let stored = &mut self.nodes.children;
        let from = narrow(stored.len());
        stored.extend(self.children.drain(open.first..));
        let to = narrow(stored.len());
        let is_flow = self.nodes.get(id).collection_style() == Some(CollectionStyle::Flow)
            && self.source.byte(closing) == Some(bracket);
        let style = if is_flow {
            CollectionStyle::Flow
        } else {
            CollectionStyle::Block
        };
        if is_flow {
            self.last_end = closing + 1;
        }
        let data = self.nodes.get_mut(id);
        data.set_span(TextRange::new(data.span().start(), self.last_end));
        match &mut data.kind {
            NodeKind::Sequence(own, children) | NodeKind::Mapping(own, children) => {
                (*own, *children) = (style, [from, to]);
            }
            NodeKind::Scalar(..) | NodeKind::Alias(_) => {}
        }
    }

    /// Returns the offset of the bracket of an end event.
    ///
    /// If a mapping has a trailing comma, the parser marks its end there.
    fn after_trailing_comma(&self, at: usize) -> usize {
        match self.source.byte(at) {
            Some(b',') => self.source.after_comments(at + 1),
            _ => at,
        }
    }

    /// Adds a node to the file and to the open collection.
    fn push(
        &mut self,
        span: TextRange,
        kind: NodeKind,
        anchor: usize,
        tag: Option<ParsedTag>,
        mark: usize,
    ) -> NodeIndex {
        let id = self.nodes.push(NodeData {
            span: [narrow(span.start()), narrow(span.end())],
            start: narrow(span.start()),
            parent: self.open.last().map(|open| open.collection.id),
            index: 0,
            kind,
            is_anchored: anchor > 0,
            is_tagged: tag.is_some(),
        });
        self.nodes.tags.extend(tag.map(|tag| {
            let name = tag_source(&tag);
            (id, Tag { name, span: None })
        }));
        // The start of a block collection is known only with its first child.
        if self.nodes.get(id).collection_style() != Some(CollectionStyle::Block) {
            find_properties(self.source, &mut self.nodes, id);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.adopt(MarkedStart { id, mark });
        id
    }

    /// Adds a new node to the open collection, or to the documents.
    fn adopt(&mut self, node: MarkedStart) {
        let Some(open) = self.open.last() else {
            self.nodes.roots.push(node.id);
            return;
        };
        let index = self.children.len() - open.first;
        self.children.push(node.id);
        self.nodes.get_mut(node.id).index = narrow(match self.nodes.get(open.collection.id).kind {
            NodeKind::Mapping(..) => index / 2,
            _ => index,
        });
        if index == 0 {
            set_start(self.source, &mut self.nodes, open.collection, node);
        }
    }

    fn syntax_error(&self, error: &ScanError) -> SyntaxError {
        let at = self.positions.offset(*error.marker()).min(self.source.text.len());
        let before = self.source.line_before(at);
        let is_tab = self.source.byte(at) == Some(b'\t')
            || before.ends_with('\t')
            || (before.trim_matches(WHITESPACE).is_empty() && before.contains('\t'));
        let (kind, at) = if error.info().contains("recursion limit") {
            (SyntaxErrorKind::TooDeep, at)
        } else if error.info().contains("quoted scalar, found unexpected end") {
            (SyntaxErrorKind::OpenQuote, at)
        } else if is_tab {
            let tab = before.find('\t').map_or(at, |tab| at - before.len() + tab);
            (SyntaxErrorKind::Tab, tab)
        } else {
            (SyntaxErrorKind::Yaml(error.info().to_owned()), at)
        };
        let end = at + self.source.rest(at).chars().next().map_or(0, char::len_utf8);
        SyntaxError {
            kind,
            span: TextRange::new(at, end),
        }
    }
}

/// Returns the tag as it is written in the source.
///
/// The exception is a file that declares its own prefixes.
fn tag_source(tag: &ParsedTag) -> String {
    match tag.handle.as_str() {
        "tag:yaml.org,2002:" => format!("!!{}", tag.suffix),
        handle => format!("{handle}{}", tag.suffix),
    }
}
