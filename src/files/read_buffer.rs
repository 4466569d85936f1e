//! Reads many files, one after another.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::read::{MAX_BYTES, ReadError};

/// Memory for the content of one file at a time.
#[derive(Debug, Default)]
pub struct ReadBuffer(Vec<u8>);

/// The size for most templates.
const FIRST_SIZE: usize = 64 << 10;

/// One byte more than a file may have.
const MAX_SIZE: usize = MAX_BYTES as usize + 1;

/// The most memory that is kept for the next file.
const KEPT_SIZE: usize = 1 << 20;

impl ReadBuffer {
    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is too large.
    pub fn read(&mut self, path: &Path) -> Result<&[u8], ReadError> {
        self.0.truncate(KEPT_SIZE);
        self.0.shrink_to(KEPT_SIZE);
        let mut file = File::open(path)?;
        let mut len = 0;
        loop {
            if len == self.0.len() {
                self.0.resize((2 * len).clamp(FIRST_SIZE, MAX_SIZE), 0);
            }
            match file.read(self.0.get_mut(len..).unwrap_or_default()) {
                Ok(0) => return Ok(self.0.get(..len).unwrap_or_default()),
                Ok(more) => len += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
            if len as u64 > MAX_BYTES {
                return Err(ReadError::TooLarge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_files_of_any_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut buffer = ReadBuffer::default();
        for len in [3, FIRST_SIZE, 0, FIRST_SIZE + 1, 3 * KEPT_SIZE, 2] {
            let content: Vec<_> = (0..=u8::MAX).cycle().take(len).collect();
            std::fs::write(&path, &content).unwrap();
            assert!(buffer.read(&path).unwrap() == content, "{len} bytes");
        }
        assert!(buffer.read(folder.path()).is_err());
    }
}
