//! The command `cfn-ipfix`.

#![forbid(unsafe_code)]

mod cli;
mod config;
mod exit;
mod files;
mod printable;
mod report;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run().into()
}
