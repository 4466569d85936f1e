//! Runs the language server on standard input and output.

use std::fs::File;
use std::io::{self, BufReader};
use std::process::ExitCode;

use anyhow::Context as _;
use cfn_ipfix::server::{Ending, serve_streams};

use super::environment::Environment;
use super::output::fail;

/// Serves the editor that started the process, and returns the exit status that the protocol requires.
pub(super) fn run(environment: &Environment) -> ExitCode {
    let output = match unbuffered_output().context("standard output cannot be used") {
        Ok(output) => output,
        Err(error) => return fail(&error).into(),
    };
    // A lock of standard input cannot move to the thread that reads.
    let ending = serve_streams(BufReader::new(io::stdin()), output, &environment.working_folder);
    ExitCode::from(match ending {
        Ending::Orderly => 0,
        Ending::Abrupt => 1,
    })
}

/// Returns standard output without its buffer for lines, which would write the header of a message on its own.
fn unbuffered_output() -> io::Result<File> {
    #[cfg(unix)]
    let handle = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let handle = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(File::from(handle))
}
