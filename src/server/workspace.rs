//! The workspace folders, with their settings and configurations.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{Uri, WorkspaceFolder};

use super::settings::Settings;
use super::uri;
use crate::Options;
use crate::config::{Config, ConfigError, ConfigSource, Configs, Patterns};

/// The workspace folders, and the place of everything outside them.
pub(super) struct Workspace {
    folders: Vec<Folder>,
    outside: Folder,
}

/// A workspace folder.
struct Folder {
    path: PathBuf,
    settings: Settings,
    configs: Arc<Configs>,
}

impl Workspace {
    /// Creates the workspace; every folder has the same settings at first.
    pub(super) fn new(folders: Vec<PathBuf>, working_folder: &Path, settings: &Settings) -> Self {
        let outside = folders.first().map_or(working_folder, PathBuf::as_path).to_owned();
        let folders = folders.into_iter().map(|path| Folder::new(path, settings.clone()));
        Self {
            folders: folders.collect(),
            outside: Folder::new(outside, settings.clone()),
        }
    }

    /// Adds and removes folders.
    pub(super) fn change(&mut self, added: &[WorkspaceFolder], removed: &[WorkspaceFolder]) {
        let paths = |folders: &[WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect()
        };
        let removed = paths(removed);
        self.folders.retain(|folder| !removed.contains(&folder.path));
        let settings = self.outside.settings.clone();
        self.folders
            .extend(paths(added).into_iter().map(|path| Folder::new(path, settings.clone())));
    }

    /// Returns the URIs of the folders, in the order of [`Workspace::set_each`].
    pub(super) fn uris(&self) -> impl Iterator<Item = Uri> {
        self.folders.iter().map(|folder| uri::of_path(&folder.path))
    }

    /// Sets the settings of every folder.
    pub(super) fn set_all(&mut self, settings: &Settings) {
        for folder in self.all_mut() {
            *folder = Folder::new(std::mem::take(&mut folder.path), settings.clone());
        }
    }

    /// Sets the settings of the place outside the folders, then those of each folder.
    pub(super) fn set_each(&mut self, settings: impl IntoIterator<Item = Settings>) {
        for (folder, settings) in self.all_mut().zip(settings) {
            *folder = Folder::new(std::mem::take(&mut folder.path), settings);
        }
    }

    /// Forgets the configuration files, so that they are read again.
    pub(super) fn reload(&mut self) {
        for folder in self.all_mut() {
            folder.reload();
        }
    }

    /// Returns the settings for a document.
    pub(super) fn settings(&self, path: Option<&Path>) -> &Settings {
        &self.folder(path).settings
    }

    /// Returns the options for a document; `None` if it is excluded.
    ///
    /// # Errors
    ///
    /// If its configuration is invalid.
    pub(super) fn options(&self, path: Option<&Path>) -> Result<Option<Options>, Arc<ConfigError>> {
        let Folder { settings, configs, .. } = self.folder(path);
        let Some(path) = path else {
            return Ok(Some(Config::default().options(Path::new(""), &settings.overrides)));
        };
        let path = configs.absolute(path);
        let config = configs.of(&path)?;
        let is_excluded = configs.excluder_of_any(&path, false).is_some();
        Ok((!is_excluded).then(|| config.options(&path, &settings.overrides)))
    }

    /// Returns the path of the innermost folder that has a document; `None` if it is outside of all.
    pub(super) fn folder_of(&self, document: &Path) -> Option<&Path> {
        let path = &self.folder(Some(document)).path;
        (document.starts_with(path) && self.has_folder(path)).then_some(path)
    }

    /// Returns whether this is the path of a folder.
    pub(super) fn has_folder(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| folder.path == path)
    }

    /// Returns the configurations for the files in a folder.
    pub(super) fn configs_of(&self, folder: &Path) -> Arc<Configs> {
        Arc::clone(&self.folder(Some(folder)).configs)
    }

    /// Returns the path of an invalid configuration.
    pub(super) fn path_of(&self, document: Option<&Path>, error: &ConfigError) -> PathBuf {
        self.folder(document).path.join(&error.file)
    }

    /// Returns the innermost folder of a document.
    fn folder(&self, path: Option<&Path>) -> &Folder {
        let containing = self
            .folders
            .iter()
            .filter(|folder| path.is_some_and(|path| path.starts_with(&folder.path)));
        containing
            .max_by_key(|folder| folder.path.as_os_str().len())
            .unwrap_or(&self.outside)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Folder> {
        std::iter::once(&mut self.outside).chain(&mut self.folders)
    }
}

impl Folder {
    fn new(path: PathBuf, settings: Settings) -> Self {
        let source = match &settings.configuration {
            Some(file) => ConfigSource::File(path.join(file)),
            None => ConfigSource::Nearest,
        };
        Self {
            configs: Arc::new(Configs::new(source, Patterns::default(), path.clone())),
            path,
            settings,
        }
    }

    fn reload(&mut self) {
        *self = Self::new(std::mem::take(&mut self.path), self.settings.clone());
    }
}
