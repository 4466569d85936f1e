//! Tests of the command line, recorded in files.
//!
//! `tests/cmd/NAME.toml` has the arguments and the exit status. `NAME.stdin`, `NAME.stdout` and `NAME.stderr` have the
//! input and the output, `NAME.in/` and `NAME.out/` the folder before and after. Commands in README.md are cases too.

use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn command_lines_match_their_recordings() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("README.md");
}

/// The short help needs no scrolling, on a narrow terminal too.
#[test]
fn the_short_help_fits_on_a_screen() {
    for columns in ["80", "100", ""] {
        let command = snapbox::cmd::Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"));
        let output = command.env("COLUMNS", columns).arg("-h").output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap().lines().count();
        assert!((20..=50).contains(&lines), "{lines} lines in {columns} columns");
    }
}

/// Findings below the severity do not fail a run; errors always do.
#[test]
fn the_severity_decides_which_findings_fail_a_run() {
    let error = "Resources:\n  S: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref R}}\n  R: {Type: 'AWS::IAM::Role'}\n";
    let warning = "# cfn-ipfix: ignore[IPF001]\n".to_owned() + "Resources: {}\n";
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("error.yaml", error),
        ("warning.yaml", &warning),
        ("broken.yaml", "Resources: ["),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for (file, expected) in [
        ("error.yaml", [1, 1, 0]),
        ("warning.yaml", [0, 1, 0]),
        ("missing.yaml", [2, 2, 2]),
        ("broken.yaml", [3, 3, 3]),
    ] {
        for (severity, expected) in ["error", "warning", "never"].into_iter().zip(expected) {
            for more in ["--check", "--quiet"] {
                let status = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
                    .current_dir(folder.path())
                    .args(["--fail-on", severity, more, file])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
                assert_eq!(status.unwrap().code(), Some(expected), "{file} {severity} {more}");
            }
        }
    }
}

/// The report for programs has the counts, with `--statistics` or without.
#[test]
fn statistics_are_in_the_json_report() {
    let report = |more: &[&str]| {
        let command = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
            .args(["--output-format", "json", "examples"])
            .args(more)
            .output();
        String::from_utf8(command.unwrap().stdout).unwrap()
    };
    let whole = report(&[]);
    assert!(whole.contains("\"statistics\": [\n    {"), "{whole}");
    assert_eq!(report(&["--statistics"]), whole);
}

/// Compares with the help, which is recorded and names every argument.
#[test]
fn completions_and_manual_name_every_argument() {
    let stdout = |args: &[&str]| {
        let output = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let help = stdout(&["--help"]);
    let words = help
        .lines()
        .filter(|line| line.trim_start().starts_with('-'))
        .flat_map(str::split_whitespace);
    let flags: Vec<_> = words.filter_map(|word| word.strip_prefix("--")).collect();
    assert!(flags.len() > 15 && flags.contains(&"output-format"), "{flags:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&["--completions", shell]);
        for flag in &flags {
            // In fish, `-l` is followed by the long name without dashes.
            let found = script.contains(&format!("--{flag}")) || script.contains(&format!("-l {flag}"));
            assert!(found, "{shell}: {flag}");
        }
    }
    let manual = stdout(&["--man"]).replace('\\', "");
    for flag in &flags {
        assert!(manual.contains(&format!("--{flag}")), "{flag}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn exits_with_2_if_standard_output_is_full() {
    for argument in ["--list-rules", "--man", "--explain=IPF001", "--completions=bash"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
            .arg(argument)
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{argument}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn reports_a_full_standard_output_once() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
        .args(["--quiet", "examples/ec2-instance.yaml", "examples/conditional.yaml"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr.matches("cannot write to standard output").count(), 1, "{stderr}");
}

#[test]
fn ignores_a_closed_pipe() {
    let servers: String = (0..2000)
        .map(|n| format!("  S{n}: {{Type: 'AWS::EC2::Instance', Properties: {{IamInstanceProfile: !Ref Role}}}}\n"))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    std::fs::write(
        &path,
        format!("Resources:\n  Role: {{Type: 'AWS::IAM::Role'}}\n{servers}"),
    )
    .unwrap();
    let mut tool = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
        .arg("--quiet")
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 4];
    tool.stdout.take().unwrap().read_exact(&mut start).unwrap();
    assert_eq!(&start, b"--- ");
    let output = tool.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "the status must be that of a run with findings"
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
