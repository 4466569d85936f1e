//! Walking folders.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, Error, WalkBuilder, WalkState};

/// How folders are walked. Symbolic links in them are not followed.
#[derive(Clone, Copy, Debug)]
pub struct Walker {
    /// Whether what is hidden is taken too.
    pub takes_hidden: bool,
    /// Whether what `.gitignore`, `.ignore`, git's own list of the repository and the user's ignore is taken too.
    pub takes_ignored: bool,
    /// How many threads walk; with one, it is the thread that calls.
    pub threads: usize,
}

/// A file of a folder.
#[derive(Debug)]
pub struct Found {
    /// The folder's own path and the way from there.
    pub path: PathBuf,
    /// Its number on its device, as far as the folder tells.
    pub inode: Option<u64>,
}

/// What could not be looked into.
#[derive(Debug)]
pub struct Unwalked {
    /// The folder, or what is in one.
    pub path: PathBuf,
    /// Why not.
    pub error: io::ErrorKind,
}

impl Walker {
    /// The files in a folder and below, by the bytes of their paths, part by part. `keep` is asked about each file and,
    /// told apart by `true`, about each folder; what is in a folder that it does not keep is not looked at.
    pub fn walk(
        self,
        folder: &Path,
        keep: impl Fn(&Path, bool) -> bool + Send + Sync + 'static,
    ) -> Vec<Result<Found, Unwalked>> {
        // With the slash at its end, a symbolic link is the folder that it leads to.
        let mut builder = WalkBuilder::new(folder.join(""));
        builder
            .standard_filters(!self.takes_ignored)
            .hidden(!self.takes_hidden)
            // What a `.gitignore` says holds in an exported tree too.
            .require_git(false)
            .follow_links(false)
            .filter_entry(move |entry| match entry.file_type() {
                // What git keeps there is for git to write.
                Some(kind) if kind.is_dir() && entry.depth() > 0 && entry.file_name() == ".git" => false,
                Some(kind) if kind.is_dir() => keep(entry.path(), true),
                Some(kind) if kind.is_file() => keep(entry.path(), false),
                _ => false,
            });
        let mut found: Vec<_> = match self.threads {
            0 | 1 => builder.build().filter_map(|entry| taken(entry, folder)).collect(),
            threads => in_parallel(&mut builder, threads, folder),
        };
        found.sort_unstable_by(|one, other| path_of(one).cmp(path_of(other)));
        found
    }
}

fn in_parallel(builder: &mut WalkBuilder, threads: usize, folder: &Path) -> Vec<Result<Found, Unwalked>> {
    let (sender, found) = mpsc::channel();
    builder.threads(threads).build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Some(taken) = taken(entry, folder) {
                // The receiver lives as long as the walk.
                let _ = sender.send(taken);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    found.into_iter().collect()
}

fn taken(entry: Result<DirEntry, Error>, folder: &Path) -> Option<Result<Found, Unwalked>> {
    match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => Some(Ok(Found {
            inode: inode(&entry),
            path: from_here(entry.into_path()),
        })),
        Ok(_) => None,
        // What is wrong in a `.gitignore` is for git to tell.
        Err(Error::Partial(_)) => None,
        Err(error) => Some(Err(Unwalked {
            path: from_here(path_in(&error).unwrap_or(folder).to_owned()),
            error: error.io_error()?.kind(),
        })),
    }
}

/// A path without the `./` that the working folder's own name puts in front of it.
fn from_here(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
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

fn path_of(found: &Result<Found, Unwalked>) -> &Path {
    match found {
        Ok(found) => &found.path,
        Err(unwalked) => &unwalked.path,
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
        let found = walker.walk(folder, |path, _| !path.ends_with("no"));
        let name = |found: &Result<Found, Unwalked>| {
            let path = path_of(found).strip_prefix(folder).unwrap();
            path.to_str().unwrap().to_owned()
        };
        found.iter().map(name).collect()
    }

    #[test]
    fn files_come_in_one_order_whatever_the_threads() {
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
        let walker = |threads, takes_all| Walker {
            takes_hidden: takes_all,
            takes_ignored: takes_all,
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
    fn a_link_is_followed_where_the_walk_begins_and_nowhere_else() {
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
        }
    }
}
