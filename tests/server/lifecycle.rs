//! The beginning and the end of a session, and messages that the server does not understand.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use cfn_ipfix::server::Ending;
use lsp_server::Response;
use serde_json::{Value, json};

use super::TEMPLATE;
use super::client::{Client, full_capabilities, range_of};
use super::snapshots::assert_snapshot;

#[test]
fn offers_what_the_client_can_use() {
    let neovim = json!({
        "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
        "textDocument": {"diagnostic": {"dynamicRegistration": false}},
    });
    for (name, capabilities) in [
        ("full", full_capabilities()),
        ("neovim", neovim),
        ("minimal", json!({})),
    ] {
        let mut client = Client::connect();
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities});
        let result = client.request("initialize", params).unwrap();
        assert_snapshot(&format!("initialize-{name}"), &result);
        client.notify("initialized", json!({}));
        client.end();
    }
}

#[test]
fn answers_only_after_the_client_introduced_itself() {
    let mut client = Client::connect();
    client.notify("textDocument/didOpen", json!({}));
    client.send(Response::new_ok(7.into(), ()));
    assert_eq!(
        client.request("textDocument/hover", json!({})).unwrap_err().code,
        -32002
    );
    assert_eq!(
        client
            .request("initialize", json!({"capabilities": 1}))
            .unwrap_err()
            .code,
        -32602
    );
    let params = json!({"processId": null, "rootUri": null, "capabilities": {}});
    assert!(client.request("initialize", params.clone()).is_ok());
    assert_eq!(client.request("initialize", params).unwrap_err().code, -32600);
    client.wait_for("window/logMessage");
    client.end();
}

#[test]
fn rejects_unknown_requests_and_ignores_unknown_notifications() {
    let mut client = Client::start(json!({}));
    client.notify("$/setTrace", json!({"value": "off"}));
    client.notify("test/unknown", json!([1]));
    assert_eq!(client.request("test/unknown", json!({})).unwrap_err().code, -32601);
    assert_eq!(
        client
            .request("textDocument/hover", json!({"position": 1}))
            .unwrap_err()
            .code,
        -32602
    );
    client.notify("textDocument/didOpen", json!({"textDocument": 1}));
    let logged = client.wait_for("window/logMessage");
    assert!(
        logged["message"]
            .as_str()
            .unwrap()
            .starts_with("`textDocument/didOpen` is ignored"),
        "{logged}"
    );
    // Changes and questions about a document that is not open.
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": "a", "version": 1}, "contentChanges": []}),
    );
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": "a"}}));
    let at = json!({"textDocument": {"uri": "a"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.request("textDocument/hover", at).unwrap(), Value::Null);
    client.end();
}

#[test]
fn cancels_requests_that_wait() {
    let mut client = Client::start(full_capabilities());
    client.open_only("file:///t.yaml", "yaml", TEMPLATE);
    let params = json!({"textDocument": {"uri": "file:///t.yaml"}, "position": {"line": 5, "character": 27}});
    // The server may have answered before the cancellation arrives; a response arrives in any case.
    let id = client.send_request("textDocument/hover", params);
    client.notify("$/cancelRequest", json!({"id": id}));
    match client.response(id) {
        Ok(hover) => assert!(hover["contents"].is_object()),
        Err(error) => assert_eq!(error.code, -32800),
    }
    client.published("file:///t.yaml");
    client.end();
}

#[test]
fn ends_as_the_client_says() {
    let client = Client::start(json!({}));
    client.notify("exit", Value::Null);
    assert_eq!(client.ending(), Ending::Abrupt);

    let mut client = Client::start(json!({}));
    client.request("shutdown", Value::Null).unwrap();
    assert_eq!(
        client.request("textDocument/hover", json!({})).unwrap_err().code,
        -32600
    );
    client.notify("exit", Value::Null);
    assert_eq!(client.ending(), Ending::Orderly);

    assert_eq!(Client::start(json!({})).ending(), Ending::Abrupt);
    assert_eq!(Client::connect().ending(), Ending::Abrupt);
}

/// Runs the command with some input, and returns its exit status and output.
fn run(input: &str) -> (Option<i32>, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_cfn-ipfix"))
        .arg("--lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    server.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let mut output = String::new();
    server.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    (server.wait().unwrap().code(), output)
}

fn framed(message: &Value) -> String {
    let content = message.to_string();
    format!("Content-Length: {}\r\n\r\n{content}", content.len())
}

#[test]
fn the_command_serves_standard_input_and_output() {
    let params = json!({"processId": null, "rootUri": null, "capabilities": {}});
    let initialize = framed(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}));
    let open = json!({"uri": "untitled:a", "languageId": "yaml", "version": 3, "text": TEMPLATE});
    let open = framed(&json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": open}}));
    let shutdown = framed(&json!({"jsonrpc": "2.0", "id": "end", "method": "shutdown"}));
    let exit = framed(&json!({"jsonrpc": "2.0", "method": "exit"}));

    let (status, output) = run(&[&initialize, "Content-Length: 3\r\n\r\n{,}", &shutdown, &exit].concat());
    assert_eq!(status, Some(0), "{output}");
    assert!(
        output.contains(r#""code":-32700"#) && output.contains(r#""id":null"#),
        "{output}"
    );
    assert!(
        output.contains(r#"{"jsonrpc":"2.0","id":"end","result":null}"#),
        "{output}"
    );

    let (status, output) = run(&format!("{initialize}{open}"));
    assert_eq!(status, Some(1), "{output}");
    assert!(run("").0 == Some(1) && run("no header\n").0 == Some(1) && run(&exit).0 == Some(1));
}

#[test]
fn a_range_is_counted_in_utf16() {
    assert_eq!(range_of("a\né😀x", "x")["start"], json!({"line": 1, "character": 3}));
}
