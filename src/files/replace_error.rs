use std::io;

use super::temp_sibling::TempSiblingError;

/// The reason that a file was not replaced.
///
/// The file is unchanged, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The path is a pipe, a device or the like.
    #[error("this is not a regular file; write to a file, or use `--write -` as a filter")]
    NotRegular,
    /// The file is read-only.
    #[error("this is read-only; make it writable and run again")]
    ReadOnly,
    /// The file no longer has the old content.
    #[error("the file changed while it was being checked; run again")]
    Changed,
    /// The file was written in place, and is now incomplete.
    ///
    /// Neither the new content nor the old could be written in full.
    #[error("was written in part only: {0}")]
    Torn(io::Error),
    /// The temporary file next to it cannot be created.
    #[error(transparent)]
    TempSibling(#[from] TempSiblingError),
    /// The file cannot be opened or written.
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
}
