//! The templates of the workspace that are checked together.

use std::path::{Path, PathBuf};

use super::documents::Documents;
use super::project_index::{ProjectIndex, TooManyFiles};
use super::template_groups::TemplateGroup;
use super::workspace::Workspace;

/// The indexes of those workspace folders that a document needed.
#[derive(Default)]
pub(super) struct Projects {
    indexes: Vec<ProjectIndex>,
}

impl Projects {
    /// Returns whether a workspace folder has an index.
    pub(super) fn has(&self, folder: &Path) -> bool {
        self.indexes.iter().any(|index| index.folder() == folder)
    }

    /// Adds the index of a workspace folder.
    pub(super) fn add(&mut self, folder: &Path) {
        self.indexes.push(ProjectIndex::new(folder));
    }

    /// Removes the indexes of folders that are not in the workspace, and lets the others be read again.
    pub(super) fn reload(&mut self, workspace: &Workspace) {
        self.indexes.retain(|index| workspace.has_folder(index.folder()));
        for index in &mut self.indexes {
            index.walk_again();
        }
    }

    /// Returns the templates that a file is checked with, by the index of the innermost folder.
    pub(super) fn group(&self, path: &Path) -> Option<&TemplateGroup> {
        let index = self.indexes.iter().filter(|index| path.starts_with(index.folder()));
        let index = index.max_by_key(|index| index.folder().as_os_str().len());
        index?.group(path).map(AsRef::as_ref)
    }

    /// Lets a file be read again, from the disk or from its editor.
    pub(super) fn read_again(&mut self, path: &Path) {
        for index in self.containing(path) {
            index.read_again(path);
        }
    }

    /// Notices that a file or folder on the disk may be new, changed or gone.
    pub(super) fn notice(&mut self, path: &Path) {
        for index in self.containing(path) {
            index.notice(path);
        }
    }

    /// Notices which of the templates that a file is checked with have changed on the disk.
    pub(super) fn notice_group(&mut self, path: &Path) {
        for index in self.containing(path) {
            index.notice_group(path);
        }
    }

    /// Returns whether diagnostics of a file wait for an index.
    pub(super) fn is_waited_for(&self, path: &Path) -> bool {
        let mut indexes = self.indexes.iter().filter(|index| path.starts_with(index.folder()));
        indexes.any(ProjectIndex::is_waited_for)
    }

    /// Does a part of the work that is not finished; `None` if there is none.
    ///
    /// Returns the open documents whose groups have changed, or why a folder is not analysed.
    pub(super) fn step(
        &mut self,
        documents: &Documents,
        workspace: &Workspace,
    ) -> Option<Result<Vec<PathBuf>, TooManyFiles>> {
        let index = self.indexes.iter_mut().find(|index| index.is_busy())?;
        Some(index.step(documents, workspace))
    }

    /// Gives the work up that is not finished, and checks its templates alone.
    pub(super) fn give_up(&mut self) {
        for index in self.indexes.iter_mut().filter(|index| index.is_busy()) {
            index.give_up();
        }
    }

    fn containing(&mut self, path: &Path) -> impl Iterator<Item = &mut ProjectIndex> {
        self.indexes
            .iter_mut()
            .filter(move |index| path.starts_with(index.folder()))
    }
}
