//! How values are written.

use crate::text::Span;

/// A node's tag, such as `!Ref`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag as it is written, `!` included.
    pub name: String,
    /// Where it is written; `None` where that could not be made out.
    pub span: Option<Span>,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// As a block scalar, `|` or `>`.
    Block,
}

impl Quote {
    /// These quotes, or double ones for a text that without any would not be this text to every reader of YAML: one with
    /// an indicator in it, a number, or a word that YAML 1.1 takes for a boolean.
    pub fn for_text(self, text: &str) -> Self {
        const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
        let is_plain_start = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_plain = is_plain_start
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-./:+=@".contains(c))
            && !text.ends_with(':')
            && !WORDS.contains(&text.to_ascii_lowercase().as_str());
        if matches!(self, Self::Plain | Self::Block) && !is_plain {
            Self::Double
        } else {
            self
        }
    }

    /// Returns what stands inside these quotes in `source`.
    pub(super) fn inside(self, source: &str) -> &str {
        match self {
            Self::Plain | Self::Block => source,
            Self::Single | Self::Double => source.get(1..source.len().saturating_sub(1)).unwrap_or_default(),
        }
    }

    /// `text`, of characters that need no escape, in these quotes; a block scalar has none that stand in a line.
    pub fn around(self, text: &str) -> String {
        match self {
            Self::Plain | Self::Block => text.to_owned(),
            Self::Single => format!("'{text}'"),
            Self::Double => format!("\"{text}\""),
        }
    }
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// By indentation.
    Block,
    /// Between brackets.
    Flow,
}
