//! Finding, reading and replacing files. Nothing here knows what is in them.

mod beside;
mod identity;
mod list;
mod read;
mod replace;
mod replaceable;
mod walk;
mod write;

pub(crate) use identity::Identity;
pub(crate) use list::names;
pub(crate) use read::{Input, ReadError, Unreadable, decode};
pub(crate) use replace::{ReplaceError, replace};
pub(crate) use walk::{Found, Unwalked, Walker};
pub(crate) use write::write;
