use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::beside::{Access, Beside, BesideError};
use super::replaceable::{self, has_other_names};

/// Why a file was not replaced. It is as it was, unless that is what is said.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is a pipe, a device or the like.
    #[error("this is not a regular file; write to a file, or use `--write -` as a filter")]
    NotRegular,
    /// The file may not be written.
    #[error("this is read-only; make it writable and run again")]
    ReadOnly,
    /// The file does not hold the old text any more.
    #[error("the file changed while it was being checked; run again")]
    Changed,
    /// The file was written in place, and neither text could be written whole.
    #[error("was written in part only: {0}")]
    Torn(io::Error),
    /// The new file beside it cannot be made.
    #[error(transparent)]
    Beside(#[from] BesideError),
    /// The file cannot be opened or written.
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Replaces what a file holds, `old`, by `new`: a reader sees the one or the other, never a part.
///
/// The file keeps its mode and owner, and symbolic links go on leading to it. A file with several names, in a folder that
/// takes no new file, of an owner that none can be given to, or mounted by itself is written in place: there a reader may
/// see a part, and a crash may leave one. What the file held is then kept beside it, if the folder takes a file, and
/// [`Input::read`](super::Input::read) tells of it.
///
/// # Errors
///
/// If the file does not hold `old` any more, is read-only or no regular file, is being written by another run, or cannot
/// be written.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<(), ReplaceError> {
    // What is open already, such as a pipe behind `/dev/stdin`, has no path to be resolved.
    if !fs::metadata(path)?.is_file() {
        return Err(ReplaceError::NotRegular);
    }
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(ReplaceError::ReadOnly);
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ReplaceError::ReadOnly,
            _ => error.into(),
        })?;
    if !has_other_names(&metadata) {
        match put(&path, &metadata, old, new) {
            Err(error) if is_refused(&error) => {}
            done => return done,
        }
    }
    // What it holds is kept beside it meanwhile, unless that is not allowed.
    let kept = match Beside::holding(old, &path, Access::Private) {
        Ok(beside) => Some(beside.keep(&path)?),
        Err(BesideError::Io(error)) if replaceable::is_refused(&error) => None,
        Err(error) => return Err(error.into()),
    };
    match (write_in_place(file, old, new), kept) {
        (Err(ReplaceError::Torn(_)), Some(kept)) => Err(BesideError::Stopped(kept.leave()).into()),
        (done, _) => done,
    }
}

fn put(path: &Path, metadata: &Metadata, old: &str, new: &str) -> Result<(), ReplaceError> {
    let beside = Beside::holding(new, path, Access::Like(metadata))?;
    // Read only now and by its name, so that what another run has put there is seen.
    check_unchanged(File::open(path)?, old)?;
    Ok(beside.put(path)?)
}

/// Returns whether it is not allowed to put another file in the place of this one. Where the disk is full, say, writing
/// in place would put at risk what is there.
fn is_refused(error: &ReplaceError) -> bool {
    match error {
        ReplaceError::Io(error) | ReplaceError::Beside(BesideError::Io(error)) => replaceable::is_refused(error),
        _ => false,
    }
}

fn check_unchanged(mut file: impl Read, old: &str) -> Result<(), ReplaceError> {
    let mut now = Vec::with_capacity(old.len());
    file.read_to_end(&mut now)?;
    if now == old.as_bytes() {
        Ok(())
    } else {
        Err(ReplaceError::Changed)
    }
}

fn write_in_place(mut file: File, old: &str, new: &str) -> Result<(), ReplaceError> {
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        return Err(BesideError::Locked.into());
    }
    check_unchanged(&mut file, old)?;
    let overwrite = |file: &mut File, text: &str| {
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.set_len(text.len() as u64)?;
        file.sync_all()
    };
    overwrite(&mut file, new).map_err(|error| {
        // The space for the old text was there a moment ago.
        match overwrite(&mut file, old) {
            Ok(()) => error.into(),
            Err(_) => ReplaceError::Torn(error),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.yaml");
        fs::write(&path, "changed").unwrap();
        let refused = replace(&path, "as it was read", "new").unwrap_err();
        assert!(matches!(refused, ReplaceError::Changed));
        assert_eq!(fs::read_to_string(&path).unwrap(), "changed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
