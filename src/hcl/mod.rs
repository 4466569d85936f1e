//! HCL: a file with its tokens and its tree, changes of it, their edits, and the proof of an edited file.
//!
//! Two readers read each file: hcl-edit reads the tree, and a lexer of its own reads the tokens.

mod agreement;
mod change;
mod error;
mod file;
mod lex;
mod limits;
mod proof;
mod read;
mod redefined;
mod render;
mod tree;

pub use change::{Change, NewBlock, Op};
pub use error::SyntaxError;
pub use file::HclFile;
pub use lex::{LexError, Token, TokenKind, lex};
pub use limits::check_limits;
pub use proof::prove;
pub use read::{read_expr, read_template};
pub use render::render;
pub use tree::{Attribute, Block, Body, Call, Expr, ExprKind, Root, Step, StepKind, TemplatePart, Traversal, Word};
