//! Converts between `file:` URIs and paths.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::percent_decode_str;

use crate::report;

/// Returns the path of a `file:` URI.
///
/// `None` for other URIs, such as those of documents without a file.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let (scheme, rest) = uri.0.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        // An authority comes before the path; that of this machine is empty or `localhost`.
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => rest,
    };
    let decoded = String::from_utf8(percent_decode_str(path).collect());
    from_decoded(&decoded.ok()?)
}

/// Returns the `file:` URI of an absolute path.
pub(super) fn of_path(path: &Path) -> Uri {
    Uri(report::file_uri(path))
}

#[cfg(not(windows))]
fn from_decoded(path: &str) -> Option<PathBuf> {
    path.starts_with('/').then(|| PathBuf::from(path))
}

#[cfg(windows)]
fn from_decoded(path: &str) -> Option<PathBuf> {
    let drive = path
        .strip_prefix('/')
        .filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    Some(match drive {
        Some(drive) => PathBuf::from(drive.replace('/', "\\")),
        // The authority is the server of a share.
        None => PathBuf::from(format!(r"\\{}", path.replace('/', "\\"))),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn converts_file_uris_to_paths_and_back() {
        for (uri, path) in [
            ("file:///a/my%20t%25.yaml", Some("/a/my t%.yaml")),
            ("file:///a/%E6%97%A5.yaml", Some("/a/日.yaml")),
            ("file:///c%3A/t.yaml", Some("/c:/t.yaml")),
            ("untitled:Untitled-1", None),
            ("git:/a/t.yaml?ref", None),
            ("not a URI", None),
        ] {
            assert_eq!(to_path(&uri.into()).as_deref(), path.map(Path::new), "{uri}");
            if let Some(path) = path {
                assert_eq!(of_path(Path::new(path)), uri.into());
            }
        }
        for uri in ["file://localhost/t.yaml", "FILE:/t.yaml"] {
            assert_eq!(to_path(&uri.into()), Some("/t.yaml".into()), "{uri}");
        }
    }
}
