//! Settings of the editor and configuration files.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::TEMPLATE;
use super::client::{Client, full_capabilities};

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A workspace folder with a template.
struct Folder {
    folder: TempDir,
    template: String,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let template = uri(&folder.path().join("t.yaml"));
        Self { folder, template }
    }

    fn configure(&self, text: &str) {
        fs::write(self.folder.path().join(".cfn-ipfix.yaml"), text).unwrap();
    }

    fn configuration(&self) -> String {
        uri(&self.folder.path().join(".cfn-ipfix.yaml"))
    }

    /// Starts a client in the folder.
    fn client(&self, capabilities: &Value, settings: &Value) -> Client {
        Client::start_with(json!({
            "processId": null, "rootUri": null, "capabilities": capabilities, "initializationOptions": settings,
            "workspaceFolders": [{"uri": uri(self.folder.path()), "name": "folder"}],
        }))
    }
}

fn count(published: &Value) -> usize {
    published["diagnostics"].as_array().unwrap().len()
}

#[test]
fn settings_override_the_configuration_of_the_folder() {
    for (configuration, settings, expected) in [
        ("", json!({}), 1),
        ("ignore: [IPF001]", json!({}), 0),
        ("exclude: [t.yaml]", json!({}), 0),
        ("per-file-ignores: {t.yaml: [IPF001]}", json!({}), 0),
        ("", json!({"ignore": ["IPF001"]}), 0),
        ("", json!({"select": ["IPF002"]}), 0),
        ("ignore: [IPF001]", json!({"select": ["IPF001"]}), 1),
        ("ignore: [IPF001]", json!({"configuration": "other.yaml"}), 1),
    ] {
        let folder = Folder::new();
        folder.configure(configuration);
        fs::write(folder.folder.path().join("other.yaml"), "").unwrap();
        let mut client = folder.client(&full_capabilities(), &settings);
        let published = client.open(&folder.template, "yaml", TEMPLATE);
        assert_eq!(count(&published), expected, "{configuration} {settings}");
        client.end();
    }
}

#[test]
fn a_configuration_is_watched() {
    let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let folder = Folder::new();
    let mut client = folder.client(&capabilities, &json!({}));
    let registered = client.answer("client/registerCapability", Value::Null);
    assert_eq!(
        registered["registrations"][0]["method"],
        "workspace/didChangeWatchedFiles"
    );
    assert_eq!(count(&client.open(&folder.template, "yaml", TEMPLATE)), 1);
    folder.configure("ignore: [IPF001]");
    let changed = |uri: &str| json!({"changes": [{"uri": uri, "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", changed(&folder.template));
    client.notify("workspace/didChangeWatchedFiles", changed(&folder.configuration()));
    assert_eq!(count(&client.published(&folder.template)), 0);
    // An editor that watches no files saves the configuration.
    folder.configure("");
    client.notify(
        "textDocument/didSave",
        json!({"textDocument": {"uri": folder.configuration()}}),
    );
    assert_eq!(count(&client.published(&folder.template)), 1);
    client.end();
}

#[test]
fn a_client_that_watches_no_files_gets_a_new_configuration_with_the_next_change() {
    let folder = Folder::new();
    let mut client = folder.client(&json!({}), &json!({}));
    assert_eq!(count(&client.open(&folder.template, "yaml", TEMPLATE)), 1);
    folder.configure("ignore: [IPF001]");
    assert_eq!(count(&client.change(&folder.template, 2, json!([]))), 0);
    client.end();
}

#[test]
fn an_invalid_configuration_is_reported_once() {
    let folder = Folder::new();
    folder.configure("ignore: [IPF01]");
    let mut client = folder.client(&full_capabilities(), &json!({}));
    assert_eq!(count(&client.open(&folder.template, "yaml", TEMPLATE)), 0);
    assert_eq!(count(&client.change(&folder.template, 2, json!([]))), 0);
    let shown = client.wait_for("window/showMessage");
    assert!(
        shown["message"].as_str().unwrap().contains("did you mean `IPF001`?"),
        "{shown}"
    );
    assert!(client.has_none("window/showMessage"));
    client.end();
}

#[test]
fn an_open_configuration_has_diagnostics() {
    let folder = Folder::new();
    folder.configure("ignore: [IPF01]");
    let mut client = folder.client(&full_capabilities(), &json!({}));
    let published = client.open(&folder.configuration(), "yaml", "ignore: [IPF01]");
    let diagnostic = &published["diagnostics"][0];
    assert_eq!(diagnostic["range"]["start"], json!({"line": 0, "character": 9}));
    assert!(
        diagnostic["message"]
            .as_str()
            .unwrap()
            .contains("did you mean `IPF001`?")
    );
    let published = client.change(&folder.configuration(), 2, json!([{"text": "ignore: [IPF001]"}]));
    assert_eq!(count(&published), 0);
    client.end();
}

#[test]
fn the_client_is_asked_for_its_settings() {
    let folder = Folder::new();
    let capabilities =
        json!({"workspace": {"configuration": true, "didChangeConfiguration": {"dynamicRegistration": true}}});
    let mut client = folder.client(&capabilities, &json!({"ignore": ["IPF001"]}));
    let registered = client.answer("client/registerCapability", Value::Null);
    assert_eq!(
        registered["registrations"][0]["registerOptions"],
        json!({"section": "cfn-ipfix"})
    );
    let asked = client.answer("workspace/configuration", json!([null, null]));
    let items = json!([{"section": "cfn-ipfix"}, {"scopeUri": uri(folder.folder.path()), "section": "cfn-ipfix"}]);
    assert_eq!(asked["items"], items);
    // Without settings, those of the beginning apply.
    assert_eq!(count(&client.open(&folder.template, "yaml", TEMPLATE)), 0);
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.answer("workspace/configuration", json!([null, {"ignore": []}]));
    assert_eq!(count(&client.published(&folder.template)), 1);
    client.end();
}

#[test]
fn folders_may_be_added_and_removed() {
    let folder = Folder::new();
    let mut client = Client::start(full_capabilities());
    assert_eq!(count(&client.open(&folder.template, "yaml", TEMPLATE)), 1);
    let this = json!([{"uri": uri(folder.folder.path()), "name": "folder"}]);
    for (added, removed) in [(&this, &json!([])), (&json!([]), &this)] {
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": {"added": added, "removed": removed}}),
        );
        assert_eq!(count(&client.published(&folder.template)), 1);
    }
    client.end();
}

#[test]
fn unchecked_values_are_hints_if_the_user_wants_them() {
    let template = "\
Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !ImportValue shared
";
    for (settings, expected) in [(json!({}), vec![]), (json!({"unchecked": true}), vec![json!(4)])] {
        let folder = Folder::new();
        let mut client = folder.client(&full_capabilities(), &settings);
        let published = client.open(&folder.template, "yaml", template);
        let severities = published["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["severity"].clone());
        assert_eq!(severities.collect::<Vec<_>>(), expected, "{settings}");
        client.end();
    }
}

#[test]
fn invalid_settings_are_reported() {
    let folder = Folder::new();
    let mut client = folder.client(&full_capabilities(), &json!({"select": ["IPF01"]}));
    let shown = client.wait_for("window/showMessage");
    assert!(shown["message"].as_str().unwrap().contains("IPF01"), "{shown}");
    client.end();
}
