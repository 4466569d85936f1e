//! Hover, and the command that explains a rule.

use serde_json::{Value, json};

use super::TEMPLATE;
use super::client::{Client, full_capabilities, range_of};

const URI: &str = "file:///t.yaml";

fn hover(client: &mut Client, line: u32, character: u32) -> Value {
    let params = json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}});
    client.request("textDocument/hover", params).unwrap()
}

#[test]
fn pointing_at_a_finding_shows_its_details_and_the_page_of_its_rule() {
    for (capabilities, kind) in [(full_capabilities(), "markdown"), (json!({}), "plaintext")] {
        let mut client = Client::start(capabilities);
        client.open(URI, "yaml", TEMPLATE);
        let hover_at = hover(&mut client, 5, 32);
        assert_eq!(hover_at["contents"]["kind"], kind);
        assert_eq!(hover_at["range"]["start"], json!({"line": 5, "character": 26}));
        let text = hover_at["contents"]["value"].as_str().unwrap();
        for (part, plain) in [
            (
                "**IPF001 role-as-instance-profile** (error)",
                "IPF001 role-as-instance-profile (error)",
            ),
            ("`IamInstanceProfile` of `Server`", "`IamInstanceProfile` of `Server`"),
            ("AWS says: Value \\(…\\) for", "AWS says: Value (…) for"),
            ("\n## What it does\n", "\nWhat it does\n"),
        ] {
            let part = if kind == "markdown" { part } else { plain };
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(hover(&mut client, 1, 3), Value::Null);
        client.end();
    }
}

#[test]
fn a_slot_says_its_value_and_leads_to_the_resource() {
    let profile = "  P:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref ServerRole]
";
    let text = TEMPLATE.replace("!Ref ServerRole", "!Ref P") + profile;
    let mut client = Client::start(full_capabilities());
    client.open(URI, "yaml", &text);
    for (part, expected, target) in [
        (
            "!Ref P",
            "`IamInstanceProfile` of `Server` takes the name of an instance profile.\n\nThe value is the name of the \
             instance profile `P`, which has the role `ServerRole`.",
            "  P:",
        ),
        (
            "!Ref ServerRole",
            "`Roles` of `P` takes the name of the role of an instance profile.\n\nThe value is the name of the role \
             `ServerRole`.",
            "  ServerRole:",
        ),
    ] {
        let params = json!({"textDocument": {"uri": URI}, "position": range_of(&text, part)["start"]});
        let hover = client.request("textDocument/hover", params.clone()).unwrap();
        assert_eq!(hover["contents"]["value"], expected);
        assert_eq!(hover["range"], range_of(&text, part));
        let places = client.request("textDocument/definition", params).unwrap();
        let line = &range_of(&text, target)["start"]["line"];
        assert_eq!(
            (&places[0]["uri"], &places[0]["range"]["start"]["line"]),
            (&json!(URI), line)
        );
    }
    let params = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 3}});
    assert_eq!(client.request("textDocument/definition", params).unwrap(), Value::Null);
    client.end();
}

#[test]
fn the_command_explains_a_rule() {
    let mut client = Client::start(full_capabilities());
    let explain = |client: &mut Client, command: &str, code: Value| {
        client.request(
            "workspace/executeCommand",
            json!({"command": command, "arguments": [code]}),
        )
    };
    assert_eq!(
        explain(&mut client, "cfn-ipfix.explain", json!("IPF001")).unwrap(),
        Value::Null
    );
    // Without a homepage, there is no page to open.
    let shown = client.wait_for("window/showMessage");
    let message = shown["message"].as_str().unwrap();
    assert!(
        message.starts_with("IPF001 role-as-instance-profile\n\nFinds properties"),
        "{message}"
    );
    for (command, code) in [
        ("cfn-ipfix.explain", json!("IPF999")),
        ("cfn-ipfix.explain", json!(1)),
        ("rm", json!("IPF001")),
    ] {
        assert_eq!(explain(&mut client, command, code).unwrap_err().code, -32602);
    }
    client.end();
}
