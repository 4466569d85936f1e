use std::path::Path;

use cfn_ipfix::server::{Connection, Ending, Message, serve};
use cfn_ipfix::{Options, check};
use serde_json::{Value, json};

use crate::bounds::bounded;
use crate::buffer::Buffer;
use crate::chance::Chance;
use crate::seeds;
use crate::target::Target;
use crate::words;

/// Edits any template in the language server; the diagnostics and the fix are those of the text in the end.
pub const SERVER: Target = Target {
    name: "server",
    check: check_edits,
    seeds: || {
        let seeds = (0..).zip(seeds::templates());
        let seeds = seeds.map(|(number, seed): (u16, _)| {
            let [low, high] = number.to_le_bytes();
            seed.with_head(&[low & 1, 5, low, high])
        });
        seeds.collect()
    },
    head: HEAD,
    words: &words::TEMPLATE,
};

/// Number of bytes at the start of an input: the unit of columns, the number of edits, and a seed for them.
const HEAD: usize = 4;
const URI: &str = "file:///template.yaml";

fn check_edits(input: &[u8]) {
    let Some((&[flags, edits, low, high], text)) = input.split_first_chunk::<HEAD>() else {
        return;
    };
    let Ok(text) = str::from_utf8(text) else { return };
    let is_utf8 = flags & 1 != 0;
    let mut buffer = Buffer {
        text: text.to_owned(),
        is_utf8,
    };
    let mut chance = Chance::new(u16::from_le_bytes([low, high]).into());
    let mut session = Session::open(text, is_utf8);
    // Some edits come together, others one by one.
    for version in 1..=usize::from(edits % 8) {
        let changes = (0..=chance.below(3)).map(|_| buffer.change(&mut chance));
        let changes: Vec<_> = changes.collect();
        session.change(version, &changes);
    }
    let length = text.len() + buffer.text.len();
    let edited = bounded(length, || session.end());
    let fresh = bounded(length, || Session::open(&buffer.text, is_utf8).end());
    assert_eq!(edited, fresh, "{}", buffer.text);
    let report = check(&buffer.text, &Options::default()).ok();
    let fixed = report.as_ref().filter(|report| report.templates > 0);
    let fixed = fixed.and_then(|report| report.fixed());
    let by_server = edited.fixes.map(|edits| buffer.edited(&edits));
    assert_eq!(by_server.as_deref(), fixed);
}

/// The messages to a server, which answers at the end.
struct Session {
    messages: Vec<Value>,
    requests: i32,
}

/// The answers about the text in the end.
#[derive(Debug, PartialEq)]
struct Answers {
    diagnostics: Value,
    /// The edits that fix the whole text.
    fixes: Option<Vec<Value>>,
}

impl Session {
    fn open(text: &str, is_utf8: bool) -> Self {
        let mut session = Self {
            messages: Vec::new(),
            requests: 0,
        };
        let encoding = if is_utf8 { "utf-8" } else { "utf-16" };
        let capabilities = json!({
            "general": {"positionEncodings": [encoding]},
            "textDocument": {
                "diagnostic": {}, "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            },
        });
        session.request(
            "initialize",
            &json!({"processId": null, "rootUri": null, "capabilities": capabilities}),
        );
        session.notify("initialized", &json!({}));
        let document = json!({"uri": URI, "languageId": "cloudformation", "version": 0, "text": text});
        session.notify("textDocument/didOpen", &json!({"textDocument": document}));
        session
    }

    fn change(&mut self, version: usize, changes: &[Value]) {
        let document = json!({"uri": URI, "version": version});
        self.notify(
            "textDocument/didChange",
            &json!({"textDocument": document, "contentChanges": changes}),
        );
        // The document is checked in between.
        self.request("textDocument/diagnostic", &json!({"textDocument": {"uri": URI}}));
    }

    /// Ends the session, and returns the answers to the last requests.
    ///
    /// # Panics
    ///
    /// Panics if the server reports a bug, or does not end in order.
    fn end(mut self) -> Answers {
        let document = json!({"uri": URI});
        let nowhere = json!({"line": 0, "character": 0});
        let context = json!({"diagnostics": [], "only": ["source.fixAll"]});
        self.request("textDocument/diagnostic", &json!({"textDocument": document}));
        let range = json!({"start": nowhere, "end": nowhere});
        self.request(
            "textDocument/codeAction",
            &json!({"textDocument": document, "range": range, "context": context}),
        );
        let [diagnostics, actions] = [self.requests - 1, self.requests];
        self.request("shutdown", &Value::Null);
        self.notify("exit", &Value::Null);
        // All messages wait from the beginning, so that the server needs no thread of its own.
        let (server, client) = Connection::memory();
        for message in self.messages {
            let message: Message = serde_json::from_value(message).expect("it is a message");
            client.sender.send(message).expect("the server receives messages");
        }
        assert_eq!(serve(&server, Path::new("/")), Ending::Orderly);
        drop(server);
        let mut answers = Answers {
            diagnostics: Value::Null,
            fixes: None,
        };
        for message in client.receiver {
            match message {
                Message::Response(response) => {
                    let id = response.id.clone();
                    let result = response.response_result.unwrap_or_else(|error| panic!("{error:?}"));
                    if id == diagnostics.into() {
                        answers.diagnostics = result;
                    } else if id == actions.into() {
                        let edits = result[0]["edit"]["changes"][URI].as_array();
                        answers.fixes = edits.cloned();
                    }
                }
                Message::Notification(notification) => panic!("{notification:?}"),
                Message::Request(_) => {}
            }
        }
        answers
    }

    fn request(&mut self, method: &str, params: &Value) {
        self.requests += 1;
        self.messages
            .push(json!({"id": self.requests, "method": method, "params": params}));
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.messages.push(json!({"method": method, "params": params}));
    }
}
