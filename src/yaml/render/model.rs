//! How an entry of a mapping is written: the model for the one that comes behind it.

use crate::text::Span;
use crate::yaml::examples::Examples;
use crate::yaml::{Layout, Node, NodeId, Quote};

/// The layout of an entry `key: value` and of what surrounds it.
pub(super) struct Model<'d> {
    key: Node<'d>,
    value: Node<'d>,
    /// What ends a line in this file.
    pub(super) newline: &'static str,
    /// How the mapping is written that the entry is part of.
    pub(super) parent: Layout,
    /// How the value is written.
    pub(super) body: Layout,
    /// What stands before the key on its line, if that is nothing but blanks, a dash counting as one.
    pub(super) margin: Option<String>,
    /// What one level of indentation adds.
    unit: String,
    /// How many blank lines stand between entries.
    pub(super) blank_lines: usize,
    /// How the keys inside the value are quoted.
    pub(super) key_quote: Quote,
    /// Whether a flow value has a line for each entry.
    pub(super) is_pretty: bool,
    /// What stands behind a key whose value's bracket is below it, if they are written like this.
    pub(super) colon_above: Option<&'d str>,
    /// How collections on one line are spaced.
    pub(super) inline: Spacing,
    /// How lists are written.
    pub(super) list: ListStyle,
}

/// The spacing of a flow collection on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spacing {
    /// Between key and value.
    pub(super) colon: String,
    /// Between entries.
    pub(super) comma: String,
    /// Inside braces.
    pub(super) padding: &'static str,
    /// Inside square brackets.
    pub(super) list_padding: &'static str,
}

/// How a list is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListStyle {
    /// A dash for each item, so many columns right of the list's key.
    Block { offset: usize },
    /// Between brackets, on one line.
    OneLine,
    /// Between brackets, with a line for each item.
    Pretty,
}

impl<'d> Model<'d> {
    pub(super) fn of(key: Node<'d>, value: Node<'d>) -> Self {
        let parent = key.ancestors().nth(1).and_then(Node::layout).unwrap_or(Layout::Block);
        let body = value.layout().unwrap_or(Layout::Block);
        // Below a key beside the dash of a list, the others stand as far right.
        let margin = match parent {
            Layout::Block => key.indent(),
            Layout::Flow => key.margin().map(str::to_owned),
        };
        let examples = Examples::among(value.descendants());
        let key_quote = key_quote(value);
        let inner = value.entries().next().and_then(|(first, _)| first.margin());
        let unit = inner
            .and_then(|inner| inner.strip_prefix(margin.as_deref().unwrap_or_default()))
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let is_pretty = body == Layout::Flow && inner.is_some() && margin.is_some();
        Self {
            key,
            value,
            newline: key.newline(),
            parent,
            body,
            margin,
            unit,
            blank_lines: match value.takes_blank_lines() {
                true => 0,
                false => blank_lines(key, value),
            },
            key_quote,
            is_pretty,
            colon_above: is_pretty.then(|| colon_above(key, value)).flatten(),
            inline: Spacing::of(
                value,
                &examples,
                if body == Layout::Flow { key_quote } else { Quote::Plain },
            ),
            list: ListStyle::of(value, &examples, body),
        }
    }

    /// The margin of what lies inside a collection at `margin`: that of its counterpart `like`, or one unit more.
    pub(super) fn inner_margin(&self, margin: &str, like: Option<Node<'d>>) -> String {
        let own = like
            .and_then(|like| like.entries().next())
            .and_then(|(first, _)| first.margin())
            .filter(|own| own.len() > margin.len());
        own.map_or_else(|| format!("{margin}{}", self.unit), str::to_owned)
    }

    /// Returns where the line ends that holds the last of a block entry and of the comments that trail it.
    pub(super) fn end_with_comments(&self) -> usize {
        let (text, lines) = (self.key.stream().text(), self.key.stream().lines());
        let line = |number| lines.span(number).slice(text).trim_end_matches(['\r', '\n']);
        let end_of = |number| lines.span(number).start() + line(number).len();
        let depth = self.margin.as_ref().map_or(0, String::len);
        let mut last = lines.number(self.value.span().end());
        let mut touching = None;
        for number in last + 1..lines.count() {
            let content = line(number).trim_start();
            let indent = line(number).len() - content.len();
            if content.is_empty() {
                last = touching.take().unwrap_or(last);
            } else if content.starts_with('#') && indent > depth {
                last = number;
            } else if content.starts_with('#') && indent == depth && number == touching.unwrap_or(last) + 1 {
                touching = Some(number);
            } else {
                return end_of(last);
            }
        }
        end_of(touching.unwrap_or(last))
    }

    /// Returns where the line ends on which a comma, and perhaps a comment, follows a flow entry; `None` where there is
    /// no comma or more than that behind it.
    pub(super) fn end_with_comma(&self) -> Option<usize> {
        let stream = self.key.stream();
        let end = self.value.span().end();
        let line = stream.lines().span(stream.lines().number(end));
        let rest = Span::new(end, line.end()).slice(stream.text());
        let rest = rest.trim_end_matches(['\r', '\n']);
        let behind = rest.trim_start().strip_prefix(',')?.trim_start();
        (behind.is_empty() || behind.starts_with('#')).then_some(end + rest.len())
    }
}

impl Examples {
    pub(super) fn among<'d>(nodes: impl Iterator<Item = Node<'d>>) -> Self {
        let mut examples = Self::default();
        for node in nodes {
            let show = |place: &mut Option<NodeId>, is_example: bool| {
                if is_example {
                    place.get_or_insert(node.id());
                }
            };
            let (items, entries) = (node.items().len(), node.entries().len());
            // What has a tag is the argument of a function, and a list in a list is likely part of one.
            let is_value = node.key().is_some() && node.tag().is_none();
            let is_short_list = is_value && items > 0 && node.items().all(is_short);
            let is_block_list = block_offset(node).is_some();
            show(&mut examples.block_list, is_block_list);
            show(
                &mut examples.short_list,
                is_short_list && (is_block_list || node.layout() == Some(Layout::Flow)),
            );
            if node.layout() == Some(Layout::Flow) {
                let is_one_line = node.is_one_line();
                show(&mut examples.mapping, is_one_line && entries > 0);
                show(&mut examples.list, is_one_line && items > 0);
                show(&mut examples.comma, is_one_line && first_comma(node).is_some());
                show(&mut examples.short_flow_list, is_short_list);
            }
        }
        examples
    }

    /// A mapping between braces on one line inside `value`, else in the file.
    pub(super) fn one_line_mapping<'d>(&self, value: Node<'d>) -> Option<Node<'d>> {
        self.find(value, |examples| examples.mapping)
    }

    /// The example inside `value`, else the file's.
    fn find<'d>(&self, value: Node<'d>, kind: fn(&Self) -> Option<NodeId>) -> Option<Node<'d>> {
        let stream = value.stream();
        let of_file = || kind(stream.examples.get_or_init(|| Self::among(stream.all())));
        kind(self).or_else(of_file).map(|id| stream.node(id))
    }
}

fn is_short(item: Node<'_>) -> bool {
    item.items().len() == 0 && item.entries().len() <= 1
}

impl Spacing {
    /// The spacing of the braces that a node stands in, or of its own.
    pub(super) fn around(node: Node<'_>) -> Self {
        let mut ancestors = node.ancestors();
        match ancestors.find(|node| node.is_mapping() && node.layout() == Some(Layout::Flow)) {
            Some(mapping) => Self::of(mapping, &Examples::among(mapping.descendants()), key_quote(mapping)),
            None => Self::of(node, &Examples::default(), Quote::Plain),
        }
    }

    /// The spacing of the first collections on one line inside `value`, else in the file; the colons of `value`
    /// itself. Between plain keys and their values stands a blank in any case, or they would be one word.
    fn of(value: Node<'_>, examples: &Examples, keys: Quote) -> Self {
        let mapping = examples.one_line_mapping(value);
        let list = examples.find(value, |examples| examples.list);
        let colon = [
            Some(value).filter(|value| value.layout() == Some(Layout::Flow)),
            mapping,
        ]
        .into_iter()
        .flatten()
        .filter_map(|node| node.entries().next())
        .map(|(key, value)| between(key, value))
        .find(|text| text.trim() == ":" && !text.contains(['\n', '\r']))
        .filter(|text| text.ends_with(' ') || keys != Quote::Plain)
        .unwrap_or(": ");
        let comma = examples
            .find(value, |examples| examples.comma)
            .and_then(first_comma)
            .unwrap_or(if colon.ends_with(' ') { ", " } else { "," });
        Self {
            // Colons that are aligned in a column are so for their own keys.
            colon: colon.split_inclusive(':').map(single_blanks).collect(),
            comma: comma.to_owned(),
            padding: mapping.map_or("", padding),
            list_padding: list.map_or("", padding),
        }
    }
}

/// A text of blanks and perhaps a colon, with one blank for each run of them.
fn single_blanks(text: &str) -> String {
    let blank = if text.starts_with([' ', '\t']) { " " } else { "" };
    format!("{blank}{}", text.trim_matches([' ', '\t']))
}

/// Returns how the first key of a mapping is quoted.
fn key_quote(mapping: Node<'_>) -> Quote {
    mapping
        .entries()
        .next()
        .map_or(Quote::Plain, |(first, _)| first.quote())
}

/// Returns what stands inside a bracket: a blank or nothing.
fn padding(node: Node<'_>) -> &'static str {
    match node.source().as_bytes() {
        [_, b' ', ..] => " ",
        _ => "",
    }
}

/// Returns what stands between the first two parts of a flow collection.
fn first_comma(node: Node<'_>) -> Option<&str> {
    let mut items = node.items();
    let mut entries = node.entries();
    let text = match (items.next(), items.next()) {
        (Some(first), Some(second)) => between(first, second),
        _ => between(entries.next()?.1, entries.next()?.0),
    };
    (text.trim() == ",").then_some(text)
}

impl ListStyle {
    /// The style of the first list of short things inside `value`, as a list of one role is; where there is none, of any
    /// list with dashes there or in the file, else of the file's lists of short things, else as its other collections
    /// between brackets. Inside brackets there are no dashes.
    pub(super) fn of(value: Node<'_>, examples: &Examples, body: Layout) -> Self {
        let style = |node: Node<'_>| match block_offset(node) {
            Some(offset) => Self::Block { offset },
            None if node.is_one_line() => Self::OneLine,
            None => Self::Pretty,
        };
        match body {
            Layout::Block => {
                let own = examples.short_list.map(|id| value.stream().node(id));
                own.or_else(|| examples.find(value, |examples| examples.block_list))
                    .or_else(|| examples.find(value, |examples| examples.short_list))
                    .map_or(Self::Block { offset: 2 }, style)
            }
            Layout::Flow => match examples.find(value, |examples| examples.short_flow_list) {
                Some(list) => style(list),
                None if examples.one_line_mapping(value).is_some() => Self::OneLine,
                None => Self::Pretty,
            },
        }
    }
}

/// Returns how far right of its key a block list stands; `None` for everything else, and for a list below a tag that is
/// itself below the key.
fn block_offset(node: Node<'_>) -> Option<usize> {
    if !node.is_sequence() || node.layout() != Some(Layout::Block) {
        return None;
    }
    let key = node.key()?;
    let line = |offset| node.stream().lines().number(offset);
    if node.tag().is_some() && line(node.full_span().start()) != line(key.span().start()) {
        return None;
    }
    column(node).checked_sub(column(key))
}

/// Returns how many bytes stand before a node on its line.
pub(super) fn column(node: Node<'_>) -> usize {
    column_of(node, node.span().start())
}

/// Returns how many bytes stand before a place in the text of a node on its line.
pub(super) fn column_of(node: Node<'_>, at: usize) -> usize {
    let lines = node.stream().lines();
    at - lines.span(lines.number(at)).start()
}

/// Returns what stands before the closing bracket of a flow collection on its line, if that is nothing but blanks: in a
/// block, it must be more than stands before the key.
pub(super) fn closing_margin(node: Node<'_>) -> Option<&str> {
    let stream = node.stream();
    let bracket = node
        .span()
        .end()
        .checked_sub(1)
        .filter(|_| node.layout() == Some(Layout::Flow))?;
    let line = stream.lines().span(stream.lines().number(bracket));
    let before = Span::new(line.start(), bracket).slice(stream.text());
    before.trim().is_empty().then_some(before)
}

fn between<'d>(first: Node<'d>, second: Node<'d>) -> &'d str {
    Span::new(first.span().end(), second.full_span().start()).slice(first.stream().text())
}

/// Returns what stands between a key and the end of its line, if it is a colon and the value stands below, as far
/// right.
fn colon_above<'d>(key: Node<'d>, value: Node<'d>) -> Option<&'d str> {
    let colon = between(key, value).split(['\r', '\n']).next()?.trim_end();
    (colon.trim_start() == ":" && value.margin() == key.margin()).then_some(colon)
}

/// The longest run of blank lines between the entry and the next one, or the one before where it is the last; at most
/// two.
fn blank_lines(key: Node<'_>, value: Node<'_>) -> usize {
    let gap = match key.neighbours() {
        [_, Some((next, _))] => between(value, next),
        [Some((_, previous)), None] => between(previous, key),
        [None, None] => return 0,
    };
    let gap = gap.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = gap.split('\n').skip(1).collect();
    // The last one is the margin of the next key.
    lines.pop();
    let runs = lines.split(|line| !line.trim().is_empty());
    runs.map(<[_]>::len).max().unwrap_or(0).min(2)
}
