//! The messages that the server has received and not handled yet.

use std::collections::{HashSet, VecDeque};

use lsp_server::{Connection, Message, RequestId};

/// The received messages, in order.
pub(super) struct Queue<'c> {
    connection: &'c Connection,
    waiting: VecDeque<Message>,
    cancelled: HashSet<RequestId>,
}

/// A message to handle.
pub(super) enum Received {
    Message(Message),
    /// A request that the client cancelled before it was handled.
    Cancelled(RequestId),
}

impl<'c> Queue<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            waiting: VecDeque::new(),
            cancelled: HashSet::new(),
        }
    }

    /// Returns the next message if there is one already.
    pub(super) fn next_now(&mut self) -> Option<Received> {
        // A cancellation arrives after its request, so all messages are taken before one is handled.
        while let Ok(message) = self.connection.receiver.try_recv() {
            self.add(message);
        }
        self.take()
    }

    /// Waits for the next message; `None` if the client is gone.
    pub(super) fn wait(&mut self) -> Option<Received> {
        loop {
            match self.next_now() {
                Some(received) => return Some(received),
                None => self.add(self.connection.receiver.recv().ok()?),
            }
        }
    }

    fn add(&mut self, message: Message) {
        match message {
            Message::Notification(notification) if notification.method == "$/cancelRequest" => {
                let id = notification.params.get("id").cloned().unwrap_or_default();
                if let Ok(id) = serde_json::from_value(id)
                    && self.is_waiting(&id)
                {
                    self.cancelled.insert(id);
                }
            }
            message => self.waiting.push_back(message),
        }
    }

    /// Returns whether a request is not handled yet.
    fn is_waiting(&self, id: &RequestId) -> bool {
        let mut waiting = self.waiting.iter();
        waiting.any(|message| matches!(message, Message::Request(request) if request.id == *id))
    }

    fn take(&mut self) -> Option<Received> {
        Some(match self.waiting.pop_front()? {
            Message::Request(request) if self.cancelled.remove(&request.id) => Received::Cancelled(request.id),
            message => Received::Message(message),
        })
    }
}

#[cfg(test)]
mod tests {
    use lsp_server::{Notification, Request};
    use serde_json::json;

    use super::*;

    fn request(id: i32) -> Message {
        Message::Request(Request::new(id.into(), "a".to_owned(), ()))
    }

    fn cancel(id: i32) -> Message {
        Message::Notification(Notification::new("$/cancelRequest".to_owned(), json!({"id": id})))
    }

    #[test]
    fn cancels_only_requests_that_are_waiting() {
        let (server, client) = Connection::memory();
        for message in [request(1), cancel(7), request(2), cancel(1), request(3)] {
            client.sender.send(message).unwrap();
        }
        drop(client);
        let mut queue = Queue::new(&server);
        let received = std::iter::from_fn(|| queue.wait()).map(|received| match received {
            Received::Cancelled(id) => format!("{id} cancelled"),
            Received::Message(Message::Request(request)) => request.id.to_string(),
            Received::Message(other) => format!("{other:?}"),
        });
        assert_eq!(received.collect::<Vec<_>>(), ["1 cancelled", "2", "3"]);
    }
}
