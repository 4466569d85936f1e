use super::model::{Examples, ListStyle, Spacing};
use super::{Layout, Node, Quote};

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
    /// How they are written around `value`.
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

    /// Whether mappings have a line for each entry.
    pub fn has_mappings_in_lines(&self) -> bool {
        self.has_mappings_in_lines
    }

    /// A key with what stands between it and its value; behind a plain one that is more than a colon, or they would be
    /// one word.
    pub fn key(&self, quote: Quote, name: &str) -> String {
        let colon = &self.spacing.colon;
        let blank = if quote == Quote::Plain && colon.ends_with(':') {
            " "
        } else {
            ""
        };
        format!("{}{colon}{blank}", quote.around(name))
    }

    /// A list of these items, inside `depth` other collections in place of the value.
    pub fn list(&self, depth: usize, items: [&str; 2]) -> String {
        // In what stands on one line, so does a list.
        let is_outside = depth == 0 || self.has_mappings_in_lines;
        let ([open, close], comma) = match self.lines(self.has_lists_in_lines && is_outside) {
            Some(lines) => (lines.enclose(depth), format!(",{}", lines.start(depth + 1))),
            None => (
                [
                    self.spacing.list_padding.to_owned(),
                    self.spacing.list_padding.to_owned(),
                ],
                self.spacing.comma.clone(),
            ),
        };
        format!("[{open}{}{close}]", items.join(&comma))
    }

    /// What stands before and behind the only item of a list in place of the value.
    pub fn around_item(&self) -> [String; 2] {
        let [open, close] = match self.lines(self.has_lists_in_lines) {
            Some(lines) => lines.enclose(0),
            None => Default::default(),
        };
        [format!("[{open}"), format!("{close}]")]
    }

    /// What stands before and behind the only entry of a mapping in place of the value.
    pub fn around_entry(&self) -> [String; 2] {
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

    /// What stands behind an opening bracket and before its closing one.
    fn enclose(&self, depth: usize) -> [String; 2] {
        [self.start(depth + 1), self.start(depth)]
    }
}
