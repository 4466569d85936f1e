//! Reading and replacing files. Nothing here knows what is in them.

mod read;
mod replace;

pub(crate) use read::{Input, Unreadable};
pub(crate) use replace::replace;
