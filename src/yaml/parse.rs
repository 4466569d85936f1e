use std::collections::HashMap;

use yaml_rust2::parser::{Event, Parser, Tag as ParsedTag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::characters::{Characters, refuse_control_characters};
use super::cursor::Cursor;
use super::ends::{double_quoted_end, plain_end, single_quoted_end};
use super::error::{MAX_DEPTH, Problem, SyntaxError};
use super::mask::{Masked, mask};
use super::node::Stream;
use super::nodes::{Kind, NodeData, NodeId, Nodes, narrow};
use super::repair::repair;
use super::style::{Layout, Quote, Tag};
use crate::text::{File, FileId, Lines, Span};

impl Stream {
    /// Reads a YAML stream or a JSON value.
    ///
    /// # Errors
    ///
    /// What the text breaks of YAML 1.2, control characters, more than [`MAX_DEPTH`] levels, or 4 GB and more. Of YAML it
    /// accepts what CloudFormation does: JSON with tabs between tokens and surrogate pairs, and brackets or quoted lines
    /// further left than the mapping around them.
    pub fn parse(file: &File) -> Result<Self, SyntaxError> {
        let text = &*file.text;
        refuse_control_characters(text)?;
        if u32::try_from(text.len()).is_err() {
            return Err(SyntaxError {
                problem: Problem::TooLong,
                span: Span::at(0),
            });
        }
        let lines = Lines::new(text);
        let nodes = read(text, &lines)?;
        Ok(Self::new(file.clone(), lines, nodes))
    }

    /// Reads a text that is not a file of its own, such as JSON in a scalar.
    ///
    /// # Errors
    ///
    /// As [`Stream::parse`].
    pub fn of_text(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(&File::new(FileId::default(), text))
    }
}

fn read(text: &str, lines: &Lines) -> Result<Nodes, SyntaxError> {
    let masked = mask(text);
    // What is covered is as long as what covers it.
    let places = |before| Places {
        cursor: Cursor::new(text, lines),
        before,
        repaired: None,
    };
    // Behind this a bracket begins no key, so the parser does not hold all tokens back until it is closed.
    const START: &str = "--- ";
    if masked.is_flow
        && let Ok(nodes) = Builder::read(text, lines, Characters::of(START, &masked.text), places(START.len()))
    {
        return Ok(nodes);
    }
    Builder::read(text, lines, Characters::of("", &masked.text), places(0)).or_else(|error| {
        let repaired = repair(&masked);
        let lines_of_repaired = Lines::new(&repaired.text);
        let places = Places {
            cursor: Cursor::new(&repaired.text, &lines_of_repaired),
            before: 0,
            repaired: Some(&repaired),
        };
        Builder::read(text, lines, Characters::of("", &repaired.text), places).map_err(|_| error)
    })
}

/// Where in the source what the parser marks is.
struct Places<'m> {
    cursor: Cursor<'m>,
    /// How many characters the parser reads before the text.
    before: usize,
    /// The text that the parser reads, if it does not read the source in its own lines.
    repaired: Option<&'m Masked<'m>>,
}

/// Builds the nodes of a [`Stream`] from parser events, of which each tells only where it begins.
struct Builder<'m> {
    text: &'m str,
    lines: &'m Lines,
    nodes: Nodes,
    places: Places<'m>,
    open: Vec<Open>,
    /// What the open collections hold so far.
    held: Vec<NodeId>,
    anchors: HashMap<usize, NodeId>,
    /// Where the last token ended, for nodes without text of their own.
    last_end: usize,
}

/// A collection that has begun and not ended.
struct Open {
    id: NodeId,
    /// Where its event said that it begins.
    mark: usize,
    /// How many of the nodes that are held are not its own.
    first: usize,
    anchored: bool,
}

impl<'m> Builder<'m> {
    fn read(
        text: &'m str,
        lines: &'m Lines,
        characters: Characters<'_>,
        places: Places<'m>,
    ) -> Result<Nodes, SyntaxError> {
        let mut parser = Parser::new(characters);
        let mut builder = Builder {
            text,
            lines,
            nodes: Nodes::of(text.len()),
            places,
            open: Vec::new(),
            held: Vec::new(),
            anchors: HashMap::new(),
            last_end: lines.span(0).start(),
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
        let at = self.offset(mark);
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
                let name = self.rest(at + 1);
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

    fn offset(&self, mark: Marker) -> usize {
        let Places {
            cursor,
            before,
            repaired,
        } = &self.places;
        let line = mark.line().saturating_sub(1);
        let column = match line {
            0 => mark.col().saturating_sub(*before),
            _ => mark.col(),
        };
        let at = cursor.offset(line, column);
        repaired.map_or(at, |repaired| repaired.source_offset(at))
    }

    fn rest(&self, at: usize) -> &'m str {
        self.text.get(at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn layout_at(&self, at: usize, bracket: u8) -> Layout {
        if self.byte(at) == Some(bracket) {
            Layout::Flow
        } else {
            Layout::Block
        }
    }

    fn scalar(&mut self, at: usize, value: String, style: TScalarStyle, anchor: usize, tag: Option<ParsedTag>) {
        let (quote, end) = match style {
            TScalarStyle::Plain if value.is_empty() => (Quote::Plain, None),
            TScalarStyle::Plain => (Quote::Plain, Some(plain_end(self.rest(at), &value))),
            TScalarStyle::SingleQuoted => (Quote::Single, Some(single_quoted_end(self.rest(at)))),
            TScalarStyle::DoubleQuoted => (Quote::Double, Some(double_quoted_end(self.rest(at)))),
            TScalarStyle::Literal | TScalarStyle::Folded => {
                let end = (!value.trim().is_empty()).then(|| self.block_end(at, &value));
                (Quote::Block, end)
            }
        };
        let span = match (end, quote) {
            (Some(end), _) => Span::new(at, at + end),
            (None, Quote::Block) => self.blank_block(&value),
            (None, _) => Span::at(self.end_of_nothing()),
        };
        let is_source = quote.inside(span.slice(self.text)) == value;
        let number = (!is_source).then(|| {
            self.nodes.values.push(value.into_boxed_str());
            narrow(self.nodes.values.len() - 1)
        });
        let id = self.push(span, Kind::Scalar(quote, number), anchor, tag, at);
        self.last_end = self.nodes.get(id).span().end();
    }

    /// Where a value without text stands: behind the colon of its key, if there is one.
    fn end_of_nothing(&self) -> usize {
        let is_value = self.open.last().is_some_and(|open| {
            let is_mapping = matches!(self.nodes.get(open.id).kind, Kind::Mapping(..));
            is_mapping && (self.held.len() - open.first) % 2 == 1
        });
        let colon = match is_value {
            // Behind a key that is marked by a `?`, it is on a line below.
            true => self.behind_comments(self.last_end),
            false => self.last_end,
        };
        match self.byte(colon) {
            Some(b':') => colon + 1,
            _ => self.last_end,
        }
    }

    /// The blank lines that a block scalar without other text keeps, or the place behind its `|` or `>`.
    fn blank_block(&self, value: &str) -> Span {
        let rest = self.rest(self.last_end);
        let is_header = |&(at, _): &(usize, &str)| {
            let before = rest.get(..at).unwrap_or_default();
            let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
            let is_comment = line.split_whitespace().any(|word| word.starts_with('#'));
            before.ends_with(char::is_whitespace) && !is_comment
        };
        let Some((at, _)) = rest.match_indices(['|', '>']).find(is_header) else {
            return Span::at(self.end_of_nothing());
        };
        let header = rest.get(at..).unwrap_or_default();
        let end = self.last_end + at + header.find(char::is_whitespace).unwrap_or(header.len());
        if value.is_empty() {
            return Span::at(end);
        }
        let below = self.lines.span(self.lines.number(end)).end();
        Span::new(below, below + self.block_end(below, value))
    }

    /// How many bytes a block scalar takes from its first character to the end of its last line.
    fn block_end(&self, at: usize, value: &str) -> usize {
        let lines = self.lines;
        let first = lines.number(at);
        let depth = at - lines.span(first).start();
        let is_nothing_but_blanks = value.trim().is_empty();
        let keeps_blank_lines = is_nothing_but_blanks || value.ends_with("\n\n") || value.ends_with(" \n");
        let mut end = at;
        for number in first..lines.count() {
            let line = lines.span(number);
            let text = line.slice(self.text).trim_end_matches(['\r', '\n']);
            let indent = text.len() - text.trim_start_matches(' ').len();
            let is_blank = text.trim().is_empty();
            if !is_blank && (indent < depth || is_nothing_but_blanks) {
                break;
            }
            let is_last = line.end() == self.text.len();
            if !is_blank || (keeps_blank_lines && !is_last) {
                end = line.start() + text.len();
            }
        }
        end.saturating_sub(at)
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
            id,
            mark: at,
            first: self.held.len(),
            anchored: anchor > 0,
        });
        Ok(())
    }

    fn end(&mut self, at: usize, bracket: u8) {
        let Some(open) = self.open.pop() else { return };
        let closing = self.behind_trailing_comma(at);
        let children = &mut self.nodes.children;
        let from = narrow(children.len());
        children.extend(self.held.drain(open.first..));
        let to = narrow(children.len());
        let is_flow = self.nodes.get(open.id).layout() == Some(Layout::Flow) && self.byte(closing) == Some(bracket);
        let layout = if is_flow { Layout::Flow } else { Layout::Block };
        if is_flow {
            self.last_end = closing + 1;
        }
        let data = self.nodes.get_mut(open.id);
        data.set_span(Span::new(data.span().start(), self.last_end));
        match &mut data.kind {
            Kind::Sequence(own, children) | Kind::Mapping(own, children) => (*own, *children) = (layout, [from, to]),
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
    }

    /// Where the bracket is that an end event is about: a mapping's is marked at its trailing comma, if it has one.
    fn behind_trailing_comma(&self, at: usize) -> usize {
        match self.byte(at) {
            Some(b',') => self.behind_comments(at + 1),
            _ => at,
        }
    }

    /// Where what follows the blanks, line ends and comments at this place begins.
    fn behind_comments(&self, at: usize) -> usize {
        let mut at = at;
        loop {
            let rest = self.rest(at);
            at += rest.len() - rest.trim_start().len();
            if self.byte(at) != Some(b'#') {
                return at;
            }
            let rest = self.rest(at);
            at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
    }

    /// Adds a node to the stream and to the collection that is open.
    fn push(&mut self, span: Span, kind: Kind, anchor: usize, tag: Option<ParsedTag>, mark: usize) -> NodeId {
        let id = self.nodes.push(NodeData {
            span: [narrow(span.start()), narrow(span.end())],
            start: narrow(span.start()),
            parent: self.open.last().map(|open| open.id),
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
            self.find_properties(id, anchor > 0);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.adopt(id, mark);
        id
    }

    /// Puts a new node into the collection that is open, or among the documents.
    fn adopt(&mut self, id: NodeId, mark: usize) {
        let Some(open) = self.open.last() else {
            self.nodes.roots.push(id);
            return;
        };
        let (parent, parent_mark, anchored) = (open.id, open.mark, open.anchored);
        let before = self.held.len() - open.first;
        self.held.push(id);
        self.nodes.get_mut(id).index = narrow(match self.nodes.get(parent).kind {
            Kind::Mapping(..) => before / 2,
            _ => before,
        });
        if before == 0 {
            self.settle(parent, parent_mark, id, mark, anchored);
        }
    }

    /// Decides, at its first child, what a collection's start alone does not tell: an indentless sequence, or a pair in
    /// a flow sequence, is marked where its first child is, be that a bracket or not.
    fn settle(&mut self, id: NodeId, mark: usize, child: NodeId, child_mark: usize, anchored: bool) {
        let data = self.nodes.get_mut(id);
        if data.layout() == Some(Layout::Flow) && mark != child_mark {
            let bracket = data.span().start();
            if self.nodes.get(child).span().end() <= bracket {
                self.put_behind(bracket, child);
            }
            return;
        }
        let is_mapping = matches!(data.kind, Kind::Mapping(..));
        if let Kind::Sequence(layout, _) | Kind::Mapping(layout, _) = &mut data.kind {
            *layout = Layout::Block;
        }
        let child_start = self.nodes.get(child).start as usize;
        let start = if is_mapping {
            self.start_with_mark(child_start)
        } else if self.byte(mark) == Some(b'-') && mark != child_mark {
            mark
        } else {
            let before = self.text.get(..mark).unwrap_or_default();
            let dash = before.trim_end();
            if dash.ends_with('-') { dash.len() - 1 } else { mark }
        };
        let data = self.nodes.get_mut(id);
        data.set_span(Span::at(start));
        data.start = narrow(start);
        if self.nodes.get(child).span().end() < start {
            self.put_behind(start, child);
        }
        self.find_properties(id, anchored);
        self.widen_parents(id);
    }

    /// Puts a first child without text, which nothing but its parent tells the place of, behind the parent's dash or
    /// bracket.
    fn put_behind(&mut self, start: usize, child: NodeId) {
        let child = self.nodes.get_mut(child);
        child.set_span(Span::at(start + 1));
        child.start = narrow(start + 1);
    }

    /// Where the `?` is that stands before the key at `start`, or `start`.
    fn start_with_mark(&self, start: usize) -> usize {
        let before = self.text.get(..start).unwrap_or_default();
        before
            .trim_end_matches([' ', '\t'])
            .strip_suffix('?')
            .map_or(start, str::len)
    }

    /// Lets mappings begin where their first key does, when that key is itself a collection that only now tells.
    fn widen_parents(&mut self, id: NodeId) {
        let start = self.nodes.get(id).start;
        let mut id = id;
        while let Some(parent) = self.nodes.get(id).parent {
            let data = self.nodes.get_mut(parent);
            if data.span().start() <= start as usize {
                return;
            }
            data.span[0] = start;
            data.start = data.start.min(start);
            id = parent;
        }
    }

    /// Finds tag and anchor, in either order, directly before a node's text.
    fn find_properties(&mut self, id: NodeId, anchored: bool) {
        let Nodes { all, tags, .. } = &mut self.nodes;
        let Some(data) = all.get_mut(id.number()) else { return };
        let at = match data.is_tagged {
            true => tags.binary_search_by_key(&id, |(id, _)| *id).ok(),
            false => None,
        };
        let mut tag = at.and_then(|at| tags.get_mut(at)).map(|(_, tag)| tag);
        let mut wants_anchor = anchored;
        while wants_anchor || tag.is_some() {
            let before = self.text.get(..data.start as usize).unwrap_or_default().trim_end();
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

    fn refuse(&self, error: &ScanError) -> SyntaxError {
        let at = self.offset(*error.marker()).min(self.text.len());
        let line = self.lines.span(self.lines.number(at));
        let before = Span::new(line.start(), at).slice(self.text);
        let is_tab = self.byte(at) == Some(b'\t')
            || before.ends_with('\t')
            || (before.trim().is_empty() && before.contains('\t'));
        let (problem, at) = if error.info().contains("recursion limit") {
            (Problem::TooDeep, at)
        } else if error.info().contains("quoted scalar, found unexpected end") {
            (Problem::OpenQuote, at)
        } else if is_tab {
            let tab = before.find('\t').map_or(at, |tab| line.start() + tab);
            (Problem::Tab, tab)
        } else {
            (Problem::Yaml(error.info().to_owned()), at)
        };
        let end = at + self.rest(at).chars().next().map_or(0, char::len_utf8);
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
