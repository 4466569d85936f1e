//! The two streams, and the file in place of one of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use cfn_ipfix::files;
use cfn_ipfix::text::printable::printable;

use super::exit::Exit;

/// Where a report goes.
pub(super) enum Output {
    /// As soon as it is known.
    Stdout,
    /// Whole, at the end of the run.
    File {
        /// Its name.
        path: PathBuf,
        /// What it is to hold, as far as that is known.
        text: String,
    },
    /// Nowhere any more: standard output could not be written, and that was said.
    Nowhere,
}

impl Output {
    /// To this file, or else to standard output.
    pub(super) fn to(file: Option<&Path>) -> Self {
        file.map_or(Self::Stdout, |path| Self::File {
            path: path.to_owned(),
            text: String::new(),
        })
    }

    /// # Errors
    ///
    /// If standard output cannot be written.
    pub(super) fn write(&mut self, part: &str) -> anyhow::Result<()> {
        match self {
            _ if part.is_empty() => Ok(()),
            Self::Stdout => print(part.as_bytes()).inspect_err(|_| *self = Self::Nowhere),
            Self::Nowhere => Ok(()),
            Self::File { text, .. } => {
                text.push_str(part);
                Ok(())
            }
        }
    }

    /// Writes what was held back.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(super) fn finish(&self) -> anyhow::Result<()> {
        match self {
            Self::Stdout | Self::Nowhere => Ok(()),
            Self::File { path, text } => {
                files::write(path, text).with_context(|| format!("cannot write {}", printable(&path.to_string_lossy())))
            }
        }
    }
}

/// Writes to standard output. A reader that has seen enough is no error, and what is left to do is done all the same.
pub(super) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

/// Says on standard error why a run, or a part of it, failed.
pub(super) fn fail(error: &anyhow::Error) -> Exit {
    complain(&format!("error: {error:#}\n"));
    Exit::Failure
}

/// Writes to standard error.
pub(super) fn complain(text: &str) {
    if text.is_empty() {
        return;
    }
    // There is nowhere left to say that standard error is closed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
