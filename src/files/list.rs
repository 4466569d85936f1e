//! Lists of names of files.

use std::path::PathBuf;

/// A list that some shells write, whose NULs end no names: as names, its characters would be files and folders.
#[derive(Debug, thiserror::Error)]
#[error("this list is UTF-16; save it as UTF-8, or end each name by a NUL")]
pub struct Utf16;

/// The names in a list: each ended by a NUL if there is one anywhere, else by a line feed, with or without a carriage
/// return before it. The last one may go without its end, and empty ones are dropped.
///
/// # Errors
///
/// If the list is UTF-16.
pub fn names(list: &[u8]) -> Result<Vec<PathBuf>, Utf16> {
    let end = if list.contains(&0) { 0 } else { b'\n' };
    let is_marked = list.starts_with(&[0xFF, 0xFE]) || list.starts_with(&[0xFE, 0xFF]);
    let pieces = list.split(|&byte| byte == 0);
    let has_line_end = || pieces.clone().any(|piece| matches!(piece, b"\n" | b"\r"));
    let is_one_name = || list.len() > 2 && pieces.clone().all(|piece| piece.len() < 2);
    if is_marked || (end == 0 && (has_line_end() || is_one_name())) {
        return Err(Utf16);
    }
    let names = list.split(|&byte| byte == end).map(|name| match name {
        [name @ .., b'\r'] if end == b'\n' => name,
        _ => name,
    });
    Ok(names.filter(|name| !name.is_empty()).map(path).collect())
}

#[cfg(unix)]
fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(name).into()
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> PathBuf {
    String::from_utf8_lossy(name).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_by_a_nul_or_by_a_line() {
        for (list, wanted) in [
            ("", &[] as &[&str]),
            ("\n\r\n\n", &[]),
            ("a.yaml\nb c.yaml\r\n\n-\n", &["a.yaml", "b c.yaml", "-"]),
            ("a.yaml", &["a.yaml"]),
            ("a.yaml\0", &["a.yaml"]),
            ("a\nb.yaml\0c.yaml\r\0\0d.yaml", &["a\nb.yaml", "c.yaml\r", "d.yaml"]),
        ] {
            let wanted: Vec<_> = wanted.iter().map(PathBuf::from).collect();
            assert_eq!(names(list.as_bytes()).unwrap(), wanted, "{list:?}");
        }
    }

    /// A dot and a slash of its names would be the working folder and the root of all files.
    #[test]
    fn a_list_in_utf_16_is_refused() {
        for list in [
            "./a.yaml\r\n",
            "\u{feff}./a.yaml\r\n",
            "\u{feff}./日本.yaml",
            "./日本.yaml\n",
            "./a",
        ] {
            for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                let list: Vec<u8> = list.encode_utf16().flat_map(bytes).collect();
                assert!(names(&list).is_err(), "{list:?}");
            }
        }
    }
}
