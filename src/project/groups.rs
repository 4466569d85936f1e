//! Groups files that may pass values to each other.

use std::collections::HashMap;

use super::links::{FileLinks, SharedName};
use super::location::ProjectPaths;
use super::union_find::UnionFind;

/// The limit of files in a group; values of larger groups are not followed.
const MAX_FILES: usize = 4096;

/// Groups the files that may pass values to each other, directly or through others.
///
/// Each file has its path and its links, if it has any. Returns the indices of the files of each group of two or more, in
/// ascending order.
///
/// `pairs` are files that belong together in any case.
pub(super) fn groups(paths: &ProjectPaths, links: &[Option<&FileLinks>], pairs: &[[usize; 2]]) -> Vec<Vec<usize>> {
    let linked = || {
        let files = links.iter().enumerate();
        files.filter_map(|(at, links)| Some((at, (*links)?)))
    };
    let mut related = UnionFind::of(links.len());
    for (parent, links) in linked() {
        for location in &links.nested {
            for child in paths.candidates(parent, location) {
                related.join(parent, child);
            }
        }
    }
    for &[one, other] in pairs {
        related.join(one, other);
    }
    let mut exporters = Exporters::default();
    for (exporter, links) in linked() {
        for name in &links.exports {
            exporters.add(name, exporter, &mut related);
        }
    }
    for (importer, links) in linked() {
        for name in &links.imports {
            for exporter in exporters.of(name) {
                related.join(importer, exporter);
            }
        }
    }
    let sets = related.sets().into_iter();
    sets.filter(|set| (2..=MAX_FILES).contains(&set.len())).collect()
}

/// The files that export values, by the names of these.
#[derive(Default)]
struct Exporters<'n> {
    /// One exporter of each name; the others are related to it.
    by_name: HashMap<&'n str, usize>,
    /// The same by the text after a variable at the start of the name.
    by_end: HashMap<&'n str, usize>,
}

impl<'n> Exporters<'n> {
    fn add(&mut self, name: &'n SharedName, exporter: usize, related: &mut UnionFind) {
        if !name.says_something() {
            return;
        }
        related.join(*self.by_name.entry(&name.0).or_insert(exporter), exporter);
        if let Some(end) = name.literal_end() {
            related.join(*self.by_end.entry(end).or_insert(exporter), exporter);
        }
    }

    /// Returns one exporter for each way in which an import may have the name of an export.
    fn of(&self, import: &SharedName) -> Vec<usize> {
        let same = self.by_name.get(import.0.as_str());
        let ends = import.ends().filter_map(|end| self.by_end.get(end));
        same.into_iter().chain(ends).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::links::TemplateLocation;
    use super::*;

    fn links(nested: &[&str], imports: &[&str], exports: &[&str]) -> Option<FileLinks> {
        let names = |names: &[&str]| names.iter().map(|name| SharedName((*name).to_owned())).collect();
        let location = |path: &&str| match path.strip_prefix("{}") {
            Some(end) => TemplateLocation::UrlEnd {
                end: end.to_owned(),
                is_literal: false,
            },
            None => TemplateLocation::Path((*path).to_owned()),
        };
        Some(FileLinks {
            nested: nested.iter().map(location).collect(),
            imports: names(imports),
            exports: names(exports),
        })
    }

    fn groups_of(files: &[(&str, Option<FileLinks>)]) -> Vec<Vec<usize>> {
        let paths = ProjectPaths::of(files.iter().map(|(path, _)| *path));
        let links: Vec<_> = files.iter().map(|(_, links)| links.as_ref()).collect();
        groups(&paths, &links, &[])
    }

    #[test]
    fn relates_nested_stacks() {
        let files = [
            ("main.yaml", links(&["a/x.yaml"], &[], &[])),
            ("a/x.yaml", links(&["../b/y.yaml"], &[], &[])),
            ("b/y.yaml", None),
            ("c/x.yaml", None),
            ("other.yaml", links(&["{}c/x.yaml"], &[], &[])),
            ("outside.yaml", links(&["../../etc/x.yaml"], &[], &[])),
            ("itself.yaml", links(&["itself.yaml"], &[], &[])),
        ];
        assert_eq!(groups_of(&files), [vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn relates_imports_to_exports_of_the_same_name() {
        let files = [
            ("a", links(&[], &[], &["role-arn", "{}-role", "{}{}"])),
            ("b", links(&[], &["role-arn"], &[])),
            ("c", links(&[], &["{}-role"], &[])),
            ("d", links(&[], &["{}{}"], &[])),
            ("e", links(&[], &["role"], &[])),
            ("f", links(&[], &[], &["{}-Ec2Profile"])),
            ("g", links(&[], &["iam-Ec2Profile"], &[])),
            ("h", links(&[], &["{}-iam-Ec2Profile"], &[])),
        ];
        assert_eq!(groups_of(&files), [vec![0, 1, 2], vec![5, 6]]);
    }

    #[test]
    fn relates_all_exporters_of_a_name() {
        let files = [
            ("a", links(&[], &[], &["{}-role"])),
            ("b", links(&[], &[], &["{}-role"])),
            ("c", links(&[], &["stack-role"], &[])),
        ];
        assert_eq!(groups_of(&files), [[0, 1, 2]]);
    }

    #[test]
    fn does_not_relate_too_many_files() {
        let paths: Vec<_> = (0..=MAX_FILES).map(|number| format!("{number}.yaml")).collect();
        let all: Vec<_> = paths
            .iter()
            .map(|path| (path.as_str(), links(&[], &["name"], &["name"])))
            .collect();
        assert!(groups_of(&all).is_empty());
        assert_eq!(groups_of(&all[1..]).len(), 1);
    }
}
