use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::replaceable::{has_other_names, is_denied};
use super::temp_sibling::{Access, TempSibling, TempSiblingError};

/// Writes a file atomically where possible.
///
/// Readers see the old or the new content, never a part.
///
/// An existing file keeps its mode and owner, and symbolic links still lead to it. If an atomic replacement is not
/// possible, as for a device, a pipe, or a file in a folder that accepts no new file, the file is written directly.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(path) {
        // A path in these folders is a stream that is already open, even if it leads to a regular file.
        Ok(_) if path.starts_with("/dev") || path.starts_with("/proc") => append(path, text),
        Ok(metadata) if metadata.is_file() => {
            let path = fs::canonicalize(path)?;
            // A read-only file must not be replaced either.
            let mut file = OpenOptions::new().write(true).open(&path)?;
            if !has_other_names(&metadata) {
                match replace_by_rename(&path, Access::Like(&metadata), text) {
                    Err(error) if is_denied(&error) => {}
                    done => return done,
                }
            }
            file.set_len(0)?;
            file.write_all(text.as_bytes())
        }
        Ok(_) => append(path, text),
        // Writing through a dangling link creates its target.
        Err(_) if path.is_symlink() => File::create(path)?.write_all(text.as_bytes()),
        Err(_) => match replace_by_rename(path, Access::New, text) {
            Err(error) if is_denied(&error) => File::create(path)?.write_all(text.as_bytes()),
            done => done,
        },
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())
}

fn replace_by_rename(path: &Path, access: Access<'_>, text: &str) -> io::Result<()> {
    let sibling = TempSibling::create(text, path, access).map_err(|error| match error {
        TempSiblingError::Io(error) => error,
        error => io::Error::other(error),
    })?;
    sibling.persist(path)
}
