//! Reads YAML and JSON, writes changes in the style of a file, and proves them.
//!
//! The module is independent of CloudFormation.

mod additions;
mod change;
mod comments;
mod duplicates;
mod embedded;
mod error;
mod explicit_key;
mod host;
mod new_value;
mod node;
mod nodes;
mod parse;
mod proof;
mod render;
mod style;
mod style_samples;

pub use additions::NewEntries;
pub use change::{Change, CommentOp, Op};
pub use comments::{Comment, CommentId};
pub(crate) use embedded::prove_nested_then;
pub use embedded::{EmbeddedSource, NestedFile};
pub use error::{MAX_DEPTH, SyntaxError, SyntaxErrorKind};
pub use host::Variables;
pub use new_value::NewValue;
pub use node::{Node, YamlFile};
pub use nodes::{NodeId, StreamId};
pub use proof::prove;
pub(crate) use proof::prove_then;
pub use render::{Brackets, render};
pub use style::{CollectionStyle, ScalarStyle, Tag};

/// The characters that separate tokens; Unicode's other spaces are text.
///
/// See <https://yaml.org/spec/1.2.2/#55-white-space-characters>.
const WHITESPACE: [char; 4] = [' ', '\t', '\n', '\r'];
