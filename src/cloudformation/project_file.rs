//! The files of a project, and their templates.

use std::sync::Arc;

use super::unit::Unit;
use crate::rules::Options;
use crate::text::FileId;

/// A file among others that may pass values to it.
#[derive(Clone, Debug)]
pub struct ProjectFile {
    /// The path, with `/` between names and relative to the same folder as the other files' paths.
    pub path: String,
    /// The source.
    pub text: Arc<str>,
    /// True if fixes may change the file, and its findings are wanted.
    ///
    /// Any other file only serves to check these.
    pub may_change: bool,
    /// The options for the file.
    pub options: Options,
}

/// Returns the index of a file in its project.
pub(super) fn index(file: FileId) -> usize {
    usize::try_from(file.0).unwrap_or(usize::MAX)
}

/// The files of a project with their templates.
#[derive(Clone, Copy)]
pub(super) struct ProjectView<'u, 's> {
    /// The templates, in file order.
    pub(super) units: &'u [Unit<'s>],
    /// The files.
    pub(super) files: ShownFiles<'u>,
}

/// The files of a project, as messages name them.
#[derive(Clone, Copy)]
pub(super) struct ShownFiles<'f> {
    files: &'f [ProjectFile],
    /// The number of bytes that all paths begin with, up to the end of a folder.
    common: usize,
}

impl<'f> ShownFiles<'f> {
    pub(super) fn of(files: &'f [ProjectFile]) -> Self {
        let mut folders = files.iter().map(|file| folder(&file.path));
        let first = folders.next().unwrap_or_default();
        let common = folders.fold(first, |common, other| {
            let names = common.split_inclusive('/').zip(other.split_inclusive('/'));
            let same: usize = names
                .take_while(|(one, other)| one == other)
                .map(|(name, _)| name.len())
                .sum();
            common.get(..same).unwrap_or_default()
        });
        Self {
            files,
            common: common.len(),
        }
    }

    /// Returns a file.
    pub(super) fn get(&self, file: FileId) -> Option<&'f ProjectFile> {
        self.files.get(index(file))
    }

    /// Returns the path of a file from the folder of all files.
    pub(super) fn path(&self, file: FileId) -> &'f str {
        let path = self.get(file).map(|file| file.path.as_str()).unwrap_or_default();
        path.get(self.common..).unwrap_or(path)
    }
}

/// Returns the folder of a path, with the slash at its end.
fn folder(path: &str) -> &str {
    let end = path.rfind('/').map_or(0, |at| at + 1);
    path.get(..end).unwrap_or_default()
}
