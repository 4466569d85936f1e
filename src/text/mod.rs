//! Files with their ranges, lines and edits, and the map from an edited source back to the original.
//!
//! The module is independent of any language.

mod edit;
mod encoding;
mod file;
mod line_index;
mod node_path;
mod obstacle;
pub mod printable;
mod proof_error;
mod range;
mod source_map;
mod utf16;

pub use edit::{Edit, Joint};
pub use encoding::is_utf16;
pub use file::{File, FileId, FileRange};
pub use line_index::{LineColumn, LineIndex};
pub use node_path::{NodePath, PathSegment};
pub use obstacle::EditObstacle;
pub use proof_error::ProofError;
pub use range::TextRange;
pub use source_map::SourceMap;
pub use utf16::Utf16Index;
