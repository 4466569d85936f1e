//! Writes to standard output, to standard error and to the file of the report.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use cfn_ipfix::files;
use cfn_ipfix::text::printable::printable;

use super::exit::Exit;

/// The destination of a report.
pub(super) enum Output {
    /// Standard output, to which each part is written immediately.
    Stdout,
    /// A file, which is written at the end of the run.
    File {
        /// The path of the file.
        path: PathBuf,
        /// The report so far.
        report: String,
    },
    /// Standard output after a write failed, which was reported.
    Closed,
}

impl Output {
    /// Creates the output to a file, or to standard output.
    pub(super) fn to(file: Option<&Path>) -> Self {
        file.map_or(Self::Stdout, |path| Self::File {
            path: path.to_owned(),
            report: String::new(),
        })
    }

    /// Writes or stores a part of the report.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written.
    pub(super) fn write(&mut self, part: &str) -> anyhow::Result<()> {
        match self {
            _ if part.is_empty() => Ok(()),
            Self::Stdout => print(part.as_bytes()).inspect_err(|_| *self = Self::Closed),
            Self::Closed => Ok(()),
            Self::File { report, .. } => {
                report.push_str(part);
                Ok(())
            }
        }
    }

    /// Writes the report to its file.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(super) fn finish(&self) -> anyhow::Result<()> {
        match self {
            Self::Stdout | Self::Closed => Ok(()),
            Self::File { path, report } => files::write(path, report)
                .with_context(|| format!("cannot write {}", printable(&path.to_string_lossy()))),
        }
    }
}

/// Writes to standard output.
///
/// A closed pipe is not an error: the rest of the run, such as writing files, continues.
pub(super) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Prints why a run or a part of it failed.
pub(super) fn fail(error: &anyhow::Error) -> Exit {
    eprint(&format!("error: {error:#}\n"));
    Exit::Failure
}

/// Writes to standard error.
pub(super) fn eprint(message: &str) {
    if message.is_empty() {
        return;
    }
    // A failure to write to standard error cannot be reported.
    let _ = anstream::stderr().lock().write_all(message.as_bytes());
}
