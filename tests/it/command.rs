//! The command line. Each case is a file: `tests/cmd/*.toml` names the arguments and the status, `.stdin`, `.stdout` and
//! `.stderr` beside it what goes in and what comes out, `.in/` and `.out/` the folder before and after. What the README
//! shows is a case too.

use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn every_command_line_behaves_as_recorded() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("README.md");
}

/// The help, which is recorded, names every argument; so must what is made of the same arguments.
#[test]
fn completions_and_the_manual_name_every_argument() {
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
            // fish has no dashes in its option for the long name.
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
fn a_full_disk_is_an_error_for_every_text_that_is_asked_for() {
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
fn a_full_disk_is_told_of_once() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(snapbox::cmd::cargo_bin!("cfn-ipfix"))
        .args(["--quiet", "examples/ec2-instance.yaml", "examples/conditional.yaml"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.matches("cannot write to standard output").count(), 1, "{told}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
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
    assert_eq!(output.status.code(), Some(1), "the status is that of the findings");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
