//! A reader and a writer of templates.

mod read;
mod write;
mod yaml_1_1;

pub(crate) use read::{Scalar, read};
pub(crate) use write::{Layout, write};
pub(crate) use yaml_1_1::means_no_text;
