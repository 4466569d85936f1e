//! Runs of the command in a folder of files.

use std::fs;
use std::path::Path;

use snapbox::cmd::{Command, cargo_bin};

use super::shared::{json, list};

/// Writes files, by their paths, to a new folder.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The result of a run.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the command in a folder with standard input.
pub(crate) fn run_with(folder: &Path, args: &[&str], stdin: &str) -> Run {
    let command = Command::new(cargo_bin!("cfn-ipfix")).current_dir(folder).args(args);
    let output = command.stdin(stdin).output().unwrap();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the command in a folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Run {
    run_with(folder, args, "")
}

/// Returns the source of a file in a folder.
pub(crate) fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

/// Returns the files with findings and whether each is fixable, in the order of the report.
pub(crate) fn found(folder: &Path, args: &[&str]) -> Vec<(String, bool)> {
    let run = run(folder, &[&["--output-format", "json"], args].concat());
    let report = json(&run.stdout);
    let findings = list(&report, "findings").iter();
    findings
        .map(|finding| {
            let path = finding["path"].as_str().unwrap().to_owned();
            (path, finding["fixable"] == true)
        })
        .collect()
}

/// Returns the only finding that is expected, as [`found`] does.
pub(crate) fn at(path: &str, is_fixable: bool) -> Vec<(String, bool)> {
    vec![(path.to_owned(), is_fixable)]
}
