//! Sends notifications and requests to the client.

use gen_lsp_types::{
    LogMessageNotification, LogMessageParams, MessageType, Notification, Request, ShowMessageNotification,
    ShowMessageParams,
};
use lsp_server::{Message, RequestId, Response, ResponseError};
use serde::Serialize;
use serde_json::Value;

use crate::text::printable::printable;

/// The way to the client.
pub(super) struct Outgoing<'c> {
    send: &'c dyn Fn(Message),
    /// The number of the last request.
    last: i32,
}

impl<'c> Outgoing<'c> {
    pub(super) fn new(send: &'c dyn Fn(Message)) -> Self {
        Self { send, last: 0 }
    }

    pub(super) fn notify<N: Notification>(&self, params: &N::Params) {
        (self.send)(Message::Notification(lsp_server::Notification {
            method: String::from(N::METHOD),
            params: value(params),
        }));
    }

    /// Sends a request, and returns the ID that its response will have.
    pub(super) fn request<R: Request>(&mut self, params: &R::Params) -> RequestId {
        self.last = self.last.wrapping_add(1);
        let id = RequestId::from(self.last);
        (self.send)(Message::Request(lsp_server::Request {
            id: id.clone(),
            method: String::from(R::METHOD),
            params: value(params),
        }));
        id
    }

    pub(super) fn respond(&self, id: RequestId, response_result: Result<Value, ResponseError>) {
        (self.send)(Message::Response(Response { id, response_result }));
    }

    /// Shows a message to the user.
    pub(super) fn show(&self, kind: MessageType, message: &str) {
        let message = printable_lines(message);
        self.notify::<ShowMessageNotification>(&ShowMessageParams { kind, message });
    }

    /// Adds a message to the log that the client keeps of this server.
    pub(super) fn log(&self, kind: MessageType, message: &str) {
        let message = printable_lines(message);
        self.notify::<LogMessageNotification>(&LogMessageParams { kind, message });
    }
}

/// Converts parameters, which are never keyed by anything but strings.
fn value(params: &impl Serialize) -> Value {
    serde_json::to_value(params).unwrap_or_default()
}

/// Escapes the characters that act on a viewer, apart from line breaks.
pub(super) fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n")
}
