//! Which configuration is for which template.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::pattern::Patterns;
use super::settings::Problem;
use super::{Config, FILE_NAME};
use crate::printable::printable;

/// Where configurations come from.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    /// For each template from the nearest folder above it that has one.
    Nearest,
    /// From this file, for every template. Its patterns are relative to the working folder.
    File(PathBuf),
    /// From nowhere.
    None,
}

/// The configurations of a run, and what the command line excludes beside them. Each file is read once, whichever thread
/// asks first.
pub(crate) struct Configs {
    choice: Choice,
    /// What the command line excludes, relative to the working folder.
    exclude: Patterns,
    working_folder: PathBuf,
    /// What was found in a folder or above it.
    folders: RwLock<HashMap<PathBuf, Found>>,
}

type Found = Result<Arc<Config>, Arc<Broken>>;

/// What leaves a template or a folder out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Excluder {
    /// `--exclude`.
    CommandLine,
    /// A configuration, by its file.
    Configuration(PathBuf),
}

/// A configuration that cannot be used.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The file.
    pub(crate) file: PathBuf,
    /// Its text, as far as it could be read.
    pub(crate) text: String,
    /// What is wrong.
    pub(crate) why: Why,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Why {
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl Configs {
    pub(crate) fn new(choice: Choice, exclude: Patterns) -> Self {
        Self {
            choice,
            exclude,
            // Without a working folder, relative paths stay so, and the search ends at their first folder.
            working_folder: std::env::current_dir().unwrap_or_default(),
            folders: RwLock::default(),
        }
    }

    /// A path as configurations want to be asked about it: from the root, without `.` and `..`.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        let path = self.working_folder.join(path.strip_prefix(".").unwrap_or(path));
        let mut pairs = path.as_os_str().as_encoded_bytes().windows(2);
        // Most paths have nothing to lose, and taking them apart is what costs most about them.
        match pairs.any(|pair| matches!(pair, [b'/' | b'\\', b'.'])) {
            true => normal(&path),
            false => path,
        }
    }

    /// The configuration of the template at an absolute path.
    ///
    /// # Errors
    ///
    /// If there is one that cannot be used.
    pub(crate) fn of(&self, template: &Path) -> Found {
        let folder = match self.choice {
            Choice::Nearest => template.parent().unwrap_or(template),
            Choice::File(_) | Choice::None => Path::new(""),
        };
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(folder) {
            return known.clone();
        }
        drop(known);
        self.look_for(folder)
    }

    /// What leaves out the file or the folder at an absolute path for its own sake, not for that of a folder that it is in.
    /// A configuration that cannot be used excludes nothing.
    pub(crate) fn excluder(&self, path: &Path, is_folder: bool) -> Option<Excluder> {
        // The working folder and those that it is in are not below it.
        let is_above = self.working_folder.starts_with(path);
        let relative = path.strip_prefix(&self.working_folder).unwrap_or(path);
        if !is_above && self.exclude.matches_itself(relative, is_folder) {
            return Some(Excluder::CommandLine);
        }
        let config = self.of(path).ok().filter(|config| config.excludes(path, is_folder))?;
        Some(Excluder::Configuration(config.file.clone()))
    }

    /// What leaves out the file or the folder at an absolute path, or a folder that it is in.
    pub(crate) fn excluder_of_any(&self, path: &Path, is_folder: bool) -> Option<Excluder> {
        let mut entries: Vec<_> = path.ancestors().filter(|entry| entry.file_name().is_some()).collect();
        entries.reverse();
        entries
            .into_iter()
            .find_map(|entry| self.excluder(entry, is_folder || entry != path))
    }

    fn look_for(&self, folder: &Path) -> Found {
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = folders.get(folder) {
                found = Some(known.clone());
                break;
            }
            passed.push(folder.to_owned());
            found = self.in_folder(folder);
            if found.is_some() {
                break;
            }
        }
        let found = found.unwrap_or_else(|| Ok(Arc::default()));
        for folder in passed {
            folders.insert(folder, found.clone());
        }
        found
    }

    fn in_folder(&self, folder: &Path) -> Option<Found> {
        match &self.choice {
            Choice::None => None,
            Choice::File(file) => Some(self.read(file, &self.working_folder)),
            Choice::Nearest => {
                let file = folder.join(FILE_NAME);
                // What cannot even be seen, in a folder that may not be searched, is not there.
                fs::symlink_metadata(&file).ok()?;
                Some(self.read(&file, folder))
            }
        }
    }

    fn read(&self, path: &Path, root: &Path) -> Found {
        let file = path.strip_prefix(&self.working_folder).unwrap_or(path).to_owned();
        let broken = |text, why| {
            Arc::new(Broken {
                file: file.clone(),
                text,
                why,
            })
        };
        let text = self.text(path).map_err(|error| broken(String::new(), error.into()))?;
        let config = Config::parse(file.clone(), root.to_owned(), &text);
        config.map(Arc::new).map_err(|problem| broken(text, problem.into()))
    }

    fn text(&self, path: &Path) -> io::Result<String> {
        // One that is named may be a pipe; one that is come across may be a link to something without an end.
        if matches!(self.choice, Choice::Nearest) && !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        fs::read_to_string(path)
    }
}

impl fmt::Display for Excluder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("`--exclude`"),
            Self::Configuration(file) => f.write_str(&printable(&file.to_string_lossy())),
        }
    }
}

/// A path without `.` and `..`, as it is written: symbolic links are not followed.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
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
    fn the_nearest_one_counts_and_is_read_once() {
        let folder = folder(&[(FILE_NAME, ""), ("a/b/.cfn-ipfix.yaml", "")]);
        let configs = Configs::new(Choice::Nearest, Patterns::default());
        let file_of = |template: &str| configs.of(&folder.path().join(template)).unwrap().file.clone();
        let (outer, inner) = (folder.path().join(FILE_NAME), folder.path().join("a/b").join(FILE_NAME));
        assert_eq!(file_of("a/t.yaml"), outer);
        assert_eq!(file_of("a/b/t.yaml"), inner);
        fs::write(&inner, "broken: true").unwrap();
        assert_eq!(file_of("a/b/no/such/folder/t.yaml"), inner);
        assert_eq!(file_of("c/t.yaml"), outer);
    }

    #[test]
    fn what_is_there_and_cannot_be_used_is_an_error() {
        let folder = folder(&[
            ("a/.cfn-ipfix.yaml/file", ""),
            ("b/.cfn-ipfix.yaml", "-"),
            ("c/t.yaml", ""),
        ]);
        let configs = Configs::new(Choice::Nearest, Patterns::default());
        let why_not = |template: &str| {
            configs
                .of(&folder.path().join(template))
                .err()
                .map(|broken| broken.why.to_string())
        };
        assert!(why_not("a/t.yaml").unwrap().contains("cannot be read"));
        assert!(why_not("b/t.yaml").unwrap().contains("expected settings"));
        assert_eq!(why_not("c/t.yaml"), None);
        // A file on the way is no folder that has one.
        assert_eq!(why_not("c/t.yaml/t.yaml"), None);
    }

    #[test]
    fn exclusion_is_that_of_gitignore() {
        let folder = folder(&[
            (
                FILE_NAME,
                "exclude: [vendor/, '*.gen.yaml', '!keep.gen.yaml', '!vendor/keep.yaml', /a/*.json]",
            ),
            ("inner/.cfn-ipfix.yaml", "exclude: [/b.yaml]"),
        ]);
        let exclude = Patterns::new(&["generated/".to_owned(), "/outer".to_owned(), "working".to_owned()]).unwrap();
        let configs = Configs {
            working_folder: folder.path().join("outer/generated/working"),
            ..Configs::new(Choice::Nearest, exclude)
        };
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

    #[cfg(unix)]
    #[test]
    fn a_link_to_what_has_no_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(FILE_NAME)).unwrap();
        let configs = Configs::new(Choice::Nearest, Patterns::default());
        let broken = configs.of(&folder.path().join("t.yaml")).unwrap_err();
        assert!(broken.why.to_string().ends_with("it is no regular file"));
    }

    #[test]
    fn paths_lose_their_dots() {
        for (path, expected) in [
            ("/a/./b", "/a/b"),
            ("/a/../b/c/..", "/b"),
            ("/../a", "/a"),
            ("a/../../b", "b"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
