//! What a person or a program gets to see: one file a format.

pub(crate) mod diff;
pub(crate) mod rules;
pub(crate) mod text;
