//! A temporary file next to another one, which it is to replace.

mod claim;

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::identity::is_named;
use claim::{claim, lock, remove_abandoned};

pub(super) use claim::Access;
pub use claim::TempSiblingError;

/// A temporary file next to another one, which it is to replace.
///
/// Its name is `.NAME.cfn-ipfix`, with the name of the other file. It is locked while it exists: no two runs write one
/// file at the same time, and such a file without a lock was left by a run that was killed.
#[derive(Debug)]
pub(super) struct TempSibling {
    path: PathBuf,
    /// The open file, which keeps the lock.
    file: Option<File>,
    keeps_file: bool,
}

impl TempSibling {
    /// Creates a file with this content next to `target`.
    ///
    /// A file that a killed run left there is removed.
    ///
    /// # Errors
    ///
    /// If another run has such a file, or it cannot be created.
    pub(super) fn create(content: &str, target: &Path, access: Access<'_>) -> Result<Self, TempSiblingError> {
        Self::create_at(temp_path(target), content, access)
    }

    /// Creates a file with additions to `target`, which another file replaces after that.
    ///
    /// # Errors
    ///
    /// The errors of [`TempSibling::create`].
    pub(super) fn create_additions(content: &str, target: &Path, access: Access<'_>) -> Result<Self, TempSiblingError> {
        Self::create_at(additions_path(target), content, access)
    }

    /// Closes the file, which ends its lock.
    pub(super) fn close(&mut self) {
        self.file = None;
    }

    /// Replaces `target` by this file.
    pub(super) fn persist(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.keeps_file = true;
        sync_folder(target);
        Ok(())
    }

    /// Renames this copy of `target` to the backup that [`check_whole`] finds.
    ///
    /// The backup is removed when the value is dropped.
    pub(super) fn keep(mut self, target: &Path) -> io::Result<Self> {
        let path = backup_path(target);
        fs::rename(&self.path, &path)?;
        self.path = path;
        sync_folder(target);
        Ok(self)
    }

    /// Keeps the file on disk.
    pub(super) fn leave(mut self) -> PathBuf {
        self.keeps_file = true;
        self.path.clone()
    }

    fn create_at(path: PathBuf, content: &str, access: Access<'_>) -> Result<Self, TempSiblingError> {
        let mut file = claim(&path, access)?;
        let mut sibling = Self {
            path,
            file: None,
            keeps_file: false,
        };
        file.write_all(content.as_bytes())?;
        if let Access::Like(metadata) = access {
            keep_owner(&file, metadata)?;
            file.set_permissions(metadata.permissions())?;
        }
        file.sync_all()?;
        sibling.file = Some(file);
        Ok(sibling)
    }
}

/// Removes additions to `target` that a killed run left.
///
/// # Errors
///
/// If another run is writing them, or something else has their name.
pub(super) fn remove_abandoned_additions(target: &Path) -> Result<(), TempSiblingError> {
    remove_abandoned(&additions_path(target))
}

/// Checks that a file is complete.
///
/// It is not while a run writes it in place, or after a run was killed meanwhile.
///
/// # Errors
///
/// If the file is incomplete.
pub(super) fn check_whole(target: &Path) -> Result<(), TempSiblingError> {
    let path = backup_path(target);
    if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    match File::open(&path) {
        Ok(file) if !lock(&file) => Err(TempSiblingError::Locked),
        Ok(file) if !is_named(&file, &path) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(TempSiblingError::Interrupted(path)),
    }
}

impl Drop for TempSibling {
    fn drop(&mut self) {
        if !self.keeps_file {
            // If this fails, the next run tries again.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn temp_path(target: &Path) -> PathBuf {
    hidden_path(target, ".cfn-ipfix")
}

fn additions_path(target: &Path) -> PathBuf {
    hidden_path(target, ".added.cfn-ipfix")
}

fn backup_path(target: &Path) -> PathBuf {
    hidden_path(target, ".before-cfn-ipfix")
}

fn hidden_path(target: &Path, suffix: &str) -> PathBuf {
    /// A file name has at most 255 bytes.
    const MAX_LEN: usize = 255 - ".".len() - ".before-cfn-ipfix".len();
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut len = name.len().min(MAX_LEN);
    while !name.is_char_boundary(len) {
        len -= 1;
    }
    target.with_file_name(format!(".{}{suffix}", name.get(..len).unwrap_or_default()))
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

/// Syncs a folder, so that a new entry survives a power failure.
///
/// Some systems cannot open a folder for that.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_temp_names_within_the_length_limit() {
        let long = "長".repeat(85);
        for (name, sibling) in [
            ("a/t.yaml", "a/.t.yaml.cfn-ipfix"),
            ("t.yaml", ".t.yaml.cfn-ipfix"),
            (&long, &format!(".{}.cfn-ipfix", "長".repeat(79))),
        ] {
            assert_eq!(temp_path(Path::new(name)), Path::new(sibling));
        }
    }

    #[test]
    fn replaces_abandoned_files_and_respects_locked_ones() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("t");
        let sibling = temp_path(&target);
        fs::write(&sibling, "abandoned").unwrap();
        let claimed = TempSibling::create("new", &target, Access::New).unwrap();
        assert!(matches!(
            TempSibling::create("newer", &target, Access::New),
            Err(TempSiblingError::Locked)
        ));
        assert_eq!(fs::read_to_string(&sibling).unwrap(), "new");
        drop(claimed);
        assert!(!sibling.exists());
        fs::create_dir(&sibling).unwrap();
        assert!(matches!(
            TempSibling::create("new", &target, Access::New),
            Err(TempSiblingError::InTheWay(path)) if path == sibling
        ));
    }

    /// Runs threads that claim one name and remove files that look abandoned.
    #[test]
    fn lets_one_run_at_a_time_claim_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("t");
        let put = || match TempSibling::create("new", &target, Access::New) {
            Ok(sibling) => {
                sibling.persist(&target).unwrap();
                1
            }
            Err(TempSiblingError::Locked) => 0,
            Err(error) => panic!("{error}"),
        };
        let puts: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..100).map(|_| put()).sum::<usize>()))
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        });
        assert!(puts > 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
