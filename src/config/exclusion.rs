//! Excluded templates and folders.

use std::fmt;
use std::path::{Path, PathBuf};

use super::search::Configs;
use crate::text::printable::printable;

/// The source of an exclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExcludedBy {
    /// `--exclude`.
    CommandLine,
    /// A configuration file.
    Configuration(PathBuf),
}

impl Configs {
    /// Returns the source that excludes a file or folder itself, by its absolute path.
    ///
    /// Its parent folders are not considered. An invalid configuration excludes nothing.
    pub fn excluder(&self, path: &Path, is_folder: bool) -> Option<ExcludedBy> {
        // The working folder and those that it is in are not below it.
        let is_above = || is_folder && self.working_folder.starts_with(path);
        let relative = || path.strip_prefix(&self.working_folder).unwrap_or(path);
        if !self.exclude.is_empty() && !is_above() && self.exclude.matches_itself(relative(), is_folder) {
            return Some(ExcludedBy::CommandLine);
        }
        let config = self.of(path).ok().filter(|config| config.excludes(path, is_folder))?;
        Some(ExcludedBy::Configuration(config.file.clone()))
    }

    /// Returns the source that excludes a file or folder, or one of its parent folders.
    pub fn excluder_of_any(&self, path: &Path, is_folder: bool) -> Option<ExcludedBy> {
        let mut entries: Vec<_> = path.ancestors().filter(|entry| entry.file_name().is_some()).collect();
        entries.reverse();
        entries
            .into_iter()
            .find_map(|entry| self.excluder(entry, is_folder || entry != path))
    }
}

impl fmt::Display for ExcludedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("`--exclude`"),
            Self::Configuration(file) => f.write_str(&printable(&file.to_string_lossy())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::pattern::Patterns;
    use super::super::search::{ConfigSource, FILE_NAME};
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn excludes_as_gitignore_does() {
        let folder = folder(&[
            (
                FILE_NAME,
                "exclude: [vendor/, '*.gen.yaml', '!keep.gen.yaml', '!vendor/keep.yaml', /a/*.json]",
            ),
            ("inner/.cfn-ipfix.yaml", "exclude: [/b.yaml]"),
        ]);
        let exclude = Patterns::new(&["generated/".to_owned(), "/outer".to_owned(), "working".to_owned()]).unwrap();
        let working_folder = folder.path().join("outer/generated/working");
        let configs = Configs::new(ConfigSource::Nearest, exclude, working_folder);
        for (path, is_folder, expected) in [
            ("a.yaml", false, false),
            ("vendor/a.yaml", false, true),
            ("vendor/keep.yaml", false, true),
            ("b/vendor/c/a.yaml", false, true),
            ("b/vendor", true, true),
            ("vendor", false, false),
            ("b/a.gen.yaml", false, true),
            ("b/keep.gen.yaml", false, false),
            ("a/b.json", false, true),
            ("a/b/c.json", false, false),
            ("inner/vendor/a.yaml", false, false),
            ("inner/b.yaml", false, true),
            ("inner/c/b.yaml", false, false),
            ("inner/generated/a.yaml", false, true),
            ("outer/generated/working", true, false),
            ("outer/generated/working/a.yaml", false, false),
            ("outer/generated/working/outer/a.yaml", false, true),
            ("outer/generated/working/b/outer/a.yaml", false, false),
        ] {
            let path = folder.path().join(path);
            let is_excluded = configs.excluder_of_any(&path, is_folder).is_some();
            assert_eq!(is_excluded, expected, "{}", path.display());
        }
    }
}
