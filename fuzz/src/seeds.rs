//! Reads the files of the repository that are seeds.

use std::fs;
use std::path::Path;

/// An input to begin with.
pub struct Seed {
    /// The path of its file in the repository, after the options if it has some.
    pub name: String,
    pub input: Vec<u8>,
}

impl Seed {
    /// Returns the seed after the bytes of options with these flags.
    pub(crate) fn with_flags(&self, flags: u8) -> Self {
        Self {
            name: format!("{flags:02x}-{}", self.name),
            ..self.with_head(&[flags, 0, 0])
        }
    }

    /// Returns the seed after these bytes.
    pub(crate) fn with_head(&self, head: &[u8]) -> Self {
        Self {
            name: self.name.clone(),
            input: [head, &*self.input].concat(),
        }
    }
}

/// Returns the templates of the repository.
pub(crate) fn templates() -> Vec<Seed> {
    ["examples", "fuzz/seeds/template", "tests/cases", "tests/variations"]
        .into_iter()
        .flat_map(files)
        .filter(|seed| !seed.name.ends_with(".md"))
        .collect()
}

/// Returns the files of the repository's Terraform modules.
pub(crate) fn module_files() -> Vec<Seed> {
    let mut files = files("tests/modules");
    files.retain(|seed| [".tf", ".tofu", ".json"].iter().any(|end| seed.name.ends_with(end)));
    files
}

/// Returns all files of a folder and its subfolders, sorted by path.
///
/// # Panics
///
/// Panics if a file cannot be read.
pub(crate) fn files(folder: &str) -> Vec<Seed> {
    let mut seeds = Vec::new();
    add_files(folder, &mut seeds);
    seeds.sort_by(|a, b| a.name.cmp(&b.name));
    seeds
}

fn add_files(path: &str, seeds: &mut Vec<Seed>) {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if !full.is_dir() {
        let input = fs::read(full).unwrap_or_else(|error| panic!("{path}: {error}"));
        let name = path.to_owned();
        return seeds.push(Seed { name, input });
    }
    for entry in fs::read_dir(full).unwrap_or_else(|error| panic!("{path}: {error}")) {
        let name = entry.unwrap_or_else(|error| panic!("{path}: {error}")).file_name();
        add_files(&format!("{path}/{}", name.display()), seeds);
    }
}
