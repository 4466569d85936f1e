//! The new content of a file, ready to replace the old one.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::replace_error::ReplaceError;
use super::replaceable::{self, has_other_names};
use super::temp_sibling::{Access, TempSibling, TempSiblingError, remove_abandoned_additions};

/// The new content of a file, ready to replace the old one.
///
/// Nothing is replaced if it is dropped.
#[derive(Debug)]
pub(super) struct Staged<'c> {
    /// The path of the file, without symbolic links.
    path: PathBuf,
    old: &'c str,
    new: &'c str,
    /// The file with the new content.
    ///
    /// `None` if it cannot replace the old file, which is then written in place.
    sibling: Option<TempSibling>,
}

impl<'c> Staged<'c> {
    /// Prepares the replacement of the content `old` by `new`.
    ///
    /// # Errors
    ///
    /// If the file is read-only or not a regular file, is being written by another run, or there is no room for the new
    /// content.
    pub(super) fn new(path: &Path, old: &'c str, new: &'c str) -> Result<Self, ReplaceError> {
        Self::with(path, old, new, TempSibling::create)
    }

    /// Prepares a file that is replaced together with others.
    ///
    /// Additions that a killed run prepared for it are removed.
    ///
    /// # Errors
    ///
    /// The errors of [`Staged::new`].
    pub(super) fn in_set(path: &Path, old: &'c str, new: &'c str) -> Result<Self, ReplaceError> {
        let staged = Self::new(path, old, new)?;
        remove_abandoned_additions(&staged.path)?;
        Ok(staged)
    }

    /// Prepares the additions to a file, which is replaced once more after that.
    ///
    /// # Errors
    ///
    /// The errors of [`Staged::new`].
    pub(super) fn additions(path: &Path, old: &'c str, added: &'c str) -> Result<Self, ReplaceError> {
        Self::with(path, old, added, TempSibling::create_additions)
    }

    /// Closes the prepared file.
    ///
    /// It is no longer locked.
    pub(super) fn close(&mut self) {
        if let Some(sibling) = &mut self.sibling {
            sibling.close();
        }
    }

    /// Replaces the old content.
    ///
    /// # Errors
    ///
    /// If the file no longer has the old content, or cannot be written.
    pub(super) fn commit(self) -> Result<(), ReplaceError> {
        let Self {
            path,
            old,
            new,
            sibling,
        } = self;
        if let Some(sibling) = sibling {
            match replace_by_rename(sibling, &path, old) {
                Err(error) if is_denied(&error) => {}
                done => return done,
            }
        }
        // Writing in place is not atomic, so a backup is kept meanwhile, if permitted.
        let file = open(&path)?;
        let backup = match TempSibling::create(old, &path, Access::Private) {
            Ok(sibling) => Some(sibling.keep(&path)?),
            Err(TempSiblingError::Io(error)) if replaceable::is_denied(&error) => None,
            Err(error) => return Err(error.into()),
        };
        match (write_in_place(file, old, new), backup) {
            (Err(ReplaceError::Torn(_)), Some(backup)) => Err(TempSiblingError::Interrupted(backup.leave()).into()),
            (done, _) => done,
        }
    }

    fn with(path: &Path, old: &'c str, new: &'c str, create: CreateSibling) -> Result<Self, ReplaceError> {
        // A stream that is already open, such as a pipe at `/dev/stdin`, has no path to resolve.
        if !fs::metadata(path)?.is_file() {
            return Err(ReplaceError::NotRegular);
        }
        let path = fs::canonicalize(path)?;
        let metadata = fs::metadata(&path)?;
        if metadata.permissions().readonly() {
            return Err(ReplaceError::ReadOnly);
        }
        open(&path)?;
        let sibling = match sibling(&path, &metadata, new, create) {
            Err(error) if is_denied(&error) => None,
            sibling => sibling?,
        };
        Ok(Self {
            path,
            old,
            new,
            sibling,
        })
    }
}

/// Creates a temporary file with this content next to a file.
type CreateSibling = fn(&str, &Path, Access<'_>) -> Result<TempSibling, TempSiblingError>;

/// Opens a file that is to be written.
///
/// A read-only file must not be replaced either.
fn open(path: &Path) -> Result<File, ReplaceError> {
    let file = OpenOptions::new().read(true).write(true).open(path);
    file.map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ReplaceError::ReadOnly,
        _ => error.into(),
    })
}

/// Returns the file that is to replace another one, unless that has other names.
fn sibling(
    path: &Path,
    metadata: &Metadata,
    new: &str,
    create: CreateSibling,
) -> Result<Option<TempSibling>, ReplaceError> {
    if has_other_names(metadata) {
        return Ok(None);
    }
    Ok(Some(create(new, path, Access::Like(metadata))?))
}

fn replace_by_rename(sibling: TempSibling, path: &Path, old: &str) -> Result<(), ReplaceError> {
    // As late as possible, so that a file put there by another run is noticed.
    check_unchanged(path, old)?;
    Ok(sibling.persist(path)?)
}

/// Returns whether the file may not be replaced by another file.
///
/// Other errors do not lead to writing in place: on a full disk, for example, that would risk the old content.
fn is_denied(error: &ReplaceError) -> bool {
    match error {
        ReplaceError::Io(error) | ReplaceError::TempSibling(TempSiblingError::Io(error)) => {
            replaceable::is_denied(error)
        }
        _ => false,
    }
}

/// Checks that a file still has its old content.
///
/// The file is read by its path, so that a file put there by another run is noticed.
///
/// # Errors
///
/// If it has another content, or cannot be read.
pub(super) fn check_unchanged(path: &Path, old: &str) -> Result<(), ReplaceError> {
    check_content(File::open(path)?, old)
}

fn check_content(file: impl Read, old: &str) -> Result<(), ReplaceError> {
    let mut current = Vec::with_capacity(old.len() + 1);
    // A device may never end.
    file.take(old.len() as u64 + 1).read_to_end(&mut current)?;
    if current == old.as_bytes() {
        Ok(())
    } else {
        Err(ReplaceError::Changed)
    }
}

fn write_in_place(mut file: File, old: &str, new: &str) -> Result<(), ReplaceError> {
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        return Err(TempSiblingError::Locked.into());
    }
    check_content(&mut file, old)?;
    let overwrite = |file: &mut File, content: &str| {
        file.rewind()?;
        file.write_all(content.as_bytes())?;
        file.set_len(content.len() as u64)?;
        file.sync_all()
    };
    overwrite(&mut file, new).map_err(|error| {
        // The old content fitted a moment ago.
        match overwrite(&mut file, old) {
            Ok(()) => error.into(),
            Err(_) => ReplaceError::Torn(error),
        }
    })
}
