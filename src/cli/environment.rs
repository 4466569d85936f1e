//! The surroundings of the process: everything that a run reads of them, read here alone.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anstream::{AutoStream, ColorChoice};

/// The working folder and the standard streams of the process.
pub(super) struct Environment {
    /// Empty if there is none; relative paths then stay relative.
    pub(super) working_folder: PathBuf,
    pub(super) is_stdin_terminal: bool,
    pub(super) is_stderr_terminal: bool,
    /// Whether standard output takes colours, by `--color`, the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub(super) has_stdout_colours: bool,
}

impl Environment {
    /// Reads the surroundings, once the global choice of colours is made.
    pub(super) fn read() -> Self {
        Self {
            working_folder: std::env::current_dir().unwrap_or_default(),
            is_stdin_terminal: io::stdin().is_terminal(),
            is_stderr_terminal: io::stderr().is_terminal(),
            has_stdout_colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        }
    }
}
