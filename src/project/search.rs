//! Finds groups of files, and parses only those that can be in one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem;

use super::groups::groups;
use super::hints::{FileHints, Word, hash, words};
use super::links::{FileLinks, SharedName, TemplateLocation};
use super::location::ProjectPaths;
use super::union_find::UnionFind;

/// The facts about a file that are known before it is parsed.
#[derive(Clone, Debug)]
pub struct UnparsedFile<'f> {
    /// The path, with `/` between names and relative to the same folder as the other files' paths.
    pub path: String,
    /// True if a rule may apply to the file.
    pub may_apply: bool,
    /// The hints, if there are any.
    pub hints: Option<&'f FileHints>,
    /// True if the file is one template with all others of its folder for which this is true.
    pub shares_folder: bool,
}

/// A search for the groups of files that may pass values to each other.
///
/// It asks for the links of some files until the groups are known. A value passes from a file that has a role to a file with
/// a slot whose value may come from another file, up or down through nested stacks, and from an export to an import. So the
/// search begins with the files that may have such a slot, and reads links only where the hints allow one.
#[derive(Debug)]
pub struct GroupSearch<'f> {
    files: Vec<UnparsedFile<'f>>,
    paths: ProjectPaths,
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
    /// The files with a slot whose value may come from another file.
    takes_values: BTreeSet<usize>,
    /// The files whose links are wanted next.
    wanted: Vec<usize>,
    was_wanted: Vec<bool>,
    /// The number of exporters that may still be compared with imports.
    budget: usize,
}

/// The limit of comparisons of exporters with imports.
///
/// Names are words that a project chooses, and a hostile one may choose the same for all.
const MAX_COMPARISONS: usize = 1 << 22;

impl<'f> GroupSearch<'f> {
    /// Returns the indices of the files of each group, in ascending order.
    ///
    /// A file of each group has a slot whose value may come from another file.
    ///
    /// `look` returns the links of each of some files, and whether it has such a slot. `read` returns the links alone, if the
    /// file has any.
    ///
    /// # Errors
    ///
    /// The errors of `look` and `read`.
    pub fn groups<E>(
        files: Vec<UnparsedFile<'f>>,
        look: impl FnOnce(&[usize]) -> Result<Vec<(FileLinks, bool)>, E>,
        mut read: impl FnMut(&[usize]) -> Result<Vec<Option<FileLinks>>, E>,
    ) -> Result<Vec<Vec<usize>>, E> {
        let mut search = Self::new(files);
        let undecided = search.undecided();
        let looks = look(&undecided)?;
        search.decide(undecided.into_iter().zip(looks));
        loop {
            let wanted = mem::take(&mut search.wanted);
            if wanted.is_empty() {
                return Ok(search.found());
            }
            for (at, links) in wanted.iter().zip(read(&wanted)?) {
                search.add(*at, links);
            }
        }
    }

    fn new(files: Vec<UnparsedFile<'f>>) -> Self {
        let paths = ProjectPaths::of(files.iter().map(|file| file.path.as_str()));
        let sets = nesting_sets(&files, &paths);
        let mut set_of = vec![0; files.len()];
        for (number, set) in sets.iter().enumerate() {
            for &file in set {
                if let Some(own) = set_of.get_mut(file) {
                    *own = number;
                }
            }
        }
        Self {
            paths,
            links: vec![None; files.len()],
            is_reached: vec![false; sets.len()],
            was_wanted: vec![false; files.len()],
            exporters: exporters(&files),
            known_names: HashSet::new(),
            takes_values: BTreeSet::new(),
            wanted: Vec::new(),
            budget: MAX_COMPARISONS,
            files,
            sets,
            set_of,
        }
    }

    /// Returns the files that may have a slot whose value comes from another file.
    fn undecided(&self) -> Vec<usize> {
        let is_undecided = |&at: &usize| {
            let may_apply = self.file(at).is_some_and(|file| file.may_apply);
            let is_related = self.set(at).len() > 1;
            may_apply && (is_related || self.may_import(at))
        };
        (0..self.files.len()).filter(is_undecided).collect()
    }

    /// Adds the links of all undecided files, and reaches those that have such a slot.
    fn decide(&mut self, looks: impl Iterator<Item = (usize, (FileLinks, bool))>) {
        for (at, (links, takes_values)) in looks {
            if let Some(was_wanted) = self.was_wanted.get_mut(at) {
                *was_wanted = true;
            }
            if let Some(own) = self.links.get_mut(at) {
                *own = Some(links);
            }
            if takes_values || self.is_part(at) {
                self.takes_values.insert(at);
            }
        }
        for at in self.takes_values.clone() {
            self.reach(at);
        }
    }

    /// Adds the links of a wanted file, if it has any.
    fn add(&mut self, at: usize, links: Option<FileLinks>) {
        if let Some(own) = self.links.get_mut(at) {
            *own = links;
        }
        self.reach_imports(at);
    }

    fn found(self) -> Vec<Vec<usize>> {
        let links: Vec<_> = self.links.iter().map(Option::as_ref).collect();
        let groups = groups(&self.paths, &links, &folder_mates(&self.files)).into_iter();
        let takes_values = |at: &usize| self.takes_values.contains(at);
        groups.filter(|group| group.iter().any(takes_values)).collect()
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
            let is_parent = set.len() > 1 && self.hints(file).is_some_and(|hints| !hints.paths.is_empty());
            if self.was_wanted.get(file) == Some(&true) {
                self.reach_imports(file);
            } else if is_parent || self.may_import(file) {
                self.want(file);
            }
        }
    }

    /// Reaches the files that may export what a file imports.
    fn reach_imports(&mut self, file: usize) {
        let links = self.links.get(file).and_then(Option::as_ref);
        for name in links.map(|links| links.imports.clone()).unwrap_or_default() {
            self.reach_exporters(&name);
        }
    }

    /// Returns whether a file may be one template with others.
    fn is_part(&self, file: usize) -> bool {
        let set = self.set(file);
        let includes = |at: &usize| self.hints(*at).is_some_and(|hints| hints.includes);
        set.len() > 1 && (set.iter().any(includes) || self.file(file).is_some_and(|file| file.shares_folder))
    }

    fn may_import(&self, file: usize) -> bool {
        !self.exporters.is_empty() && self.hints(file).is_some_and(|hints| hints.imports)
    }

    /// Returns the files that nested stacks may relate to a file, with that file.
    fn set(&self, file: usize) -> &[usize] {
        let number = self.set_of.get(file);
        number
            .and_then(|number| self.sets.get(*number))
            .map_or(&[], Vec::as_slice)
    }

    /// Reaches the files that may export a name, if one of them may export a role or a profile.
    ///
    /// All of them are reached then, because exporters that disagree say nothing.
    fn reach_exporters(&mut self, name: &SharedName) {
        if !name.says_something() || !self.known_names.insert(name.clone()) {
            return;
        }
        let words: Vec<_> = words(name.0.as_bytes()).map(hash).collect();
        // An export may have the name of its stack in place of all words of a literal name but the last.
        let (key, needed) = match words.split_last() {
            Some((last, _)) if name.is_literal() => (Some(*last), std::slice::from_ref(last)),
            _ => {
                let number = |word: &&Word| self.exporters.get(*word).map_or(0, Vec::len);
                (words.iter().min_by_key(number).copied(), words.as_slice())
            }
        };
        let named = key
            .and_then(|key| self.exporters.get(&key))
            .map_or(&[][..], Vec::as_slice);
        self.budget = self.budget.saturating_sub(named.len());
        if self.budget == 0 {
            return;
        }
        let has_all = |exporter: &&usize| {
            let hints = self.hints(**exporter);
            hints.is_some_and(|hints| needed.iter().all(|word| hints.export_words.binary_search(word).is_ok()))
        };
        let exporters: Vec<_> = named.iter().filter(has_all).copied().collect();
        if exporters.iter().any(|exporter| self.may_give(*exporter)) {
            for exporter in exporters {
                self.reach(exporter);
                self.want(exporter);
            }
        }
    }

    /// Returns whether a value of a file may be a role or a profile.
    fn may_give(&self, file: usize) -> bool {
        self.set(file).len() > 1 || self.hints(file).is_some_and(|hints| hints.has_iam || hints.imports)
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
fn nesting_sets(files: &[UnparsedFile<'_>], paths: &ProjectPaths) -> Vec<Vec<usize>> {
    let mut related = UnionFind::of(files.len());
    for (parent, file) in files.iter().enumerate() {
        for path in file.hints.iter().flat_map(|hints| &hints.paths) {
            for child in locations(path).flat_map(|location| paths.candidates(parent, &location)) {
                related.join(parent, child);
            }
        }
    }
    for [one, other] in folder_mates(files) {
        related.join(one, other);
    }
    related.sets()
}

/// Returns pairs of the files that are one template with others of their folder.
fn folder_mates(files: &[UnparsedFile<'_>]) -> Vec<[usize; 2]> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let sharing = files.iter().enumerate().filter(|(_, file)| file.shares_folder);
    let pairs = sharing.map(|(at, file)| {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        [*first.entry(folder).or_insert(at), at]
    });
    pairs.filter(|[one, other]| one != other).collect()
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::convert::Infallible;

    use super::super::hints::Signs;
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
            let signs = Signs {
                nests: has("Stack"),
                imports: has("ImportValue"),
                exports: has("Export"),
                includes: has("${file("),
            };
            FileHints::read(case.source.as_bytes(), signs)
        });
        let hints: Vec<_> = hints.collect();
        let files = cases.iter().zip(&hints).map(|(case, hints)| UnparsedFile {
            path: case.path.to_owned(),
            may_apply: case.may_apply,
            hints: hints.as_ref(),
            shares_folder: case.path.contains(".ebextensions/"),
        });
        let parsed = RefCell::new(Vec::new());
        let links = |at: &usize| {
            parsed.borrow_mut().push(cases[*at].path);
            cases[*at].links.clone()
        };
        let look = |files: &[usize]| Ok(files.iter().map(|at| (links(at), true)).collect());
        let read = |files: &[usize]| Ok(files.iter().map(|at| Some(links(at))).collect());
        let Ok(groups) = GroupSearch::groups::<Infallible>(files.collect(), look, read);
        let mut parsed = parsed.into_inner();
        parsed.sort_unstable();
        (parsed, groups)
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
        assert_eq!(search(&cases).0, ["a/x.yaml", "main.yaml", "server.yaml"]);
        assert_eq!(search(&cases).1, [[0, 1]]);
    }

    #[test]
    fn joins_the_parts_of_one_template() {
        let cases = [
            case("a/.ebextensions/x.config", ""),
            case("a/.ebextensions/y.config", "").may_apply(),
            case("b/.ebextensions/x.config", "").may_apply(),
            case("s/serverless.yml", "${file(iam.yml)}").nests("iam.yml"),
            case("s/iam.yml", "").may_apply(),
        ];
        assert_eq!(search(&cases).1, [[0, 1], [3, 4]]);
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
                "AWS::IAM::InstanceProfile Export: {Name: '${S}-Profile'}",
            )
            .exports("{}-Profile"),
            case("literal.yaml", "ImportValue: iam-Profile")
                .may_apply()
                .imports("iam-Profile"),
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
