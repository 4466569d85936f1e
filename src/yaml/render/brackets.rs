use super::entry_style::{SequenceStyle, Spacing};
use crate::yaml::style_samples::StyleSamples;
use crate::yaml::{CollectionStyle, NewValue, Node, ScalarStyle};

/// The style of flow collections that replace or surround a value.
///
/// They are on one line, or have a line for each part, as others in the file.
#[derive(Debug)]
pub struct Brackets {
    spacing: Spacing,
    /// The line breaks, if each part is to have its own line.
    ///
    /// They are `None` if the value does not begin its line.
    line_breaks: Option<LineBreaks>,
    has_sequences_in_lines: bool,
    has_mappings_in_lines: bool,
}

#[derive(Debug)]
struct LineBreaks {
    newline: &'static str,
    margin: String,
    unit: String,
}

impl Brackets {
    /// Returns the style of flow collections around `value`.
    pub fn around(value: Node<'_>) -> Self {
        let mut mappings = value.ancestors().filter(|node| node.is_mapping());
        let mapping = mappings.find(|node| node.collection_style() == Some(CollectionStyle::Flow));
        let (has_mappings_in_lines, has_sequences_in_lines) = mapping.map_or((false, false), |mapping| {
            let samples = StyleSamples::inside(mapping);
            (
                samples.one_line_mapping(mapping).is_none(),
                SequenceStyle::of(mapping, &samples, CollectionStyle::Flow) == SequenceStyle::Pretty,
            )
        });
        Self {
            spacing: Spacing::around(value),
            line_breaks: LineBreaks::of(value),
            has_sequences_in_lines,
            has_mappings_in_lines,
        }
    }

    /// Returns whether mappings have a line for each entry.
    pub fn has_mappings_in_lines(&self) -> bool {
        self.has_mappings_in_lines
    }

    /// Returns a key with the colon and blanks after it.
    ///
    /// After a plain key, a blank must follow the colon, as the colon would else be part of a scalar.
    pub(super) fn key(&self, quote: ScalarStyle, name: &str) -> String {
        let colon = &self.spacing.colon;
        let blank = if quote == ScalarStyle::Plain && colon.ends_with(':') {
            " "
        } else {
            ""
        };
        format!("{}{colon}{blank}", quote.around(name))
    }

    /// Writes a new value inside `depth` collections, with keys in this style.
    ///
    /// A copy is written as it is.
    pub(super) fn write(&self, new_value: &NewValue, depth: usize, keys: ScalarStyle) -> String {
        // A collection on one line has all its contents on that line.
        self.write_in(depth == 0 || self.has_mappings_in_lines, new_value, depth, keys)
    }

    fn write_in(&self, may_break_lines: bool, new_value: &NewValue, depth: usize, keys: ScalarStyle) -> String {
        match new_value {
            NewValue::Scalar { value, quote } => quote.unwrap_or(keys).for_text(value).around(value),
            NewValue::Bare(value) => value.clone(),
            NewValue::Tagged { tag, value } => format!("{tag} {}", self.write_in(false, value, depth, keys)),
            NewValue::Sequence(items) => {
                let line_breaks = self.line_breaks(may_break_lines && self.has_sequences_in_lines);
                let item = |item| self.write_in(line_breaks.is_some(), item, depth + 1, keys);
                let items: Vec<_> = items.iter().map(item).collect();
                self.enclose(["[", "]"], self.spacing.sequence_padding, line_breaks, depth, &items)
            }
            NewValue::Mapping { entries, one_line } => {
                let line_breaks = self.line_breaks(may_break_lines && self.has_mappings_in_lines && !one_line);
                let entry = |(name, value): &(String, NewValue)| {
                    let value = self.write_in(line_breaks.is_some(), value, depth + 1, keys);
                    format!("{}{value}", self.key(keys, name))
                };
                let entries: Vec<_> = entries.iter().map(entry).collect();
                self.enclose(["{", "}"], self.spacing.padding, line_breaks, depth, &entries)
            }
            NewValue::Copy { text, .. } => text.clone(),
        }
    }

    fn enclose(
        &self,
        [open, close]: [&str; 2],
        padding: &str,
        line_breaks: Option<&LineBreaks>,
        depth: usize,
        parts: &[String],
    ) -> String {
        match line_breaks {
            Some(line_breaks) => {
                let [before, after] = line_breaks.enclose(depth);
                format!("{open}{before}{}{after}{close}", parts.join(&format!(",{before}")))
            }
            None => format!("{open}{padding}{}{padding}{close}", parts.join(&self.spacing.comma)),
        }
    }

    /// Returns the brackets around the only item of a new sequence.
    pub(super) fn around_item(&self) -> [String; 2] {
        let [open, close] = match self.line_breaks(self.has_sequences_in_lines) {
            Some(line_breaks) => line_breaks.enclose(0),
            None => Default::default(),
        };
        [format!("[{open}"), format!("{close}]")]
    }

    /// Returns the braces around the only entry of a new mapping.
    pub(super) fn around_entry(&self) -> [String; 2] {
        let [open, close] = match self.line_breaks(self.has_mappings_in_lines) {
            Some(line_breaks) => line_breaks.enclose(0),
            None => [self.spacing.padding.to_owned(), self.spacing.padding.to_owned()],
        };
        [format!("{{{open}"), format!("{close}}}")]
    }

    fn line_breaks(&self, is_wanted: bool) -> Option<&LineBreaks> {
        self.line_breaks.as_ref().filter(|_| is_wanted)
    }
}

impl LineBreaks {
    fn of(value: Node<'_>) -> Option<Self> {
        // In a block, a closing bracket below its key must be indented deeper, so there are no lines to imitate.
        let parent = value.ancestors().nth(1);
        let parent = parent.filter(|parent| parent.collection_style() == Some(CollectionStyle::Flow))?;
        let margin = value.key().unwrap_or(value).margin()?;
        let around = parent.key().unwrap_or(parent).indent()?;
        let unit = margin.strip_prefix(around.as_str()).filter(|unit| !unit.is_empty())?;
        Some(Self {
            newline: value.newline(),
            margin: margin.to_owned(),
            unit: unit.to_owned(),
        })
    }

    /// Returns a new line inside `depth` collections.
    fn start(&self, depth: usize) -> String {
        format!("{}{}{}", self.newline, self.margin, self.unit.repeat(depth))
    }

    /// Returns the line breaks after the opening and before the closing bracket.
    fn enclose(&self, depth: usize) -> [String; 2] {
        [self.start(depth + 1), self.start(depth)]
    }
}

/// Returns the braces that an entry without its own needs elsewhere.
///
/// A sequence between brackets may have an entry without braces; other places may not.
pub(super) fn braces_around(inner: Node<'_>) -> [String; 2] {
    if !is_pair(inner) {
        return Default::default();
    }
    let padding = Spacing::around(inner).padding;
    [format!("{{{padding}"), format!("{padding}}}")]
}

/// Returns whether a node is an entry without braces in a sequence between brackets.
pub(super) fn is_pair(node: Node<'_>) -> bool {
    let around = node.ancestors().nth(1).and_then(Node::collection_style);
    node.is_mapping()
        && node.collection_style() == Some(CollectionStyle::Block)
        && around == Some(CollectionStyle::Flow)
}
