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
    /// Returns the same value for a document whose path in its file is `outer`.
    pub(super) fn relative_to(&self, outer: &NodePath) -> Self {
        let all = |values: &[Self]| values.iter().map(|value| value.relative_to(outer)).collect();
        match self {
            Self::Scalar { .. } | Self::Bare(_) => self.clone(),
            Self::Tagged { tag, value } => Self::Tagged {
                tag: tag.clone(),
                value: Box::new(value.relative_to(outer)),
            },
            Self::Sequence(items) => Self::Sequence(all(items)),
            Self::Mapping { entries, one_line } => Self::Mapping {
                entries: entries
                    .iter()
                    .map(|(key, value)| (key.clone(), value.relative_to(outer)))
                    .collect(),
                one_line: *one_line,
            },
            Self::Copy { text, path } => Self::Copy {
                text: text.clone(),
                path: path.relative_to(outer),
            },
        }
    }

    /// Creates a scalar with this style.
    pub fn scalar(value: impl Into<String>, quote: Option<ScalarStyle>) -> Self {
        Self::Scalar {
            value: value.into(),
            quote,
        }
    }
}
