//! Diagnostics, while documents are opened, changed and closed.

use serde_json::{Value, json};

use super::TEMPLATE;
use super::client::{Client, full_capabilities, range_of};
use super::snapshots::assert_snapshot;

const URI: &str = "file:///t.yaml";

fn codes(published: &Value) -> Vec<&str> {
    let diagnostics = published["diagnostics"].as_array().unwrap();
    diagnostics
        .iter()
        .map(|one| one["code"].as_str().unwrap_or("none"))
        .collect()
}

#[test]
fn a_finding_is_a_diagnostic_with_its_related_places() {
    let mut client = Client::start(full_capabilities());
    assert_snapshot("diagnostics-full", &client.open(URI, "yaml", TEMPLATE));
    client.end();

    let mut client = Client::start(json!({}));
    assert_snapshot("diagnostics-minimal", &client.open(URI, "yaml", TEMPLATE));
    client.end();
}

#[test]
fn columns_are_counted_as_the_client_does() {
    let template = TEMPLATE.replace("      IamInstanceProfile:", "      \"IamInstanceProfile\": &é😀日");
    let encodings = json!({"general": {"positionEncodings": ["utf-8"]}});
    for (capabilities, columns) in [(encodings, [28, 54]), (json!({}), [28, 49])] {
        let mut client = Client::start(capabilities);
        let published = client.open(URI, "yaml", &template);
        let range = &published["diagnostics"][0]["range"];
        let columns: Vec<_> = columns.into_iter().map(Value::from).collect();
        assert_eq!(
            [&range["start"]["character"], &range["end"]["character"]],
            [&columns[0], &columns[1]]
        );
        client.end();
    }
}

#[test]
fn the_text_of_the_editor_is_checked_after_each_change() {
    for template in [TEMPLATE.to_owned(), TEMPLATE.replace('\n', "\r\n")] {
        let mut client = Client::start(full_capabilities());
        assert_eq!(codes(&client.open(URI, "yaml", &template)), ["IPF001"]);
        // The comment is deleted, and the role is replaced by a parameter, each with characters of four bytes near it.
        let range = range_of(&template, "# é日😀");
        let published = client.change(URI, 2, json!([{"range": range, "text": "# 😀"}]));
        assert_eq!((codes(&published), &published["version"]), (vec!["IPF001"], &json!(2)));
        let range = range_of(&template, "!Ref ServerRole # 😀");
        let published = client.change(URI, 3, json!([{"range": range, "text": "name # 😀"}]));
        assert_eq!((codes(&published), &published["version"]), (vec![], &json!(3)));
        assert_eq!(codes(&client.change(URI, 4, json!([{"text": template}]))), ["IPF001"]);
        client.end();
    }
}

#[test]
fn only_the_last_text_is_checked_if_changes_wait() {
    let mut client = Client::start(full_capabilities());
    client.open(URI, "yaml", TEMPLATE);
    for version in 2..200 {
        client.change_only(
            URI,
            version,
            json!([{"range": range_of(TEMPLATE, "# é"), "text": "# é"}]),
        );
    }
    let mut checks = 0;
    loop {
        checks += 1;
        if client.published(URI)["version"] == 199 {
            break;
        }
    }
    assert!(checks < 198, "{checks}");
    client.end();
}

#[test]
fn a_document_that_is_no_template_any_more_has_no_diagnostics() {
    let mut client = Client::start(full_capabilities());
    client.open(URI, "yaml", TEMPLATE);
    let range = range_of(TEMPLATE, "Resources:");
    let published = client.change(URI, 2, json!([{"range": range, "text": "Services:"}]));
    assert_eq!(codes(&published), [""; 0]);
    client.end();
}

#[test]
fn a_closed_document_has_no_diagnostics() {
    let mut client = Client::start(full_capabilities());
    client.open(URI, "yaml", TEMPLATE);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert_eq!(client.published(URI), json!({"uri": URI, "diagnostics": []}));
    client.end();
}

#[test]
fn the_language_and_the_name_decide_what_is_checked() {
    for (uri, language, expected) in [
        ("file:///t.yaml", "yaml", Some(vec!["IPF001"])),
        ("file:///t.yaml", "cloudformation", Some(vec!["IPF001"])),
        ("file:///t.yaml", "yaml.cloudformation", Some(vec!["IPF001"])),
        ("untitled:Untitled-1", "yaml", Some(vec!["IPF001"])),
        ("file:///t.template", "plaintext", Some(vec!["IPF001"])),
        ("file:///t.cfn", "", Some(vec!["IPF001"])),
        ("file:///t.txt", "plaintext", None),
        ("file:///t.tfvars", "terraform-vars", None),
        ("untitled:Untitled-1", "markdown", None),
    ] {
        let mut client = Client::start(json!({}));
        client.open_only(uri, language, TEMPLATE);
        match expected {
            Some(expected) => assert_eq!(codes(&client.published(uri)), expected, "{uri} {language}"),
            None => assert!(client.has_none("textDocument/publishDiagnostics"), "{uri} {language}"),
        }
        client.end();
    }
}

#[test]
fn a_syntax_error_of_a_template_is_a_diagnostic() {
    let mut client = Client::start(json!({}));
    let published = client.open(URI, "yaml", &format!("{TEMPLATE}  a: [\n"));
    let [diagnostic] = published["diagnostics"].as_array().unwrap().as_slice() else {
        panic!("{published}");
    };
    assert_eq!((&diagnostic["severity"], diagnostic.get("code")), (&json!(1), None));
    // Other YAML may have errors of its own.
    assert_eq!(
        codes(&client.change(URI, 2, json!([{"text": "AWS::IAM::Role: [\n"}]))),
        [""; 0]
    );
    client.end();
}

#[test]
fn an_unused_suppression_is_unnecessary() {
    let template = TEMPLATE.replace("!Ref ServerRole # 😀", "name # cfn-ipfix: ignore[IPF001]");
    for (capabilities, tags) in [(full_capabilities(), json!([1])), (json!({}), Value::Null)] {
        let mut client = Client::start(capabilities);
        let published = client.open(URI, "yaml", &template);
        assert_eq!(codes(&published), ["IPF011"]);
        assert_eq!(published["diagnostics"][0]["tags"], tags);
        client.end();
    }
}

#[test]
fn a_client_that_requests_diagnostics_is_sent_none() {
    let mut client = Client::start(json!({"textDocument": {"diagnostic": {"relatedInformation": true}}}));
    client.open_only(URI, "yaml", TEMPLATE);
    let params = json!({"textDocument": {"uri": URI}});
    assert_snapshot(
        "diagnostics-pulled",
        &client.request("textDocument/diagnostic", params.clone()).unwrap(),
    );
    client.change_only(URI, 2, json!([{"text": "a: b\n"}]));
    let pulled = client.request("textDocument/diagnostic", params).unwrap();
    assert_eq!(pulled, json!({"kind": "full", "items": []}));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert!(client.has_none("textDocument/publishDiagnostics"));
    client.end();
}

#[test]
fn names_in_messages_cannot_act_on_a_viewer() {
    let mut client = Client::start(json!({}));
    let template = TEMPLATE
        .replace("ServerRole", "\"Server\\u202eRole\"")
        .replace("  Server:", "  \"S\\u001b[2J\":");
    let published = client.open(URI, "yaml", &template);
    let text = published.to_string();
    assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
    client.end();
}
