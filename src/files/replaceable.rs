//! Whether another file can be put in the place of one.

use std::fs::Metadata;
use std::io;

/// Returns whether it is not allowed to put another file in the place of one.
pub(super) fn is_refused(error: &io::Error) -> bool {
    // The folder or the file is somebody else's, the file is a mount of its own, or its name is too long for another.
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy | io::ErrorKind::InvalidFilename
    )
}

/// Returns whether putting another file in the place of one would part it from its other names.
#[cfg(unix)]
pub(super) fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
pub(super) fn has_other_names(_: &Metadata) -> bool {
    false
}
