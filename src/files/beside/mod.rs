//! A new file beside another one, made to take its place.

mod claim;

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::identity::is_named;
use claim::{claim, lock};

pub(super) use claim::Access;
pub use claim::BesideError;

/// A new file beside another one, made to take its place. Its name is that of the other with a dot before and
/// `.cfn-ipfix` behind it, and it is locked for as long as it is there.
///
/// So no two runs are at one file at once, and a file of such a name without a lock was left by a run that was killed.
#[derive(Debug)]
pub(super) struct Beside {
    path: PathBuf,
    file: File,
    is_put: bool,
}

impl Beside {
    /// A file beside `target` that holds `text`; what a killed run left there goes.
    ///
    /// # Errors
    ///
    /// If another run has one there, or it cannot be made.
    pub(super) fn holding(text: &str, target: &Path, access: Access<'_>) -> Result<Self, BesideError> {
        let path = new_beside(target);
        let mut beside = Self {
            file: claim(&path, access)?,
            path,
            is_put: false,
        };
        beside.file.write_all(text.as_bytes())?;
        if let Access::Like(metadata) = access {
            keep_owner(&beside.file, metadata)?;
            beside.file.set_permissions(metadata.permissions())?;
        }
        beside.file.sync_all()?;
        Ok(beside)
    }

    /// Puts it in the place of `target`.
    pub(super) fn put(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.is_put = true;
        sync_folder(target);
        Ok(())
    }

    /// Keeps what it holds, that of `target`, under a name by which [`check_whole`] knows it, until it is dropped.
    pub(super) fn keep(mut self, target: &Path) -> io::Result<Self> {
        let path = kept_beside(target);
        fs::rename(&self.path, &path)?;
        self.path = path;
        sync_folder(target);
        Ok(self)
    }

    /// Leaves it where it is.
    pub(super) fn leave(mut self) -> PathBuf {
        self.is_put = true;
        self.path.clone()
    }
}

/// Finds out whether a file is being written in place, or was when a run was killed.
///
/// # Errors
///
/// If it is or was.
pub(super) fn check_whole(target: &Path) -> Result<(), BesideError> {
    let path = kept_beside(target);
    if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    match File::open(&path) {
        Ok(file) if !lock(&file) => Err(BesideError::Locked),
        Ok(file) if !is_named(&file, &path) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(BesideError::Stopped(path)),
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.is_put {
            // If even that fails, the next run tries again.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn new_beside(target: &Path) -> PathBuf {
    path_beside(target, ".cfn-ipfix")
}

fn kept_beside(target: &Path) -> PathBuf {
    path_beside(target, ".before-cfn-ipfix")
}

fn path_beside(target: &Path, end: &str) -> PathBuf {
    /// A name has at most 255 bytes.
    const MOST: usize = 255 - ".".len() - ".before-cfn-ipfix".len();
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut len = name.len().min(MOST);
    while !name.is_char_boundary(len) {
        len -= 1;
    }
    target.with_file_name(format!(".{}{end}", name.get(..len).unwrap_or_default()))
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

/// Makes the new directory entry last through a power failure, where the system lets one ask for that.
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
    fn names_are_known_for_what_they_are_and_never_too_long() {
        let long = "長".repeat(85);
        for (name, beside) in [
            ("a/t.yaml", "a/.t.yaml.cfn-ipfix"),
            ("t.yaml", ".t.yaml.cfn-ipfix"),
            (&long, &format!(".{}.cfn-ipfix", "長".repeat(79))),
        ] {
            assert_eq!(new_beside(Path::new(name)), Path::new(beside));
        }
    }

    #[test]
    fn what_was_left_goes_and_what_is_locked_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("t");
        let beside = new_beside(&target);
        fs::write(&beside, "left").unwrap();
        let held = Beside::holding("new", &target, Access::New).unwrap();
        assert!(matches!(
            Beside::holding("newer", &target, Access::New),
            Err(BesideError::Locked)
        ));
        assert_eq!(fs::read_to_string(&beside).unwrap(), "new");
        drop(held);
        assert!(!beside.exists());
        fs::create_dir(&beside).unwrap();
        assert!(matches!(
            Beside::holding("new", &target, Access::New),
            Err(BesideError::InTheWay(path)) if path == beside
        ));
    }

    /// Many that want to be the one, and others that take what they find for something left.
    #[test]
    fn of_many_at_once_each_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("t");
        let put = || match Beside::holding("new", &target, Access::New) {
            Ok(beside) => {
                beside.put(&target).unwrap();
                1
            }
            Err(BesideError::Locked) => 0,
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
