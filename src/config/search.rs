//! The search for the configuration of each template.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::absolute::absolute;
use super::file::Config;
use super::pattern::Patterns;
use super::value::InvalidSetting;

/// The file name of a configuration.
pub const FILE_NAME: &str = ".cfn-ipfix.yaml";

/// The source of configurations.
#[derive(Clone, Debug)]
pub enum ConfigSource {
    /// The nearest folder above each template that has one.
    Nearest,
    /// This file, for every template; its patterns are relative to the working folder.
    File(PathBuf),
    /// No file.
    None,
}

/// The configurations of a run, and the exclusions of the command line.
///
/// Each file is read once, by the first thread that needs it.
pub struct Configs {
    choice: ConfigSource,
    /// The exclusions of the command line, relative to the working folder.
    pub(super) exclude: Patterns,
    pub(super) working_folder: PathBuf,
    /// The results by folder, each from the folder or one above it.
    ///
    /// The absolute paths are compared as strings, many times faster than by their components.
    folders: RwLock<HashMap<OsString, SearchResult>>,
}

type SearchResult = Result<Arc<Config>, Arc<ConfigError>>;

/// An invalid configuration.
#[derive(Debug)]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// Its source, if it could be read.
    pub text: String,
    /// The reason.
    pub kind: ConfigErrorKind,
}

/// The reason why a configuration is invalid.
#[derive(Debug, thiserror::Error)]
pub enum ConfigErrorKind {
    /// The file cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The source is not a configuration.
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
}

impl Configs {
    /// Creates the search.
    ///
    /// With an empty working folder, relative paths stay relative, and the search ends at their first folder.
    pub fn new(choice: ConfigSource, exclude: Patterns, working_folder: PathBuf) -> Self {
        Self {
            choice,
            exclude,
            working_folder,
            folders: RwLock::default(),
        }
    }

    /// Returns the absolute path without `.` and `..`, as the other functions expect it.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        absolute(path, &self.working_folder)
    }

    /// Returns the configuration of a template, by its absolute path.
    ///
    /// # Errors
    ///
    /// If the configuration is invalid.
    pub fn of(&self, template: &Path) -> SearchResult {
        let folder = match self.choice {
            ConfigSource::Nearest => template.parent().unwrap_or(template),
            ConfigSource::File(_) | ConfigSource::None => Path::new(""),
        };
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(folder.as_os_str()) {
            return known.clone();
        }
        drop(known);
        self.look_for(folder)
    }

    fn look_for(&self, folder: &Path) -> SearchResult {
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = folders.get(folder.as_os_str()) {
                found = Some(known.clone());
                break;
            }
            passed.push(folder.as_os_str().to_owned());
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

    fn in_folder(&self, folder: &Path) -> Option<SearchResult> {
        match &self.choice {
            ConfigSource::None => None,
            ConfigSource::File(file) => Some(self.read(file, &self.working_folder)),
            ConfigSource::Nearest => {
                let file = folder.join(FILE_NAME);
                // What cannot even be seen, in a folder that may not be searched, is not there.
                fs::symlink_metadata(&file).ok()?;
                Some(self.read(&file, folder))
            }
        }
    }

    fn read(&self, path: &Path, root: &Path) -> SearchResult {
        let file = path.strip_prefix(&self.working_folder).unwrap_or(path).to_owned();
        let broken = |text, why| {
            Arc::new(ConfigError {
                file: file.clone(),
                text,
                kind: why,
            })
        };
        let text = self.text(path).map_err(|error| broken(String::new(), error.into()))?;
        let config = Config::parse(file.clone(), root.to_owned(), &text);
        config.map(Arc::new).map_err(|problem| broken(text, problem.into()))
    }

    fn text(&self, path: &Path) -> io::Result<String> {
        // One that is named may be a pipe; one that is come across may be a link to something without an end.
        if matches!(self.choice, ConfigSource::Nearest) && !fs::metadata(path)?.is_file() {
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
    fn uses_the_nearest_file_and_reads_it_once() {
        let folder = folder(&[(FILE_NAME, ""), ("a/b/.cfn-ipfix.yaml", "")]);
        let configs = Configs::new(ConfigSource::Nearest, Patterns::default(), PathBuf::new());
        let file_of = |template: &str| configs.of(&folder.path().join(template)).unwrap().file.clone();
        let (outer, inner) = (folder.path().join(FILE_NAME), folder.path().join("a/b").join(FILE_NAME));
        assert_eq!(file_of("a/t.yaml"), outer);
        assert_eq!(file_of("a/b/t.yaml"), inner);
        fs::write(&inner, "broken: true").unwrap();
        assert_eq!(file_of("a/b/no/such/folder/t.yaml"), inner);
        assert_eq!(file_of("c/t.yaml"), outer);
    }

    #[test]
    fn reports_an_invalid_file() {
        let folder = folder(&[
            ("a/.cfn-ipfix.yaml/file", ""),
            ("b/.cfn-ipfix.yaml", "-"),
            ("c/t.yaml", ""),
        ]);
        let configs = Configs::new(ConfigSource::Nearest, Patterns::default(), PathBuf::new());
        let why_not = |template: &str| {
            configs
                .of(&folder.path().join(template))
                .err()
                .map(|broken| broken.kind.to_string())
        };
        assert!(why_not("a/t.yaml").unwrap().contains("cannot be read"));
        assert!(why_not("b/t.yaml").unwrap().contains("expected settings"));
        assert_eq!(why_not("c/t.yaml"), None);
        // A file on the way is no folder that has one.
        assert_eq!(why_not("c/t.yaml/t.yaml"), None);
    }

    #[cfg(unix)]
    #[test]
    fn does_not_read_a_link_to_an_endless_file() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(FILE_NAME)).unwrap();
        let configs = Configs::new(ConfigSource::Nearest, Patterns::default(), PathBuf::new());
        let broken = configs.of(&folder.path().join("t.yaml")).unwrap_err();
        assert!(broken.kind.to_string().ends_with("it is no regular file"));
    }
}
