use std::sync::Arc;

use super::TextRange;

/// The number of a file among those checked together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A file: its number and its source, which clones share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The number of the file.
    pub id: FileId,
    /// The source.
    pub text: Arc<str>,
}

/// A range of bytes in one of several files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileRange {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: TextRange,
}

impl File {
    /// Builds a file from its number and text.
    pub fn new(id: FileId, text: impl Into<Arc<str>>) -> Self {
        Self { id, text: text.into() }
    }
}

impl FileRange {
    /// Builds a range from a file and the bytes in it.
    pub fn new(file: FileId, span: TextRange) -> Self {
        Self { file, span }
    }
}
