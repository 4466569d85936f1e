use super::ScalarStyle;
use crate::text::NodePath;

/// A value to write.
///
/// [`render`](super::render()) writes it, and the proof compares it with what the parsers see there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NewValue {
    /// A scalar.
    ///
    /// Its default style is that of the value with the same key in its neighbours.
    Scalar {
        /// The value, of characters that need no escape in any scalar style.
        value: String,
        /// The style of the scalar.
        quote: Option<ScalarStyle>,
    },
    /// A plain scalar that is copied from elsewhere.
    ///
    /// Its meaning in YAML 1.1 does not matter: `NO`, `1_0`.
    Bare(String),
    /// A value with a tag, such as `!Ref`.
    Tagged {
        /// The tag, `!` included.
        tag: String,
        /// The value after the tag.
        value: Box<NewValue>,
    },
    /// A sequence.
    Sequence(Vec<NewValue>),
    /// A mapping.
    Mapping {
        /// The entries, in order.
        entries: Vec<(String, NewValue)>,
        /// Set if it is always written between braces on one line.
        one_line: bool,
    },
    /// A copy of a value in the document, with the same notation.
    Copy {
        /// The source between the original's key and the end of its value.
        ///
        /// It includes the colon.
        text: String,
        /// The path of the original.
        path: NodePath,
    },
}

impl NewValue {
    /// Creates a scalar with this style.
    pub fn scalar(value: impl Into<String>, quote: Option<ScalarStyle>) -> Self {
        Self::Scalar {
            value: value.into(),
            quote,
        }
    }
}
