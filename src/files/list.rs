//! Lists of names of files.

use std::path::PathBuf;

/// The names in a list: each ended by a NUL if there is one anywhere, else by a line feed, with or without a carriage
/// return before it. The last one may go without its end, and empty ones are dropped.
pub(crate) fn names(list: &[u8]) -> Vec<PathBuf> {
    let end = if list.contains(&0) { 0 } else { b'\n' };
    let names = list.split(|&byte| byte == end).map(|name| match name {
        [name @ .., b'\r'] if end == b'\n' => name,
        _ => name,
    });
    names.filter(|name| !name.is_empty()).map(path).collect()
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
            assert_eq!(names(list.as_bytes()), wanted, "{list:?}");
        }
    }
}
