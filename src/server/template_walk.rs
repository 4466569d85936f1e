//! Finds the files of a workspace folder, a few at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::config::Configs;
use crate::files::{FileLanguage, FoundFile, Repositories, Walker, is_cache, is_checked_in_folders};

/// A walk through a folder, with the exclusions of the command line.
pub(super) struct TemplateWalk {
    found: Box<dyn Iterator<Item = FoundFile>>,
    /// The number of files and folders that were seen.
    seen: Arc<AtomicUsize>,
    repositories: Repositories,
}

/// The limit of files and folders; a folder with more is not read to its end.
const MAX_SEEN: usize = 1 << 20;

impl TemplateWalk {
    /// Begins a walk.
    pub(super) fn new(folder: &Path, configs: Arc<Configs>) -> Self {
        let seen = Arc::new(AtomicUsize::new(0));
        let walker = Walker {
            takes_hidden: false,
            takes_ignored: false,
            threads: 1,
        };
        let counted = Arc::clone(&seen);
        let found = walker.files(folder, move |path, is_folder| {
            let is_wanted = match is_folder {
                true => !is_cache(path),
                false => may_have_templates(path),
            };
            counted.fetch_add(1, Ordering::Relaxed) < MAX_SEEN
                && is_wanted
                && configs.excluder(&configs.absolute(path), is_folder).is_none()
        });
        Self {
            found,
            seen,
            repositories: Repositories::default(),
        }
    }

    /// Returns the next file, with the folder of its repository.
    pub(super) fn next(&mut self) -> Option<(PathBuf, Option<Arc<Path>>)> {
        let path = self.found.next()?.path;
        let repository = self.repositories.of(&path);
        Some((path, repository))
    }

    /// Returns whether the folder has too many files and folders.
    pub(super) fn is_beyond_limit(&self) -> bool {
        self.seen.load(Ordering::Relaxed) > MAX_SEEN
    }
}

/// Returns whether a file in a folder may have templates, by its name.
pub(super) fn may_have_templates(path: &Path) -> bool {
    is_checked_in_folders(path) && FileLanguage::of(path) == FileLanguage::CloudFormation
}
