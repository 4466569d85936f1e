//! The styles in which values are written.

use crate::text::TextRange;

/// The tag of a node, such as `!Ref`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag as it is written, `!` included.
    pub name: String,
    /// The range of the tag; `None` if it could not be determined.
    pub span: Option<TextRange>,
}

/// The style of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Plain: without quotes.
    Plain,
    /// Single quotes.
    Single,
    /// Double quotes.
    Double,
    /// A block scalar, `|` or `>`.
    Block,
}

impl ScalarStyle {
    /// Returns this style, or double quotes if `text` needs quotes.
    ///
    /// Unquoted, such a value would mean something else to some YAML parsers: it has an indicator, or is a number or a
    /// word that YAML 1.1 reads as a boolean.
    pub fn for_text(self, text: &str) -> Self {
        const KEYWORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
        let is_plain_start = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_plain = is_plain_start
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-./:+=@".contains(c))
            && !text.ends_with(':')
            && !KEYWORDS.contains(&text.to_ascii_lowercase().as_str());
        if matches!(self, Self::Plain | Self::Block) && !is_plain {
            Self::Double
        } else {
            self
        }
    }

    /// Returns the part of `source` inside the quotes.
    pub(super) fn inside(self, source: &str) -> &str {
        match self {
            Self::Plain | Self::Block => source,
            Self::Single | Self::Double => source.get(1..source.len().saturating_sub(1)).unwrap_or_default(),
        }
    }

    /// Puts `text` in quotes.
    ///
    /// Its characters must need no escape. A block scalar has no quotes.
    pub fn around(self, text: &str) -> String {
        match self {
            Self::Plain | Self::Block => text.to_owned(),
            Self::Single => format!("'{text}'"),
            Self::Double => format!("\"{text}\""),
        }
    }
}

/// The style of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectionStyle {
    /// Block style: by indentation.
    Block,
    /// Flow style: between brackets.
    Flow,
}
