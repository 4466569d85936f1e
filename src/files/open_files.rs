use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The files that an editor has open, whose sources replace those on the disk.
///
/// The command line has none.
#[derive(Clone, Debug, Default)]
pub struct OpenFiles(BTreeMap<PathBuf, Arc<str>>);

impl OpenFiles {
    /// Adds a file, or replaces its source.
    pub fn insert(&mut self, path: &Path, source: Arc<str>) {
        self.0.insert(normalized(path), source);
    }

    /// Returns the source of a file, if it is open.
    pub fn get(&self, path: &Path) -> Option<&Arc<str>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&normalized(path))
    }

    /// Iterates over the names of the open files in a folder.
    pub fn names_in(&self, folder: &Path) -> impl Iterator<Item = &Path> {
        let folder = (!self.0.is_empty()).then(|| normalized(folder));
        let paths = self.0.keys().filter(move |path| path.parent() == folder.as_deref());
        paths.filter_map(|path| path.file_name()).map(Path::new)
    }
}

/// Resolves `.` and `..` in a path, without following links.
///
/// A call of a module names its folder with them.
pub fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_file_by_each_of_its_paths() {
        let mut open = OpenFiles::default();
        open.insert(Path::new("/a/b/main.tf"), "x".into());
        for path in ["/a/b/main.tf", "/a/c/../b/./main.tf", "/a/b/c/d/../../main.tf"] {
            assert!(open.get(Path::new(path)).is_some(), "{path}");
        }
        for path in ["/a/main.tf", "../a/b/main.tf", "main.tf"] {
            assert!(open.get(Path::new(path)).is_none(), "{path}");
        }
        let names = |folder: &str| open.names_in(Path::new(folder)).count();
        assert_eq!([names("/a/c/../b"), names("/a"), names("")], [1, 0, 0]);
    }
}
