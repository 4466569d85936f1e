//! The name beside a file that one run has at a time.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::files::identity::is_named;

/// Who may do what with such a file.
#[derive(Clone, Copy, Debug)]
pub(in crate::files) enum Access<'m> {
    /// What any new file allows.
    New,
    /// Nobody but this user.
    Private,
    /// What this one allows, and its owner.
    Like(&'m Metadata),
}

/// Why there is no such file.
#[derive(Debug, thiserror::Error)]
pub enum BesideError {
    /// Another run has it.
    #[error("another run is writing this file; run again")]
    Locked,
    /// Something else has its name.
    #[error("{} is in the way; if no other run is writing this file, remove that one", .0.display())]
    InTheWay(PathBuf),
    /// A run was stopped while it wrote in place, and left it.
    #[error(
        "a run was stopped while it wrote this file; {} holds what it held before: copy that back if need be, and remove \
         it",
        .0.display()
    )]
    Stopped(PathBuf),
    /// It cannot be made or written.
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// A new file of this name, locked; what a killed run left under it goes.
///
/// # Errors
///
/// If another run has it, something else is there, or it cannot be made.
pub(super) fn claim(path: &Path, access: Access<'_>) -> Result<File, BesideError> {
    /// Other runs that are about to end, or to remove what was left, may come between.
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        match create(path, access) {
            Ok(file) => {
                // One that looks for what was left may have been faster with the lock.
                if lock(&file) && is_named(&file, path) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => remove_left(path)?,
            Err(error) => return Err(error.into()),
        }
    }
    Err(BesideError::Locked)
}

/// Locks a file, if nobody else has. Where there are no locks, that it could be made or opened must do.
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

/// Removes what a killed run has left. The file must be there under its name when it is locked: nobody who does not hold
/// the lock takes it away from there.
fn remove_left(path: &Path) -> Result<(), BesideError> {
    let in_the_way = || BesideError::InTheWay(path.to_owned());
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
        Err(TryLockError::WouldBlock) => Err(BesideError::Locked),
        Err(TryLockError::Error(_)) => Err(in_the_way()),
    }
}
