//! A file of a project.

use std::sync::Arc;

use crate::rules::Options;
use crate::text::FileId;

/// A file among others that may pass values to it.
#[derive(Clone, Debug)]
pub struct ProjectFile {
    /// The path, with `/` between names and relative to the same folder as the other files' paths.
    pub path: String,
    /// The source.
    pub text: Arc<str>,
    /// True if fixes may change the file, and its findings are wanted.
    ///
    /// Any other file only serves to check these.
    pub may_change: bool,
    /// The options for the file.
    pub options: Options,
}

/// Returns the index of a file in its project.
pub(super) fn index(file: FileId) -> usize {
    usize::try_from(file.0).unwrap_or(usize::MAX)
}
