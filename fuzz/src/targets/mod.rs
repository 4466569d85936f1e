//! The targets, one file for each.

mod configure;
mod fix;
mod lex;
mod module;
mod parse;
mod server;
mod suppress;

use crate::target::Target;

pub use configure::CONFIGURE;
pub use fix::FIX;
pub use lex::LEX;
pub use module::MODULE;
pub use parse::PARSE;
pub use server::SERVER;
pub use suppress::SUPPRESS;

/// All targets.
pub const ALL: [&Target; 7] = [&FIX, &MODULE, &SUPPRESS, &PARSE, &CONFIGURE, &LEX, &SERVER];
