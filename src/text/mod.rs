//! Files and their text: byte ranges, lines, edits, and the map from an edited text back to the original. Nothing here
//! knows any language.

mod edit;
mod file;
mod lines;
mod made;
mod obstacle;
mod path;
pub mod printable;
mod refusal;
mod span;

pub use edit::Edit;
pub use file::{File, FileId, Place};
pub use lines::{Lines, Position};
pub use made::Made;
pub use obstacle::Obstacle;
pub use path::{Path, Step};
pub use refusal::Refusal;
pub use span::Span;
