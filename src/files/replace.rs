use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Why a file was not replaced. It is as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplaceError {
    #[error("this is not a regular file; write to a file, or use `--write -` as a filter")]
    NotRegular,
    #[error("this is read-only; make it writable and run again")]
    ReadOnly,
    #[error("the file changed while it was being checked; run again")]
    Changed,
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Replaces what a file holds, `old`, by `new`: a reader sees the one or the other, never a part.
///
/// The file keeps its mode and owner, and symbolic links go on leading to it. A file with several names, or in a folder
/// that takes no new file, is written in place: there a reader may see a part, and a crash may leave one.
///
/// # Errors
///
/// If the file does not hold `old` any more, is read-only or no regular file, or cannot be written.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> Result<(), ReplaceError> {
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if !metadata.is_file() {
        return Err(ReplaceError::NotRegular);
    }
    if metadata.permissions().readonly() {
        return Err(ReplaceError::ReadOnly);
    }
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ReplaceError::ReadOnly,
            _ => error.into(),
        })?;
    match sibling(&path, &metadata, new) {
        Some(sibling) => {
            check_unchanged(&mut file, old)?;
            Ok(put(sibling, &path)?)
        }
        None => {
            check_unchanged(&mut file, old)?;
            write_in_place(&mut file, old, new)
        }
    }
}

/// A file beside `path` that holds `new` and looks like the original; `None` where there can be none.
pub(super) fn sibling(path: &Path, metadata: &Metadata, new: &str) -> Option<tempfile::NamedTempFile> {
    if has_other_names(metadata) {
        return None;
    }
    let folder = path.parent().map(PathBuf::from)?;
    let mut sibling = tempfile::Builder::new()
        .prefix(".cfn-ipfix-")
        .tempfile_in(folder)
        .ok()?;
    sibling.write_all(new.as_bytes()).ok()?;
    keep_owner(sibling.as_file(), metadata).ok()?;
    sibling.as_file().set_permissions(metadata.permissions()).ok()?;
    sibling.as_file().sync_all().ok()?;
    Some(sibling)
}

/// Puts a file in the place of the one beside it.
pub(super) fn put(sibling: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    sibling.persist(path).map_err(|error| error.error)?;
    sync_folder(path);
    Ok(())
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn keep_owner(file: &File, wanted: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let actual = file.metadata()?;
    if (actual.uid(), actual.gid()) == (wanted.uid(), wanted.gid()) {
        return Ok(());
    }
    fchown(file, Some(wanted.uid()), Some(wanted.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

fn check_unchanged(file: &mut File, old: &str) -> Result<(), ReplaceError> {
    let mut now = Vec::with_capacity(old.len());
    file.rewind()?;
    file.read_to_end(&mut now)?;
    if now == old.as_bytes() {
        Ok(())
    } else {
        Err(ReplaceError::Changed)
    }
}

fn write_in_place(file: &mut File, old: &str, new: &str) -> Result<(), ReplaceError> {
    let overwrite = |file: &mut File, text: &str| {
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.set_len(text.len() as u64)?;
        file.sync_all()
    };
    overwrite(file, new).map_err(|error| {
        // The space for the old text was there a moment ago; if even that fails, the first error says more.
        let _ = overwrite(file, old);
        error.into()
    })
}

/// Makes the new directory entry last through a power failure, where the system lets one ask for that.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
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
