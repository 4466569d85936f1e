//! Finds the files in a folder.

use std::cmp::Ordering;
use std::io;
use std::path::{Path, PathBuf, is_separator};
use std::sync::{Mutex, PoisonError};

use crate::cloudformation::is_shared_folder;
use ignore::{DirEntry, Error, WalkBuilder, WalkState};

/// The settings of a walk through folders.
///
/// Symbolic links inside a folder are not followed.
#[derive(Clone, Copy, Debug)]
pub struct Walker {
    /// Set if hidden files and folders are included.
    ///
    /// A folder of Elastic Beanstalk, `.ebextensions`, is included in any case.
    pub takes_hidden: bool,
    /// Set if ignored files and folders are included.
    ///
    /// Ignored are those in `.gitignore`, `.ignore`, `.git/info/exclude` and the user's global ignore file.
    pub takes_ignored: bool,
    /// Number of threads; 1 walks in the calling thread.
    pub threads: usize,
}

/// A file in a walked folder.
#[derive(Debug)]
pub struct FoundFile {
    /// The path of the file, which starts with that of the folder.
    pub path: PathBuf,
    /// The inode number, if the folder provides it.
    pub inode: Option<u64>,
}

/// The error for a file or folder that could not be read.
#[derive(Debug)]
pub struct WalkError {
    /// The path of the file or folder.
    pub path: PathBuf,
    /// The reason.
    pub error: io::ErrorKind,
}

impl Walker {
    /// Visits the files in a folder and below as they are found, and returns the results, sorted by path.
    ///
    /// Paths are compared component by component, as bytes. `keep` is called for each file, and with `true` for each
    /// folder. Folders that it rejects are not read. `visit` is called on any thread.
    pub fn walk<T: Send>(
        self,
        folder: &Path,
        keep: impl Fn(&Path, bool) -> bool + Send + Sync + 'static,
        visit: impl Fn(Result<FoundFile, WalkError>) -> T + Sync,
        path_of: impl Fn(&T) -> &Path,
    ) -> Vec<T> {
        let mut builder = self.builder(folder, keep);
        let visit = |entry| to_result(entry, folder).map(&visit);
        let mut visited: Vec<_> = match self.threads {
            0 | 1 => builder.build().filter_map(visit).collect(),
            threads => in_parallel(&mut builder, threads, visit),
        };
        visited.sort_unstable_by(|left, right| by_components(path_of(left), path_of(right)));
        visited
    }

    /// Iterates over the files in a folder and below as they are found, in the calling thread.
    ///
    /// `keep` is called as by [`Walker::walk`]. A folder is read when the iterator arrives there.
    pub fn files(
        self,
        folder: &Path,
        keep: impl Fn(&Path, bool) -> bool + Send + Sync + 'static,
    ) -> Box<dyn Iterator<Item = FoundFile>> {
        let entries = self.builder(folder, keep).build();
        let folder = folder.to_owned();
        Box::new(entries.filter_map(move |entry| to_result(entry, &folder)?.ok()))
    }

    fn builder(self, folder: &Path, keep: impl Fn(&Path, bool) -> bool + Send + Sync + 'static) -> WalkBuilder {
        // A trailing slash resolves a symbolic link to its folder.
        let mut builder = WalkBuilder::new(folder.join(""));
        builder
            .standard_filters(!self.takes_ignored)
            .hidden(false)
            // A `.gitignore` applies in an exported tree too.
            .require_git(false)
            .follow_links(false)
            .filter_entry(move |entry| match entry.file_type() {
                Some(kind)
                    if !self.takes_hidden && is_hidden(entry) && !(kind.is_dir() && is_shared_folder(entry.path())) =>
                {
                    false
                }
                // Git alone writes there.
                Some(kind) if kind.is_dir() && entry.depth() > 0 && entry.file_name() == ".git" => false,
                Some(kind) if kind.is_dir() => keep(entry.path(), true),
                Some(kind) if kind.is_file() => keep(entry.path(), false),
                _ => false,
            });
        builder
    }
}

/// Returns whether an entry of a folder is hidden, by its name.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn in_parallel<T: Send>(
    builder: &mut WalkBuilder,
    threads: usize,
    visit: impl Fn(Result<DirEntry, Error>) -> Option<T> + Sync,
) -> Vec<T> {
    let visited = Mutex::new(Vec::new());
    builder.threads(threads).build_parallel().run(|| {
        Box::new(|entry| {
            if let Some(result) = visit(entry) {
                visited.lock().unwrap_or_else(PoisonError::into_inner).push(result);
            }
            WalkState::Continue
        })
    });
    visited.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Compares two paths by their components, as bytes.
fn by_components(left: &Path, right: &Path) -> Ordering {
    let [left, right] = [left, right].map(|path| path.as_os_str().as_encoded_bytes());
    // Most paths begin like their neighbours, so this compares many bytes at once first.
    let chunks = left.as_chunks::<16>().0.iter().zip(right.as_chunks::<16>().0);
    let same = 16 * chunks.take_while(|(left, right)| left == right).count();
    // The end of a component is before any byte in one.
    let key = |byte: &u8| if is_separator((*byte).into()) { 0 } else { *byte };
    let [left, right] = [left, right].map(|path| path.get(same..).unwrap_or_default().iter().map(key));
    left.cmp(right)
}

fn to_result(entry: Result<DirEntry, Error>, folder: &Path) -> Option<Result<FoundFile, WalkError>> {
    match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => Some(Ok(FoundFile {
            inode: inode(&entry),
            // The entry's own path has spare room, of which a million would not be little.
            path: without_dot(entry.path()).to_owned(),
        })),
        Ok(_) => None,
        // Errors in a `.gitignore` are for git to report.
        Err(Error::Partial(_)) => None,
        Err(error) => Some(Err(WalkError {
            path: without_dot(path_in(&error).unwrap_or(folder)).to_owned(),
            error: error.io_error()?.kind(),
        })),
    }
}

/// Removes the `./` that walking the working folder adds to a path.
fn without_dot(path: &Path) -> &Path {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest,
        _ => path,
    }
}

fn path_in(error: &Error) -> Option<&Path> {
    match error {
        Error::WithPath { path, .. } => Some(path),
        Error::WithDepth { err, .. } | Error::WithLineNumber { err, .. } => path_in(err),
        _ => None,
    }
}

#[cfg(unix)]
fn inode(entry: &DirEntry) -> Option<u64> {
    entry.ino()
}

#[cfg(not(unix))]
fn inode(_: &DirEntry) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    fn walk(folder: &Path, walker: Walker) -> Vec<String> {
        let keep = |path: &Path, _| !path.ends_with("no");
        let found = walker.walk(folder, keep, |found| found.unwrap().path, PathBuf::as_path);
        let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        found.iter().map(name).collect()
    }

    #[test]
    fn sorts_files_whatever_the_number_of_threads() {
        let folder = tree(&[
            "b/z",
            "b/a",
            "b.c",
            "a",
            "b-c/a",
            "no/a",
            "c/no/a",
            ".hidden/a",
            ".git/a",
            "x/.git/a",
            "x/.ignore",
            "x/a",
        ]);
        std::fs::write(folder.path().join("x/.ignore"), "a\n").unwrap();
        let walker = |threads, takes_hidden_and_ignored| Walker {
            takes_hidden: takes_hidden_and_ignored,
            takes_ignored: takes_hidden_and_ignored,
            threads,
        };
        for threads in [1, 2, 8] {
            let some = walk(folder.path(), walker(threads, false));
            assert_eq!(some, ["a", "b/a", "b/z", "b-c/a", "b.c"]);
            let all = walk(folder.path(), walker(threads, true));
            assert_eq!(
                all,
                [".hidden/a", "a", "b/a", "b/z", "b-c/a", "b.c", "x/.ignore", "x/a"]
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn follows_a_link_only_at_the_start_of_a_walk() {
        let folder = tree(&["tree/a", "elsewhere/b"]);
        let at = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink("..", at("tree/loop")).unwrap();
        std::os::unix::fs::symlink("../elsewhere/b", at("tree/b")).unwrap();
        std::os::unix::fs::symlink("tree", at("link")).unwrap();
        for threads in [1, 2] {
            let walker = Walker {
                takes_hidden: false,
                takes_ignored: false,
                threads,
            };
            assert_eq!(walk(&at("link"), walker), ["a"]);
            let found = walker.files(&at("link"), |_, _| true).map(|found| found.path);
            assert_eq!(found.collect::<Vec<_>>(), [at("link/a")]);
        }
    }
}
