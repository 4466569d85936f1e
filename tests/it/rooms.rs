//! Tests of the layout of the source: a room imports only rooms below it in the picture of
//! `docs/architecture.md`, and no imports form a cycle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use super::shared::root;

/// The rooms of the library, from the lowest to the highest.
const ROOMS: &[&str] = &[
    "text",
    "yaml",
    "hcl",
    "model",
    "profile",
    "project",
    "rules",
    "cloudformation",
    "terraform",
    "fix",
    "check",
    "lib",
    "config",
    "report",
    "files",
    "server",
];

/// Pairs of rooms; the first must not import the second.
///
/// The order of `ROOMS` alone would allow it.
const STRANGERS: &[(&str, &str)] = &[
    ("hcl", "yaml"),
    ("model", "yaml"),
    ("profile", "yaml"),
    ("project", "yaml"),
    ("project", "hcl"),
    ("project", "profile"),
    ("rules", "yaml"),
    ("fix", "yaml"),
    ("fix", "cloudformation"),
    ("check", "yaml"),
    ("check", "cloudformation"),
    ("report", "yaml"),
    ("report", "cloudformation"),
    ("report", "config"),
    ("files", "config"),
    ("files", "report"),
    ("files", "yaml"),
    ("files", "model"),
    ("model", "hcl"),
    ("profile", "hcl"),
    ("rules", "hcl"),
    ("cloudformation", "hcl"),
    ("fix", "hcl"),
    ("check", "hcl"),
    ("report", "hcl"),
    ("config", "hcl"),
    ("files", "hcl"),
    ("terraform", "cloudformation"),
    ("server", "yaml"),
    ("server", "hcl"),
    ("server", "profile"),
    ("fix", "terraform"),
    ("check", "terraform"),
    ("config", "terraform"),
];

#[test]
fn a_room_imports_only_rooms_below_it() {
    let sources = Sources::read();
    for (file, imports) in sources.imports() {
        let Some(own) = room_of(&file) else { continue };
        for import in imports {
            let Some(other) = room_of(&import) else { continue };
            let position = |room: &str| ROOMS.iter().position(|other| *other == room).unwrap();
            assert!(position(&other) <= position(&own), "{file} imports {import}");
            let are_strangers = STRANGERS.contains(&(own.as_str(), other.as_str()));
            assert!(!are_strangers, "{file} imports {import}");
        }
    }
}

#[test]
fn imports_form_no_cycle() {
    let imports = Sources::read().imports();
    let cycles: Vec<_> = imports.keys().filter_map(|file| cycle(file, &imports)).collect();
    assert!(cycles.is_empty(), "{}", cycles.join("\n"));
}

/// Returns the shortest chain of imports from a file to itself.
fn cycle(start: &String, imports: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let mut chains = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(chain) = chains.pop_front() {
        for next in imports.get(*chain.last()?)? {
            if next == start {
                let chain: Vec<_> = chain.into_iter().map(String::as_str).collect();
                return Some(chain.join(" -> "));
            }
            if seen.insert(next) {
                chains.push_back([chain.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

/// Returns the room of a file.
///
/// `None` for files of the command, which may import every room.
fn room_of(file: &str) -> Option<String> {
    let first = file.split('/').next()?.trim_end_matches(".rs");
    (!["cli", "main"].contains(&first)).then(|| first.to_owned())
}

/// The source files without their tests, by their paths below `src`.
struct Sources(BTreeMap<String, String>);

impl Sources {
    fn read() -> Self {
        let src = root().join("src");
        let mut files = BTreeMap::new();
        let mut folders = vec![src.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
                    files.insert(name_of(path.strip_prefix(&src).unwrap()), code);
                }
            }
        }
        assert!(files.len() > 50, "{files:?}");
        Self(files)
    }

    /// Returns the files that each file imports or calls.
    ///
    /// Re-exports with `pub use` do not count.
    fn imports(&self) -> BTreeMap<String, BTreeSet<String>> {
        let imports = self.0.iter().map(|(file, code)| {
            let mut paths = uses(code, &["use "]);
            paths.extend(calls_of_children(code));
            paths.extend(paths_in_code(code));
            let found = paths.iter().filter_map(|path| self.resolve(file, path));
            let others = found.filter(|other| other != file).collect();
            (file.clone(), others)
        });
        imports.collect()
    }

    /// Returns the file that defines the item at `path`, as written in `file`.
    fn resolve(&self, file: &str, path: &[String]) -> Option<String> {
        let own = module_of(file);
        let mut absolute: Vec<String> = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "cfn_ipfix" if file.starts_with("cli") || file == "main.rs" => Vec::new(),
            "super" | "self" => own.clone(),
            first => {
                // A module inside this one.
                let inner = [own.as_slice(), &[first.to_owned()]].concat();
                self.file_of(&inner)?;
                own.clone()
            }
        };
        for segment in path {
            match segment.as_str() {
                "crate" | "cfn_ipfix" | "self" => {}
                "super" => drop(absolute.pop()),
                segment => absolute.push(segment.to_owned()),
            }
        }
        let mut len = (0..=absolute.len())
            .rev()
            .find(|&len| self.file_of(&absolute[..len]).is_some())?;
        // Follow re-exports to the definition.
        let mut module = absolute[..len].to_vec();
        loop {
            let file = self.file_of(&module)?;
            let Some(name) = absolute.get(len) else {
                return Some(file);
            };
            let re_exports = uses(&self.0[&file], &["pub use ", "pub(super) use ", "pub(crate) use "]);
            let source = re_exports.iter().find(|path| path.last() == Some(name));
            let Some(inner) = source.and_then(|path| path.first()).filter(|first| *first != "super") else {
                return Some(file);
            };
            let next = [module.as_slice(), std::slice::from_ref(inner)].concat();
            if self.file_of(&next).is_none() {
                return Some(file);
            }
            module = next;
            absolute.insert(len, inner.clone());
            len += 1;
        }
    }

    fn file_of(&self, module: &[String]) -> Option<String> {
        let path: PathBuf = module.iter().collect();
        let names = match module {
            [] => vec!["lib.rs".to_owned()],
            _ => vec![name_of(&path.with_extension("rs")), name_of(&path.join("mod.rs"))],
        };
        names.into_iter().find(|name| self.0.contains_key(name))
    }
}

fn name_of(path: &Path) -> String {
    path.to_str().unwrap().replace('\\', "/")
}

fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// Returns the paths of `use` items that begin with one of `starts`.
fn uses(code: &str, starts: &[&str]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut rest = code;
    while !rest.is_empty() {
        if let Some(start) = starts.iter().find(|start| rest.starts_with(**start)) {
            let end = rest.find(';').unwrap();
            flatten(&rest[start.len()..end], &mut Vec::new(), &mut paths);
            rest = &rest[end..];
        }
        let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
        rest = &rest[line..];
    }
    paths
}

/// Returns the paths from the root of the crate outside `use` items.
fn paths_in_code(code: &str) -> Vec<Vec<String>> {
    let is_item = |line: &&str| !line.starts_with("//") && !line.contains("use crate::");
    let lines = code.lines().map(str::trim_start).filter(is_item);
    let paths = lines.flat_map(|line| line.split("crate::").skip(1));
    let paths = paths.map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
        let path = rest[..end.unwrap_or(rest.len())].split("::");
        let segments = path.filter(|segment| !segment.is_empty()).map(str::to_owned);
        std::iter::once("crate".to_owned()).chain(segments).collect()
    });
    paths.collect()
}

/// Returns the paths to child modules that the code of a module calls.
fn calls_of_children(code: &str) -> Vec<Vec<String>> {
    let is_item = |line: &str| {
        ["//", "use ", "pub use ", "pub(super) use ", "pub(crate) use "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let lines = code.lines().map(str::trim_start);
    let mut calls = BTreeSet::new();
    for child in lines
        .clone()
        .filter_map(|line| Some(line.strip_suffix(';')?.rsplit_once("mod ")?.1))
    {
        let call = format!("{child}::");
        let is_call = |line: &str| {
            line.match_indices(&call)
                .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c)))
        };
        if lines.clone().any(|line| !is_item(line) && is_call(line)) {
            calls.insert(vec!["self".to_owned(), child.to_owned()]);
        }
    }
    calls.into_iter().collect()
}

/// Splits `a::{b, c::d}` into `a::b` and `a::c::d`.
fn flatten(tree: &str, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let (head, inner) = match tree.split_once('{') {
        Some((head, inner)) => (head, inner.rsplit_once('}').map(|(inner, _)| inner)),
        None => (tree, None),
    };
    let segments = head.split("::").map(str::trim).filter(|segment| !segment.is_empty());
    let segments: Vec<_> = segments
        .map(|segment| segment.split(" as ").next().unwrap().to_owned())
        .collect();
    let len = before.len();
    before.extend(segments);
    match inner {
        None => paths.push(before.clone()),
        Some(inner) => {
            let mut depth = 0;
            let mut start = 0;
            for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        if !inner[start..at].trim().is_empty() {
                            flatten(&inner[start..at], before, paths);
                        }
                        start = at + 1;
                    }
                    _ => {}
                }
            }
        }
    }
    before.truncate(len);
}
