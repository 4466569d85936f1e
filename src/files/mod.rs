//! Reading and replacing files. Nothing here knows what is in them.

mod beside;
mod read;
mod replace;
mod write;

pub(crate) use read::{Input, Unreadable};
pub(crate) use replace::replace;
pub(crate) use write::write;
