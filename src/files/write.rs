use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::beside::{Access, Beside, BesideError};
use super::replaceable::{has_other_names, is_refused};

/// Makes a file hold `text`, whatever it held before: a reader sees the old or the new, never a part.
///
/// A file that is there keeps its mode and owner, and symbolic links go on leading to it. Where that cannot be had, as for
/// a device, a pipe, or a file in a folder that takes no new one, the text is written as it comes.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(path) {
        // What is here stands for something that is open already, even where it leads to a regular file.
        Ok(_) if path.starts_with("/dev") || path.starts_with("/proc") => append(path, text),
        Ok(metadata) if metadata.is_file() => {
            let path = fs::canonicalize(path)?;
            // A file that may not be written may not be replaced either.
            let mut file = OpenOptions::new().write(true).open(&path)?;
            if !has_other_names(&metadata) {
                match put(&path, Access::Like(&metadata), text) {
                    Err(error) if is_refused(&error) => {}
                    done => return done,
                }
            }
            file.set_len(0)?;
            file.write_all(text.as_bytes())
        }
        Ok(_) => append(path, text),
        // A link that leads nowhere as yet makes what it leads to.
        Err(_) if path.is_symlink() => File::create(path)?.write_all(text.as_bytes()),
        Err(_) => match put(path, Access::New, text) {
            Err(error) if is_refused(&error) => File::create(path)?.write_all(text.as_bytes()),
            done => done,
        },
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())
}

fn put(path: &Path, access: Access<'_>, text: &str) -> io::Result<()> {
    let beside = Beside::holding(text, path, access).map_err(|error| match error {
        BesideError::Io(error) => error,
        error => io::Error::other(error),
    })?;
    beside.put(path)
}
