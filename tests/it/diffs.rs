//! The printed diff is what `--write` does, to `git apply` and to `patch`.

use std::path::Path;
use std::process::Command;

use snapbox::cmd::{Command as Snapbox, cargo_bin};

use super::files;

/// Runs a command in a folder; a program that is missing fails the test, as a diff nobody can apply would.
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

/// Names that a diff's header must quote or mark, beside the usual one.
const NAMES: [&str; 3] = ["template.yaml", "my template.yaml", "テンプレート.yaml"];

#[test]
fn applying_the_diff_gives_what_write_gives() {
    let stores: [fn(&str) -> String; 4] = [
        |text| text.to_owned(),
        |text| text.replace('\n', "\r\n"),
        |text| text.replace('\n', "\r"),
        |text| text.trim_end().to_owned(),
    ];
    let cases = files("tests/cases")
        .into_iter()
        .filter(|(name, _)| name.contains(".before."));
    for (at, (case, template)) in cases.enumerate() {
        for store in stores {
            let template = store(&template);
            let applied = applied(NAMES[at % NAMES.len()], &template, &[]);
            assert_eq!(applied.statuses, [Some(1), Some(0)], "{case}");
            assert!(applied.by_git == applied.by_write, "git apply, {case}");
            assert!(applied.by_patch == applied.by_write, "patch, {case}");
            assert_ne!(applied.by_write, template.as_bytes(), "{case}");
        }
    }
}

/// What becomes of a file.
pub(super) struct Applied {
    /// Of the run that shows the diff, and of the one that writes.
    pub(super) statuses: [Option<i32>; 2],
    pub(super) by_git: Vec<u8>,
    pub(super) by_patch: Vec<u8>,
    pub(super) by_write: Vec<u8>,
}

/// What becomes of a file of this name by `git apply`, by `patch` and by `--write`.
pub(super) fn applied(name: &str, template: &str, options: &[&str]) -> Applied {
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
