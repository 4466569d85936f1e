//! The unified diff, as `git apply` and `patch` read it.

use std::fmt::Write as _;
use std::path::{Component, Path};

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use crate::text::printable::acts;

/// The diff from `before` to `after` of the file `path`.
pub(super) fn unified(path: &Path, before: &str, after: &str) -> String {
    // Lines end at LF alone: git and patch take a lone CR for text, and so it is for the end of the file.
    let before: Vec<&str> = before.split_inclusive('\n').collect();
    let after: Vec<&str> = after.split_inclusive('\n').collect();
    let diff = TextDiff::from_slices(&before, &after);
    let mut text = format!("--- {}\n+++ {}\n", header("a", path), header("b", path));
    for hunk in diff.unified_diff().iter_hunks() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let _ = write!(text, "{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// The diff in the colours that git gives it.
pub(super) fn coloured(diff: &str) -> String {
    let mut coloured = String::with_capacity(2 * diff.len());
    for line in diff.split_inclusive('\n') {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => Style::new().bold(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            _ => Style::new(),
        };
        let text = line.trim_end_matches(['\r', '\n']);
        let end = line.get(text.len()..).unwrap_or_default();
        // Writing to a string does not fail.
        let _ = write!(coloured, "{style}{text}{style:#}{end}");
    }
    coloured
}

/// A file's name in a header: quoted as git does where it holds what would end or break the line, with a tab behind it
/// where it holds a space, so that `patch` takes the space for a part of the name.
fn header(side: &str, path: &Path) -> String {
    let named = path
        .components()
        .filter(|part| !matches!(part, Component::CurDir | Component::RootDir | Component::Prefix(_)));
    let path: std::path::PathBuf = named.collect();
    let name = match path.to_str() {
        Some(name) if !name.contains(|c| acts(c) || c == '"' || c == '\\') => {
            let end = if name.contains(' ') { "\t" } else { "" };
            return format!("{side}/{name}{end}");
        }
        _ => path.as_os_str().as_encoded_bytes(),
    };
    let mut quoted = format!("\"{side}/");
    for &byte in name {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_the_file_as_git_does() {
        for (path, name) in [
            ("t.yaml", "a/t.yaml"),
            ("./x/t.yaml", "a/x/t.yaml"),
            ("/x/t.yaml", "a/x/t.yaml"),
            ("my t.yaml", "a/my t.yaml\t"),
            ("日本.yaml", "a/日本.yaml"),
            ("a\u{202e}b.yaml", "\"a/a\\342\\200\\256b.yaml\""),
            ("a\"b\n.yaml", "\"a/a\\\"b\\012.yaml\""),
        ] {
            assert_eq!(header("a", Path::new(path)), name);
        }
    }
}
