use std::path::Path;

use super::replace_error::ReplaceError;
use super::staged::Staged;

/// Replaces the content `old` of a file by `new`.
///
/// The replacement is atomic: readers see the old or the new content, never a part.
///
/// The file keeps its mode and owner, and symbolic links still lead to it. Some files can only be written in place: a
/// file with several hard links, a file in a folder that accepts no new file, a file whose owner cannot be given to
/// another file, and a mount point. Then a reader may see a part, and a crash may leave one. For that time, the old
/// content is kept in a backup next to the file, if the folder accepts one, and [`Input::read`](super::Input::read)
/// reports it.
///
/// # Errors
///
/// If the file no longer has the content `old`, is read-only or not a regular file, is being written by another run, or
/// cannot be written.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<(), ReplaceError> {
    Staged::new(path, old, new)?.commit()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn keeps_a_file_that_changed_since_it_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.yaml");
        fs::write(&path, "changed").unwrap();
        let error = replace(&path, "as it was read", "new").unwrap_err();
        assert!(matches!(error, ReplaceError::Changed));
        assert_eq!(fs::read_to_string(&path).unwrap(), "changed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
