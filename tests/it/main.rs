//! The tests that see the tool from outside. Each module's table of cases is where to add one; cases that are files belong
//! to `tests/fixtures`.

// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod branches;
mod command;
mod corpus;
mod documentation;
mod files;
mod folders;
mod generated;
mod prefilter;
mod properties;
mod reason;
mod refusals;
mod reports;
mod roles_wanted;
mod rooms;
mod rounds;
mod rules;
mod shapes;
#[path = "../shared/mod.rs"]
mod shared;
mod suppressions;
mod tries;
mod unchecked;
