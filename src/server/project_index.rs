//! The templates of a workspace folder, and the groups between which values may pass.
//!
//! The work is divided into steps, so that messages are handled between them. After the first time, only the files that
//! changed are read again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::documents::{Document, Documents};
use super::template_groups::{self, TemplateGroup, TemplateGroups};
use super::template_scan::{Relations, ScannedFile, Stamp, TemplateScan, text};
use super::template_walk::{TemplateWalk, may_have_templates};
use super::workspace::Workspace;
use crate::files::Repositories;

/// The templates of a workspace folder.
pub(super) struct ProjectIndex {
    folder: PathBuf,
    /// The files that may have templates, and the open documents that have no file yet.
    files: BTreeMap<PathBuf, ScannedFile>,
    groups: TemplateGroups,
    /// The work that is not finished; `None` if there is none.
    work: Option<Work>,
    /// True if the templates of the folder are checked alone, because there are too many or because of a bug.
    is_given_up: bool,
}

/// The work that is not finished.
struct Work {
    since: Instant,
    walk: WalkState,
    /// The files to read again.
    changed: BTreeSet<PathBuf>,
    /// True if the groups may have changed.
    is_regrouping: bool,
}

enum WalkState {
    /// There is no walk to finish.
    Finished,
    /// A walk is to begin.
    Due,
    Walking {
        walk: TemplateWalk,
        /// The files that the walk has not found yet.
        unseen: BTreeSet<PathBuf>,
    },
}

/// The reason why the templates of a folder are checked alone.
#[derive(Debug, thiserror::Error)]
#[error("{} has too many files, so each of its templates is checked alone", .0.display())]
pub(super) struct TooManyFiles(PathBuf);

/// The number of files that a step reads.
const FILES_PER_STEP: usize = 16;

/// The limit of files of the index.
const MAX_FILES: usize = 100_000;

/// The longest time that diagnostics wait for the index.
const MAX_WAIT: Duration = Duration::from_secs(2);

impl ProjectIndex {
    /// Creates the index of a folder, which is still to be read.
    pub(super) fn new(folder: &Path) -> Self {
        let mut index = Self {
            folder: folder.to_owned(),
            files: BTreeMap::new(),
            groups: TemplateGroups::new(),
            work: None,
            is_given_up: false,
        };
        index.walk_again();
        index
    }

    /// Returns the path of the folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the group of a file, if known.
    pub(super) fn group(&self, path: &Path) -> Option<&Rc<TemplateGroup>> {
        self.groups.get(path)
    }

    /// Returns whether there is work that is not finished.
    pub(super) fn is_busy(&self) -> bool {
        self.work.is_some()
    }

    /// Returns whether diagnostics wait until the work is finished.
    pub(super) fn is_waited_for(&self) -> bool {
        self.work.as_ref().is_some_and(|work| work.since.elapsed() < MAX_WAIT)
    }

    /// Lets the files of the folder be found again.
    pub(super) fn walk_again(&mut self) {
        self.is_given_up = false;
        self.work().walk = WalkState::Due;
    }

    /// Lets a file be read again, from the disk or from its editor.
    pub(super) fn read_again(&mut self, path: &Path) {
        if !self.is_given_up {
            self.work().changed.insert(path.to_owned());
        }
    }

    /// Notices that a file or folder on the disk may be new, changed or gone.
    pub(super) fn notice(&mut self, path: &Path) {
        let below = self.files.range(path.to_owned()..).map(|(known, _)| known);
        let below: Vec<_> = below.take_while(|known| known.starts_with(path)).cloned().collect();
        let is_known = !below.is_empty();
        for known in below {
            self.read_again(&known);
        }
        // A file that git ignores is not in the index. Only a walk finds that out.
        let is_new =
            || may_have_templates(path) && text(path).is_some_and(|text| may_be_related(path, text.as_bytes()));
        if !self.is_given_up && !is_known && is_new() {
            self.walk_again();
        }
    }

    /// Notices which files of a group have changed on the disk.
    pub(super) fn notice_group(&mut self, path: &Path) {
        let group = self.groups.get(path).cloned();
        for member in group.iter().flat_map(|group| group.paths()) {
            let known = self.files.get(member).and_then(|file| file.stamp);
            if known.is_some() && known != Stamp::of(member) {
                self.read_again(member);
            }
        }
    }

    /// Checks the templates of the folder alone from now on.
    pub(super) fn give_up(&mut self) {
        self.is_given_up = true;
        self.files.clear();
        self.groups.clear();
        self.work = None;
    }

    /// Does a part of the work, and returns the open documents whose groups have changed.
    ///
    /// # Errors
    ///
    /// If the folder has too many files.
    pub(super) fn step(&mut self, documents: &Documents, workspace: &Workspace) -> Result<Vec<PathBuf>, TooManyFiles> {
        let Some(work) = &mut self.work else {
            return Ok(Vec::new());
        };
        match &mut work.walk {
            WalkState::Due => {
                work.walk = WalkState::Walking {
                    walk: TemplateWalk::new(&self.folder, workspace.configs_of(&self.folder)),
                    unseen: self.files.keys().cloned().collect(),
                }
            }
            WalkState::Walking { .. } => self.walk(documents)?,
            WalkState::Finished if !work.changed.is_empty() => self.read_changed(documents, workspace),
            WalkState::Finished if work.is_regrouping => return Ok(self.regroup(documents)),
            WalkState::Finished => self.work = None,
        }
        Ok(Vec::new())
    }

    fn work(&mut self) -> &mut Work {
        self.work.get_or_insert_with(|| Work {
            since: Instant::now(),
            walk: WalkState::Finished,
            changed: BTreeSet::new(),
            is_regrouping: false,
        })
    }

    /// Finds some files, and reads those that changed.
    fn walk(&mut self, documents: &Documents) -> Result<(), TooManyFiles> {
        for _ in 0..FILES_PER_STEP {
            let Some(Work {
                walk: WalkState::Walking { walk, unseen },
                is_regrouping,
                ..
            }) = &mut self.work
            else {
                return Ok(());
            };
            let Some((path, repository)) = walk.next() else {
                return self.end_walk(documents);
            };
            unseen.remove(&path);
            let file = self.files.entry(path.clone()).or_default();
            *is_regrouping |= file.repository != repository && file.template.is_some();
            file.repository = repository;
            let stamp = Stamp::of(&path);
            // The text of an open document is in its editor.
            if (stamp.is_none() || stamp != file.stamp) && documents.at(&path).is_none() {
                *is_regrouping |= file.set(&path, stamp, stamp.and_then(|_| text(&path)).as_deref());
            }
        }
        Ok(())
    }

    /// Removes the files that a walk has not found, and reads the open documents.
    fn end_walk(&mut self, documents: &Documents) -> Result<(), TooManyFiles> {
        let Some(work) = &mut self.work else { return Ok(()) };
        let walk = std::mem::replace(&mut work.walk, WalkState::Finished);
        let WalkState::Walking { walk, unseen } = walk else {
            return Ok(());
        };
        if walk.is_beyond_limit() || self.files.len() > MAX_FILES {
            self.give_up();
            return Err(TooManyFiles(self.folder.clone()));
        }
        for path in unseen {
            let removed = self.files.remove(&path);
            work.is_regrouping |= removed.is_some_and(|file| file.template.is_some());
        }
        let open = documents.all().filter_map(|document| document.path.as_ref());
        work.changed
            .extend(open.filter(|path| path.starts_with(&self.folder)).cloned());
        Ok(())
    }

    /// Reads some of the files that may have changed.
    fn read_changed(&mut self, documents: &Documents, workspace: &Workspace) {
        for _ in 0..FILES_PER_STEP {
            let Some(path) = self.work.as_mut().and_then(|work| work.changed.pop_first()) else {
                return;
            };
            let is_regrouping = self.read(&path, documents, workspace);
            self.work().is_regrouping |= is_regrouping;
        }
    }

    /// Reads a file, and returns whether groups may have changed.
    fn read(&mut self, path: &Path, documents: &Documents, workspace: &Workspace) -> bool {
        let document = documents.at(path);
        if let Some(document) = document.filter(|document| is_unsaved(document, workspace)) {
            let file = self.files.entry(path.to_owned()).or_default();
            file.repository = Repositories::default().of(path);
            return file.set(path, None, Some(&document.content.text));
        }
        // A file that no walk has found is ignored or excluded.
        let Some(file) = self.files.get_mut(path) else {
            return false;
        };
        match (document, Stamp::of(path)) {
            (Some(document), _) => file.set(path, None, Some(&document.content.text)),
            (None, Some(stamp)) => file.set(path, Some(stamp), text(path).as_deref()),
            (None, None) => {
                let removed = self.files.remove(path);
                removed.is_some_and(|file| file.template.is_some())
            }
        }
    }

    /// Finds the groups, or reads some of the relations that are needed for that.
    ///
    /// Returns the open documents whose groups have changed.
    fn regroup(&mut self, documents: &Documents) -> Vec<PathBuf> {
        match template_groups::find(&self.folder, &self.files) {
            Ok(groups) => {
                self.work().is_regrouping = false;
                let before = std::mem::replace(&mut self.groups, groups);
                let open = documents.all().filter_map(|document| document.path.as_ref());
                let changed = open.filter(|path| before.get(*path) != self.groups.get(*path));
                changed.cloned().collect()
            }
            Err(missing) => {
                for path in missing.iter().take(FILES_PER_STEP) {
                    let found = match documents.at(path) {
                        Some(document) => Relations::of(&document.content.text),
                        None => text(path).and_then(|text| Relations::of(&text)),
                    };
                    let template = self.files.get_mut(path).and_then(|file| file.template.as_deref_mut());
                    if let Some(template) = template {
                        template.relations = Some(found.unwrap_or_default());
                    }
                }
                Vec::new()
            }
        }
    }
}

/// Returns whether a source may pass values to other templates, or take values from them.
pub(super) fn may_be_related(path: &Path, source: &[u8]) -> bool {
    TemplateScan::of(path, source).is_some_and(|scan| scan.may_be_related())
}

/// Returns whether a document is a template that has no file yet, and is not excluded.
fn is_unsaved(document: &Document, workspace: &Workspace) -> bool {
    let is_new = |path: &Path| may_have_templates(path) && !path.exists();
    let path = document.path.as_deref().filter(|path| is_new(path));
    path.is_some_and(|path| matches!(workspace.options(Some(path)), Ok(Some(_))))
}
