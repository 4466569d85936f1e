//! The unified diff, in the syntax that `git apply` and `patch` read.

use std::fmt::Write as _;
use std::path::{Component, Path};

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use super::format::{Checked, Format, Write};
use crate::text::printable::acts;

/// The unified diff of the fixes.
pub(super) const FORMAT: Format = Format {
    shows_findings: false,
    shows_notes: false,
    ..Format::new(
        "diff",
        "The unified diff; findings go to standard error. This is what a dry run prints",
        Write::Each(|input| write(input).into()),
    )
};

/// Returns the diff of one input, with colours if they are on.
///
/// Without colours, escape sequences of the template stay: they must reach `git apply` unchanged.
fn write(input: &Checked<'_>) -> String {
    let (Some(sources), Some(fixed)) = (input.sources, input.fixed) else {
        return String::new();
    };
    let source = sources.own();
    let diff = unified(source.name.in_diff, source.text, fixed);
    if input.has_colours { coloured(&diff) } else { diff }
}

/// Returns the diff from `before` to `after` of the file `path`.
pub(super) fn unified(path: &Path, before: &str, after: &str) -> String {
    // Only LF ends a line: git and patch treat a lone CR as content, also at the end of the file.
    let before: Vec<&str> = before.split_inclusive('\n').collect();
    let after: Vec<&str> = after.split_inclusive('\n').collect();
    let diff = TextDiff::from_slices(&before, &after);
    let mut diff_text = format!("--- {}\n+++ {}\n", header("a", path), header("b", path));
    for hunk in diff.unified_diff().iter_hunks() {
        // Writing to a string does not fail.
        let _ = writeln!(diff_text, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let _ = write!(diff_text, "{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                diff_text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    diff_text
}

/// Adds the colours of git.
fn coloured(diff: &str) -> String {
    let mut coloured = String::with_capacity(2 * diff.len());
    for line in diff.split_inclusive('\n') {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => Style::new().bold(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            _ => Style::new(),
        };
        let content = line.trim_end_matches(['\r', '\n']);
        let line_end = line.get(content.len()..).unwrap_or_default();
        // Writing to a string does not fail.
        let _ = write!(coloured, "{style}{content}{style:#}{line_end}");
    }
    coloured
}

/// Returns the name of a file in a header.
///
/// A name that would end or break the line is quoted as git quotes it. A name with a space is followed by a tab, so
/// that `patch` reads the space as a part of the name.
fn header(side: &str, path: &Path) -> String {
    let parts = path
        .components()
        .filter(|part| !matches!(part, Component::CurDir | Component::RootDir | Component::Prefix(_)));
    let path: std::path::PathBuf = parts.collect();
    let name = match path.to_str() {
        Some(name) if !name.contains(|c| acts(c) || c == '"' || c == '\\') => {
            let tab = if name.contains(' ') { "\t" } else { "" };
            return format!("{side}/{name}{tab}");
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
    fn names_files_in_headers_as_git_does() {
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
