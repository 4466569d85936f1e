//! Which configuration is for which template.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::absolute::absolute;
use super::file::Config;
use super::pattern::Patterns;
use super::value::Problem;

/// The name of the file.
pub const FILE_NAME: &str = ".cfn-ipfix.yaml";

/// Where configurations come from.
#[derive(Clone, Debug)]
pub enum Choice {
    /// For each template from the nearest folder above it that has one.
    Nearest,
    /// From this file, for every template. Its patterns are relative to the working folder.
    File(PathBuf),
    /// From nowhere.
    None,
}

/// The configurations of a run, and what the command line excludes beside them. Each file is read once, whichever thread
/// asks first.
pub struct Configs {
    choice: Choice,
    /// What the command line excludes, relative to the working folder.
    pub(super) exclude: Patterns,
    pub(super) working_folder: PathBuf,
    /// What was found in a folder or above it.
    folders: RwLock<HashMap<PathBuf, Found>>,
}

type Found = Result<Arc<Config>, Arc<Broken>>;

/// A configuration that cannot be used.
#[derive(Debug)]
pub struct Broken {
    /// The file.
    pub file: PathBuf,
    /// Its text, as far as it could be read.
    pub text: String,
    /// What is wrong.
    pub why: Why,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// The file cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The text is not a configuration.
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl Configs {
    /// Prepares the search; with an empty working folder, relative paths stay so, and it ends at their first folder.
    pub fn new(choice: Choice, exclude: Patterns, working_folder: PathBuf) -> Self {
        Self {
            choice,
            exclude,
            working_folder,
            folders: RwLock::default(),
        }
    }

    /// A path as configurations want to be asked about it: from the root, without `.` and `..`.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        absolute(path, &self.working_folder)
    }

    /// The configuration of the template at an absolute path.
    ///
    /// # Errors
    ///
    /// If there is one that cannot be used.
    pub fn of(&self, template: &Path) -> Found {
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
        let configs = Configs::new(Choice::Nearest, Patterns::default(), PathBuf::new());
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
        let configs = Configs::new(Choice::Nearest, Patterns::default(), PathBuf::new());
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

    #[cfg(unix)]
    #[test]
    fn a_link_to_what_has_no_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(FILE_NAME)).unwrap();
        let configs = Configs::new(Choice::Nearest, Patterns::default(), PathBuf::new());
        let broken = configs.of(&folder.path().join("t.yaml")).unwrap_err();
        assert!(broken.why.to_string().ends_with("it is no regular file"));
    }
}
