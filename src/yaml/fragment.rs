use super::Quote;
use crate::text::Path;

/// A value to write.
///
/// [`render`](super::render()) gives it its text, and the proof compares it with what the readers see in that text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fragment {
    /// A scalar; without a quote it is quoted as its neighbours' value of the same key.
    Scalar {
        /// The value, of characters that need no escape in any quotes.
        value: String,
        /// How to write it.
        quote: Option<Quote>,
    },
    /// A plain scalar as it is written elsewhere, whatever readers of YAML 1.1 take it for: `NO`, `1_0`.
    Bare(String),
    /// A value with a tag, such as `!Ref`.
    Tagged {
        /// The tag, `!` included.
        tag: String,
        /// What it stands before.
        value: Box<Fragment>,
    },
    /// A sequence.
    Sequence(Vec<Fragment>),
    /// A mapping.
    Mapping {
        /// Its entries, in order.
        entries: Vec<(String, Fragment)>,
        /// Whether to write it between braces on one line, wherever it stands.
        one_line: bool,
    },
    /// A value that is in the document already, repeated as it is written there.
    Copy {
        /// The text between the original's key and its end, colon included.
        text: String,
        /// Where the original is.
        path: Path,
    },
}

impl Fragment {
    /// A scalar, quoted as `quote` says.
    pub fn scalar(value: impl Into<String>, quote: Option<Quote>) -> Self {
        Self::Scalar {
            value: value.into(),
            quote,
        }
    }
}
