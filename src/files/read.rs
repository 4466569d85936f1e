use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::temp_sibling::{TempSiblingError, check_whole};
use crate::text::is_utf16;

/// The most bytes that are read of a file.
///
/// No template is that large, and a device may never end.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// The source of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, with the name to report it by.
    Stdin(Box<Path>),
    /// A file.
    File(PathBuf),
}

/// The error for an unreadable input, with the bytes that were read.
#[derive(Debug)]
pub struct Unreadable {
    /// The reason.
    pub error: ReadError,
    /// The bytes that were read before the error.
    pub bytes: Vec<u8>,
}

/// The reason that an input could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is incomplete: a run is writing or has been stopped.
    #[error(transparent)]
    Unfinished(TempSiblingError),
    /// The file is larger than the limit.
    #[error("the file is larger than {} MiB, more than a template can be", MAX_BYTES >> 20)]
    TooLarge,
    /// The file cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The input is a zip archive.
    #[error("this is a zip archive, not a template; unpack it, and check the files in it")]
    Zip,
    /// The input is compressed with gzip.
    #[error("this is compressed with gzip; decompress it, and check the result")]
    Gzip,
    /// The input is UTF-16.
    #[error("this is UTF-16; save it as UTF-8")]
    Utf16,
    /// The input is not UTF-8.
    #[error("this is not UTF-8, there is a byte 0x{byte:02X} on line {line}; save the file as UTF-8")]
    NotUtf8 {
        /// The first invalid byte.
        byte: u8,
        /// The line of that byte, from 1.
        line: usize,
    },
}

impl Input {
    /// Returns the name of the input in messages and diffs.
    pub fn name(&self) -> &Path {
        match self {
            Self::Stdin(path) => path,
            Self::File(path) => path,
        }
    }

    /// Reads the whole input.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, is written only in part, or is not UTF-8. The error includes the bytes that were
    /// read.
    pub fn read(&self) -> Result<String, Unreadable> {
        self.check_complete()?;
        self.bytes().and_then(decode)
    }

    /// Checks that the file is complete.
    ///
    /// It is not while a run writes it in place, or after a run was stopped meanwhile.
    ///
    /// # Errors
    ///
    /// If the file is incomplete. The error names the file that has the previous content.
    pub fn check_complete(&self) -> Result<(), Unreadable> {
        let path = match self {
            // A file that is missing is reported by the code that opens it.
            Self::File(path) => link_target(path).ok(),
            Self::Stdin(_) => None,
        };
        let whole = path.map_or(Ok(()), |path| check_whole(&path));
        whole.map_err(|error| Unreadable {
            error: ReadError::Unfinished(error),
            bytes: Vec::new(),
        })
    }

    /// Reads the whole input as bytes.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, or is too large a file. The error includes the bytes that were read.
    pub fn bytes(&self) -> Result<Vec<u8>, Unreadable> {
        let mut bytes = Vec::new();
        let read = match self {
            Self::Stdin(_) => io::stdin().lock().read_to_end(&mut bytes),
            Self::File(path) => read_bounded(path, &mut bytes),
        };
        let error = match (read, self) {
            (Ok(len), Self::File(_)) if len as u64 > MAX_BYTES => ReadError::TooLarge,
            (Ok(_), _) => return Ok(bytes),
            (Err(error), _) => error.into(),
        };
        Err(Unreadable { error, bytes })
    }
}

/// Returns the file to which a symbolic link leads, or the path itself.
///
/// A link to a folder above does not matter for the files beside this one.
fn link_target(path: &Path) -> io::Result<Cow<'_, Path>> {
    match fs::symlink_metadata(path)?.is_symlink() {
        true => fs::canonicalize(path).map(Cow::Owned),
        false => Ok(Cow::Borrowed(path)),
    }
}

/// Reads a file up to one byte more than the limit.
///
/// The buffer is reserved at once if the length is known.
fn read_bounded(path: &Path, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let file = File::open(path)?;
    let len = file.metadata()?.len().min(MAX_BYTES);
    bytes.reserve_exact(usize::try_from(len).unwrap_or_default() + 1);
    file.take(MAX_BYTES + 1).read_to_end(bytes)
}

/// Decodes the bytes of an input as UTF-8.
///
/// # Errors
///
/// If the bytes are not UTF-8. The error includes them.
pub fn decode(bytes: Vec<u8>) -> Result<String, Unreadable> {
    if let Some(error) = binary_format(&bytes) {
        return Err(Unreadable { error, bytes });
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid_len = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let error = ReadError::NotUtf8 {
            byte: bytes.get(valid_len).copied().unwrap_or_default(),
            line: 1 + bytes.iter().take(valid_len).filter(|&&byte| byte == b'\n').count(),
        };
        Unreadable { error, bytes }
    })
}

/// Recognises bytes that are not text by the first of them.
///
/// The signatures are those of <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, for a file and for the end
/// of an empty archive, and of <https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1>.
fn binary_format(bytes: &[u8]) -> Option<ReadError> {
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(ReadError::Zip),
        [0x1F, 0x8B, ..] => Some(ReadError::Gzip),
        _ => is_utf16(bytes).then_some(ReadError::Utf16),
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self {
            error: error.into(),
            bytes: Vec::new(),
        }
    }
}

impl ReadError {
    /// Returns whether the content is at fault, not access to the input.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::Zip | Self::Gzip | Self::Utf16 | Self::NotUtf8 { .. })
    }
}
