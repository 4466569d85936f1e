//! Finding, reading and replacing files. Nothing here knows what is in them.

mod beside;
mod identity;
mod list;
mod read;
mod replace;
mod replaceable;
mod walk;
mod write;

pub use beside::BesideError;
pub use identity::Identity;
pub use list::names;
pub use read::{Input, ReadError, Unreadable, decode};
pub use replace::{ReplaceError, replace};
pub use walk::{Found, Unwalked, Walker};
pub use write::write;
