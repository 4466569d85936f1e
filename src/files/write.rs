use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::replace::{put, sibling};

/// Makes a file hold `text`, whatever it held before: a reader sees the old or the new, never a part.
///
/// A file that is there keeps its mode and owner, and symbolic links go on leading to it. Where that cannot be had, as for
/// a device, a pipe, or a file in a folder that takes no new one, the text is written as it comes.
///
/// # Errors
///
/// If the file cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(path) {
        // What is here stands for something that is open already, even where it leads to a regular file.
        Ok(_) if path.starts_with("/dev") || path.starts_with("/proc") => append(path, text),
        Ok(metadata) if metadata.is_file() => {
            let path = fs::canonicalize(path)?;
            // A file that may not be written may not be replaced either.
            let mut file = OpenOptions::new().write(true).open(&path)?;
            match sibling(&path, &metadata, text) {
                Some(sibling) => put(sibling, &path),
                None => {
                    file.set_len(0)?;
                    file.write_all(text.as_bytes())
                }
            }
        }
        Ok(_) => append(path, text),
        // A link that leads nowhere as yet makes what it leads to.
        Err(_) if path.is_symlink() => File::create(path)?.write_all(text.as_bytes()),
        Err(_) => create(path, text),
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cfn-ipfix-");
    // As any new file: the process's mask takes away what it always does.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    match builder.tempfile_in(folder) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            put(file, path)
        }
        Err(_) => File::create(path)?.write_all(text.as_bytes()),
    }
}
