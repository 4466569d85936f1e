//! Groups the inputs of a run into units of work.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use cfn_ipfix::files::{Identity, Input};

use super::file_outcome::FileOutcome;
use super::inputs::{InputKind, WorkItem};
use super::project::Member;
use super::project_groups::ProjectGroup;

/// A unit of work, which one thread checks.
pub(super) struct WorkUnit {
    pub(super) kind: UnitKind,
    /// The positions of its inputs among all.
    positions: Vec<usize>,
}

pub(super) enum UnitKind {
    /// An input that is checked or reported on its own.
    Single(WorkItem),
    /// The Terraform files of a folder, which are checked together.
    Module(Vec<WorkItem>),
    /// The templates that may pass values to each other, which are checked together.
    Project(Vec<Member>),
}

/// Groups inputs, in the order of the first input of each unit.
///
/// `projects` are groups of files by their positions. If the inputs come from several arguments, several paths may lead to
/// one folder. An input alone in its unit is passed to `is_done`, and left out if that returns `true`.
pub(super) fn group(
    items: Vec<WorkItem>,
    projects: Vec<ProjectGroup>,
    has_several_arguments: bool,
    mut is_done: impl FnMut(&WorkItem) -> bool,
) -> Vec<WorkUnit> {
    let mut units: Vec<WorkUnit> = Vec::new();
    let mut folders = Folders {
        are_compared: has_several_arguments,
        known: HashMap::new(),
    };
    let mut projects = Projects::new(projects);
    let mut together = HashMap::new();
    let mut position = 0;
    for (number, item) in items.into_iter().enumerate() {
        let (key, kind) = if let Some((project, path)) = projects.take(number) {
            (
                UnitKey::Project(project),
                UnitKind::Project(vec![Member::reported(path, item)]),
            )
        } else if let Some(folder) = module_folder(&item) {
            (UnitKey::Module(folders.id(folder)), UnitKind::Module(vec![item]))
        } else {
            if !is_done(&item) {
                units.push(WorkUnit::new(kind_alone(item), position));
                position += 1;
            }
            continue;
        };
        let at = *together.entry(key).or_insert(units.len());
        match units.get_mut(at) {
            Some(unit) => unit.add(kind, position),
            None => units.push(WorkUnit::new(kind, position)),
        }
        position += 1;
    }
    for (number, others) in projects.others() {
        let unit = together
            .get(&UnitKey::Project(number))
            .and_then(|at| units.get_mut(*at));
        if let Some(UnitKind::Project(members)) = unit.map(|unit| &mut unit.kind) {
            members.extend(others);
        }
    }
    units
}

/// The identity of a unit of several inputs.
#[derive(PartialEq, Eq, Hash)]
enum UnitKey {
    Module(FolderId),
    Project(usize),
}

/// Groups of files, by the positions of the files.
struct Projects {
    /// The number of the group and the path in it.
    by_position: HashMap<usize, (usize, String)>,
    others: Vec<Vec<Member>>,
}

impl Projects {
    fn new(groups: Vec<ProjectGroup>) -> Self {
        let mut by_position = HashMap::new();
        let mut others = Vec::with_capacity(groups.len());
        for (number, group) in groups.into_iter().enumerate() {
            let items = group.items.into_iter();
            by_position.extend(items.map(|(position, path)| (position, (number, path))));
            others.push(group.others);
        }
        Self { by_position, others }
    }

    /// Returns the group of an item, and the path of the item in it.
    fn take(&mut self, position: usize) -> Option<(usize, String)> {
        self.by_position.remove(&position)
    }

    /// Returns the files of each group that the run does not report.
    fn others(self) -> impl Iterator<Item = (usize, Vec<Member>)> {
        self.others.into_iter().enumerate()
    }
}

/// Returns the folder of a Terraform file that is checked with others.
///
/// Fixes of standard input are printed, so they must not depend on files that are written.
fn module_folder(item: &WorkItem) -> Option<&Path> {
    match &item.input {
        Input::File(path) if is_terraform(item) => path.parent(),
        Input::File(_) | Input::Stdin(_) => None,
    }
}

/// Returns the unit of an input that is not grouped with others.
fn kind_alone(item: WorkItem) -> UnitKind {
    if is_terraform(&item) {
        UnitKind::Module(vec![item])
    } else {
        UnitKind::Single(item)
    }
}

fn is_terraform(item: &WorkItem) -> bool {
    let is_checked = matches!(item.kind, InputKind::Named | InputKind::Discovered);
    is_checked && item.is_terraform
}

/// Identifies folders.
struct Folders {
    /// True if several paths may lead to one folder.
    are_compared: bool,
    known: HashMap<PathBuf, FolderId>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum FolderId {
    Existing(Identity),
    Path(PathBuf),
}

impl Folders {
    fn id(&mut self, folder: &Path) -> FolderId {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let path = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let identity = if self.are_compared { Identity::of(path) } else { None };
        let id = identity.map_or_else(|| FolderId::Path(folder.to_owned()), FolderId::Existing);
        self.known.insert(folder.to_owned(), id.clone());
        id
    }
}

impl WorkUnit {
    fn new(kind: UnitKind, position: usize) -> Self {
        Self {
            kind,
            positions: vec![position],
        }
    }

    /// Adds the inputs of another unit of the same kind.
    fn add(&mut self, kind: UnitKind, position: usize) {
        match (&mut self.kind, kind) {
            (UnitKind::Module(items), UnitKind::Module(more)) => items.extend(more),
            (UnitKind::Project(members), UnitKind::Project(more)) => members.extend(more),
            _ => return,
        }
        self.positions.push(position);
    }

    /// Returns the number of its inputs.
    pub(super) fn len(&self) -> usize {
        self.positions.len()
    }

    /// Returns outcomes of its inputs with their positions.
    pub(super) fn in_place(&self, outcomes: Vec<FileOutcome>) -> UnitOutcome {
        self.positions.iter().copied().zip(outcomes).collect()
    }
}

/// The outcomes of the inputs of a unit, with their positions among all inputs.
pub(super) type UnitOutcome = Vec<(usize, FileOutcome)>;

/// Puts outcomes back into the order of the inputs.
#[derive(Default)]
pub(super) struct InOrder {
    next: usize,
    waiting: BTreeMap<usize, FileOutcome>,
}

impl InOrder {
    /// Adds outcomes, and returns those that are next.
    pub(super) fn add(&mut self, outcomes: impl IntoIterator<Item = UnitOutcome>) -> Vec<FileOutcome> {
        self.waiting.extend(outcomes.into_iter().flatten());
        let mut ready = Vec::new();
        while let Some(outcome) = self.waiting.remove(&self.next) {
            ready.push(outcome);
            self.next += 1;
        }
        ready
    }
}
