use crate::text::TextRange;

/// The error for a source that cannot be split into tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LexError {
    /// The range of the error.
    pub span: TextRange,
    /// The reason, for users.
    pub message: String,
}

impl LexError {
    /// Creates an error.
    pub(in crate::hcl) fn new(span: TextRange, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
        }
    }
}
