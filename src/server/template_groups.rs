//! Finds the groups of templates between which values may pass.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::template_scan::{Relations, ScannedFile, TemplateScan};
use crate::project::{GroupSearch, MentionedNames, UnparsedFile};
use crate::report::slashed;

/// Templates that may pass values to each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TemplateGroup {
    /// The templates, each with its path relative to the folder of all, with `/` between names.
    pub(super) members: Vec<(PathBuf, String)>,
}

impl TemplateGroup {
    /// Iterates over the paths of the templates.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.members.iter().map(|(path, _)| path.as_path())
    }
}

/// The groups, by the paths of their members.
pub(super) type TemplateGroups = HashMap<PathBuf, Rc<TemplateGroup>>;

/// The limit of bytes in a group, which is checked as a whole after each change.
const MAX_BYTES: usize = 16 << 20;

/// Finds the groups of the files in a folder.
///
/// # Errors
///
/// The files whose relations are needed, if they are not read yet.
pub(super) fn find(folder: &Path, files: &BTreeMap<PathBuf, ScannedFile>) -> Result<TemplateGroups, Vec<PathBuf>> {
    let (mut groups, mut missing) = (HashMap::new(), Vec::new());
    for (repository, files) in by_repository(&relevant(files)) {
        if files.len() < 2 {
            continue;
        }
        match find_in(repository.unwrap_or(folder), &files) {
            Ok(found) => {
                for group in found.into_iter().map(Rc::new) {
                    groups.extend(group.paths().map(|path| (path.to_owned(), Rc::clone(&group))));
                }
            }
            Err(paths) => missing.extend(paths),
        }
    }
    match missing.is_empty() {
        true => Ok(groups),
        false => Err(missing),
    }
}

/// A template with its path.
#[derive(Clone, Copy)]
struct Candidate<'f> {
    path: &'f Path,
    repository: Option<&'f Arc<Path>>,
    scan: &'f TemplateScan,
}

/// Returns the templates that may nest others, import or export values, or be nested.
fn relevant(files: &BTreeMap<PathBuf, ScannedFile>) -> Vec<Candidate<'_>> {
    let candidates = || {
        files.iter().filter_map(|(path, file)| {
            Some(Candidate {
                path,
                repository: file.repository.as_ref(),
                scan: file.template.as_deref()?,
            })
        })
    };
    let mentioned = MentionedNames::among(candidates().filter_map(|file| file.scan.hints.as_ref()));
    let is_related = |file: &Candidate<'_>| {
        let names = mentioned.as_ref();
        names.is_some_and(|mentioned| file.scan.hints.is_some() || mentioned.has(file.path))
    };
    candidates()
        .filter(|file| file.scan.shares_folder || is_related(file))
        .collect()
}

fn by_repository<'f>(files: &[Candidate<'f>]) -> BTreeMap<Option<&'f Path>, Vec<Candidate<'f>>> {
    let mut by_repository: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for file in files {
        by_repository
            .entry(file.repository.map(AsRef::as_ref))
            .or_default()
            .push(*file);
    }
    by_repository
}

/// Finds the groups of files in one repository, or outside of all.
fn find_in(folder: &Path, files: &[Candidate<'_>]) -> Result<Vec<TemplateGroup>, Vec<PathBuf>> {
    let unparsed = files.iter().map(|file| UnparsedFile {
        path: slashed(file.path.strip_prefix(folder).unwrap_or(file.path)),
        may_apply: file.scan.may_apply,
        hints: file.scan.hints.as_ref(),
        shares_folder: file.scan.shares_folder,
    });
    let unparsed: Vec<_> = unparsed.collect();
    let names: Vec<_> = unparsed.iter().map(|file| file.path.clone()).collect();
    let relations = |wanted: &[usize]| relations(files, wanted);
    let groups = GroupSearch::groups(
        unparsed,
        |files| {
            let look = |found: &Relations| (found.links.clone(), found.takes_values);
            relations(files).map(|found| found.into_iter().map(look).collect())
        },
        |files| {
            let links = |found: &Relations| Some(found.links.clone());
            relations(files).map(|found| found.into_iter().map(links).collect())
        },
    )?;
    let groups = groups.into_iter().filter(|group| {
        let members = group.iter().filter_map(|&at| files.get(at));
        members.map(|file| file.scan.len).sum::<usize>() <= MAX_BYTES
    });
    let member = |at: usize| Some((files.get(at)?.path.to_owned(), names.get(at)?.clone()));
    let groups = groups.map(|group| TemplateGroup {
        members: group.into_iter().filter_map(member).collect(),
    });
    Ok(groups.collect())
}

/// Returns the relations of some files, or else the files whose relations are not read yet.
fn relations<'f>(files: &[Candidate<'f>], wanted: &[usize]) -> Result<Vec<&'f Relations>, Vec<PathBuf>> {
    let wanted = || wanted.iter().filter_map(|&at| files.get(at));
    let known: Vec<_> = wanted().filter_map(|file| file.scan.relations.as_ref()).collect();
    let missing = wanted().filter(|file| file.scan.relations.is_none());
    let missing: Vec<_> = missing.map(|file| file.path.to_owned()).collect();
    match missing.is_empty() {
        true => Ok(known),
        false => Err(missing),
    }
}
