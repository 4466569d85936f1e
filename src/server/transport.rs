//! Reads and writes messages, each with a header that has its length.

use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use lsp_server::{Connection, Message, Notification, Request};
use serde::Serialize;
use serde_json::Value;

use super::main_loop::{Ending, serve_by};
use super::responses::rejection;

/// The longest line of a header.
const MAX_HEADER_LINE: u64 = 4096;

/// Serves the client that writes `input` and reads `output`, as [`serve`](super::serve) does.
///
/// A message that is not part of the protocol is answered with an error, as JSON-RPC requires. The thread that reads
/// `input` may outlive the call.
pub fn serve_streams(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send + 'static,
    working_folder: &Path,
) -> Ending {
    let (server, client) = Connection::memory();
    let output = Arc::new(Mutex::new(output));
    let rejections = Arc::clone(&output);
    thread::spawn(move || {
        read_all(input, |received| match received {
            Ok(message) => client.sender.send(message).is_ok(),
            Err(problem) => write_to(&rejections, &problem).is_ok(),
        });
    });
    // If the client no longer reads, it no longer writes either, which ends the server.
    let send = |message| drop(write_to(&output, &WithVersion::of(&message)));
    serve_by(&server, &send, working_folder)
}

/// Reads messages until the input ends or `take` returns `false`.
///
/// `take` is given the response to a message that is not part of the protocol.
fn read_all(mut input: impl BufRead, mut take: impl FnMut(Result<Message, Value>) -> bool) {
    loop {
        let received = match read_content(&mut input) {
            Ok(Some(content)) => message(&content),
            Ok(None) => return,
            // The next message cannot be found without the length of this one.
            Err(problem) => {
                take(Err(rejection(false, problem)));
                return;
            }
        };
        if !take(received) {
            return;
        }
    }
}

/// Reads the content of the next message; `None` at the end of the input.
fn read_content(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let invalid = |problem: &str| io::Error::new(io::ErrorKind::InvalidData, problem.to_owned());
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MAX_HEADER_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        if !line.ends_with('\n') {
            return Err(invalid("the header has no end"));
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| invalid("the header has a line without a colon"))?;
        if name.eq_ignore_ascii_case("Content-Length") {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let length = length.ok_or_else(|| invalid("the header has no valid Content-Length"))?;
    let mut content = Vec::new();
    let read = input.take(length).read_to_end(&mut content)?;
    Ok(u64::try_from(read).is_ok_and(|read| read == length).then_some(content))
}

/// Parses a message, or returns the response to something else.
fn message(content: &[u8]) -> Result<Message, Value> {
    let value = serde_json::from_slice(content)
        .or_else(|problem| serde_json::from_slice(&without_lone_surrogates(content)).map_err(|_| problem))
        .map_err(|problem| rejection(false, problem))?;
    let Value::Object(mut object) = value else {
        return Err(rejection(true, "a message is an object"));
    };
    let method = object.remove("method");
    let id = object.get("id").cloned();
    match (method, id) {
        (Some(Value::String(method)), None) => Ok(Message::Notification(Notification {
            method,
            params: object.remove("params").unwrap_or_default(),
        })),
        (Some(Value::String(method)), Some(id)) => Ok(Message::Request(Request {
            id: serde_json::from_value(id).map_err(|_| rejection(true, "the ID is not a 32-bit number or a string"))?,
            method,
            params: object.remove("params").unwrap_or_default(),
        })),
        (None, Some(_)) => {
            let response = serde_json::from_value(Value::Object(object));
            response
                .map(Message::Response)
                .map_err(|problem| rejection(true, problem))
        }
        _ => Err(rejection(true, "a message has a method or an ID")),
    }
}

/// Replaces each escaped surrogate that is not in a pair by U+FFFD, which is as long in UTF-16.
///
/// JavaScript's strings may contain such surrogates. Without the change that contains one, all later changes would be
/// applied to a different text from the client's.
fn without_lone_surrogates(content: &[u8]) -> Vec<u8> {
    let mut replaced = content.to_vec();
    let mut at = 0;
    while at < content.len() {
        match (escaped_unit(content, at), escaped_unit(content, at + ESCAPE)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 2 * ESCAPE,
            (Some(0xD800..=0xDFFF), _) => {
                replaced[at + 2..at + ESCAPE].copy_from_slice(b"fffd");
                at += ESCAPE;
            }
            // The character after a backslash belongs to it.
            _ if content[at] == b'\\' => at += 2,
            _ => at += 1,
        }
    }
    replaced
}

/// The bytes of an escaped UTF-16 unit, such as `\u00e9`.
const ESCAPE: usize = 6;

/// Returns the UTF-16 unit whose escape begins at an offset in bytes.
fn escaped_unit(content: &[u8], at: usize) -> Option<u16> {
    let digits = content.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

/// A message with the version of JSON-RPC.
#[derive(Serialize)]
struct WithVersion<'m> {
    jsonrpc: &'static str,
    #[serde(flatten)]
    message: &'m Message,
}

impl<'m> WithVersion<'m> {
    fn of(message: &'m Message) -> Self {
        Self {
            jsonrpc: "2.0",
            message,
        }
    }
}

fn write_to(output: &Mutex<impl Write>, message: &impl Serialize) -> io::Result<()> {
    let content = serde_json::to_vec(message)?;
    let mut bytes = format!("Content-Length: {}\r\n\r\n", content.len()).into_bytes();
    bytes.extend(content);
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    output.write_all(&bytes)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is read of some input, each message in a few words.
    fn read(input: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        read_all(input, |received| {
            all.push(match received {
                Ok(Message::Request(request)) => format!("request {} {}", request.id, request.method),
                Ok(Message::Notification(notification)) => format!("notification {}", notification.method),
                Ok(Message::Response(response)) => format!("response {}", response.id),
                Err(problem) => format!("error {} {}", problem["error"]["code"], problem["id"]),
            });
            true
        });
        all
    }

    fn framed(content: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{content}", content.len())
    }

    #[test]
    fn reads_messages_and_rejects_others() {
        for (content, expected) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#, "request 1 a"),
            (r#"{"id":"x","method":"a","params":null}"#, r#"request "x" a"#),
            (r#"{"method":"a","params":[1]}"#, "notification a"),
            (r#"{"id":1,"result":null}"#, "response 1"),
            (r#"{"id":1,"error":{"code":1,"message":""}}"#, "response 1"),
            ("{", "error -32700 null"),
            ("", "error -32700 null"),
            ("\u{feff}", "error -32700 null"),
            ("[]", "error -32600 null"),
            ("{}", "error -32600 null"),
            (r#"{"id":1.5,"method":"a"}"#, "error -32600 null"),
            (r#"{"id":99999999999,"method":"a"}"#, "error -32600 null"),
            (r#"{"id":1,"method":2}"#, "error -32600 null"),
            (r#"{"id":1}"#, "error -32600 null"),
        ] {
            // Each message after a rejected one is read too.
            let input = framed(content) + &framed(r#"{"method":"next"}"#);
            assert_eq!(read(input.as_bytes()), [expected, "notification next"], "{content}");
        }
    }

    #[test]
    fn replaces_lone_surrogates() {
        for (text, expected) in [
            (r"\ud83d\ude00", "\u{1f600}"),
            (r"a\ud83d", "a\u{fffd}"),
            (r"\uDE00\ud83d\ude00", "\u{fffd}\u{1f600}"),
            (r"\ud83d\ud83d\u0041", "\u{fffd}\u{fffd}A"),
            (r"\\ud83d\ud83d", "\\ud83d\u{fffd}"),
        ] {
            let content = format!(r#"{{"method":"a","params":"{text}"}}"#);
            let Ok(Message::Notification(Notification { params, .. })) = message(content.as_bytes()) else {
                panic!("{text} is not read");
            };
            assert_eq!(params, expected, "{text}");
        }
    }

    #[test]
    fn ends_at_an_invalid_header_or_the_end() {
        let valid = framed(r#"{"method":"a"}"#);
        for (rest, expected) in [
            ("", vec![]),
            ("Content-Length: 5\r\n\r\n{}", vec![]),
            ("Content-Length: 5\r\n", vec![]),
            ("Content-Length: five\r\n\r\n{}", vec!["error -32700 null"]),
            ("Content-Length 2\r\n\r\n{}", vec!["error -32700 null"]),
            ("Content-Type: a\r\n\r\n{}", vec!["error -32700 null"]),
            (&"x".repeat(10_000), vec!["error -32700 null"]),
        ] {
            let all = read(format!("{valid}{rest}").as_bytes());
            assert_eq!(all, [vec!["notification a"], expected].concat(), "{rest}");
        }
        let other_headers =
            "content-length:14\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{\"method\":\"a\"}";
        assert_eq!(read(other_headers.as_bytes()), ["notification a"]);
    }
}
