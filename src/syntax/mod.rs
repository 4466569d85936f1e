//! Text, lines, byte spans, YAML and JSON, and how a file is written. Nothing here knows CloudFormation.

mod brackets;
mod character_index;
mod characters;
mod comments;
mod edit;
mod ends;
mod error;
mod fragment;
mod insert;
mod lines;
mod mask;
mod model;
mod node;
mod nodes;
mod parse;
mod path;
mod repair;
mod reshape;
mod span;

pub use brackets::Brackets;
pub use character_index::CharacterIndex;
pub use comments::Comment;
pub use edit::Edit;
pub use error::{MAX_DEPTH, Problem, SyntaxError};
pub use fragment::Fragment;
pub use insert::insert_after;
pub use lines::{Lines, Position};
pub use mask::masked;
pub(crate) use node::Reading;
pub use node::{Layout, Node, Quote, Stream, Tag};
pub use nodes::NodeId;
pub use path::{Path, Step};
pub use reshape::{enlist, remove, remove_items, step, unwrap, wrap};
pub use span::Span;
