use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use yaml_rust2::parser::{Event, Parser, Tag as ParsedTag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::error::{MAX_DEPTH, Problem, SyntaxError};
use super::lines::Cursor;
use super::mask::{Masked, mask};
use super::node::{KindData, Layout, NodeData, NodeId, Quote, Stream, Tag};
use super::repair::repair;
use super::{Lines, Span};

impl<'t> Stream<'t> {
    /// Reads a YAML stream or a JSON value.
    ///
    /// # Errors
    ///
    /// What the text breaks of YAML 1.2, control characters, or more than [`MAX_DEPTH`] levels. Of YAML it accepts what
    /// CloudFormation does: JSON with tabs between tokens and surrogate pairs, and brackets or quoted lines further
    /// left than the mapping around them.
    pub fn parse(text: &'t str) -> Result<Self, SyntaxError> {
        refuse_control_characters(text)?;
        let masked = mask(text);
        Builder::read(text, &masked).or_else(|error| Builder::read(text, &repair(&masked)).map_err(|_| error))
    }
}

/// Refuses what YAML calls unprintable, of which the parser would take some for the end of the text:
/// <https://yaml.org/spec/1.2.2/#51-character-set>.
fn refuse_control_characters(text: &str) -> Result<(), SyntaxError> {
    let is_refused = |(at, c): &(usize, char)| match c {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' => false,
        '\u{feff}' => *at > 0,
        c => *c < '\u{a0}' || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    match text.char_indices().find(is_refused) {
        None => Ok(()),
        Some((at, c)) => Err(SyntaxError {
            problem: Problem::ControlCharacter(c),
            span: Span::new(at, at + c.len_utf8()),
        }),
    }
}

/// Builds a [`Stream`] from parser events, of which each tells only where it begins.
struct Builder<'t, 'm> {
    stream: Stream<'t>,
    masked: &'m Masked<'t>,
    cursor: Cursor<'m>,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    /// Where the last token ended, for nodes without text of their own.
    last_end: usize,
}

/// A collection that has begun and not ended.
struct Open {
    id: NodeId,
    /// Where its event said that it begins.
    mark: usize,
    key: Option<NodeId>,
    has_children: bool,
    anchored: bool,
}

impl<'t, 'm> Builder<'t, 'm> {
    fn read(text: &'t str, masked: &'m Masked<'t>) -> Result<Stream<'t>, SyntaxError> {
        let lines = Lines::new(&masked.text);
        let mut parser = Parser::new(masked.text.chars());
        let mut builder = Builder {
            stream: Stream {
                text,
                lines: Lines::new(text),
                nodes: Vec::new(),
                roots: Vec::new(),
                aliases: HashMap::new(),
                examples: OnceLock::new(),
                model: OnceLock::new(),
            },
            masked,
            cursor: Cursor::new(&masked.text, &lines),
            open: Vec::new(),
            anchors: HashMap::new(),
            last_end: masked.skipped,
        };
        loop {
            let (event, mark) = parser.next_token().map_err(|error| builder.refuse(&error))?;
            if event == Event::StreamEnd {
                return Ok(builder.stream);
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
                let kind = KindData::Sequence {
                    items: Vec::new(),
                    layout,
                };
                self.begin(at, kind, anchor, tag)?;
            }
            Event::MappingStart(anchor, tag) => {
                let layout = self.layout_at(at, b'{');
                let kind = KindData::Mapping {
                    entries: Vec::new(),
                    layout,
                };
                self.begin(at, kind, anchor, tag)?;
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
                let id = self.push(span, KindData::Alias { target }, 0, None, at);
                self.stream.aliases.entry(target).or_default().push(id);
                self.last_end = span.end();
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn offset(&self, mark: Marker) -> usize {
        let masked = self.cursor.offset(mark.line().saturating_sub(1), mark.col());
        self.masked.source_offset(masked)
    }

    fn rest(&self, at: usize) -> &'t str {
        self.stream.text.get(at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.stream.text.as_bytes().get(at).copied()
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
        let span = match end {
            Some(end) => Span::new(at, at + end),
            None => Span::at(self.end_of_nothing()),
        };
        let value = match span.slice(self.stream.text) {
            source if source == value => Cow::Borrowed(source),
            _ => Cow::Owned(value),
        };
        let id = self.push(span, KindData::Scalar { value, quote }, anchor, tag, at);
        self.last_end = self.stream.nodes[id.0].span.end();
    }

    /// Where a value without text stands: behind the colon of its key, if there is one.
    fn end_of_nothing(&self) -> usize {
        let rest = self.rest(self.last_end);
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        match self.byte(self.last_end + blanks) {
            Some(b':') => self.last_end + blanks + 1,
            _ => self.last_end,
        }
    }

    /// How many bytes a block scalar takes from its first character to the end of its last line.
    fn block_end(&self, at: usize, value: &str) -> usize {
        let lines = &self.stream.lines;
        let first = lines.number(at);
        let depth = at - lines.span(first).start();
        let keeps_blank_lines = value.ends_with("\n\n") || value.ends_with(" \n");
        let mut end = at;
        for number in first..lines.count() {
            let line = lines.span(number);
            let text = line.slice(self.stream.text).trim_end_matches(['\r', '\n']);
            let indent = text.len() - text.trim_start_matches(' ').len();
            let is_blank = text.trim().is_empty();
            if !is_blank && indent < depth {
                break;
            }
            let is_last = line.end() == self.stream.text.len();
            if !is_blank || (keeps_blank_lines && !is_last) {
                end = line.start() + text.len();
            }
        }
        end.saturating_sub(at)
    }

    fn begin(
        &mut self,
        at: usize,
        kind: KindData<'t>,
        anchor: usize,
        tag: Option<ParsedTag>,
    ) -> Result<(), SyntaxError> {
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
            key: None,
            has_children: false,
            anchored: anchor > 0,
        });
        Ok(())
    }

    fn end(&mut self, at: usize, bracket: u8) {
        let Some(open) = self.open.pop() else { return };
        let closing = self.behind_trailing_comma(at);
        if self.layout(open.id) == Some(Layout::Flow) && self.byte(closing) == Some(bracket) {
            self.last_end = closing + 1;
        } else {
            self.set_layout(open.id, Layout::Block);
        }
        let data = &mut self.stream.nodes[open.id.0];
        data.span = Span::new(data.span.start(), self.last_end);
    }

    /// Where the bracket is that an end event is about: a mapping's is marked at its trailing comma, if it has one.
    fn behind_trailing_comma(&self, at: usize) -> usize {
        let mut at = at;
        if self.byte(at) == Some(b',') {
            at += 1;
            loop {
                let rest = self.rest(at);
                at += rest.len() - rest.trim_start().len();
                if self.byte(at) != Some(b'#') {
                    break;
                }
                let rest = self.rest(at);
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            }
        }
        at
    }

    /// Adds a node to the stream and to the collection that is open.
    fn push(&mut self, span: Span, kind: KindData<'t>, anchor: usize, tag: Option<ParsedTag>, mark: usize) -> NodeId {
        let id = NodeId(self.stream.nodes.len());
        let document = self
            .stream
            .roots
            .len()
            .saturating_sub(usize::from(!self.open.is_empty()));
        let is_flow_or_scalar = match &kind {
            KindData::Sequence { layout, .. } | KindData::Mapping { layout, .. } => *layout == Layout::Flow,
            _ => true,
        };
        self.stream.nodes.push(NodeData {
            span,
            start: span.start(),
            tag: tag.map(|tag| Tag {
                name: tag_source(&tag),
                span: None,
            }),
            anchored: anchor > 0,
            parent: self.open.last().map(|open| open.id),
            index: 0,
            document,
            kind,
        });
        if is_flow_or_scalar {
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
        let Some(open) = self.open.last_mut() else {
            self.stream.roots.push(id);
            return;
        };
        let is_first = !std::mem::replace(&mut open.has_children, true);
        let (parent, parent_mark, anchored) = (open.id, open.mark, open.anchored);
        let key = match open.key.take() {
            None => {
                open.key = Some(id);
                None
            }
            key => key,
        };
        let index = match &mut self.stream.nodes[parent.0].kind {
            KindData::Mapping { entries, .. } => {
                let index = entries.len();
                entries.extend(key.map(|key| (key, id)));
                index
            }
            KindData::Sequence { items, .. } => {
                items.push(id);
                items.len() - 1
            }
            KindData::Scalar { .. } | KindData::Alias { .. } => 0,
        };
        self.stream.nodes[id.0].index = index;
        if is_first {
            self.settle(parent, parent_mark, id, mark, anchored);
        }
    }

    /// Decides, at its first child, what a collection's start alone does not tell: an indentless sequence, or a pair in
    /// a flow sequence, is marked where its first child is, be that a bracket or not.
    fn settle(&mut self, id: NodeId, mark: usize, child: NodeId, child_mark: usize, anchored: bool) {
        if self.layout(id) == Some(Layout::Flow) {
            if mark != child_mark {
                return;
            }
            self.set_layout(id, Layout::Block);
        }
        let child_start = self.stream.nodes[child.0].start;
        let start = if matches!(self.stream.nodes[id.0].kind, KindData::Mapping { .. }) {
            self.start_with_mark(child_start)
        } else if self.byte(mark) == Some(b'-') && mark != child_mark {
            mark
        } else {
            let before = self.stream.text.get(..mark).unwrap_or_default();
            let dash = before.trim_end();
            if dash.ends_with('-') { dash.len() - 1 } else { mark }
        };
        let data = &mut self.stream.nodes[id.0];
        data.span = Span::at(start);
        data.start = start;
        let child = &mut self.stream.nodes[child.0];
        if child.span.end() < start {
            // A first item without text stands behind its dash.
            child.span = Span::at(start + 1);
            child.start = start + 1;
        }
        self.find_properties(id, anchored);
        self.widen_parents(id);
    }

    /// Where the `?` is that stands before the key at `start`, or `start`.
    fn start_with_mark(&self, start: usize) -> usize {
        let before = self.stream.text.get(..start).unwrap_or_default();
        before
            .trim_end_matches([' ', '\t'])
            .strip_suffix('?')
            .map_or(start, str::len)
    }

    /// Lets mappings begin where their first key does, when that key is itself a collection that only now tells.
    fn widen_parents(&mut self, id: NodeId) {
        let start = self.stream.nodes[id.0].start;
        let mut id = id;
        while let Some(parent) = self.stream.nodes[id.0].parent {
            let data = &mut self.stream.nodes[parent.0];
            if data.span.start() <= start {
                return;
            }
            data.span = Span::new(start, data.span.end());
            data.start = data.start.min(start);
            id = parent;
        }
    }

    fn layout(&self, id: NodeId) -> Option<Layout> {
        match self.stream.nodes[id.0].kind {
            KindData::Sequence { layout, .. } | KindData::Mapping { layout, .. } => Some(layout),
            _ => None,
        }
    }

    fn set_layout(&mut self, id: NodeId, wanted: Layout) {
        if let KindData::Sequence { layout, .. } | KindData::Mapping { layout, .. } = &mut self.stream.nodes[id.0].kind
        {
            *layout = wanted;
        }
    }

    /// Finds tag and anchor, in either order, directly before a node's text.
    fn find_properties(&mut self, id: NodeId, anchored: bool) {
        let text = self.stream.text;
        let data = &mut self.stream.nodes[id.0];
        let mut wants_anchor = anchored;
        loop {
            let before = text.get(..data.start).unwrap_or_default().trim_end();
            let tag = data.tag.as_mut().filter(|tag| tag.span.is_none());
            if let Some(tag) = tag
                && before.ends_with(&tag.name)
            {
                data.start = before.len() - tag.name.len();
                tag.span = Some(Span::new(data.start, before.len()));
            } else if let Some(at) = before
                .rfind(|c: char| c.is_whitespace() || ",[]{}&".contains(c))
                .filter(|&at| wants_anchor && before.as_bytes().get(at) == Some(&b'&'))
            {
                data.start = at;
                wants_anchor = false;
            } else {
                return;
            }
        }
    }

    fn refuse(&self, error: &ScanError) -> SyntaxError {
        let at = self.offset(*error.marker()).min(self.stream.text.len());
        let line = self.stream.lines.span(self.stream.lines.number(at));
        let before = Span::new(line.start(), at).slice(self.stream.text);
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

/// How many bytes of `rest` a plain scalar of this value takes; over several lines its blanks are folded.
fn plain_end(rest: &str, value: &str) -> usize {
    if rest.starts_with(value) {
        return value.len();
    }
    let mut end = 0;
    for word in value.split_whitespace() {
        let tail = rest.get(end..).unwrap_or_default();
        match tail.find(word) {
            Some(at) => end += at + word.len(),
            None => break,
        }
    }
    end
}

fn single_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\'' && bytes.next_if(|&(_, next)| next == b'\'').is_none() {
            return at + 1;
        }
    }
    rest.len()
}

fn double_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
