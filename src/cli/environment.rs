//! The environment of the process; a run reads it only here.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anstream::{AutoStream, ColorChoice};

/// The working folder and the standard streams of the process.
pub(super) struct Environment {
    /// The working folder; empty if unknown, so that relative paths stay relative.
    pub(super) working_folder: PathBuf,
    pub(super) is_stdout_terminal: bool,
    pub(super) is_stderr_terminal: bool,
    /// True if standard output has colours, by `--color`, the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub(super) has_stdout_colours: bool,
}

impl Environment {
    /// Reads the environment; `--color` must be applied before.
    pub(super) fn read() -> Self {
        Self {
            working_folder: std::env::current_dir().unwrap_or_default(),
            is_stdout_terminal: io::stdout().is_terminal(),
            is_stderr_terminal: io::stderr().is_terminal(),
            has_stdout_colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        }
    }
}
