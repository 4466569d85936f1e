//! A workspace folder for tests.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::Client;

/// A workspace folder.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    pub(crate) fn client(&self, capabilities: &Value, settings: &Value) -> Client {
        Client::start_with(json!({
            "processId": null, "rootUri": null, "capabilities": capabilities, "initializationOptions": settings,
            "workspaceFolders": [{"uri": format!("file://{}", self.0.path().display()), "name": "folder"}],
        }))
    }
}

/// Returns the codes of published diagnostics.
pub(crate) fn codes(published: &Value) -> Vec<&str> {
    let diagnostics = published["diagnostics"].as_array().unwrap().iter();
    diagnostics.map(|one| one["code"].as_str().unwrap_or("none")).collect()
}
