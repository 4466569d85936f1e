//! Finds groups of files, and parses only those that can be in one.

use std::collections::{HashMap, HashSet};
use std::mem;

use super::groups::groups;
use super::hints::{FileHints, Word, hash, words};
use super::links::{FileLinks, SharedName, TemplateLocation};
use super::location::ProjectPaths;
use super::union_find::UnionFind;

/// A file, as far as it is known before it is parsed.
#[derive(Clone, Debug)]
pub struct UnparsedFile<'f> {
    /// The path, with `/` between names and relative to the same folder as the other files' paths.
    pub path: String,
    /// True if a rule may apply to the file.
    pub may_apply: bool,
    /// The hints, if there are any.
    pub hints: Option<&'f FileHints>,
}

/// A search for the groups of files that may pass values to each other.
///
/// It asks for the links of some files, until the groups are known. A value passes from a file that has a role to a file to
/// which a rule may apply, up or down through nested stacks, and from an export to an import. So the search begins with the
/// files to which a rule may apply, and reads links only where the hints allow one.
#[derive(Debug)]
pub struct GroupSearch<'f> {
    files: Vec<UnparsedFile<'f>>,
    links: Vec<Option<FileLinks>>,
    /// The files of each set that nested stacks may relate.
    sets: Vec<Vec<usize>>,
    /// The number of the set of each file.
    set_of: Vec<usize>,
    /// True for each set that values may enter.
    is_reached: Vec<bool>,
    /// The files that export values, by words near the exports.
    exporters: HashMap<Word, Vec<usize>>,
    /// The names of imports whose exporters were looked up.
    known_names: HashSet<SharedName>,
    /// The files whose links are wanted next.
    wanted: Vec<usize>,
    was_wanted: Vec<bool>,
}

impl<'f> GroupSearch<'f> {
    /// Begins a search.
    pub fn new(files: Vec<UnparsedFile<'f>>) -> Self {
        let sets = nesting_sets(&files);
        let mut set_of = vec![0; files.len()];
        for (number, set) in sets.iter().enumerate() {
            for &file in set {
                if let Some(own) = set_of.get_mut(file) {
                    *own = number;
                }
            }
        }
        let mut search = Self {
            links: vec![None; files.len()],
            is_reached: vec![false; sets.len()],
            was_wanted: vec![false; files.len()],
            exporters: exporters(&files),
            known_names: HashSet::new(),
            wanted: Vec::new(),
            files,
            sets,
            set_of,
        };
        for at in 0..search.files.len() {
            if search.file(at).is_some_and(|file| file.may_apply) {
                search.reach(at);
            }
        }
        search
    }

    /// Returns the files whose links are wanted next; none if the groups are known.
    pub fn next_wanted(&mut self) -> Vec<usize> {
        mem::take(&mut self.wanted)
    }

    /// Adds the links of a wanted file, if it has any.
    pub fn add(&mut self, at: usize, links: Option<FileLinks>) {
        for name in links.iter().flat_map(|links| &links.imports) {
            self.reach_exporters(name);
        }
        if let Some(own) = self.links.get_mut(at) {
            *own = links;
        }
    }

    /// Returns the indices of the files of each group, in ascending order.
    ///
    /// A rule may apply to a file of each group.
    pub fn groups(self) -> Vec<Vec<usize>> {
        let files = self.files.iter().zip(self.links);
        let files: Vec<_> = files.map(|(file, links)| (file.path.as_str(), links)).collect();
        let may_apply = |at: &usize| self.files.get(*at).is_some_and(|file| file.may_apply);
        let groups = groups(&files).into_iter();
        groups.filter(|group| group.iter().any(may_apply)).collect()
    }

    /// Reaches the set of a file: links of its files may lead to a value that matters.
    fn reach(&mut self, file: usize) {
        let Some(&number) = self.set_of.get(file) else { return };
        if self.is_reached.get(number) != Some(&false) {
            return;
        }
        if let Some(is_reached) = self.is_reached.get_mut(number) {
            *is_reached = true;
        }
        let set = self.sets.get(number).cloned().unwrap_or_default();
        for &file in &set {
            let is_importer = self.hints(file).is_some_and(|hints| hints.imports) && !self.exporters.is_empty();
            let is_parent = set.len() > 1 && self.hints(file).is_some_and(|hints| !hints.paths.is_empty());
            if is_importer || is_parent {
                self.want(file);
            }
        }
    }

    /// Reaches the files that may export a name, if one of them may export a role or a profile.
    ///
    /// All of them are reached then, because exporters that disagree say nothing.
    fn reach_exporters(&mut self, name: &SharedName) {
        if !name.says_something() || !self.known_names.insert(name.clone()) {
            return;
        }
        let rarest = words(name.0.as_bytes())
            .map(hash)
            .min_by_key(|word| self.exporters.get(word).map_or(0, Vec::len));
        let rarest: Vec<_> = rarest.into_iter().collect();
        for word in rarest.into_iter().chain(ends_of_last_word(name)) {
            // Whatever name they were reached by, they are not reached again.
            let exporters = self.exporters.get_mut(&word).map(mem::take).unwrap_or_default();
            if exporters.iter().any(|exporter| self.may_give(*exporter)) {
                for exporter in exporters {
                    self.reach(exporter);
                    self.want(exporter);
                }
            }
        }
    }

    /// Returns whether a value of a file may be a role or a profile.
    fn may_give(&self, file: usize) -> bool {
        let set = self.set_of.get(file).and_then(|number| self.sets.get(*number));
        let is_nested = set.is_some_and(|set| set.len() > 1);
        is_nested || self.hints(file).is_some_and(|hints| hints.has_iam || hints.imports)
    }

    fn want(&mut self, file: usize) {
        if let Some(was_wanted) = self.was_wanted.get_mut(file).filter(|was_wanted| !**was_wanted) {
            *was_wanted = true;
            self.wanted.push(file);
        }
    }

    fn file(&self, at: usize) -> Option<&UnparsedFile<'f>> {
        self.files.get(at)
    }

    fn hints(&self, at: usize) -> Option<&'f FileHints> {
        self.file(at)?.hints
    }
}

/// Returns the sets of files that nested stacks may relate.
fn nesting_sets(files: &[UnparsedFile<'_>]) -> Vec<Vec<usize>> {
    let paths = ProjectPaths::of(files.iter().map(|file| file.path.as_str()));
    let mut related = UnionFind::of(files.len());
    for (parent, file) in files.iter().enumerate() {
        for path in file.hints.iter().flat_map(|hints| &hints.paths) {
            for child in locations(path).flat_map(|location| paths.candidates(parent, &location)) {
                related.join(parent, child);
            }
        }
    }
    related.sets()
}

/// Returns what a path in a source may be: a whole path, or the end of a URL whose start is elsewhere.
fn locations(path: &str) -> impl Iterator<Item = TemplateLocation> {
    let is_whole = path.starts_with("./") || path.starts_with("../");
    let end = (!is_whole).then(|| TemplateLocation::UrlEnd {
        end: path.to_owned(),
        is_literal: true,
    });
    end.into_iter().chain([TemplateLocation::Path(path.to_owned())])
}

fn exporters(files: &[UnparsedFile<'_>]) -> HashMap<Word, Vec<usize>> {
    let mut exporters: HashMap<Word, Vec<usize>> = HashMap::new();
    // Without an importer, nobody asks for them.
    if !files.iter().any(|file| file.hints.is_some_and(|hints| hints.imports)) {
        return exporters;
    }
    for (at, file) in files.iter().enumerate() {
        for word in file.hints.iter().flat_map(|hints| &hints.export_words) {
            exporters.entry(*word).or_default().push(at);
        }
    }
    exporters
}

/// Returns the hashes of the ends of the last word of a literal name, with which the literal part of an export may begin.
fn ends_of_last_word(name: &SharedName) -> Vec<Word> {
    let ends = name
        .ends()
        .filter(|end| end.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    ends.map(|end| hash(end.as_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file, the ways in which it passes values, and its links.
    struct Case {
        path: &'static str,
        source: &'static str,
        may_apply: bool,
        links: FileLinks,
    }

    fn case(path: &'static str, source: &'static str) -> Case {
        Case {
            path,
            source,
            may_apply: false,
            links: FileLinks::default(),
        }
    }

    impl Case {
        fn may_apply(self) -> Self {
            Self {
                may_apply: true,
                ..self
            }
        }

        fn nests(mut self, path: &str) -> Self {
            self.links.nested.push(TemplateLocation::Path(path.to_owned()));
            self
        }

        fn imports(mut self, name: &str) -> Self {
            self.links.imports.push(SharedName(name.to_owned()));
            self
        }

        fn exports(mut self, name: &str) -> Self {
            self.links.exports.push(SharedName(name.to_owned()));
            self
        }
    }

    /// Returns the files that are parsed, and the groups.
    fn search(cases: &[Case]) -> (Vec<&str>, Vec<Vec<usize>>) {
        let hints = cases.iter().map(|case| {
            let has = |sign| case.source.contains(sign);
            FileHints::read(case.source.as_bytes(), has("Stack"), has("ImportValue"), has("Export"))
        });
        let hints: Vec<_> = hints.collect();
        let files = cases.iter().zip(&hints).map(|(case, hints)| UnparsedFile {
            path: case.path.to_owned(),
            may_apply: case.may_apply,
            hints: Some(hints),
        });
        let mut search = GroupSearch::new(files.collect());
        let mut parsed = Vec::new();
        loop {
            let wanted = search.next_wanted();
            if wanted.is_empty() {
                break;
            }
            for at in wanted {
                parsed.push(cases[at].path);
                search.add(at, Some(cases[at].links.clone()));
            }
        }
        parsed.sort_unstable();
        (parsed, search.groups())
    }

    #[test]
    fn parses_only_what_may_be_related() {
        let cases = [
            case("main.yaml", "Stack: a/x.yaml").nests("a/x.yaml"),
            case("a/x.yaml", "").may_apply(),
            case("other.yaml", "Stack: https://elsewhere/y.yaml").may_apply(),
            case("no-rule.yaml", "Stack: z.yaml").nests("z.yaml"),
            case("z.yaml", ""),
            case("vpc.yaml", "Export: {Name: vpc}").exports("vpc"),
            case("imports.yaml", "ImportValue: vpc").imports("vpc"),
            case("server.yaml", "ImportValue: vpc").may_apply().imports("vpc"),
        ];
        assert_eq!(search(&cases), (vec!["main.yaml", "server.yaml"], vec![vec![0, 1]]));
    }

    #[test]
    fn follows_imports_of_exporters() {
        let cases = [
            case("role.yaml", "AWS::IAM::Role Export: {Name: '${AWS::StackName}-role'}").exports("{}-role"),
            case("between.yaml", "ImportValue: x-role, Export: {Name: passed-on}")
                .imports("{}-role")
                .exports("passed-on"),
            case("server.yaml", "ImportValue: passed-on")
                .may_apply()
                .imports("passed-on"),
            case(
                "profile.yaml",
                "AWS::IAM::InstanceProfile Export: {Name: '${S}Profile'}",
            )
            .exports("{}Profile"),
            case("literal.yaml", "ImportValue: iamProfile")
                .may_apply()
                .imports("iamProfile"),
        ];
        assert_eq!(search(&cases).1, [vec![0, 1, 2], vec![3, 4]]);
    }

    /// A template between two others has nothing that a rule applies to.
    #[test]
    fn follows_nested_stacks_of_exporters() {
        let cases = [
            case("iam.yaml", "Stack: roles.yaml, Export: {Name: the-role}")
                .nests("roles.yaml")
                .exports("the-role"),
            case("roles.yaml", ""),
            case("server.yaml", "ImportValue: the-role")
                .may_apply()
                .imports("the-role"),
        ];
        assert_eq!(search(&cases).1, [[0, 1, 2]]);
    }
}
