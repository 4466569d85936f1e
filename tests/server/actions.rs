//! Quick fixes, suppressions, and fixes of whole documents.

use serde_json::{Value, json};

use super::TEMPLATE;
use super::client::{Client, full_capabilities, range_of};
use super::snapshots::assert_snapshot;

const URI: &str = "file:///t.yaml";

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn everywhere() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}})
}

fn fixed() -> String {
    TEMPLATE.replace("!Ref ServerRole", "!Ref ServerInstanceProfile")
        + "  ServerInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref ServerRole\n"
}

/// Starts a client and opens a document.
fn opened(capabilities: Value, language: &str, text: &str) -> Client {
    let mut client = Client::start(capabilities);
    client.open(URI, language, text);
    client
}

#[test]
fn a_finding_has_a_fix_a_suppression_and_an_explanation() {
    let mut client = opened(full_capabilities(), "yaml", TEMPLATE);
    let actions = client.actions(URI, &range_of(TEMPLATE, "ServerRole"), Some("quickfix"));
    assert_snapshot("quick-fixes", &json!(actions));
    assert_eq!(client.edited(&actions[0]["edit"], URI), fixed());
    let suppressed = TEMPLATE.replace(
        "      IamInstance",
        "      # cfn-ipfix: ignore[IPF001]\n      IamInstance",
    );
    assert_eq!(client.edited(&actions[1]["edit"], URI), suppressed);
    // Elsewhere, there is nothing to fix.
    assert!(
        client
            .actions(URI, &range_of(TEMPLATE, "Resources"), Some("quickfix"))
            .is_empty()
    );
    client.end();
}

#[test]
fn a_document_is_fixed_as_a_whole_with_small_edits() {
    for template in [TEMPLATE.to_owned(), TEMPLATE.replace('\n', "\r\n")] {
        let mut client = opened(full_capabilities(), "yaml", &template);
        for only in ["source.fixAll.cfn-ipfix", "source.fixAll", "source"] {
            let actions = client.actions(URI, &everywhere(), Some(only));
            let kind = if only == "source" {
                "source.fixAll.cfn-ipfix"
            } else {
                only
            };
            let kinds: Vec<_> = actions.iter().map(|action| action["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, [kind]);
            let edit = &actions[0]["edit"];
            let expected = fixed();
            let expected = if template == TEMPLATE {
                expected
            } else {
                expected.replace('\n', "\r\n")
            };
            assert_eq!(client.edited(edit, URI), expected);
            let changes = &edit["documentChanges"][0];
            assert_eq!(changes["textDocument"], json!({"uri": URI, "version": 1}));
            let longest = changes["edits"]
                .as_array()
                .unwrap()
                .iter()
                .map(|edit| edit["newText"].as_str().unwrap().len());
            assert!(longest.max().unwrap() < 200, "{edit}");
        }
        for only in ["source.fixAll.other", "source.organizeImports", "refactor"] {
            assert!(client.actions(URI, &everywhere(), Some(only)).is_empty(), "{only}");
        }
        client.end();
    }
}

#[test]
fn all_kinds_are_offered_if_the_client_names_none() {
    let mut client = opened(full_capabilities(), "yaml", TEMPLATE);
    let actions = client.actions(URI, &everywhere(), None);
    let expected = [
        "Add the instance profile `ServerInstanceProfile` for the role and refer to it",
        "Suppress IPF001 with a comment",
        "Explain IPF001 (role-as-instance-profile)",
        "Fix all problems that cfn-ipfix can fix",
    ];
    assert_eq!(titles(&actions), expected);
    client.end();
}

#[test]
fn edits_name_no_version_for_a_client_that_knows_none() {
    let capabilities =
        json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}});
    let mut client = opened(capabilities, "yaml", TEMPLATE);
    let actions = client.actions(URI, &everywhere(), Some("source.fixAll"));
    assert_eq!(actions[0]["edit"].get("documentChanges"), None);
    assert_eq!(client.edited(&actions[0]["edit"], URI), fixed());
    client.end();
}

#[test]
fn a_client_without_actions_is_given_commands() {
    let mut client = opened(json!({}), "yaml", TEMPLATE);
    let actions = client.actions(URI, &everywhere(), Some("source.fixAll"));
    assert_eq!(actions[0]["command"], "cfn-ipfix.applyEdit");
    let params = json!({"command": actions[0]["command"], "arguments": actions[0]["arguments"]});
    assert_eq!(client.request("workspace/executeCommand", params).unwrap(), Value::Null);
    let applied = client.wait_for("workspace/applyEdit");
    assert_eq!(client.edited(&applied["edit"], URI), fixed());
    client.end();
}

#[test]
fn an_unsafe_fix_says_so_and_is_not_applied_unasked() {
    let template = "\
Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: ServerRole
  ServerRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: ServerRole
      AssumeRolePolicyDocument: {}
";
    let mut client = opened(full_capabilities(), "yaml", template);
    let actions = client.actions(URI, &range_of(template, "ServerRole"), Some("quickfix"));
    let unsafe_fix = actions
        .iter()
        .find(|action| action["title"].as_str().unwrap().ends_with(" (unsafe fix)"));
    let unsafe_fix = unsafe_fix.unwrap_or_else(|| panic!("{:?}", titles(&actions)));
    assert_eq!(unsafe_fix.get("isPreferred"), None);
    assert!(client.actions(URI, &everywhere(), Some("source.fixAll")).is_empty());
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"cfn-ipfix": {"unsafeFixes": true}}}),
    );
    client.published(URI);
    assert_eq!(client.actions(URI, &everywhere(), Some("source.fixAll")).len(), 1);
    client.end();
}

#[test]
fn a_comment_suppresses_only_where_it_can() {
    let plain = TEMPLATE.replace(" # 😀", "");
    let json = r#"{"Resources": {"S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}}},
 "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}"#;
    for (text, language, expected) in [
        (
            plain.as_str(),
            "yaml",
            Some(plain.replace("!Ref ServerRole\n", "!Ref ServerRole # cfn-ipfix: ignore[IPF001]\n")),
        ),
        (json, "json", None),
        (json, "yaml", None),
    ] {
        let mut client = opened(full_capabilities(), language, text);
        let actions = client.actions(URI, &everywhere(), Some("quickfix"));
        let suppression = actions
            .iter()
            .find(|action| action["title"].as_str().unwrap().starts_with("Suppress"));
        let edited = suppression.map(|action| client.edited(&action["edit"], URI));
        assert_eq!(edited, expected);
        client.end();
    }
}

#[test]
fn a_document_is_fixed_before_it_is_saved_only_if_the_user_wants_that() {
    for (settings, reason, is_fixed) in [
        (json!({}), 1, false),
        (json!({"fixOnSave": true}), 1, true),
        // The editor saves by itself.
        (json!({"fixOnSave": true}), 2, false),
        (json!({"fixOnSave": true}), 3, true),
    ] {
        let params = json!({
            "processId": null, "rootUri": null, "capabilities": full_capabilities(), "initializationOptions": settings,
        });
        let mut client = Client::start_with(params);
        client.open(URI, "yaml", TEMPLATE);
        let params = json!({"textDocument": {"uri": URI}, "reason": reason});
        let edits = client.request("textDocument/willSaveWaitUntil", params).unwrap();
        let edits = edits.as_array().map(|edits| edits.iter().collect::<Vec<_>>());
        let edited = edits.map(|edits| client.with_edits(URI, &edits));
        assert_eq!(edited, is_fixed.then(fixed), "{settings} {reason}");
        client.end();
    }
}
