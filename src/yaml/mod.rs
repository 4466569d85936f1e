//! YAML and JSON: nodes with their places, and how a file is written. Nothing here knows CloudFormation.

mod brackets;
mod characters;
mod comments;
mod cursor;
mod ends;
mod error;
mod examples;
mod fragment;
mod insert;
mod mask;
mod model;
mod node;
mod nodes;
mod parse;
mod path;
mod repair;
mod reshape;
mod style;

pub use brackets::Brackets;
pub use comments::Comment;
pub use error::{MAX_DEPTH, Problem, SyntaxError};
pub use fragment::Fragment;
pub use insert::insert_after;
pub use mask::masked;
pub use node::{Node, Stream};
pub use nodes::NodeId;
pub use path::{Path, Step};
pub use reshape::{enlist, remove, remove_items, step, unwrap, wrap};
pub use style::{Layout, Quote, Tag};
