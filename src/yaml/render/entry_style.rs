//! The style of a mapping's entry, for the entry to insert after it.

use std::sync::PoisonError;

use crate::text::TextRange;
use crate::yaml::WHITESPACE;
use crate::yaml::nodes::NodeIndex;
use crate::yaml::style_samples::StyleSamples;
use crate::yaml::{CollectionStyle, Node, ScalarStyle};

/// The style of an entry `key: value` and its surroundings.
pub(super) struct EntryStyle<'d> {
    key: Node<'d>,
    value: Node<'d>,
    /// The newline of this file.
    pub(super) newline: &'static str,
    /// The style of the mapping that the entry is part of.
    pub(super) parent: CollectionStyle,
    /// The style of the value.
    pub(super) body: CollectionStyle,
    /// The indentation of the key, with dashes as blanks.
    ///
    /// It is `None` if something else appears before the key on its line.
    pub(super) margin: Option<String>,
    /// The indentation that one level adds.
    unit: String,
    /// Number of blank lines between entries.
    pub(super) blank_lines: usize,
    /// The style of the keys inside the value.
    pub(super) key_quote: ScalarStyle,
    /// True if a flow value has a line for each entry.
    pub(super) has_lines: bool,
    /// The colon after a key whose value's bracket is below it.
    ///
    /// It includes the blanks before the colon. It is `None` if values begin on the line of their key.
    pub(super) colon_above: Option<&'d str>,
    /// The spacing of collections on one line.
    pub(super) inline: Spacing,
    /// The style of sequences.
    pub(super) sequence: SequenceStyle,
}

/// The spacing of a flow collection on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spacing {
    /// The separator of key and value.
    pub(super) colon: String,
    /// The separator of entries.
    pub(super) comma: String,
    /// The blanks inside braces.
    pub(super) padding: &'static str,
    /// The blanks inside square brackets.
    pub(super) sequence_padding: &'static str,
}

/// The style of a sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SequenceStyle {
    /// A dash for each item, indented by `offset` relative to the key.
    Block { offset: usize },
    /// Between brackets, on one line.
    OneLine,
    /// Between brackets, with a line for each item.
    Pretty,
}

impl<'d> EntryStyle<'d> {
    pub(super) fn of(key: Node<'d>, value: Node<'d>) -> Self {
        let parent = key
            .ancestors()
            .nth(1)
            .and_then(Node::collection_style)
            .unwrap_or(CollectionStyle::Block);
        let body = value.collection_style().unwrap_or(CollectionStyle::Block);
        // If a key is on the line of a list's dash, the other keys align with it.
        let margin = match parent {
            CollectionStyle::Block => key.indent(),
            CollectionStyle::Flow => key.margin().map(str::to_owned),
        };
        let samples = StyleSamples::inside(value);
        let sample = first_mapping(value);
        let key_quote = sample.map_or_else(|| key_quote(value), key_quote);
        let inner = first_inside(value).or_else(|| first_inside(sample?));
        let unit = inner
            .and_then(|inner| inner.strip_prefix(margin.as_deref().unwrap_or_default()))
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let has_lines = body == CollectionStyle::Flow && inner.is_some() && margin.is_some();
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
            has_lines,
            colon_above: has_lines.then(|| colon_above(key, value)).flatten(),
            inline: Spacing::of(
                value,
                &samples,
                if body == CollectionStyle::Flow {
                    key_quote
                } else {
                    ScalarStyle::Plain
                },
            ),
            sequence: SequenceStyle::of(value, &samples, body),
        }
    }

    /// Returns the margin of the contents of a collection at `margin`.
    ///
    /// It is that of `like`, the corresponding value, or one unit more.
    pub(super) fn inner_margin(&self, margin: &str, like: Option<Node<'d>>) -> String {
        let own = like
            .and_then(|like| like.entries().next())
            .and_then(|(first, _)| first.margin())
            .filter(|own| own.len() > margin.len());
        own.map_or_else(|| format!("{margin}{}", self.unit), str::to_owned)
    }

    /// Returns the end of the last line of a block entry.
    ///
    /// The comments that trail the entry are part of it.
    pub(super) fn end_with_comments(&self) -> usize {
        let (text, lines) = (self.key.yaml_file().text(), self.key.yaml_file().lines());
        let line = |number| lines.span(number).slice(text).trim_end_matches(['\r', '\n']);
        let end_of = |number| lines.span(number).start() + line(number).len();
        let depth = self.margin.as_ref().map_or(0, String::len);
        let mut last = lines.number(self.value.span().end());
        let mut touching = None;
        for number in last + 1..lines.count() {
            let content = line(number).trim_start_matches(WHITESPACE);
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

    /// Returns the end of the line if a comma follows the entry.
    ///
    /// The entry is part of a flow mapping, and a comment may follow the comma. Returns `None` if there is no comma, or
    /// more than a comment after it.
    pub(super) fn end_with_comma(&self) -> Option<usize> {
        let stream = self.key.yaml_file();
        let end = self.value.span().end();
        let line = stream.lines().span(stream.lines().number(end));
        let rest = TextRange::new(end, line.end()).slice(stream.text());
        let rest = rest.trim_end_matches(['\r', '\n']);
        let after_comma = rest
            .trim_start_matches(WHITESPACE)
            .strip_prefix(',')?
            .trim_start_matches(WHITESPACE);
        (after_comma.is_empty() || after_comma.starts_with('#')).then_some(end + rest.len())
    }
}

impl StyleSamples {
    fn among<'d>(nodes: impl Iterator<Item = Node<'d>>) -> Self {
        let mut samples = Self::default();
        for node in nodes {
            let show = |sample: &mut Option<NodeIndex>, is_sample: bool| {
                if is_sample {
                    sample.get_or_insert(node.number());
                }
            };
            let (items, entries) = (node.items().len(), node.entries().len());
            // A node with a tag is the argument of a function, and so, most likely, is a list in a list.
            let is_value = node.key().is_some() && node.tag().is_none();
            let is_short_sequence = is_value && items > 0 && node.items().all(is_short);
            let is_block_sequence = block_offset(node).is_some();
            show(&mut samples.block_sequence, is_block_sequence);
            show(
                &mut samples.short_sequence,
                is_short_sequence && (is_block_sequence || node.collection_style() == Some(CollectionStyle::Flow)),
            );
            if node.collection_style() == Some(CollectionStyle::Flow) {
                let is_one_line = node.is_one_line();
                show(&mut samples.mapping, is_one_line && entries > 0);
                show(&mut samples.sequence, is_one_line && items > 0);
                show(&mut samples.comma, is_one_line && first_comma(node).is_some());
                show(&mut samples.short_flow_sequence, is_short_sequence);
            }
        }
        samples
    }

    /// Returns the samples in a value and its contents, which are read once.
    pub(super) fn inside(value: Node<'_>) -> Self {
        let known = &value.yaml_file().inner_samples;
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        *known
            .entry(value.number())
            .or_insert_with(|| Self::among(value.descendants()))
    }

    /// Returns a mapping on one line inside `value`, else in the file.
    pub(super) fn one_line_mapping<'d>(&self, value: Node<'d>) -> Option<Node<'d>> {
        self.find(value, |samples| samples.mapping)
    }

    /// Returns the sample inside `value`, else the file's.
    fn find<'d>(&self, value: Node<'d>, kind: fn(&Self) -> Option<NodeIndex>) -> Option<Node<'d>> {
        let stream = value.yaml_file();
        let of_file = || kind(stream.style_samples.get_or_init(|| Self::among(stream.all())));
        kind(self).or_else(of_file).map(|id| stream.at(id))
    }
}

fn is_short(item: Node<'_>) -> bool {
    item.items().len() == 0 && item.entries().len() <= 1
}

impl Spacing {
    /// Returns the spacing of the braces around a node, or its own.
    pub(super) fn around(node: Node<'_>) -> Self {
        let mut ancestors = node.ancestors();
        match ancestors.find(|node| node.is_mapping() && node.collection_style() == Some(CollectionStyle::Flow)) {
            Some(mapping) => Self::of(mapping, &StyleSamples::inside(mapping), key_quote(mapping)),
            None => Self::of(node, &StyleSamples::default(), ScalarStyle::Plain),
        }
    }

    /// Returns the spacing of the first collections on one line inside `value`.
    ///
    /// If it has none, it is that of the file; the colons are those of `value` itself. A blank always appears between a
    /// plain key and its value, as both would else be one scalar.
    fn of(value: Node<'_>, samples: &StyleSamples, keys: ScalarStyle) -> Self {
        let mapping = samples.one_line_mapping(value);
        let sequence = samples.find(value, |samples| samples.sequence);
        let colon = [
            Some(value).filter(|value| value.collection_style() == Some(CollectionStyle::Flow)),
            mapping,
        ]
        .into_iter()
        .flatten()
        .filter_map(|node| node.entries().next())
        .map(|(key, value)| between(key, value))
        .find(|text| text.trim_matches(WHITESPACE) == ":" && !text.contains(['\n', '\r']))
        .filter(|text| text.ends_with(' ') || keys != ScalarStyle::Plain)
        .unwrap_or(": ");
        let comma = samples
            .find(value, |samples| samples.comma)
            .and_then(first_comma)
            .unwrap_or(if colon.ends_with(' ') { ", " } else { "," });
        Self {
            // Colons may be aligned in a column, but only for their own keys.
            colon: colon.split_inclusive(':').map(single_blanks).collect(),
            comma: comma.to_owned(),
            padding: mapping.map_or("", padding),
            sequence_padding: sequence.map_or("", padding),
        }
    }
}

/// Collapses each run of blanks around an optional colon into one blank.
fn single_blanks(text: &str) -> String {
    let blank = if text.starts_with([' ', '\t']) { " " } else { "" };
    format!("{blank}{}", text.trim_matches([' ', '\t']))
}

/// Returns the value if it is a mapping, else the first mapping in a list of them.
fn first_mapping(value: Node<'_>) -> Option<Node<'_>> {
    let mut inside = std::iter::once(value).chain(value.items());
    inside.find(|node| node.entries().len() > 0)
}

/// Returns the margin of the first entry or the first item of a collection.
fn first_inside(collection: Node<'_>) -> Option<&str> {
    let first = collection.entries().next().map(|(first, _)| first);
    first.or_else(|| collection.items().next())?.margin()
}

/// Returns the style of the first key of a mapping.
fn key_quote(mapping: Node<'_>) -> ScalarStyle {
    mapping
        .entries()
        .next()
        .map_or(ScalarStyle::Plain, |(first, _)| first.scalar_style())
}

/// Returns the padding inside a bracket: a blank or nothing.
fn padding(node: Node<'_>) -> &'static str {
    match node.source().as_bytes() {
        [_, b' ', ..] => " ",
        _ => "",
    }
}

/// Returns the separator of the first two parts of a flow collection.
fn first_comma(node: Node<'_>) -> Option<&str> {
    let mut items = node.items();
    let mut entries = node.entries();
    let text = match (items.next(), items.next()) {
        (Some(first), Some(second)) => between(first, second),
        _ => between(entries.next()?.1, entries.next()?.0),
    };
    (text.trim_matches(WHITESPACE) == ",").then_some(text)
}

impl SequenceStyle {
    /// Returns the style of sequences in `value`.
    ///
    /// The first sequence of short items inside `value` decides, as a list of one role is such. If none exists, the first
    /// sequence with dashes in `value` or in the file decides, else the file's sequences of short items, else its other
    /// flow collections. Inside brackets, no dashes are used.
    pub(super) fn of(value: Node<'_>, samples: &StyleSamples, body: CollectionStyle) -> Self {
        let style = |node: Node<'_>| match block_offset(node) {
            Some(offset) => Self::Block { offset },
            None if node.is_one_line() => Self::OneLine,
            None => Self::Pretty,
        };
        match body {
            CollectionStyle::Block => {
                let own = samples.short_sequence.map(|id| value.yaml_file().at(id));
                own.or_else(|| samples.find(value, |samples| samples.block_sequence))
                    .or_else(|| samples.find(value, |samples| samples.short_sequence))
                    .map_or(Self::Block { offset: 2 }, style)
            }
            CollectionStyle::Flow => match samples.find(value, |samples| samples.short_flow_sequence) {
                Some(sequence) => style(sequence),
                None if samples.one_line_mapping(value).is_some() => Self::OneLine,
                None => Self::Pretty,
            },
        }
    }
}

/// Returns the indentation of a block sequence relative to its key.
///
/// Returns `None` for other nodes, and for a sequence below a tag that is itself below the key.
fn block_offset(node: Node<'_>) -> Option<usize> {
    if !node.is_sequence() || node.collection_style() != Some(CollectionStyle::Block) {
        return None;
    }
    let key = node.key()?;
    let line = |offset| node.yaml_file().lines().number(offset);
    if node.tag().is_some() && line(node.full_span().start()) != line(key.span().start()) {
        return None;
    }
    column(node).checked_sub(column(key))
}

/// Returns the number of bytes before a node on its line.
pub(super) fn column(node: Node<'_>) -> usize {
    column_of(node, node.span().start())
}

/// Returns the number of bytes before an offset on its line.
pub(super) fn column_of(node: Node<'_>, at: usize) -> usize {
    let lines = node.yaml_file().lines();
    at - lines.span(lines.number(at)).start()
}

/// Returns the margin of the closing bracket of a flow collection.
///
/// Returns `None` if the bracket does not begin its line. In a block, this margin must be deeper than that of the key.
pub(super) fn closing_margin(node: Node<'_>) -> Option<&str> {
    let stream = node.yaml_file();
    let bracket = node
        .span()
        .end()
        .checked_sub(1)
        .filter(|_| node.collection_style() == Some(CollectionStyle::Flow))?;
    let line = stream.lines().span(stream.lines().number(bracket));
    let before = TextRange::new(line.start(), bracket).slice(stream.text());
    before.trim_matches(WHITESPACE).is_empty().then_some(before)
}

fn between<'d>(first: Node<'d>, second: Node<'d>) -> &'d str {
    TextRange::new(first.span().end(), second.full_span().start()).slice(first.yaml_file().text())
}

/// Returns the rest of a key's line if it is a colon.
///
/// The value must be below, with the same margin.
fn colon_above<'d>(key: Node<'d>, value: Node<'d>) -> Option<&'d str> {
    let colon = between(key, value)
        .split(['\r', '\n'])
        .next()?
        .trim_end_matches(WHITESPACE);
    (colon.trim_start_matches(WHITESPACE) == ":" && value.margin() == key.margin()).then_some(colon)
}

/// Returns the number of consecutive blank lines next to the entry.
///
/// At most two are counted. They are before the next entry, or after the previous one if the entry is the last.
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
    let runs = lines.split(|line| !line.trim_matches(WHITESPACE).is_empty());
    runs.map(<[_]>::len).max().unwrap_or(0).min(2)
}
