//! Identifies a file, whichever name it is reached by.

use std::fs::{self, File};
use std::path::Path;

/// The identity of a file, independent of the path to it.
///
/// On Unix, it is the device and the inode number, which hard and symbolic links share; elsewhere, the path with
/// symbolic links resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] std::path::PathBuf);

#[cfg(unix)]
impl Identity {
    /// Returns the identity of the file or folder at a path.
    ///
    /// Returns `None` if nothing exists there.
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::from_metadata(&metadata))
    }

    /// Returns the identity of the file that a stream leads to.
    pub fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Self> {
        let stream = stream.as_fd().try_clone_to_owned().ok()?;
        let metadata = File::from(stream).metadata().ok()?;
        metadata.is_file().then(|| Self::from_metadata(&metadata))
    }

    /// Returns the inode number; `None` on systems without one.
    pub fn inode(&self) -> Option<u64> {
        Some(self.0.1)
    }

    fn from_metadata(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self((metadata.dev(), metadata.ino()))
    }
}

#[cfg(not(unix))]
impl Identity {
    /// Returns the identity of the file or folder at a path.
    ///
    /// Returns `None` if nothing exists there.
    pub fn of(path: &Path) -> Option<Self> {
        fs::canonicalize(path).ok().map(Self)
    }

    /// Returns `None`: streams have no path to compare.
    pub fn of_stream<S>(_: &S) -> Option<Self> {
        None
    }

    /// Returns the inode number; `None` on systems without one.
    pub fn inode(&self) -> Option<u64> {
        None
    }
}

/// Returns whether an open file is still at this path.
#[cfg(unix)]
pub(super) fn is_named(file: &File, path: &Path) -> bool {
    let at_path = fs::symlink_metadata(path).map(|metadata| Identity::from_metadata(&metadata));
    file.metadata()
        .is_ok_and(|metadata| at_path.is_ok_and(|at_path| at_path == Identity::from_metadata(&metadata)))
}

#[cfg(not(unix))]
pub(super) fn is_named(_: &File, path: &Path) -> bool {
    path.exists()
}
