use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::beside::{BesideError, check_whole};

/// How many bytes of a file are read at most: far more than any template has, and less than a device gives.
const MOST: u64 = 64 << 20;

/// Where a template comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, and what to call it.
    Stdin(PathBuf),
    /// A file.
    File(PathBuf),
}

/// Why an input gave no text.
#[derive(Debug)]
pub struct Unreadable {
    /// What is wrong.
    pub error: ReadError,
    /// What was read nevertheless.
    pub bytes: Vec<u8>,
}

/// What is wrong with an input.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A run is writing the file in place, or was stopped while it did.
    #[error(transparent)]
    Unfinished(BesideError),
    /// The file has more bytes than are read.
    #[error("the file is larger than {} MiB, more than a template can be", MOST >> 20)]
    TooLarge,
    /// The file cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The text is UTF-16.
    #[error("this is UTF-16; save it as UTF-8")]
    Utf16,
    /// The text is not UTF-8.
    #[error("this is not UTF-8, there is a byte 0x{byte:02X} on line {line}; save the file as UTF-8")]
    NotUtf8 {
        /// The first byte that is wrong.
        byte: u8,
        /// Its line, from 1.
        line: usize,
    },
}

impl Input {
    /// The name by which messages and diffs call the input.
    pub fn name(&self) -> &Path {
        match self {
            Self::Stdin(path) | Self::File(path) => path,
        }
    }

    /// Reads the whole input.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not whole, or is no UTF-8; then what was read comes with the error.
    pub fn read(&self) -> Result<String, Unreadable> {
        self.check_whole()?;
        self.bytes().and_then(decode)
    }

    /// Returns whether this is not a file that a run is writing in place, or has written in part.
    ///
    /// # Errors
    ///
    /// If it is, and where the rest is.
    pub fn check_whole(&self) -> Result<(), Unreadable> {
        let path = match self {
            // That it cannot be found is for whoever opens it to tell.
            Self::File(path) => fs::canonicalize(path).ok(),
            Self::Stdin(_) => None,
        };
        let whole = path.map_or(Ok(()), |path| check_whole(&path));
        whole.map_err(|error| Unreadable {
            error: ReadError::Unfinished(error),
            bytes: Vec::new(),
        })
    }

    /// Reads the whole input, whatever it holds.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is a file that is too large; then what was read comes with the error.
    pub fn bytes(&self) -> Result<Vec<u8>, Unreadable> {
        let mut bytes = Vec::new();
        let read = match self {
            Self::Stdin(_) => io::stdin().lock().read_to_end(&mut bytes),
            Self::File(path) => read_bounded(path, &mut bytes),
        };
        let error = match (read, self) {
            (Ok(len), Self::File(_)) if len as u64 > MOST => ReadError::TooLarge,
            (Ok(_), _) => return Ok(bytes),
            (Err(error), _) => error.into(),
        };
        Err(Unreadable { error, bytes })
    }
}

/// Reads a file, in one piece if its length can be told, and no more than a byte too much.
fn read_bounded(path: &Path, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let file = File::open(path)?;
    let len = file.metadata()?.len().min(MOST);
    bytes.reserve_exact(usize::try_from(len).unwrap_or_default() + 1);
    file.take(MOST + 1).read_to_end(bytes)
}

/// The text that was read.
///
/// # Errors
///
/// If it is no UTF-8; then the bytes come with the error.
pub fn decode(bytes: Vec<u8>) -> Result<String, Unreadable> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let error = match bytes.as_slice() {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => ReadError::Utf16,
            _ => ReadError::NotUtf8 {
                byte: bytes.get(at).copied().unwrap_or_default(),
                line: 1 + bytes.iter().take(at).filter(|&&byte| byte == b'\n').count(),
            },
        };
        Unreadable { error, bytes }
    })
}

impl ReadError {
    /// Returns whether it is the content that is at fault, not the way to it.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::Utf16 | Self::NotUtf8 { .. })
    }
}
