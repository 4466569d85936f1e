//! Absolute paths.

use std::path::{Component, Path, PathBuf};

/// Returns the absolute path without `.` and `..`.
pub(super) fn absolute(path: &Path, working_folder: &Path) -> PathBuf {
    let path = working_folder.join(path.strip_prefix(".").unwrap_or(path));
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_after_separator = |dot: usize| matches!(bytes.get(..dot), Some([.., b'/' | b'\\']));
    // Most paths have nothing to lose, and taking them apart is what costs most about them.
    match memchr::memchr_iter(b'.', bytes).any(is_after_separator) {
        true => normal(&path),
        false => path,
    }
}

/// Removes `.` and `..` from a path, without following symbolic links.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_dots() {
        for (path, expected) in [
            ("/a/./b", "/a/b"),
            ("/a/../b/c/..", "/b"),
            ("/../a", "/a"),
            ("a/../../b", "b"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
