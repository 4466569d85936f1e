//! Finds the repository of a file.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

/// Finds the repositories of files, and remembers the folders that it has seen.
#[derive(Debug, Default)]
pub struct Repositories {
    /// The repositories of folders, whose paths are hashed as bytes: taking them apart costs more than the rest.
    known: HashMap<OsString, Option<Arc<Path>>>,
}

impl Repositories {
    /// Returns the folder of the repository that has a file, by its absolute path.
    ///
    /// It is the nearest folder above with a directory `.git`. A submodule has a file `.git`, and belongs to the
    /// repository above it.
    pub fn of(&mut self, file: &Path) -> Option<Arc<Path>> {
        let mut passed = Vec::new();
        let mut found = None;
        for folder in file.ancestors().skip(1) {
            if let Some(known) = self.known.get(folder.as_os_str()) {
                found = known.clone();
                break;
            }
            passed.push(folder);
            if folder.join(".git").is_dir() {
                found = Some(Arc::from(folder));
                break;
            }
        }
        for folder in passed {
            self.known.insert(folder.into(), found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn finds_the_nearest_repository() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["one/.git", "one/deep/folder", "one/inner/.git", "one/module/folder"] {
            fs::create_dir_all(at(path)).unwrap();
        }
        fs::write(at("one/module/.git"), "gitdir: ../.git/modules/module").unwrap();
        let mut repositories = Repositories::default();
        for (file, expected) in [
            ("one/x.yaml", Some("one")),
            ("one/deep/folder/x.yaml", Some("one")),
            ("one/inner/x.yaml", Some("one/inner")),
            ("one/module/folder/x.yaml", Some("one")),
            ("one/deep/x.yaml", Some("one")),
        ] {
            let found = repositories.of(&at(file));
            assert_eq!(found.as_deref(), expected.map(at).as_deref(), "{file}");
        }
        let outside = repositories.of(&at("x.yaml"));
        assert!(outside.is_none_or(|outside| folder.path().starts_with(outside)));
    }
}
