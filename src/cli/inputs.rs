//! What a run is to check: what the command line and its list name, and what the folders among that hold.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

use cfn_ipfix::config::Excluder;
use cfn_ipfix::files::{Found, Identity, Input, Unwalked};

use super::endings::has_ending;
use super::plan::Plan;
use super::progress::Progress;

/// One thing to check or to tell of.
pub(super) struct Item {
    pub(super) input: Input,
    pub(super) kind: Kind,
    /// The file's number on its device, as far as it is known.
    inode: Option<u64>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Named by the user, and so a template.
    Named,
    /// A file of a folder, which may be anything.
    Found,
    /// Named, and left out all the same.
    Excluded(Excluder),
    /// A folder that holds nothing to check.
    Empty,
    /// A folder, or something in one, that cannot be looked into.
    Unreadable(io::ErrorKind),
}

/// Returns what is to be checked, in the order of the arguments and within a folder in that of its paths; each file
/// once.
pub(super) fn collect(plan: &Plan, progress: &Arc<Progress>) -> Vec<Item> {
    let mut items = Vec::with_capacity(plan.named.len());
    for input in &plan.named {
        let is_folder = matches!(input, Input::File(path) if path.is_dir());
        let excluder = plan.is_exclusion_forced.then(|| {
            plan.configs
                .excluder_of_any(&plan.configs.absolute(input.name()), is_folder)
        });
        match (excluder.flatten(), input) {
            (Some(excluder), _) => items.push(Item::new(input, Kind::Excluded(excluder))),
            (None, Input::File(path)) if is_folder => items.extend(walk(path, plan, progress)),
            (None, _) => items.push(Item::new(input, Kind::Named)),
        }
    }
    once(items, plan)
}

/// Returns what is in a folder.
fn walk(folder: &Path, plan: &Plan, progress: &Arc<Progress>) -> Vec<Item> {
    let (configs, progress) = (Arc::clone(&plan.configs), Arc::clone(progress));
    let found = plan.walker().walk(folder, move |path, is_folder| {
        let is_kept = (is_folder || has_ending(path)) && configs.excluder(&configs.absolute(path), is_folder).is_none();
        if is_kept && !is_folder {
            progress.advance();
        }
        is_kept
    });
    if found.is_empty() {
        return vec![Item::new(&Input::File(folder.to_owned()), Kind::Empty)];
    }
    found
        .into_iter()
        .map(|found| match found {
            Ok(Found { path, inode }) => Item {
                input: Input::File(path),
                kind: Kind::Found,
                inode,
            },
            Err(Unwalked { path, error }) => Item {
                input: Input::File(path),
                kind: Kind::Unreadable(error),
                inode: None,
            },
        })
        .collect()
}

/// Leaves each file where it comes first, so that no two threads write to one, and takes out of folders what the report
/// goes to. A file that is found and named is named.
fn once(mut items: Vec<Item>, plan: &Plan) -> Vec<Item> {
    if items.len() == 1 && items.iter().all(|item| item.kind == Kind::Named) {
        return items;
    }
    for item in &mut items {
        item.inode = item.inode.or_else(|| item.identity()?.inode());
    }
    let output = plan.output_file.as_deref().and_then(Identity::of);
    let outputs: Vec<_> = [output, Identity::of_stream(&io::stdout())]
        .into_iter()
        .flatten()
        .collect();
    let mut numbers = HashSet::with_capacity(items.len());
    let inodes = items.iter().map(|item| item.inode);
    let inodes = inodes.chain(outputs.iter().map(Identity::inode)).flatten();
    let shared: HashSet<u64> = inodes.filter(|&inode| !numbers.insert(inode)).collect();

    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut places = HashMap::new();
    for item in items {
        // A file that shares its number with no other is no other, and need not be asked what it is.
        let is_alone = item.inode.is_some_and(|inode| !shared.contains(&inode));
        let identity = if is_alone { None } else { item.identity() };
        let Some(identity) = identity else {
            kept.push(item);
            continue;
        };
        if item.kind == Kind::Found && outputs.contains(&identity) {
            continue;
        }
        let place = *places.entry((identity, item.is_file())).or_insert(kept.len());
        match kept.get_mut(place) {
            None => kept.push(item),
            Some(first) if item.kind == Kind::Named => first.kind = Kind::Named,
            Some(_) => {}
        }
    }
    kept
}

impl Item {
    fn new(input: &Input, kind: Kind) -> Self {
        Self {
            input: input.clone(),
            kind,
            inode: None,
        }
    }

    fn identity(&self) -> Option<Identity> {
        match &self.input {
            Input::Stdin(_) => None,
            Input::File(path) => Identity::of(path),
        }
    }

    /// Returns whether this is a file to check, not a path to report.
    fn is_file(&self) -> bool {
        matches!(self.kind, Kind::Named | Kind::Found)
    }
}
