//! Templates that pass values to each other, which are checked and fixed together, open or not.

use std::fs;

use serde_json::{Value, json};

use super::client::{Client, full_capabilities, range_of};
use super::folder::{Folder, codes};

/// Passes a role to `COMPUTE`.
const MAIN: &str = "\
Resources:
  WorkerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
  Compute:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./compute.yaml
      Parameters:
        Profile: !Ref WorkerRole
";

/// Takes the name of an instance profile.
const COMPUTE: &str = "\
Parameters:
  Profile:
    Type: String
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        IamInstanceProfile:
          Name: !Ref Profile
";

/// Passes the output of `ROLES` to `COMPUTE`.
const BETWEEN: &str = "\
Resources:
  Roles:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./roles.yaml
  Compute:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./compute.yaml
      Parameters:
        Profile: !GetAtt Roles.Outputs.WorkerRoleName
";

const ROLES: &str = "\
Resources:
  WorkerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
Outputs:
  WorkerRoleName:
    Value: !Ref WorkerRole
";

/// A template without a finding or a link.
const EMPTY: &str = "Resources: {}\n";

fn watching_capabilities() -> Value {
    let mut capabilities = full_capabilities();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
    capabilities
}

/// Starts a client that says which files change.
fn watching_client(folder: &Folder) -> Client {
    let mut client = folder.client(&watching_capabilities(), &json!({}));
    client.answer("client/registerCapability", Value::Null);
    client
}

/// Says that files have changed on the disk.
fn files_changed(client: &Client, uris: &[&str]) {
    let changes: Vec<_> = uris.iter().map(|uri| json!({"uri": uri, "type": 2})).collect();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

/// Returns the fix of the finding at a value.
fn fix(client: &mut Client, uri: &str, text: &str, value: &str) -> Value {
    let actions = client.actions(uri, &range_of(text, value), Some("quickfix"));
    let fix = actions.iter().find(|action| action["isPreferred"] == true);
    fix.cloned().unwrap_or_default()
}

#[test]
fn a_mistake_has_its_other_end_in_another_file() {
    let folder = Folder::new(&[("main.yaml", MAIN), ("compute.yaml", COMPUTE)]);
    let (main, compute) = (folder.uri("main.yaml"), folder.uri("compute.yaml"));
    let mut client = folder.client(&full_capabilities(), &json!({}));
    let published = client.open(&main, "yaml", MAIN);
    assert_eq!(codes(&published), ["IPF001"]);
    let finding = &published["diagnostics"][0];
    assert_eq!(finding["range"], range_of(MAIN, "!Ref WorkerRole"));
    let related = finding["relatedInformation"].as_array().unwrap().iter();
    let places: Vec<_> = related.map(|one| &one["location"]).collect();
    let slot = json!({"uri": compute, "range": range_of(COMPUTE, "!Ref Profile")});
    assert!(places.contains(&&slot), "{places:?}");
    client.end();
}

#[test]
fn a_fix_over_two_files_edits_the_provider_first() {
    for is_open in [false, true] {
        let files = [("main.yaml", BETWEEN), ("roles.yaml", ROLES), ("compute.yaml", COMPUTE)];
        let folder = Folder::new(&files);
        let (main, roles) = (folder.uri("main.yaml"), folder.uri("roles.yaml"));
        let mut client = folder.client(&full_capabilities(), &json!({}));
        assert_eq!(codes(&client.open(&main, "yaml", BETWEEN)), ["IPF001"]);
        // The text that is not saved counts.
        let text = if is_open {
            format!("# not saved\n{ROLES}")
        } else {
            ROLES.to_owned()
        };
        if is_open {
            client.open_only(&roles, "yaml", &text);
            assert_eq!(codes(&client.published(&main)), ["IPF001"]);
            assert_eq!(codes(&client.published(&roles)), [""; 0]);
        } else {
            client.knows(&roles, &text);
        }
        let fix = fix(&mut client, &main, BETWEEN, "!GetAtt Roles");
        let changes = fix["edit"]["documentChanges"].as_array().unwrap();
        let files = changes
            .iter()
            .map(|change| (&change["textDocument"]["uri"], &change["textDocument"]["version"]));
        let version = if is_open { json!(1) } else { Value::Null };
        let expected = [(&json!(roles), &version), (&json!(main), &json!(1))];
        assert_eq!(files.collect::<Vec<_>>(), expected);
        let fixed = text.replace(
            "Outputs:\n",
            "  WorkerInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref \
             WorkerRole\nOutputs:\n",
        ) + "  WorkerInstanceProfile:\n    Value: !Ref WorkerInstanceProfile\n";
        assert_eq!(client.edited(&fix["edit"], &roles), fixed);
        let fixed = BETWEEN.replace("WorkerRoleName", "WorkerInstanceProfile");
        assert_eq!(client.edited(&fix["edit"], &main), fixed);
        client.end();
    }
}

#[test]
fn fixing_a_document_as_a_whole_changes_no_other_file() {
    let everywhere = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    for (text, is_fixed) in [(MAIN, true), (BETWEEN, false)] {
        let folder = Folder::new(&[("main.yaml", text), ("roles.yaml", ROLES), ("compute.yaml", COMPUTE)]);
        let main = folder.uri("main.yaml");
        let mut client = folder.client(&full_capabilities(), &json!({"fixOnSave": true}));
        assert_eq!(codes(&client.open(&main, "yaml", text)), ["IPF001"]);
        let actions = client.actions(&main, &everywhere, Some("source.fixAll"));
        assert_eq!(actions.len(), usize::from(is_fixed));
        for action in &actions {
            let files = action["edit"]["documentChanges"].as_array().unwrap();
            assert_eq!(files.len(), 1);
            assert!(
                client
                    .edited(&action["edit"], &main)
                    .contains("!Ref WorkerInstanceProfile")
            );
        }
        let params = json!({"textDocument": {"uri": main}, "reason": 1});
        let saved = client.request("textDocument/willSaveWaitUntil", params).unwrap();
        assert_eq!(saved.is_array(), is_fixed);
        client.end();
    }
}

#[test]
fn an_unsaved_document_is_an_end() {
    let folder = Folder::new(&[("main.yaml", BETWEEN), ("compute.yaml", COMPUTE)]);
    let (main, roles) = (folder.uri("main.yaml"), folder.uri("roles.yaml"));
    let mut client = folder.client(&full_capabilities(), &json!({}));
    assert_eq!(codes(&client.open(&main, "yaml", BETWEEN)), [""; 0]);
    // It has no file yet.
    client.open_only(&roles, "yaml", ROLES);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    assert_eq!(codes(&client.published(&roles)), [""; 0]);
    client.change_only(&roles, 2, json!([{"text": EMPTY}]));
    assert_eq!(codes(&client.published(&main)), [""; 0]);
    assert_eq!(client.published(&roles)["version"], 2);
    client.change_only(&roles, 3, json!([{"text": ROLES}]));
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    client.published(&roles);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": roles}}));
    assert_eq!(client.published(&roles), json!({"uri": roles, "diagnostics": []}));
    assert_eq!(codes(&client.published(&main)), [""; 0]);
    client.end();
}

#[test]
fn a_change_on_the_disk_checks_the_others_again() {
    let folder = Folder::new(&[
        ("main.yaml", MAIN),
        ("compute.yaml", COMPUTE),
        (".gitignore", "build\n"),
    ]);
    let (main, compute) = (folder.uri("main.yaml"), folder.uri("compute.yaml"));
    let mut client = watching_client(&folder);
    assert_eq!(codes(&client.open(&main, "yaml", MAIN)), ["IPF001"]);
    // The parameter takes no profile any more.
    let text = COMPUTE.replace("!Ref Profile", "other");
    folder.write("compute.yaml", &text);
    files_changed(&client, &[&compute]);
    assert_eq!(codes(&client.published(&main)), [""; 0]);
    folder.write("compute.yaml", COMPUTE);
    files_changed(&client, &[&compute]);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    fs::remove_file(folder.path("compute.yaml")).unwrap();
    files_changed(&client, &[&compute]);
    assert_eq!(codes(&client.published(&main)), [""; 0]);
    // A new file, but not one that is ignored.
    folder.write("build/compute.yaml", COMPUTE);
    files_changed(&client, &[&folder.uri("build/compute.yaml")]);
    assert!(client.has_none("textDocument/publishDiagnostics"));
    folder.write("compute.yaml", COMPUTE);
    files_changed(&client, &[&compute]);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    // The open document is not read from the disk.
    files_changed(&client, &[&main]);
    assert!(client.has_none("textDocument/publishDiagnostics"));
    client.end();
}

/// Such a client does not say that a file on disk has changed.
#[test]
fn a_fix_edits_files_as_they_are_for_a_client_that_watches_none() {
    let folder = Folder::new(&[("main.yaml", BETWEEN), ("roles.yaml", ROLES), ("compute.yaml", COMPUTE)]);
    let (main, roles) = (folder.uri("main.yaml"), folder.uri("roles.yaml"));
    let mut client = folder.client(&full_capabilities(), &json!({}));
    assert_eq!(codes(&client.open(&main, "yaml", BETWEEN)), ["IPF001"]);
    let text = format!("# one\n# two\n{ROLES}");
    folder.write("roles.yaml", &text);
    client.knows(&roles, &text);
    let first = fix(&mut client, &main, BETWEEN, "!GetAtt Roles");
    assert!(
        client
            .edited(&first["edit"], &roles)
            .starts_with(&text[..text.find("Outputs").unwrap()])
    );
    // A file is found when a document is saved.
    fs::remove_file(folder.path("compute.yaml")).unwrap();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": main}}));
    assert_eq!(codes(&client.published(&main)), [""; 0]);
    client.end();
}

#[test]
fn a_document_outside_of_a_group_is_checked_alone() {
    let alone = MAIN
        .replace(
            "  Compute:\n    Type: AWS::CloudFormation::Stack",
            "  Alone:\n    Type: AWS::EC2::Instance",
        )
        .replace("TemplateURL: ./compute.yaml", "IamInstanceProfile: !Ref WorkerRole")
        .replace("      Parameters:\n        Profile: !Ref WorkerRole\n", "");
    let folder = Folder::new(&[("main.yaml", MAIN), ("compute.yaml", COMPUTE), ("alone.yaml", &alone)]);
    let (main, other) = (folder.uri("main.yaml"), folder.uri("alone.yaml"));
    let mut client = watching_client(&folder);
    assert_eq!(codes(&client.open(&other, "yaml", &alone)), ["IPF001"]);
    assert_eq!(codes(&client.open(&main, "yaml", MAIN)), ["IPF001"]);
    // Only the changed document is checked again.
    assert_eq!(codes(&client.change(&other, 2, json!([{"text": EMPTY}]))), [""; 0]);
    assert!(client.has_none("textDocument/publishDiagnostics"));
    let published = client.change(&other, 3, json!([{"text": alone}]));
    assert_eq!(codes(&published), ["IPF001"]);
    // Without a workspace folder, every template is alone.
    let mut outside = Client::start(full_capabilities());
    assert_eq!(codes(&outside.open(&main, "yaml", MAIN)), [""; 0]);
    outside.end();
    client.end();
}

#[test]
fn an_error_in_one_file_does_not_hide_what_is_known_of_the_others() {
    let folder = Folder::new(&[
        ("main.yaml", MAIN),
        ("compute.yaml", COMPUTE),
        ("huge.yaml", &"[".repeat(1000)),
    ]);
    let (main, compute) = (folder.uri("main.yaml"), folder.uri("compute.yaml"));
    let mut client = watching_client(&folder);
    assert_eq!(codes(&client.open(&main, "yaml", MAIN)), ["IPF001"]);
    client.open_only(&compute, "yaml", COMPUTE);
    assert_eq!(codes(&client.published(&compute)), [""; 0]);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    client.change_only(&compute, 2, json!([{"text": format!("{COMPUTE}\n[")}]));
    assert_eq!(codes(&client.published(&compute)), ["none"]);
    assert_eq!(codes(&client.published(&main)), [""; 0]);
    client.change_only(&compute, 3, json!([{"text": COMPUTE}]));
    assert_eq!(codes(&client.published(&compute)), [""; 0]);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    client.end();
}

#[test]
fn an_excluded_file_is_not_read() {
    let folder = Folder::new(&[("main.yaml", MAIN), ("compute.yaml", COMPUTE)]);
    folder.write(".cfn-ipfix.yaml", "exclude: [compute.yaml]");
    let main = folder.uri("main.yaml");
    let mut client = watching_client(&folder);
    assert_eq!(codes(&client.open(&main, "yaml", MAIN)), [""; 0]);
    folder.write(".cfn-ipfix.yaml", "exclude: []");
    files_changed(&client, &[&folder.uri(".cfn-ipfix.yaml")]);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    client.end();
}

#[test]
fn a_parameter_of_a_nested_stack_is_explained() {
    let folder = Folder::new(&[("main.yaml", MAIN), ("compute.yaml", COMPUTE)]);
    let main = folder.uri("main.yaml");
    let mut client = folder.client(&full_capabilities(), &json!({}));
    client.open(&main, "yaml", MAIN);
    let at = json!({"textDocument": {"uri": main}, "position": range_of(MAIN, "!Ref WorkerRole")["start"]});
    let hover = client.request("textDocument/hover", at.clone()).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("takes the name of an instance profile"), "{text}");
    assert!(
        text.contains("The value is the name of the role `WorkerRole`"),
        "{text}"
    );
    let places = client.request("textDocument/definition", at).unwrap();
    assert_eq!(places[0]["uri"], main);
    assert_eq!(places[0]["range"]["start"]["line"], 1);
    client.end();
}

#[test]
fn a_comment_suppresses_a_finding_with_an_end_elsewhere() {
    let folder = Folder::new(&[("main.yaml", MAIN), ("compute.yaml", COMPUTE)]);
    let main = folder.uri("main.yaml");
    let mut client = folder.client(&full_capabilities(), &json!({}));
    client.open(&main, "yaml", MAIN);
    let actions = client.actions(&main, &range_of(MAIN, "!Ref WorkerRole"), Some("quickfix"));
    let suppression = actions
        .iter()
        .find(|action| action["title"] == "Suppress IPF001 with a comment");
    let expected = MAIN.replace("!Ref WorkerRole", "!Ref WorkerRole # cfn-ipfix: ignore[IPF001]");
    assert_eq!(client.edited(&suppression.unwrap()["edit"], &main), expected);
    client.end();
}

#[test]
fn a_client_that_requests_diagnostics_gets_them_of_all_files() {
    let folder = Folder::new(&[("main.yaml", MAIN), ("compute.yaml", COMPUTE)]);
    let (main, compute) = (folder.uri("main.yaml"), folder.uri("compute.yaml"));
    let mut capabilities = watching_capabilities();
    capabilities["textDocument"]["diagnostic"] = json!({"relatedDocumentSupport": false});
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    let mut client = folder.client(&capabilities, &json!({}));
    client.answer("client/registerCapability", Value::Null);
    client.open_only(&main, "yaml", MAIN);
    let number = |client: &mut Client| {
        let pulled = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": main}}));
        pulled.unwrap()["items"].as_array().unwrap().len()
    };
    assert_eq!(number(&mut client), 1);
    // No document depends on this file.
    folder.write("other.yaml", EMPTY);
    files_changed(&client, &[&folder.uri("other.yaml")]);
    assert!(client.has_none("workspace/diagnostic/refresh"));
    // The parameter takes no profile any more, so the files are not related.
    folder.write("compute.yaml", &COMPUTE.replace("!Ref Profile", "other"));
    files_changed(&client, &[&compute]);
    client.answer("workspace/diagnostic/refresh", Value::Null);
    assert_eq!(number(&mut client), 0);
    client.end();
}
