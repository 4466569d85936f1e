//! YAML and JSON: nodes with their places, changes written in the style of a file, and the proof of a change. Nothing here
//! knows CloudFormation.

mod change;
mod comments;
mod error;
mod examples;
mod fragment;
mod mark;
mod node;
mod nodes;
mod parse;
mod proof;
mod render;
mod style;

pub use change::{Change, CommentOp, Op};
pub use comments::{Comment, CommentId};
pub use error::{MAX_DEPTH, Problem, SyntaxError};
pub use fragment::Fragment;
pub use node::{Node, Stream};
pub use nodes::NodeId;
pub use proof::prove;
pub(crate) use proof::prove_and;
pub use render::{Brackets, render};
pub use style::{Layout, Quote, Tag};
