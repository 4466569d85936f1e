use std::sync::Arc;

use super::Span;

/// The number of a file among those that are checked together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A file: its number and its text, which clones share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The number of the file.
    pub id: FileId,
    /// Its text.
    pub text: Arc<str>,
}

/// A range of bytes in one of several files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

impl File {
    /// Builds a file from its number and text.
    pub fn new(id: FileId, text: impl Into<Arc<str>>) -> Self {
        Self { id, text: text.into() }
    }
}

impl Place {
    /// Builds a place from a file and a range in it.
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}
