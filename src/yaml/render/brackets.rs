use super::model::{ListStyle, Spacing};
use crate::yaml::examples::Examples;
use crate::yaml::{Fragment, Layout, Node, Quote};

/// How collections between brackets are written that come to stand in place of a value, or around it: on one line, or
/// with a line for each part, as the file has others.
#[derive(Debug)]
pub struct Brackets {
    spacing: Spacing,
    /// Where lines would begin; `None` where the value shares its line with what is before it.
    lines: Option<Lines>,
    has_lists_in_lines: bool,
    has_mappings_in_lines: bool,
}

#[derive(Debug)]
struct Lines {
    newline: &'static str,
    margin: String,
    unit: String,
}

impl Brackets {
    /// Returns how they are written around `value`.
    pub fn around(value: Node<'_>) -> Self {
        let mut mappings = value.ancestors().filter(|node| node.is_mapping());
        let mapping = mappings.find(|node| node.layout() == Some(Layout::Flow));
        let (has_mappings_in_lines, has_lists_in_lines) = mapping.map_or((false, false), |mapping| {
            let examples = Examples::among(mapping.descendants());
            (
                examples.one_line_mapping(mapping).is_none(),
                ListStyle::of(mapping, &examples, Layout::Flow) == ListStyle::Pretty,
            )
        });
        Self {
            spacing: Spacing::around(value),
            lines: Lines::of(value),
            has_lists_in_lines,
            has_mappings_in_lines,
        }
    }

    /// Returns whether mappings have a line for each entry.
    pub fn has_mappings_in_lines(&self) -> bool {
        self.has_mappings_in_lines
    }

    /// A key with what stands between it and its value; behind a plain one that is more than a colon, or they would be
    /// one word.
    pub(super) fn key(&self, quote: Quote, name: &str) -> String {
        let colon = &self.spacing.colon;
        let blank = if quote == Quote::Plain && colon.ends_with(':') {
            " "
        } else {
            ""
        };
        format!("{}{colon}{blank}", quote.around(name))
    }

    /// A fragment, inside `depth` other collections in place of the value, its keys in these quotes; a copy is its text.
    pub(super) fn write(&self, fragment: &Fragment, depth: usize, keys: Quote) -> String {
        // In what stands on one line, so does what is in it.
        self.write_in(depth == 0 || self.has_mappings_in_lines, fragment, depth, keys)
    }

    fn write_in(&self, has_lines: bool, fragment: &Fragment, depth: usize, keys: Quote) -> String {
        match fragment {
            Fragment::Scalar { value, quote } => quote.unwrap_or(keys).for_text(value).around(value),
            Fragment::Bare(value) => value.clone(),
            Fragment::Tagged { tag, value } => format!("{tag} {}", self.write_in(false, value, depth, keys)),
            Fragment::Sequence(items) => {
                let lines = self.lines(has_lines && self.has_lists_in_lines);
                let item = |item| self.write_in(lines.is_some(), item, depth + 1, keys);
                let items: Vec<_> = items.iter().map(item).collect();
                self.enclose(["[", "]"], self.spacing.list_padding, lines, depth, &items)
            }
            Fragment::Mapping { entries, one_line } => {
                let lines = self.lines(has_lines && self.has_mappings_in_lines && !one_line);
                let entry = |(name, value): &(String, Fragment)| {
                    let value = self.write_in(lines.is_some(), value, depth + 1, keys);
                    format!("{}{value}", self.key(keys, name))
                };
                let entries: Vec<_> = entries.iter().map(entry).collect();
                self.enclose(["{", "}"], self.spacing.padding, lines, depth, &entries)
            }
            Fragment::Copy { text, .. } => text.clone(),
        }
    }

    fn enclose(
        &self,
        [open, close]: [&str; 2],
        padding: &str,
        lines: Option<&Lines>,
        depth: usize,
        parts: &[String],
    ) -> String {
        match lines {
            Some(lines) => {
                let [before, behind] = lines.enclose(depth);
                format!("{open}{before}{}{behind}{close}", parts.join(&format!(",{before}")))
            }
            None => format!("{open}{padding}{}{padding}{close}", parts.join(&self.spacing.comma)),
        }
    }

    /// Returns what stands before and behind the only item of a list in place of the value.
    pub(super) fn around_item(&self) -> [String; 2] {
        let [open, close] = match self.lines(self.has_lists_in_lines) {
            Some(lines) => lines.enclose(0),
            None => Default::default(),
        };
        [format!("[{open}"), format!("{close}]")]
    }

    /// Returns what stands before and behind the only entry of a mapping in place of the value.
    pub(super) fn around_entry(&self) -> [String; 2] {
        let [open, close] = match self.lines(self.has_mappings_in_lines) {
            Some(lines) => lines.enclose(0),
            None => [self.spacing.padding.to_owned(), self.spacing.padding.to_owned()],
        };
        [format!("{{{open}"), format!("{close}}}")]
    }

    fn lines(&self, is_wanted: bool) -> Option<&Lines> {
        self.lines.as_ref().filter(|_| is_wanted)
    }
}

impl Lines {
    fn of(value: Node<'_>) -> Option<Self> {
        let parent = value.ancestors().nth(1)?;
        let margin = value.key().unwrap_or(value).margin()?;
        let around = parent.key().unwrap_or(parent).indent()?;
        let unit = margin.strip_prefix(around.as_str()).filter(|unit| !unit.is_empty())?;
        Some(Self {
            newline: value.newline(),
            margin: margin.to_owned(),
            unit: unit.to_owned(),
        })
    }

    /// A new line inside `depth` collections.
    fn start(&self, depth: usize) -> String {
        format!("{}{}{}", self.newline, self.margin, self.unit.repeat(depth))
    }

    /// Returns what stands behind an opening bracket and before its closing one.
    fn enclose(&self, depth: usize) -> [String; 2] {
        [self.start(depth + 1), self.start(depth)]
    }
}

/// Returns what makes an entry without braces of its own, as a list between brackets may hold one, a mapping anywhere.
pub(super) fn braces_around(inner: Node<'_>) -> [String; 2] {
    let around = inner.ancestors().nth(1).and_then(Node::layout);
    let is_pair = inner.is_mapping() && inner.layout() == Some(Layout::Block) && around == Some(Layout::Flow);
    let padding = if is_pair { Spacing::around(inner).padding } else { "" };
    match is_pair {
        true => [format!("{{{padding}"), format!("{padding}}}")],
        false => Default::default(),
    }
}
