//! What tells a file from every other, by whatever name it is reached.

use std::fs::{self, File};
use std::path::Path;

/// What tells a file from every other: the device and the number on it, which hard and symbolic links share; elsewhere than
/// on Unix the path without links.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] std::path::PathBuf);

#[cfg(unix)]
impl Identity {
    /// The file, or the folder, that a path leads to; `None` if it leads nowhere.
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::by(&metadata))
    }

    /// The file that a stream goes to, if it goes to one.
    pub fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Self> {
        let stream = stream.as_fd().try_clone_to_owned().ok()?;
        let metadata = File::from(stream).metadata().ok()?;
        metadata.is_file().then(|| Self::by(&metadata))
    }

    /// The number of the file on its device, where there are such numbers.
    pub fn inode(&self) -> Option<u64> {
        Some(self.0.1)
    }

    fn by(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self((metadata.dev(), metadata.ino()))
    }
}

#[cfg(not(unix))]
impl Identity {
    /// The file, or the folder, that a path leads to; `None` if it leads nowhere.
    pub fn of(path: &Path) -> Option<Self> {
        fs::canonicalize(path).ok().map(Self)
    }

    /// The file that a stream goes to, if that is known.
    pub fn of_stream<S>(_: &S) -> Option<Self> {
        None
    }

    /// The number of the file on its device, where there are such numbers.
    pub fn inode(&self) -> Option<u64> {
        None
    }
}

/// Returns whether an open file has this name still.
#[cfg(unix)]
pub(super) fn is_named(file: &File, path: &Path) -> bool {
    let there = fs::symlink_metadata(path).map(|metadata| Identity::by(&metadata));
    file.metadata()
        .is_ok_and(|metadata| there.is_ok_and(|there| there == Identity::by(&metadata)))
}

#[cfg(not(unix))]
pub(super) fn is_named(_: &File, path: &Path) -> bool {
    path.exists()
}
