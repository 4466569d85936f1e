//! The names of files in each report: relative paths, paths with slashes, and URIs.

use std::path::{Component, MAIN_SEPARATOR, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// The characters that are percent-encoded in a URI.
///
/// They are all except those that RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name of a file or of standard input in reports.
#[derive(Clone, Copy, Debug)]
pub struct FileName<'p> {
    /// The path as given, or the name of standard input.
    pub(super) given: &'p Path,
    /// The path relative to the working folder, if it is inside.
    pub(super) from_folder: &'p Path,
    /// The path in the diff.
    pub(super) in_diff: &'p Path,
}

impl<'p> FileName<'p> {
    /// Creates the name of a path that is absolute or relative to the working folder.
    pub fn new(given: &'p Path, working_folder: &Path) -> Self {
        let from_folder = given.strip_prefix(working_folder).unwrap_or(given);
        Self {
            given,
            from_folder,
            in_diff: from_folder,
        }
    }

    /// Sets another path for the diff.
    #[must_use]
    pub fn in_diff(self, path: &'p Path) -> Self {
        Self { in_diff: path, ..self }
    }

    /// Returns the path as given; bytes that are not Unicode are replaced.
    pub(super) fn lossy(self) -> String {
        self.given.to_string_lossy().into_owned()
    }
}

/// Returns the path with `/` as its separator and without `.` parts.
///
/// Bytes that are not Unicode are replaced.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    let mut parts = text.strip_prefix('/').unwrap_or(&text).split('/');
    // Most paths are so already, and taking them apart costs three times as much.
    match MAIN_SEPARATOR == '/' && parts.all(|part| !matches!(part, "" | ".")) {
        true => text.into_owned(),
        false => joined(path, |part| part.to_string_lossy().into_owned()),
    }
}

/// Returns a relative reference, or a `file:` URI for an absolute path.
pub fn uri(path: &Path) -> String {
    let encoded = joined(path, |part| {
        percent_encode(part.as_encoded_bytes(), ENCODED).to_string()
    });
    match path.has_root() {
        false => encoded,
        // On Windows, the path of a share begins with its server, and the path of a drive has no `/` before it.
        true if encoded.starts_with("//") => format!("file:{encoded}"),
        true if encoded.starts_with('/') => format!("file://{encoded}"),
        true => format!("file:///{encoded}"),
    }
}

fn joined(path: &Path, part: fn(&std::ffi::OsStr) -> String) -> String {
    let parts = path.components().filter_map(|component| match component {
        Component::CurDir => None,
        Component::RootDir => Some(String::new()),
        // The letter and colon of a drive are not encoded in a URI.
        Component::Prefix(prefix) => Some(prefix.as_os_str().to_string_lossy().replace('\\', "/")),
        Component::ParentDir | Component::Normal(_) => Some(part(component.as_os_str())),
    });
    let mut parts: Vec<_> = parts.collect();
    // The root after a drive adds no part.
    parts.dedup_by(|second, _| second.is_empty());
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_paths_to_uris() {
        for (path, expected_name, expected_uri) in [
            ("t.yaml", "t.yaml", "t.yaml"),
            ("./a/./t.yaml", "a/t.yaml", "a/t.yaml"),
            ("a//b/", "a/b", "a/b"),
            ("../t.yaml", "../t.yaml", "../t.yaml"),
            ("my t%.yaml", "my t%.yaml", "my%20t%25.yaml"),
            ("a:b#c?.yaml", "a:b#c?.yaml", "a%3Ab%23c%3F.yaml"),
            ("日.yaml", "日.yaml", "%E6%97%A5.yaml"),
            ("a\n\u{1b}.yaml", "a\n\u{1b}.yaml", "a%0A%1B.yaml"),
        ] {
            assert_eq!(
                (slashed(Path::new(path)).as_str(), uri(Path::new(path)).as_str()),
                (expected_name, expected_uri)
            );
        }
    }

    #[test]
    fn names_paths_relative_to_the_working_folder() {
        for (folder, path, from_folder) in [
            ("/folder", "/folder/a/t.yaml", "a/t.yaml"),
            ("/folder", "a/t.yaml", "a/t.yaml"),
            ("/folder", "/elsewhere/t.yaml", "/elsewhere/t.yaml"),
            ("", "/folder/t.yaml", "/folder/t.yaml"),
        ] {
            let name = FileName::new(Path::new(path), Path::new(folder));
            assert_eq!(name.from_folder, Path::new(from_folder));
        }
    }

    #[cfg(unix)]
    #[test]
    fn keeps_bytes_that_are_not_unicode_in_uris() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a/\xff.yaml"));
        assert_eq!(
            (slashed(path).as_str(), uri(path).as_str()),
            ("/a/\u{fffd}.yaml", "file:///a/%FF.yaml")
        );
    }

    #[cfg(windows)]
    #[test]
    fn converts_windows_paths_to_slashes() {
        assert_eq!(uri(Path::new(r"a\my t.yaml")), "a/my%20t.yaml");
        assert_eq!(uri(Path::new(r"C:\a\t.yaml")), "file:///C:/a/t.yaml");
        assert_eq!(uri(Path::new(r"\\server\share\t.yaml")), "file://server/share/t.yaml");
    }
}
