//! Tests of the tool from outside, a module for each subject.
//!
//! Add a case to the table of its module. Cases that are files belong to `tests/fixtures`.

// Test helpers may panic.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod additions;
mod aws_errors;
mod awscc;
mod branches;
mod cases;
mod command;
mod corpus;
mod documentation;
mod documents;
mod duplicate_keys;
mod expanded;
mod files;
mod folder_runs;
mod folders;
mod foreign;
mod generated;
mod get_att;
mod hosts;
mod limits;
mod modules;
mod no_fix;
mod paths;
mod prefilter;
mod profile_as_role;
mod projects;
mod properties;
mod reason;
mod repeated_names;
mod reports;
mod roles_of_profiles;
mod rooms;
mod rounds;
mod rules;
mod service_names;
mod shapes;
#[path = "../shared/mod.rs"]
mod shared;
mod suppressions;
mod trust;
mod unchecked;
