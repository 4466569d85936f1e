//! Names of files, as the services want them.

use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What of a path's part a URI may hold as it is: RFC 3986 calls it unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file or standard input, as reports name it.
#[derive(Clone, Copy, Debug)]
pub struct FileName<'p> {
    /// The path as it was given, or the name of standard input.
    pub(super) given: &'p Path,
    /// The same from the working folder, if it is inside.
    pub(super) from_folder: &'p Path,
}

impl<'p> FileName<'p> {
    /// Names a path that is relative to the working folder or absolute.
    pub fn new(given: &'p Path, working_folder: &Path) -> Self {
        let from_folder = given.strip_prefix(working_folder).unwrap_or(given);
        Self { given, from_folder }
    }

    /// The path as it was given; bytes in it that are not Unicode are replaced.
    pub(super) fn lossy(self) -> String {
        self.given.to_string_lossy().into_owned()
    }
}

/// The path with `/` between its parts and no `.` among them; what of it is no Unicode is replaced.
pub(super) fn slashed(path: &Path) -> String {
    joined(path, |part| part.to_string_lossy().into_owned())
}

/// The path as a URI: a relative reference, or one with `file:` for an absolute path.
pub(super) fn uri(path: &Path) -> String {
    let encoded = joined(path, |part| {
        percent_encode(part.as_encoded_bytes(), ENCODED).to_string()
    });
    match path.has_root() {
        false => encoded,
        // On Windows, a share's path begins with its server, and a drive's has no `/` before it.
        true if encoded.starts_with("//") => format!("file:{encoded}"),
        true if encoded.starts_with('/') => format!("file://{encoded}"),
        true => format!("file:///{encoded}"),
    }
}

fn joined(path: &Path, part: fn(&std::ffi::OsStr) -> String) -> String {
    let parts = path.components().filter_map(|component| match component {
        Component::CurDir => None,
        Component::RootDir => Some(String::new()),
        // A drive's letter and colon, which a URI holds as they are.
        Component::Prefix(prefix) => Some(prefix.as_os_str().to_string_lossy().replace('\\', "/")),
        Component::ParentDir | Component::Normal(_) => Some(part(component.as_os_str())),
    });
    let mut parts: Vec<_> = parts.collect();
    // The root, which a drive has behind it, is no part of its own there.
    parts.dedup_by(|second, _| second.is_empty());
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, name, uri_of_it) in [
            ("t.yaml", "t.yaml", "t.yaml"),
            ("./a/./t.yaml", "a/t.yaml", "a/t.yaml"),
            ("../t.yaml", "../t.yaml", "../t.yaml"),
            ("my t%.yaml", "my t%.yaml", "my%20t%25.yaml"),
            ("a:b#c?.yaml", "a:b#c?.yaml", "a%3Ab%23c%3F.yaml"),
            ("日.yaml", "日.yaml", "%E6%97%A5.yaml"),
            ("a\n\u{1b}.yaml", "a\n\u{1b}.yaml", "a%0A%1B.yaml"),
        ] {
            assert_eq!(
                (slashed(Path::new(path)).as_str(), uri(Path::new(path)).as_str()),
                (name, uri_of_it)
            );
        }
    }

    #[test]
    fn a_path_inside_the_folder_is_told_from_there() {
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
    fn bytes_that_are_no_unicode_stay_in_the_uri() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a/\xff.yaml"));
        assert_eq!(
            (slashed(path).as_str(), uri(path).as_str()),
            ("/a/\u{fffd}.yaml", "file:///a/%FF.yaml")
        );
    }

    #[cfg(windows)]
    #[test]
    fn windows_paths_get_slashes() {
        assert_eq!(uri(Path::new(r"a\my t.yaml")), "a/my%20t.yaml");
        assert_eq!(uri(Path::new(r"C:\a\t.yaml")), "file:///C:/a/t.yaml");
        assert_eq!(uri(Path::new(r"\\server\share\t.yaml")), "file://server/share/t.yaml");
    }
}
