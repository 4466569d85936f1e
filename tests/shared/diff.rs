//! Application of the printed diff.

use std::path::Path;
use std::process::Command;

use snapbox::cmd::{Command as Snapbox, cargo_bin};

/// The content of a file after applying the diff, and after `--write`.
pub(crate) struct Applied {
    /// The exit statuses of the run with the diff and of the run with `--write`.
    pub(crate) statuses: [Option<i32>; 2],
    pub(crate) by_git: Vec<u8>,
    pub(crate) by_patch: Vec<u8>,
    pub(crate) by_write: Vec<u8>,
}

/// Fixes a file of this name by `git apply`, by `patch` and by `--write`.
pub(crate) fn applied(name: &str, template: &str, options: &[&str]) -> Applied {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join(name);
    std::fs::write(&path, template).unwrap();
    let output = tool(folder).arg("--quiet").args(options).arg(name).output().unwrap();
    std::fs::write(folder.join("the.diff"), &output.stdout).unwrap();
    let has_diff = !output.stdout.is_empty();

    if has_diff {
        run(folder, "git", &["apply", "the.diff"]);
    }
    let by_git = std::fs::read(&path).unwrap();

    std::fs::write(&path, template).unwrap();
    if has_diff {
        run(folder, "patch", &["--binary", "-s", "-p1", "-i", "the.diff"]);
    }
    let by_patch = std::fs::read(&path).unwrap();

    std::fs::write(&path, template).unwrap();
    let arguments = ["--quiet", "--write"];
    let written = tool(folder).args(arguments).args(options).arg(name).output().unwrap();
    Applied {
        statuses: [output.status.code(), written.status.code()],
        by_git,
        by_patch,
        by_write: std::fs::read(&path).unwrap(),
    }
}

/// Runs a program in a folder.
///
/// Panics if the program is missing or fails.
fn run(folder: &Path, program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).current_dir(folder).output().unwrap();
    assert!(
        output.status.success(),
        "{program} {args:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn tool(folder: &Path) -> Snapbox {
    Snapbox::new(cargo_bin!("cfn-ipfix")).current_dir(folder)
}
