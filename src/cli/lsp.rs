//! Runs the language server on standard input and output.

use std::io::{self, BufReader};
use std::process::ExitCode;

use cfn_ipfix::server::{Ending, serve_streams};

use super::environment::Environment;

/// Serves the editor that started the process, and returns the exit status that the protocol requires.
pub(super) fn run(environment: &Environment) -> ExitCode {
    // A lock of standard input cannot move to the thread that reads.
    let ending = serve_streams(BufReader::new(io::stdin()), io::stdout(), &environment.working_folder);
    ExitCode::from(match ending {
        Ending::Orderly => 0,
        Ending::Abrupt => 1,
    })
}
