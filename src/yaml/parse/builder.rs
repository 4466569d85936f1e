use std::collections::HashMap;

use yaml_rust2::parser::{Event, Parser, Tag as ParsedTag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::characters::Characters;
use super::ends::{blank_block, block_end, double_quoted_end, end_of_nothing, plain_end, single_quoted_end};
use super::mask::Masked;
use super::source::Source;
use super::starts::{Marked, find_properties, settle};
use crate::text::{Lines, Span};
use crate::yaml::error::{MAX_DEPTH, Problem, SyntaxError};
use crate::yaml::nodes::{Kind, NodeData, NodeId, Nodes, narrow};
use crate::yaml::style::{Layout, Quote, Tag};

/// Maps the places that the parser marks to the source.
pub(super) struct Places<'m> {
    /// The text that the parser reads, or one of the same length.
    read: Source<'m>,
    /// How many characters the parser reads before that text.
    before: usize,
    /// The text that the parser reads, if it does not read the source in its own lines.
    repaired: Option<&'m Masked<'m>>,
}

impl<'m> Places<'m> {
    /// Maps places of the source itself; the parser reads `start` before it.
    pub(super) fn in_source(source: Source<'m>, start: &str) -> Self {
        Self {
            read: source,
            before: start.len(),
            repaired: None,
        }
    }

    /// Maps places of a repaired text.
    pub(super) fn in_repaired(repaired: &'m Masked<'m>, lines: &'m Lines) -> Self {
        let read = Source {
            text: &repaired.text,
            lines,
        };
        Self {
            read,
            before: 0,
            repaired: Some(repaired),
        }
    }

    fn offset(&self, mark: Marker) -> usize {
        let line = mark.line().saturating_sub(1);
        let column = match line {
            0 => mark.col().saturating_sub(self.before),
            _ => mark.col(),
        };
        let at = self.read.lines.offset(self.read.text, line, column);
        self.repaired.map_or(at, |repaired| repaired.source_offset(at))
    }
}

/// Builds nodes from the parser's events, which have a start and no end.
pub(super) struct Builder<'m> {
    source: Source<'m>,
    places: Places<'m>,
    nodes: Nodes,
    open: Vec<Open>,
    /// What the open collections hold so far.
    held: Vec<NodeId>,
    anchors: HashMap<usize, NodeId>,
    /// Where the last token ended, for nodes without text of their own.
    last_end: usize,
}

/// A collection that has begun and not ended.
struct Open {
    collection: Marked,
    /// How many of the nodes that are held are not its own.
    first: usize,
}

impl<'m> Builder<'m> {
    /// Reads the nodes of `source`; the parser is given `characters` in its place.
    pub(super) fn read(
        source: Source<'m>,
        characters: Characters<'_>,
        places: Places<'m>,
    ) -> Result<Nodes, SyntaxError> {
        let mut parser = Parser::new(characters);
        let mut builder = Builder {
            source,
            places,
            nodes: Nodes::of(source.text.len()),
            open: Vec::new(),
            held: Vec::new(),
            anchors: HashMap::new(),
            last_end: source.lines.span(0).start(),
        };
        loop {
            let (event, mark) = parser.next_token().map_err(|error| builder.refuse(&error))?;
            if event == Event::StreamEnd {
                return Ok(builder.nodes);
            }
            builder.event(event, mark)?;
        }
    }

    fn event(&mut self, event: Event, mark: Marker) -> Result<(), SyntaxError> {
        let at = self.places.offset(mark);
        match event {
            Event::DocumentStart => self.anchors.clear(),
            Event::Scalar(value, style, anchor, tag) => self.scalar(at, value, style, anchor, tag),
            Event::SequenceStart(anchor, tag) => {
                let layout = self.layout_at(at, b'[');
                self.begin(at, Kind::Sequence(layout, [0; 2]), anchor, tag)?;
            }
            Event::MappingStart(anchor, tag) => {
                let layout = self.layout_at(at, b'{');
                self.begin(at, Kind::Mapping(layout, [0; 2]), anchor, tag)?;
            }
            Event::SequenceEnd => self.end(at, b']'),
            Event::MappingEnd => self.end(at, b'}'),
            Event::Alias(anchor) => {
                let name = self.source.rest(at + 1);
                let len = name
                    .find(|c: char| c.is_whitespace() || ",[]{}".contains(c))
                    .unwrap_or(name.len());
                let span = Span::new(at, at + 1 + len);
                let target = *self.anchors.get(&anchor).ok_or(SyntaxError {
                    problem: Problem::ForeignAlias,
                    span,
                })?;
                let id = self.push(span, Kind::Alias(target), 0, None, at);
                self.nodes.aliases.entry(target).or_default().push(id);
                self.last_end = span.end();
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn layout_at(&self, at: usize, bracket: u8) -> Layout {
        if self.source.byte(at) == Some(bracket) {
            Layout::Flow
        } else {
            Layout::Block
        }
    }

    fn scalar(&mut self, at: usize, value: String, style: TScalarStyle, anchor: usize, tag: Option<ParsedTag>) {
        let (quote, end) = match style {
            TScalarStyle::Plain if value.is_empty() => (Quote::Plain, None),
            TScalarStyle::Plain => (Quote::Plain, Some(plain_end(self.source.rest(at), &value))),
            TScalarStyle::SingleQuoted => (Quote::Single, Some(single_quoted_end(self.source.rest(at)))),
            TScalarStyle::DoubleQuoted => (Quote::Double, Some(double_quoted_end(self.source.rest(at)))),
            TScalarStyle::Literal | TScalarStyle::Folded => {
                let end = (!value.trim().is_empty()).then(|| block_end(self.source, at, &value));
                (Quote::Block, end)
            }
        };
        let span = match (end, quote) {
            (Some(end), _) => Span::new(at, at + end),
            (None, Quote::Block) => {
                blank_block(self.source, self.last_end, &value).unwrap_or_else(|| Span::at(self.end_of_nothing()))
            }
            (None, _) => Span::at(self.end_of_nothing()),
        };
        let is_source = quote.inside(span.slice(self.source.text)) == value;
        let number = (!is_source).then(|| {
            self.nodes.values.push(value.into_boxed_str());
            narrow(self.nodes.values.len() - 1)
        });
        let id = self.push(span, Kind::Scalar(quote, number), anchor, tag, at);
        self.last_end = self.nodes.get(id).span().end();
    }

    /// Returns the place of a node without text.
    fn end_of_nothing(&self) -> usize {
        let is_value = self.open.last().is_some_and(|open| {
            let is_mapping = matches!(self.nodes.get(open.collection.id).kind, Kind::Mapping(..));
            is_mapping && (self.held.len() - open.first) % 2 == 1
        });
        end_of_nothing(self.source, self.last_end, is_value)
    }

    fn begin(&mut self, at: usize, kind: Kind, anchor: usize, tag: Option<ParsedTag>) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(SyntaxError {
                problem: Problem::TooDeep,
                span: Span::new(at, at + 1),
            });
        }
        let id = self.push(Span::at(at), kind, anchor, tag, at);
        self.open.push(Open {
            collection: Marked { id, mark: at },
            first: self.held.len(),
        });
        Ok(())
    }

    fn end(&mut self, at: usize, bracket: u8) {
        let Some(open) = self.open.pop() else { return };
        let id = open.collection.id;
        let closing = self.behind_trailing_comma(at);
        let children = &mut self.nodes.children;
        let from = narrow(children.len());
        children.extend(self.held.drain(open.first..));
        let to = narrow(children.len());
        let is_flow = self.nodes.get(id).layout() == Some(Layout::Flow) && self.source.byte(closing) == Some(bracket);
        let layout = if is_flow { Layout::Flow } else { Layout::Block };
        if is_flow {
            self.last_end = closing + 1;
        }
        let data = self.nodes.get_mut(id);
        data.set_span(Span::new(data.span().start(), self.last_end));
        match &mut data.kind {
            Kind::Sequence(own, children) | Kind::Mapping(own, children) => (*own, *children) = (layout, [from, to]),
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
    }

    /// Returns where the bracket is that an end event is about: a mapping's is marked at its trailing comma, if it has
    /// one.
    fn behind_trailing_comma(&self, at: usize) -> usize {
        match self.source.byte(at) {
            Some(b',') => self.source.behind_comments(at + 1),
            _ => at,
        }
    }

    /// Adds a node to the stream and to the collection that is open.
    fn push(&mut self, span: Span, kind: Kind, anchor: usize, tag: Option<ParsedTag>, mark: usize) -> NodeId {
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
        // A block collection tells where it begins by its first child.
        if self.nodes.get(id).layout() != Some(Layout::Block) {
            find_properties(self.source, &mut self.nodes, id);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.adopt(Marked { id, mark });
        id
    }

    /// Puts a new node into the collection that is open, or among the documents.
    fn adopt(&mut self, node: Marked) {
        let Some(open) = self.open.last() else {
            self.nodes.roots.push(node.id);
            return;
        };
        let before = self.held.len() - open.first;
        self.held.push(node.id);
        self.nodes.get_mut(node.id).index = narrow(match self.nodes.get(open.collection.id).kind {
            Kind::Mapping(..) => before / 2,
            _ => before,
        });
        if before == 0 {
            settle(self.source, &mut self.nodes, open.collection, node);
        }
    }

    fn refuse(&self, error: &ScanError) -> SyntaxError {
        let at = self.places.offset(*error.marker()).min(self.source.text.len());
        let before = self.source.line_before(at);
        let is_tab = self.source.byte(at) == Some(b'\t')
            || before.ends_with('\t')
            || (before.trim().is_empty() && before.contains('\t'));
        let (problem, at) = if error.info().contains("recursion limit") {
            (Problem::TooDeep, at)
        } else if error.info().contains("quoted scalar, found unexpected end") {
            (Problem::OpenQuote, at)
        } else if is_tab {
            let tab = before.find('\t').map_or(at, |tab| at - before.len() + tab);
            (Problem::Tab, tab)
        } else {
            (Problem::Yaml(error.info().to_owned()), at)
        };
        let end = at + self.source.rest(at).chars().next().map_or(0, char::len_utf8);
        SyntaxError {
            problem,
            span: Span::new(at, end),
        }
    }
}

/// The tag as the source writes it, unless the file declares its own prefixes.
fn tag_source(tag: &ParsedTag) -> String {
    match tag.handle.as_str() {
        "tag:yaml.org,2002:" => format!("!!{}", tag.suffix),
        handle => format!("{handle}{}", tag.suffix),
    }
}
