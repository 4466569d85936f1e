//! The language server: diagnostics, fixes and explanations while somebody types.
//!
//! It is a library, so that tests and the fuzzer run it in their own process: [`serve`] exchanges messages through a
//! [`Connection`]. The command connects it to standard input and output, by [`serve_streams`].
//!
//! Start with [`serve`], then follow a message to `requests.rs` or `notifications.rs`. An answer is built by the file of its feature.

mod actions;
mod capabilities;
mod checked;
mod checker;
mod commands;
mod diagnostics;
mod documents;
mod edits;
mod explain;
mod hover;
mod language;
mod main_loop;
mod may_change;
mod minimal_edits;
mod module;
mod notifications;
mod outgoing;
mod positions;
mod project;
mod project_index;
mod projects;
mod queue;
mod related;
mod requests;
mod responses;
mod session;
mod settings;
mod slots;
mod suppress;
mod template_groups;
mod template_scan;
mod template_walk;
mod transport;
mod uri;
mod workspace;
mod workspace_edit;

pub use lsp_server::{Connection, Message};
pub use main_loop::{Ending, serve};
pub use transport::serve_streams;
