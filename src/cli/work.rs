//! Groups the inputs of a run into units of work.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use cfn_ipfix::files::{FileLanguage, Identity, Input};

use super::file_outcome::FileOutcome;
use super::inputs::{InputKind, WorkItem};

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
}

/// Groups inputs, in the order of the first input of each unit.
///
/// If the inputs come from several arguments, several paths may lead to one folder.
pub(super) fn group(items: Vec<WorkItem>, has_several_arguments: bool) -> Vec<WorkUnit> {
    let mut units: Vec<WorkUnit> = Vec::with_capacity(items.len());
    let mut folders = Folders {
        are_compared: has_several_arguments,
        known: HashMap::new(),
    };
    let mut modules = HashMap::new();
    for (position, item) in items.into_iter().enumerate() {
        let Some(folder) = module_folder(&item) else {
            units.push(WorkUnit::new(kind_alone(item), position));
            continue;
        };
        let at = *modules.entry(folders.id(folder)).or_insert(units.len());
        match units.get_mut(at) {
            Some(unit) => unit.push(position, item),
            None => units.push(WorkUnit::new(UnitKind::Module(vec![item]), position)),
        }
    }
    units
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
    is_checked && FileLanguage::of(item.input.name()) == FileLanguage::Terraform
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

    fn push(&mut self, position: usize, item: WorkItem) {
        if let UnitKind::Module(items) = &mut self.kind {
            items.push(item);
            self.positions.push(position);
        }
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
