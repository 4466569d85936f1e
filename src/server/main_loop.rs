//! The main loop: one message after the other, and checks while none is waiting.

use std::path::Path;

use gen_lsp_types::{InitializeParams, MessageType};
use lsp_server::{Connection, ErrorCode, Message, Request};

use super::outgoing::Outgoing;
use super::queue::{Queue, Received};
use super::responses::{cancelled, error, invalid_params};
use super::session::Session;

/// The reason why the server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client requested a shutdown first.
    Orderly,
    /// The client asked it to exit, or was gone, without that.
    Abrupt,
}

/// Serves one client until it ends the connection.
///
/// A relative path in the settings is relative to the first workspace folder, or to `working_folder` if there is none.
pub fn serve(connection: &Connection, working_folder: &Path) -> Ending {
    // If the client is gone, the end of its messages ends the server.
    let send = |message| drop(connection.sender.send(message));
    serve_by(connection, &send, working_folder)
}

/// Serves as [`serve`] does, and sends with a function instead of the connection.
pub(super) fn serve_by(connection: &Connection, send: &dyn Fn(Message), working_folder: &Path) -> Ending {
    let mut queue = Queue::new(connection);
    let outgoing = Outgoing::new(send);
    let Some(mut session) = initialize(&mut queue, outgoing, working_folder) else {
        return Ending::Abrupt;
    };
    let mut is_shut_down = false;
    loop {
        // A check waits until no message does, so that only the last text is checked while somebody types.
        let received = match queue.next_now() {
            Some(received) => received,
            None if !is_shut_down && session.check_next() => continue,
            None => match queue.wait() {
                Some(received) => received,
                None => return Ending::Abrupt,
            },
        };
        match received {
            Received::Cancelled(id) => session.outgoing.respond(id, Err(cancelled())),
            Received::Message(Message::Request(request)) if is_shut_down => {
                let problem = error(ErrorCode::InvalidRequest, "the server is shut down");
                session.outgoing.respond(request.id, Err(problem));
            }
            Received::Message(Message::Request(request)) if request.method == "shutdown" => {
                is_shut_down = true;
                session.outgoing.respond(request.id, Ok(serde_json::Value::Null));
            }
            Received::Message(Message::Request(request)) => session.request(request),
            Received::Message(Message::Notification(notification)) if notification.method == "exit" => {
                return if is_shut_down { Ending::Orderly } else { Ending::Abrupt };
            }
            Received::Message(Message::Notification(_)) if is_shut_down => {}
            Received::Message(Message::Notification(notification)) => session.notification(notification),
            Received::Message(Message::Response(response)) => session.response(response),
        }
    }
}

/// Waits for the client to introduce itself, and responds; `None` if it ends the connection before.
fn initialize<'c>(queue: &mut Queue<'_>, outgoing: Outgoing<'c>, working_folder: &Path) -> Option<Session<'c>> {
    loop {
        match queue.wait()? {
            Received::Cancelled(id) => outgoing.respond(id, Err(cancelled())),
            Received::Message(Message::Request(Request { id, method, params })) if method == "initialize" => {
                match serde_json::from_value::<InitializeParams>(params) {
                    Ok(params) => {
                        let session = Session::new(outgoing, params, working_folder);
                        let result = session.initialize_result();
                        session.outgoing.respond(id, Ok(result));
                        return Some(session);
                    }
                    Err(problem) => outgoing.respond(id, Err(invalid_params(problem))),
                }
            }
            Received::Message(Message::Request(request)) => {
                let problem = error(ErrorCode::ServerNotInitialized, "the server is not initialized");
                outgoing.respond(request.id, Err(problem));
            }
            Received::Message(Message::Notification(notification)) if notification.method == "exit" => return None,
            Received::Message(Message::Notification(_)) => {}
            Received::Message(Message::Response(_)) => {
                outgoing.log(MessageType::Warning, "a response without a request is ignored");
            }
        }
    }
}
