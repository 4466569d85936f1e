use crate::text::TextRange;

/// The error for a source that is not HCL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The reason.
    pub message: String,
    /// The range of the error.
    pub span: TextRange,
}
