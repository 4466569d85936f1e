//! Templates whose parts are in several files of a project.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::hosts::{HostedTemplate, folder_template, shares_folder};
use super::language::ParsedFiles;
use super::project_file::ProjectFile;
use super::read::{UnfinishedUnit, unit_of_parts, units_of};
use super::template_file::TemplateFile;
use crate::model::ModelError;
use crate::project::{ProjectPaths, TemplateLocation};
use crate::yaml::Node;

/// Reads the templates of a project, in file order, those of several files once.
pub(super) fn units_of_project<'s>(
    files: &[ProjectFile],
    parsed: &'s ParsedFiles,
    paths: &ProjectPaths,
) -> Vec<Result<UnfinishedUnit<'s>, ModelError>> {
    let sources = Sources { parsed, paths };
    let mut several = sources.of_folders(files);
    several.extend(sources.of_services());
    let parts: HashSet<usize> = several.values().flat_map(|template| &template.files).copied().collect();
    let mut units = Vec::new();
    for (at, file) in parsed.iter().enumerate() {
        if let Some(template) = several.remove(&at) {
            units.push(unit_of_parts(template.hosted));
        }
        let Ok(file) = file else { continue };
        let own = units_of(file).filter(|unit| {
            let is_part = |unit: &UnfinishedUnit<'_>| !unit.unit.yaml_file().is_embedded() && parts.contains(&at);
            !unit.as_ref().is_ok_and(is_part)
        });
        units.extend(own);
    }
    units
}

/// A template of several files.
struct SharedTemplate<'s> {
    hosted: HostedTemplate<'s>,
    /// The numbers of its files.
    files: Vec<usize>,
}

struct Sources<'s, 'p> {
    parsed: &'s ParsedFiles,
    paths: &'p ProjectPaths,
}

impl<'s> Sources<'s, '_> {
    /// Returns the templates that folders are, by the number of the first file.
    fn of_folders(&self, files: &[ProjectFile]) -> BTreeMap<usize, SharedTemplate<'s>> {
        let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut unreadable: HashMap<&str, &str> = HashMap::new();
        for (at, file) in files.iter().enumerate() {
            if shares_folder(Path::new(&file.path)) {
                let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                match self.file(at) {
                    Some(_) => folders.entry(folder).or_default().push(at),
                    None => {
                        unreadable.insert(folder, &file.path);
                    }
                }
            }
        }
        let templates = folders.into_iter().filter_map(|(folder, numbers)| {
            let mut roots = numbers.iter().filter_map(|&at| self.root(at));
            let mut hosted = folder_template(roots.next()?, roots.collect());
            hosted.unreadable = unreadable.get(folder).map(|path| (*path).to_owned());
            Some((*numbers.first()?, self.with_documents(hosted, numbers)))
        });
        templates.collect()
    }

    /// Returns the templates of services that include other files, by the number of the service's file.
    fn of_services(&self) -> BTreeMap<usize, SharedTemplate<'s>> {
        let mut services = Vec::new();
        let mut users: HashMap<usize, usize> = HashMap::new();
        for (at, file) in self.parsed.iter().enumerate() {
            let hosted = file.iter().flat_map(TemplateFile::templates).map(|(_, hosted)| hosted);
            for hosted in hosted.filter(|hosted| !hosted.included.is_empty()) {
                let locations = hosted.included.iter().map(|included| included.path.clone());
                let targets: Vec<_> = locations.map(|path| self.target(at, path)).collect();
                let distinct: HashSet<_> = targets.iter().flatten().copied().collect();
                for target in distinct {
                    *users.entry(target).or_default() += 1;
                }
                services.push((at, hosted, targets));
            }
        }
        let templates = services.into_iter().map(|(at, mut hosted, targets)| {
            let mut numbers = vec![at];
            for (included, target) in std::mem::take(&mut hosted.included).into_iter().zip(targets) {
                // A file of several services would be changed for each of them.
                let target = target.filter(|target| users.get(target) == Some(&1));
                let part = target.and_then(|target| Some((target, included.part_in(self.root(target)?)?)));
                match part {
                    Some((_, part)) if hosted.parts().any(|known| known == part) => hosted.found.push(included.node),
                    Some((target, part)) => {
                        numbers.push(target);
                        hosted.add_part(&included, part);
                    }
                    None => hosted.included.push(included),
                }
            }
            (at, self.with_documents(hosted, numbers))
        });
        templates.collect()
    }

    /// Returns the file at a path that is relative to the folder of another file.
    fn target(&self, from: usize, path: String) -> Option<usize> {
        let candidates = self.paths.candidates(from, &TemplateLocation::Path(path));
        candidates.into_iter().find(|&at| at != from && self.file(at).is_some())
    }

    /// Adds the documents in the strings of files to the template that they form.
    fn with_documents(&self, mut hosted: HostedTemplate<'s>, numbers: Vec<usize>) -> SharedTemplate<'s> {
        for file in numbers.iter().filter_map(|&at| self.file(at)) {
            hosted.documents.extend(file.documents());
            hosted.unknown.extend(file.unread.iter().cloned());
        }
        SharedTemplate { hosted, files: numbers }
    }

    fn file(&self, at: usize) -> Option<&'s TemplateFile> {
        self.parsed.get(at)?.as_ref().ok()
    }

    fn root(&self, at: usize) -> Option<Node<'s>> {
        self.file(at)?.own().documents().next()
    }
}
