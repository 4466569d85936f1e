//! Collects the inputs of a run: those that the user names, and the files in named folders.

use std::collections::{HashMap, HashSet};
use std::io;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfn_ipfix::config::ExcludedBy;
use cfn_ipfix::files::{
    FileLanguage, FoundFile, Identity, Input, SkipReason, WalkError, is_cache, is_checked_in_folders,
};

use super::progress::Progress;
use super::run_plan::RunPlan;
use super::scan::{Scan, Scanner};

/// An input to check or to report.
///
/// A run may have a million, so they are small.
pub(super) struct WorkItem {
    pub(super) input: Input,
    pub(super) kind: InputKind,
    /// True if its name is that of a Terraform file.
    pub(super) is_terraform: bool,
    /// The first look at a file of templates, if there is one.
    pub(super) scan: Option<Scan>,
    /// The number of the file on its device, if known.
    inode: Option<NonZeroU64>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum InputKind {
    /// An input that the user names, so it is read as a template or a Terraform file.
    Named,
    /// A file in a folder, which may not be a template.
    Discovered,
    /// A named file that is neither, by its name.
    Skipped(SkipReason),
    /// A named input that is excluded.
    Excluded(Box<ExcludedBy>),
    /// A folder with nothing to check.
    Empty,
    /// A folder or an entry of a folder that cannot be read.
    Unreadable(io::ErrorKind),
}

/// Returns the inputs in the order of the arguments, each file once.
///
/// The files in a folder are in the order of their paths.
pub(super) fn collect(plan: &RunPlan, scanner: &Scanner<'_>, progress: &Arc<Progress>) -> Vec<WorkItem> {
    let mut items = Vec::with_capacity(plan.named_inputs.len());
    for input in &plan.named_inputs {
        let is_folder = matches!(input, Input::File(path) if path.is_dir());
        let excluded_by = plan.is_exclusion_forced.then(|| {
            plan.configs
                .excluder_of_any(&plan.configs.absolute(input.name()), is_folder)
        });
        match (excluded_by.flatten(), input) {
            (Some(excluded_by), _) => items.push(WorkItem::new(input, InputKind::Excluded(Box::new(excluded_by)))),
            (None, Input::File(path)) if is_folder => {
                let found = walk(path, plan, progress, |path| scanner.scan_and_check(path));
                match (items.is_empty(), found.is_empty()) {
                    (_, true) => items.push(WorkItem::new(input, InputKind::Empty)),
                    // A copy of a million would not be small.
                    (true, false) => items = found,
                    (false, false) => items.extend(found),
                }
            }
            (None, _) => items.push(WorkItem::new(input, InputKind::of_named(input))),
        }
    }
    remove_duplicates(items, plan)
}

/// Returns the files to check in a folder, and scans those of templates.
pub(super) fn walk(
    folder: &Path,
    plan: &RunPlan,
    progress: &Arc<Progress>,
    scan: impl Fn(&Path) -> Option<Scan> + Sync,
) -> Vec<WorkItem> {
    let configs = Arc::clone(&plan.configs);
    let keep = move |path: &Path, is_folder: bool| {
        let is_wanted = if is_folder {
            !is_cache(path)
        } else {
            is_checked_in_folders(path)
        };
        is_wanted && configs.excluder(&configs.absolute(path), is_folder).is_none()
    };
    let visit = |found: Result<FoundFile, WalkError>| {
        progress.advance(1);
        let (path, kind, inode) = match found {
            Ok(FoundFile { path, inode }) => (path, InputKind::Discovered, inode),
            Err(WalkError { path, error }) => (path, InputKind::Unreadable(error), None),
        };
        let mut item = WorkItem {
            is_terraform: is_terraform(&path),
            input: Input::File(path),
            kind,
            scan: None,
            inode: inode.and_then(NonZeroU64::new),
        };
        if item.is_template_file() {
            item.scan = scan(item.input.name());
        }
        item
    };
    plan.walker().walk(folder, keep, visit, |item| item.input.name())
}

/// Keeps only the first item of each file.
///
/// No two threads may write to the same file. A file that is both discovered and named counts as named. The file that
/// the report is written to is not an input, unless it is named.
fn remove_duplicates(mut items: Vec<WorkItem>, plan: &RunPlan) -> Vec<WorkItem> {
    if items.len() == 1 && items.iter().all(|item| item.kind == InputKind::Named) {
        return items;
    }
    for item in &mut items {
        item.inode = item.inode.or_else(|| NonZeroU64::new(item.identity()?.inode()?));
    }
    let output = plan.output_file.as_deref().and_then(Identity::of);
    let outputs: Vec<_> = [output, Identity::of_stream(&io::stdout())]
        .into_iter()
        .flatten()
        .collect();
    let of_outputs = outputs.iter().map(|output| NonZeroU64::new(output.inode()?));
    let inodes = items.iter().map(|item| item.inode).chain(of_outputs);
    let mut inodes: Vec<_> = inodes.flatten().collect();
    inodes.sort_unstable();
    let same = inodes.chunk_by(|one, next| one == next);
    let shared: HashSet<_> = same.filter(|same| same.len() > 1).flatten().collect();
    // Some systems have no inode numbers.
    if shared.is_empty() && items.iter().all(|item| item.inode.is_some()) {
        return items;
    }

    let mut kept: Vec<WorkItem> = Vec::with_capacity(items.len());
    let mut indexes = HashMap::new();
    for item in items {
        // A file whose inode number is unique has no duplicate, so its identity is not needed.
        let is_unique = item.inode.is_some_and(|inode| !shared.contains(&inode));
        let identity = if is_unique { None } else { item.identity() };
        let Some(identity) = identity else {
            kept.push(item);
            continue;
        };
        if item.kind == InputKind::Discovered && outputs.contains(&identity) {
            continue;
        }
        let index = *indexes.entry((identity, item.is_file())).or_insert(kept.len());
        match kept.get_mut(index) {
            None => kept.push(item),
            Some(first) if item.kind == InputKind::Named => first.kind = InputKind::Named,
            Some(_) => {}
        }
    }
    kept
}

fn is_terraform(path: &Path) -> bool {
    FileLanguage::of(path) == FileLanguage::Terraform
}

impl InputKind {
    fn of_named(input: &Input) -> Self {
        match FileLanguage::of(input.name()) {
            FileLanguage::CloudFormation | FileLanguage::Terraform => Self::Named,
            FileLanguage::Skipped(reason) => Self::Skipped(reason),
        }
    }
}

impl WorkItem {
    fn new(input: &Input, kind: InputKind) -> Self {
        Self {
            input: input.clone(),
            is_terraform: is_terraform(input.name()),
            kind,
            scan: None,
            inode: None,
        }
    }

    /// Returns the item with another path of its file.
    pub(super) fn at(self, path: PathBuf) -> Self {
        Self {
            input: Input::File(path),
            ..self
        }
    }

    /// Returns whether a template or a Terraform file is expected here.
    ///
    /// An editor may pipe any file, and a hook may pass files that are excluded.
    pub(super) fn is_expected(&self) -> bool {
        matches!(self.input, Input::File(_)) && !matches!(self.kind, InputKind::Excluded(_))
    }

    /// Returns whether this is a file of templates to check, not standard input.
    pub(super) fn is_template_file(&self) -> bool {
        matches!(self.input, Input::File(_)) && self.is_file() && !self.is_terraform
    }

    /// Returns the number of templates in a file that was found and has nothing to report; `None` if it may have.
    pub(super) fn clean_templates(&self, plan: &RunPlan) -> Option<usize> {
        let found = Some(self).filter(|item| item.kind == InputKind::Discovered && item.is_template_file());
        let templates = found?.scan.as_ref()?.clean_templates()?;
        plan.configs.of(&plan.configs.absolute(self.input.name())).ok()?;
        Some(templates)
    }

    /// Returns the identity of the file, if there is one.
    pub(super) fn identity(&self) -> Option<Identity> {
        match &self.input {
            Input::Stdin(_) => None,
            Input::File(path) => Identity::of(path),
        }
    }

    /// Returns whether this is a file to check, not a path to report.
    fn is_file(&self) -> bool {
        matches!(self.kind, InputKind::Named | InputKind::Discovered)
    }
}
