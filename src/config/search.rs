//! Which configuration is for which template.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::settings::Problem;
use super::{Config, FILE_NAME};

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

/// The configurations of a run. Each file is read once.
pub(crate) struct Configs {
    choice: Choice,
    working_folder: PathBuf,
    /// What was found in a folder or above it.
    folders: HashMap<PathBuf, Found>,
}

type Found = Result<Rc<Config>, Rc<Broken>>;

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
    pub(crate) fn new(choice: Choice) -> Self {
        Self {
            choice,
            // Without a working folder, relative paths stay so, and the search ends at their first folder.
            working_folder: std::env::current_dir().unwrap_or_default(),
            folders: HashMap::new(),
        }
    }

    /// A path as configurations want to be asked about it: from the root, without `.` and `..`.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        normal(&self.working_folder.join(path))
    }

    /// The configuration of the template at an absolute path.
    ///
    /// # Errors
    ///
    /// If there is one that cannot be used.
    pub(crate) fn of(&mut self, template: &Path) -> Found {
        let folder = match self.choice {
            Choice::Nearest => template.parent().unwrap_or(template),
            Choice::File(_) | Choice::None => Path::new(""),
        };
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = self.folders.get(folder) {
                found = Some(known.clone());
                break;
            }
            passed.push(folder.to_owned());
            found = self.in_folder(folder);
            if found.is_some() {
                break;
            }
        }
        let found = found.unwrap_or_else(|| Ok(Rc::default()));
        for folder in passed {
            self.folders.insert(folder, found.clone());
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
            Rc::new(Broken {
                file: file.clone(),
                text,
                why,
            })
        };
        let text = fs::read_to_string(path).map_err(|error| broken(String::new(), error.into()))?;
        let config = Config::parse(file.clone(), root.to_owned(), &text);
        config.map(Rc::new).map_err(|problem| broken(text, problem.into()))
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
        let mut configs = Configs::new(Choice::Nearest);
        let mut file_of = |template: &str| configs.of(&folder.path().join(template)).unwrap().file.clone();
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
        let mut configs = Configs::new(Choice::Nearest);
        let mut why_not = |template: &str| {
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
