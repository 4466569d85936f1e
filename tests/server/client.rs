//! A client for tests.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use cfn_ipfix::server::{Connection, Ending, Message, serve};
use lsp_server::{Notification, Request, Response, ResponseError};
use serde_json::{Value, json};

/// A client that is connected to a server of its own.
pub(crate) struct Client {
    connection: Connection,
    server: JoinHandle<Ending>,
    last_id: i32,
    /// The messages that arrived before the response that was waited for.
    received: VecDeque<Message>,
    /// The texts of documents, to which the edits of the server are applied.
    documents: BTreeMap<String, String>,
    is_utf8: bool,
}

/// The capabilities of an editor with everything that the server uses, as Visual Studio Code has it, apart from
/// requests for diagnostics.
pub(crate) fn full_capabilities() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "codeDescriptionSupport": true, "tagSupport": {"valueSet": [1, 2]},
            },
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
                "isPreferredSupport": true,
            },
            "hover": {"contentFormat": ["markdown", "plaintext"]},
        },
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "window": {"showDocument": {"support": true}},
    })
}

impl Client {
    /// Starts a server for a client with these capabilities.
    pub(crate) fn start(capabilities: Value) -> Self {
        Self::start_with(json!({"processId": null, "rootUri": null, "capabilities": capabilities}))
    }

    /// Starts a server, and introduces the client with these parameters.
    pub(crate) fn start_with(params: Value) -> Self {
        let mut client = Self::connect();
        let result = client.request("initialize", params).unwrap();
        client.is_utf8 = result["capabilities"]["positionEncoding"] == "utf-8";
        client.notify("initialized", json!({}));
        client
    }

    /// Starts a server that waits for its client.
    pub(crate) fn connect() -> Self {
        let (server, connection) = Connection::memory();
        Self {
            connection,
            server: std::thread::spawn(move || serve(&server, Path::new("/"))),
            last_id: 0,
            received: VecDeque::new(),
            documents: BTreeMap::new(),
            is_utf8: false,
        }
    }

    pub(crate) fn send(&self, message: impl Into<Message>) {
        self.connection.sender.send(message.into()).unwrap();
    }

    pub(crate) fn notify(&self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params));
    }

    /// Sends a request and returns its ID.
    pub(crate) fn send_request(&mut self, method: &str, params: Value) -> i32 {
        self.last_id += 1;
        self.send(Request::new(self.last_id.into(), method.to_owned(), params));
        self.last_id
    }

    /// Sends a request and waits for its result.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let id = self.send_request(method, params);
        self.response(id)
    }

    /// Waits for the response to a request.
    pub(crate) fn response(&mut self, id: i32) -> Result<Value, ResponseError> {
        loop {
            match self.receive() {
                Message::Response(response) if response.id == id.into() => return response.response_result,
                other => self.received.push_back(other),
            }
        }
    }

    /// Waits for the next notification or request with this method, and returns its parameters.
    pub(crate) fn wait_for(&mut self, method: &str) -> Value {
        let waiting = std::mem::take(&mut self.received);
        let mut others = VecDeque::new();
        let mut found = None;
        for message in waiting {
            match params_of(&message, method).filter(|_| found.is_none()) {
                Some(params) => found = Some(params),
                None => others.push_back(message),
            }
        }
        self.received = others;
        while found.is_none() {
            let message = self.receive();
            found = params_of(&message, method);
            if found.is_none() {
                self.received.push_back(message);
            }
        }
        found.unwrap()
    }

    /// Answers the next request with this method.
    pub(crate) fn answer(&mut self, method: &str, result: Value) -> Value {
        loop {
            let waiting = self
                .received
                .iter()
                .position(|message| params_of(message, method).is_some());
            let message = match waiting {
                Some(at) => self.received.remove(at).unwrap(),
                None => self.receive(),
            };
            match message {
                Message::Request(request) if request.method == method => {
                    self.send(Response::new_ok(request.id, result));
                    return request.params;
                }
                other => self.received.push_back(other),
            }
        }
    }

    /// Returns whether no message with this method has arrived, after the server has answered all before.
    pub(crate) fn has_none(&mut self, method: &str) -> bool {
        // A request of an unknown method is answered after all messages before it.
        assert!(self.request("test/unknown", json!({})).is_err());
        self.received.iter().all(|message| params_of(message, method).is_none())
    }

    /// Opens a document and returns its diagnostics.
    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) -> Value {
        self.open_only(uri, language, text);
        self.published(uri)
    }

    pub(crate) fn open_only(&mut self, uri: &str, language: &str, text: &str) {
        self.documents.insert(uri.to_owned(), text.to_owned());
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Lets edits apply to a file that is not open.
    pub(crate) fn knows(&mut self, uri: &str, text: &str) {
        self.documents.insert(uri.to_owned(), text.to_owned());
    }

    /// Changes a document and returns its diagnostics.
    pub(crate) fn change(&mut self, uri: &str, version: i32, changes: Value) -> Value {
        self.change_only(uri, version, changes);
        self.published(uri)
    }

    pub(crate) fn change_only(&mut self, uri: &str, version: i32, changes: Value) {
        let text = self.documents.get_mut(uri).unwrap();
        for change in changes.as_array().unwrap() {
            let new = change["text"].as_str().unwrap();
            match change.get("range") {
                Some(range) => text.replace_range(bytes(text, range, self.is_utf8), new),
                None => new.clone_into(text),
            }
        }
        let document = json!({"uri": uri, "version": version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        );
    }

    /// Waits for the next diagnostics of a document.
    pub(crate) fn published(&mut self, uri: &str) -> Value {
        let published = self.wait_for("textDocument/publishDiagnostics");
        assert_eq!(published["uri"], uri);
        published
    }

    /// Returns the actions for a range of a document.
    pub(crate) fn actions(&mut self, uri: &str, range: &Value, only: Option<&str>) -> Vec<Value> {
        let mut context = json!({"diagnostics": []});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        let actions = self.request("textDocument/codeAction", params).unwrap();
        actions.as_array().cloned().unwrap_or_default()
    }

    /// Returns a document after an edit of the workspace.
    pub(crate) fn edited(&self, edit: &Value, uri: &str) -> String {
        let edits: Vec<_> = match edit["documentChanges"].as_array() {
            Some(changes) => {
                let own = changes.iter().filter(|change| change["textDocument"]["uri"] == uri);
                own.flat_map(|change| change["edits"].as_array().unwrap()).collect()
            }
            None => edit["changes"][uri].as_array().unwrap().iter().collect(),
        };
        self.with_edits(uri, &edits)
    }

    /// Returns a document after edits, which all refer to its text before.
    pub(crate) fn with_edits(&self, uri: &str, edits: &[&Value]) -> String {
        let text = &self.documents[uri];
        let edits = edits.iter().map(|edit| {
            (
                bytes(text, &edit["range"], self.is_utf8),
                edit["newText"].as_str().unwrap(),
            )
        });
        let mut edits: Vec<_> = edits.collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut edited = text.clone();
        for (range, new) in edits.into_iter().rev() {
            edited.replace_range(range, new);
        }
        edited
    }

    /// Shuts the server down, and checks that it sent nothing that no test waited for.
    pub(crate) fn end(mut self) {
        assert_eq!(self.request("shutdown", Value::Null).unwrap(), Value::Null);
        self.notify("exit", Value::Null);
        let left: Vec<_> = self.received.iter().collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(self.server.join().unwrap(), Ending::Orderly);
    }

    /// Waits until the server ends.
    pub(crate) fn ending(self) -> Ending {
        let Self { connection, server, .. } = self;
        drop(connection);
        server.join().unwrap()
    }

    fn receive(&self) -> Message {
        self.connection.receiver.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

fn params_of(message: &Message, method: &str) -> Option<Value> {
    match message {
        Message::Notification(notification) if notification.method == method => Some(notification.params.clone()),
        Message::Request(request) if request.method == method => Some(request.params.clone()),
        _ => None,
    }
}

/// Returns the range of the first occurrence of `part` in `text`, in UTF-16.
pub(crate) fn range_of(text: &str, part: &str) -> Value {
    let at = text.find(part).unwrap();
    let position = |offset: usize| {
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        json!({"line": line, "character": before[line_start..].encode_utf16().count()})
    };
    json!({"start": position(at), "end": position(at + part.len())})
}

/// Converts a range to bytes; only LF and CRLF end lines.
fn bytes(text: &str, range: &Value, is_utf8: bool) -> std::ops::Range<usize> {
    let offset = |position: &Value| {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let character = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        if is_utf8 {
            return start + character;
        }
        let mut units = 0;
        let reached = text[start..].char_indices().find(|(_, c)| {
            let is_reached = units >= character;
            units += c.len_utf16();
            is_reached
        });
        reached.map_or(text.len(), |(at, _)| start + at)
    };
    offset(&range["start"])..offset(&range["end"])
}
