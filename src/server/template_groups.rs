//! Finds the groups of templates between which values may pass.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::template_scan::{ScannedFile, TemplateScan};
use crate::project::{FileHints, GroupSearch, UnparsedFile};

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
    let hints = || candidates().filter_map(|file| file.scan.hints.as_ref());
    if !hints().any(FileHints::takes_values) {
        return Vec::new();
    }
    let mentioned: HashSet<_> = hints()
        .flat_map(FileHints::paths)
        .filter_map(|path| path.rsplit('/').next())
        .collect();
    let is_mentioned = |file: &Candidate<'_>| {
        let name = file.path.file_name();
        name.is_some_and(|name| mentioned.contains(name.to_string_lossy().as_ref()))
    };
    candidates()
        .filter(|file| file.scan.hints.is_some() || is_mentioned(file))
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
    });
    let unparsed: Vec<_> = unparsed.collect();
    let names: Vec<_> = unparsed.iter().map(|file| file.path.clone()).collect();
    let mut search = GroupSearch::new(unparsed);
    let relations = |at: usize| {
        let file = files.get(at)?;
        Some(file.scan.relations.as_ref().ok_or(file.path))
    };
    let mut missing = Vec::new();
    for at in search.undecided() {
        match relations(at) {
            Some(Ok(relations)) => search.look(at, Some(relations.links.clone()), relations.takes_values),
            Some(Err(path)) => missing.push(path.to_owned()),
            None => {}
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    search.decide();
    loop {
        let wanted = search.next_wanted();
        if wanted.is_empty() {
            break;
        }
        for at in wanted {
            match relations(at) {
                Some(Ok(relations)) => search.add(at, Some(relations.links.clone())),
                Some(Err(path)) => missing.push(path.to_owned()),
                None => {}
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
    }
    let groups = search.groups().into_iter().filter(|group| {
        let members = group.iter().filter_map(|&at| files.get(at));
        members.map(|file| file.scan.len).sum::<usize>() <= MAX_BYTES
    });
    let member = |at: usize| Some((files.get(at)?.path.to_owned(), names.get(at)?.clone()));
    let groups = groups.map(|group| TemplateGroup {
        members: group.into_iter().filter_map(member).collect(),
    });
    Ok(groups.collect())
}

/// Returns a path below a folder with `/` between names.
fn slashed(path: &Path) -> String {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(_) | Component::Prefix(_) => Some(component.as_os_str().to_string_lossy()),
        Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    names.collect::<Vec<_>>().join("/")
}
