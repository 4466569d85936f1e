use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::{Access, BesideError};
use crate::files::identity::is_named;

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
