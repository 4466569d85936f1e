//! Reads lists of file names.

use std::path::PathBuf;

/// The error for a UTF-16 list, which some shells write.
///
/// Its NUL bytes do not separate names: read as UTF-8, its characters would name files and folders.
#[derive(Debug, thiserror::Error)]
#[error("this list is UTF-16; save it as UTF-8")]
pub struct Utf16;

/// Reads the newline- or NUL-separated names of a list.
///
/// NUL is the separator if the list has one, else a line feed, with or without a carriage return before it. The last
/// name needs no separator, and empty names are dropped.
///
/// # Errors
///
/// If the list is UTF-16.
pub fn read_list(list: &[u8]) -> Result<Vec<PathBuf>, Utf16> {
    let separator = if list.contains(&0) { 0 } else { b'\n' };
    let has_byte_order_mark = list.starts_with(&[0xFF, 0xFE]) || list.starts_with(&[0xFE, 0xFF]);
    let pieces = list.split(|&byte| byte == 0);
    let has_line_end = || pieces.clone().any(|piece| matches!(piece, b"\n" | b"\r"));
    let is_one_name = || list.len() > 2 && pieces.clone().all(|piece| piece.len() < 2);
    if has_byte_order_mark || (separator == 0 && (has_line_end() || is_one_name())) {
        return Err(Utf16);
    }
    let names = list.split(|&byte| byte == separator).map(|name| match name {
        [name @ .., b'\r'] if separator == b'\n' => name,
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
    fn splits_names_at_nuls_or_line_ends() {
        for (list, wanted) in [
            ("", &[] as &[&str]),
            ("\n\r\n\n", &[]),
            ("a.yaml\nb c.yaml\r\n\n-\n", &["a.yaml", "b c.yaml", "-"]),
            ("a.yaml", &["a.yaml"]),
            ("a.yaml\0", &["a.yaml"]),
            ("a\nb.yaml\0c.yaml\r\0\0d.yaml", &["a\nb.yaml", "c.yaml\r", "d.yaml"]),
        ] {
            let wanted: Vec<_> = wanted.iter().map(PathBuf::from).collect();
            assert_eq!(read_list(list.as_bytes()).unwrap(), wanted, "{list:?}");
        }
    }

    /// Covers the names `.` and `/`.
    ///
    /// Read as UTF-8, a UTF-16 list would name the working folder and the root folder.
    #[test]
    fn rejects_utf_16_lists() {
        for list in [
            "./a.yaml\r\n",
            "\u{feff}./a.yaml\r\n",
            "\u{feff}./日本.yaml",
            "./日本.yaml\n",
            "./a",
        ] {
            for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                let list: Vec<u8> = list.encode_utf16().flat_map(bytes).collect();
                assert!(read_list(&list).is_err(), "{list:?}");
            }
        }
    }
}
