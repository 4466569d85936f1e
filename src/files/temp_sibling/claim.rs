//! Claims a temporary name next to a file for one run at a time.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::files::identity::is_named;

/// The permissions of a temporary file.
#[derive(Clone, Copy, Debug)]
pub(in crate::files) enum Access<'m> {
    /// The permissions of any new file.
    New,
    /// Only the current user has access.
    Private,
    /// The permissions and the owner of an existing file.
    Like(&'m Metadata),
}

/// The reason that no temporary file is available.
#[derive(Debug, thiserror::Error)]
pub enum TempSiblingError {
    /// Another run has claimed it.
    #[error("another run is writing this file; run again")]
    Locked,
    /// Something other than a temporary file has its name.
    #[error("{} is in the way; if no other run is writing this file, remove that one", .0.display())]
    InTheWay(PathBuf),
    /// A run was stopped while writing in place, and left its backup.
    #[error(
        "a run was stopped while it wrote this file; its old content is in {}: restore it if needed, then remove that file",
        .0.display()
    )]
    Interrupted(PathBuf),
    /// It cannot be created or written.
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Creates and locks a file.
///
/// A file that a killed run left at this path is removed.
///
/// # Errors
///
/// If another run has claimed the name, something else has it, or the file cannot be created.
pub(super) fn claim(path: &Path, access: Access<'_>) -> Result<File, TempSiblingError> {
    /// Other runs may create or remove the file between two attempts.
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        match create(path, access) {
            Ok(file) => {
                // A run that removes abandoned files may have locked it first.
                if lock(&file) && is_named(&file, path) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => remove_abandoned(path)?,
            Err(error) => return Err(error.into()),
        }
    }
    Err(TempSiblingError::Locked)
}

/// Locks a file, and returns whether no other run has locked it.
///
/// Without support for locks, a file that could be created or opened counts as locked.
pub(super) fn lock(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

fn create(path: &Path, access: Access<'_>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if !matches!(access, Access::New) {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = access;
    options.open(path)
}

/// Removes a file that a killed run left.
///
/// The file must still be at its path once it is locked: only the holder of the lock removes it from there.
///
/// # Errors
///
/// If another run has locked it, or something else has its name.
pub(super) fn remove_abandoned(path: &Path) -> Result<(), TempSiblingError> {
    let in_the_way = || TempSiblingError::InTheWay(path.to_owned());
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        _ => return Err(in_the_way()),
    }
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => return Err(in_the_way()),
    };
    match file.try_lock() {
        Ok(()) if is_named(&file, path) => fs::remove_file(path).map_err(|_| in_the_way()),
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(TempSiblingError::Locked),
        Err(TryLockError::Error(_)) => Err(in_the_way()),
    }
}
