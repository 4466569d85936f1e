//! Decides whether a file can be replaced by another one at its path.

use std::fs::Metadata;
use std::io;

/// Returns whether an error forbids replacing a file by another.
pub(super) fn is_denied(error: &io::Error) -> bool {
    // The folder or the file belongs to another user, the file is a mount point, or its name is too long to derive
    // another name from.
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy | io::ErrorKind::InvalidFilename
    )
}

/// Returns whether a file has several hard links.
///
/// Replacing the file would separate it from its other names.
#[cfg(unix)]
pub fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
pub fn has_other_names(_: &Metadata) -> bool {
    false
}
