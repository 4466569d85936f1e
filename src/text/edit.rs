use super::{FileId, Span};

/// One change of a file's text: the bytes of `span` are replaced by `text`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// The file whose text changes.
    pub file: FileId,
    /// The bytes that are replaced; empty for an insertion.
    pub span: Span,
    /// The text in their place.
    pub text: String,
}

impl Edit {
    /// Replaces the bytes of `span`.
    pub fn replace(file: FileId, span: Span, text: impl Into<String>) -> Self {
        Self {
            file,
            span,
            text: text.into(),
        }
    }

    /// Inserts before the byte at `offset`.
    pub fn insert(file: FileId, offset: usize, text: impl Into<String>) -> Self {
        Self::replace(file, Span::at(offset), text)
    }
}
