//! Finds the templates of a run that may pass values to each other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfn_ipfix::cloudformation;
use cfn_ipfix::files::{Identity, Repositories};
use cfn_ipfix::project::{GroupSearch, MentionedNames, UnparsedFile};
use cfn_ipfix::report::slashed;

use super::inputs::{self, InputKind, WorkItem};
use super::progress::Progress;
use super::project::Member;
use super::run_plan::RunPlan;
use super::scan::{Scan, Scanner};
use super::threads::Threads;

/// A group of templates that are checked together.
pub(super) struct ProjectGroup {
    /// The inputs by their positions, each with its path relative to the folder of all.
    pub(super) items: Vec<(usize, String)>,
    /// The files of the repository that are not inputs.
    pub(super) others: Vec<Member>,
}

/// The limit of bytes in a group, which are in memory at once.
const MAX_BYTES: u64 = 64 << 20;

/// Returns the other templates in the repositories of named files, if the run may read these.
pub(super) fn others(plan: &RunPlan, items: &[WorkItem], progress: &Arc<Progress>) -> Vec<WorkItem> {
    let named = items
        .iter()
        .filter(|item| item.kind == InputKind::Named && item.is_template_file());
    let named = named.map(|item| item.input.name());
    let mut repositories = Repositories::default();
    let folders = named
        .clone()
        .filter_map(|path| plan.project_folder(path, &mut repositories));
    let folders: BTreeSet<PathBuf> = folders.collect();
    if folders.is_empty() {
        return Vec::new();
    }
    // A folder may be in another one.
    let mut known: HashSet<_> = items.iter().filter_map(WorkItem::identity).collect();
    known.extend(plan.output_file.as_deref().and_then(Identity::of));
    let found = folders
        .iter()
        .flat_map(|folder| inputs::walk(folder, plan, progress, Scan::read));
    let found = found.filter(|item| item.kind == InputKind::Discovered && item.is_template_file());
    let others = found.filter(|item| item.identity().is_some_and(|identity| known.insert(identity)));
    let is_relative = named.clone().any(Path::is_relative);
    let shown = others.map(|item| match is_relative {
        true => {
            let path = plan.relative(item.input.name());
            item.at(path)
        }
        false => item,
    });
    shown.collect()
}

/// Scans the templates that are named, and finds the groups of all between which values may pass.
///
/// `others` are templates that the run does not report.
///
/// # Errors
///
/// If no threads can be created.
pub(super) fn find(
    plan: &RunPlan,
    scanner: &Scanner<'_>,
    items: &mut [WorkItem],
    mut others: Vec<WorkItem>,
    progress: &Progress,
) -> anyhow::Result<Vec<ProjectGroup>> {
    let files = items
        .iter()
        .chain(&others)
        .filter(|item| item.is_template_file())
        .count();
    if files < 2 {
        return Ok(Vec::new());
    }
    let threads = Threads::new(plan, files)?;
    let named = items
        .iter_mut()
        .chain(&mut others)
        .filter(|item| item.is_template_file());
    let named: Vec<_> = named.filter(|item| item.kind == InputKind::Named).collect();
    if !named.is_empty() {
        progress.begin_reading(named.len());
        scan(scanner, &threads, named, progress);
    }
    let groups = groups(plan, scanner, &threads, &relevant(items, &others));
    let number = items.len();
    let has_named = |group: &Group| {
        let mut items = group.iter().filter_map(|(file, _)| items.get(*file));
        items.any(|item| item.kind == InputKind::Named)
    };
    let mut others: Vec<_> = others.into_iter().map(Some).collect();
    let groups = groups.into_iter().map(|mut group| {
        if !has_named(&group) {
            group.retain(|(file, _)| *file < number);
        }
        let (items, other): (Vec<_>, Vec<_>) = group.into_iter().partition(|(file, _)| *file < number);
        let other = other.into_iter().filter_map(|(file, path)| {
            let item = others.get_mut(file - number)?.take()?;
            Some(Member::unreported(path, item))
        });
        ProjectGroup {
            others: other.collect(),
            items,
        }
    });
    let groups = groups.filter(|group| !group.items.is_empty() && group.items.len() + group.others.len() > 1);
    Ok(groups.collect())
}

/// The files of a group, by their numbers, with their paths relative to the folder of all.
type Group = Vec<(usize, String)>;

fn scan(scanner: &Scanner<'_>, threads: &Threads, mut files: Vec<&mut WorkItem>, progress: &Progress) {
    let scans = threads.map(&files, |item| {
        let scan = scanner.scan(&item.input);
        progress.advance(1);
        scan
    });
    for (item, scan) in files.iter_mut().zip(scans) {
        item.scan = scan;
    }
}

/// Returns the groups of these files of a run.
fn groups(plan: &RunPlan, scanner: &Scanner<'_>, threads: &Threads, files: &[ScannedFile<'_>]) -> Vec<Group> {
    let mut groups = Vec::new();
    for (folder, files) in by_repository(plan, files) {
        if files.len() > 1 {
            let folder = folder.as_deref().unwrap_or(Path::new("/"));
            groups.extend(groups_in(scanner, threads, folder, &files));
        }
    }
    groups
}

/// A scanned template, with its number in the run.
#[derive(Clone, Copy)]
struct ScannedFile<'i> {
    number: usize,
    item: &'i WorkItem,
    scan: &'i Scan,
}

/// Returns the templates that may nest others, import or export values, or be nested.
fn relevant<'i>(items: &'i [WorkItem], others: &'i [WorkItem]) -> Vec<ScannedFile<'i>> {
    let scanned = || {
        let items = items.iter().chain(others).enumerate();
        let scanned = items.filter_map(|(number, item)| {
            let scan = item.scan.as_ref()?;
            Some(ScannedFile { number, item, scan })
        });
        scanned.filter(|file| file.scan.is_template || file.scan.may_be_part)
    };
    let mentioned = MentionedNames::among(scanned().filter_map(|file| file.scan.hints()));
    let is_related = |file: &ScannedFile<'_>| {
        let names = mentioned.as_ref();
        names.is_some_and(|mentioned| file.scan.hints().is_some() || mentioned.has(file.item.input.name()))
    };
    scanned()
        .filter(|file| file.scan.shares_folder || is_related(file))
        .collect()
}

/// Returns the files of each repository, and those outside of all.
fn by_repository<'i>(
    plan: &RunPlan,
    files: &[ScannedFile<'i>],
) -> BTreeMap<Option<Arc<Path>>, Vec<(ScannedFile<'i>, PathBuf)>> {
    let mut repositories = Repositories::default();
    let mut folders = HashMap::new();
    let mut by_repository: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for &file in files {
        let path = plan.configs.absolute(file.item.input.name());
        let path = match plan.named_inputs.len() {
            0 | 1 => path,
            _ => with_real_folder(&path, &mut folders),
        };
        by_repository
            .entry(repositories.of(&path))
            .or_default()
            .push((file, path));
    }
    by_repository
}

/// Resolves symbolic links on the way to a file, as several arguments may lead to one folder in different ways.
fn with_real_folder(path: &Path, folders: &mut HashMap<PathBuf, PathBuf>) -> PathBuf {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return path.to_owned();
    };
    if let Some(known) = folders.get(folder) {
        return known.join(name);
    }
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let path = real.join(name);
    folders.insert(folder.to_owned(), real);
    path
}

/// Returns the groups of files in one folder.
fn groups_in(
    scanner: &Scanner<'_>,
    threads: &Threads,
    folder: &Path,
    files: &[(ScannedFile<'_>, PathBuf)],
) -> Vec<Group> {
    let unparsed = files.iter().map(|(file, path)| UnparsedFile {
        path: slashed(path.strip_prefix(folder).unwrap_or(path)),
        may_apply: file.scan.may_apply,
        hints: file.scan.hints(),
        shares_folder: file.scan.shares_folder,
    });
    let unparsed: Vec<_> = unparsed.collect();
    let paths: Vec<_> = unparsed.iter().map(|file| file.path.clone()).collect();
    let Ok(groups) = GroupSearch::groups::<Infallible>(
        unparsed,
        |undecided| {
            let looks = threads.map(undecided, |&at| {
                let (file, _) = files.get(at)?;
                scanner.look(&file.item.input, file.scan)
            });
            Ok(looks.into_iter().map(Option::unwrap_or_default).collect())
        },
        |wanted| {
            Ok(threads.map(wanted, |&at| {
                let (file, _) = files.get(at)?;
                cloudformation::links(&file.item.input.read().ok()?)
            }))
        },
    );
    let groups = groups.into_iter().filter(|group| {
        let lengths = group.iter().filter_map(|&at| files.get(at));
        lengths.map(|(file, _)| u64::from(file.scan.len)).sum::<u64>() <= MAX_BYTES
    });
    let member = |at: usize| Some((files.get(at)?.0.number, paths.get(at)?.clone()));
    groups
        .map(|group| group.into_iter().filter_map(member).collect())
        .collect()
}
