//! Folders and lists of files: which files are looked at, once each, and told of in one order.

use std::fs;
use std::path::Path;

use snapbox::cmd::{Command, cargo_bin};

use super::shared::is_long;

const BROKEN: &str = include_str!("../cases/four-spaces.before.yaml");
const FIXED: &str = include_str!("../cases/four-spaces.after.yaml");

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(folder.path(), name, text.as_bytes());
    }
    folder
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What a run ends with and prints, on standard output and on standard error.
fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(cargo_bin!("cfn-ipfix"))
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The files in which something was found, in the order of the report.
fn found_in(folder: &Path, args: &[&str]) -> Vec<String> {
    let (_, stdout, _) = run(folder, &[&["--output-format", "text"], args].concat());
    let mut files: Vec<_> = stdout
        .lines()
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect();
    files.dedup();
    files
}

/// More files than are checked at once, of every sort, in several folders.
fn all_sorts() -> Vec<(String, Vec<u8>)> {
    let clean = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n";
    let json = r#"{"Resources": {"S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}}}, "R": {"Type": "AWS::IAM::Role"}}}"#;
    let literal = "Resources:\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: arn:aws:iam::123456789012:role/web\n";
    let parameter = "Parameters:\n  P:\n    Type: String\nResources:\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref P\n";
    let open = "Resources:\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: \"open\n";
    let files = (0..600).map(|number| {
        let (ending, text) = match number % 24 {
            0 => ("yaml", BROKEN),
            4 => ("json", json),
            8 => ("yml", literal),
            12 => ("template", parameter),
            16 => ("yaml", open),
            20 => ("cfn", "{{ if }}\nAWS::IAM::Role: \\[\n"),
            _ => ("yaml", clean),
        };
        let name = format!("{}/{}/{number}.{ending}", number % 7, number % 3);
        (name, text.into())
    });
    let latin = [parameter.as_bytes(), b"    # f\xfcr alle\n"].concat();
    let more: [(&str, &[u8]); 3] = [
        ("3/latin.yaml", &latin),
        ("4/.cfn-ipfix.yaml", b"no-such-key: 1\n"),
        ("5/1/.cfn-ipfix.yaml", b"exclude: ['*0.yaml']\n"),
    ];
    let more = more.map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    files.chain(more).collect()
}

fn put_all(files: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        put(folder.path(), name, bytes);
    }
    folder
}

fn run_all(folder: &Path, args: &[&str], jobs: &str) -> (Option<i32>, String, String) {
    let args = [args, &["--jobs", jobs, "5", ".", "0/0/0.yaml", "missing.yaml"]].concat();
    let run = run(folder, &args);
    assert_eq!(run.0, Some(3), "{args:?}: {}", run.2);
    run
}

/// Asserts that a run gives the same with one job and with several.
fn assert_same_whatever_the_jobs<T: PartialEq>(run: impl Fn(&str) -> T, what: &str) {
    let one = run("1");
    let several = if is_long() { &["2", "8"][..] } else { &["8"] };
    for jobs in several {
        assert!(run(jobs) == one, "{what}, {jobs} jobs");
    }
}

#[test]
fn reports_are_the_same_whatever_the_jobs() {
    let folder = put_all(&all_sorts());
    let formats = ["diff", "json", "text", "jsonl", "sarif", "github", "gitlab", "junit"];
    for format in if is_long() { &formats[..] } else { &formats[..2] } {
        let args = ["--output-format", format];
        assert_same_whatever_the_jobs(|jobs| run_all(folder.path(), &args, jobs), format);
    }
}

#[test]
fn files_are_written_alike_whatever_the_jobs() {
    let files = all_sorts();
    let more = ["--unsafe-fixes", "--diff", "--output-format=json"];
    for more in if is_long() { &more[..] } else { &more[..1] } {
        let args = ["--write", more];
        let run = |jobs: &str| {
            let folder = put_all(&files);
            let run = run_all(folder.path(), &args, jobs);
            let left = files
                .iter()
                .map(|(name, _)| fs::read(folder.path().join(name)).unwrap());
            (run, left.collect::<Vec<_>>())
        };
        assert_same_whatever_the_jobs(run, more);
    }
}

#[test]
fn what_git_ignores_is_left_out_in_a_repository_and_in_what_is_exported_from_one() {
    let folder = tree(&[
        (".gitignore", "build/\n*.gen.yaml\n"),
        ("a.yaml", BROKEN),
        ("a.gen.yaml", BROKEN),
        ("build/a.yaml", BROKEN),
        ("stacks/.gitignore", "!keep.gen.yaml\n"),
        ("stacks/keep.gen.yaml", BROKEN),
        ("stacks/build/a.yaml", BROKEN),
    ]);
    let kept = ["a.yaml", "stacks/keep.gen.yaml"];
    assert_eq!(found_in(folder.path(), &["."]), kept);
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(found_in(folder.path(), &["."]), kept);
    assert_eq!(found_in(&folder.path().join("stacks"), &["."]), ["keep.gen.yaml"]);
    // What is named is looked at all the same.
    assert_eq!(
        found_in(folder.path(), &["build", "a.gen.yaml"]),
        ["build/a.yaml", "a.gen.yaml"]
    );
}

#[test]
fn a_report_beside_the_templates_is_no_template() {
    let folder = tree(&[("a.json", "{}"), ("z.yaml", BROKEN)]);
    // As a shell does for `> b.json`.
    let file = fs::File::create(folder.path().join("b.json")).unwrap();
    let status = std::process::Command::new(cargo_bin!("cfn-ipfix"))
        .current_dir(folder.path())
        .args(["--output-format", "json", ".", "--output-file"])
        .arg("a.json")
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let report = fs::read_to_string(folder.path().join("a.json")).unwrap();
    // A second run finds both reports, and is as the first.
    let args = ["--output-format", "json", ".", "--output-file", "a.json"];
    assert_eq!(run(folder.path(), &args).0, Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), report);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    #[test]
    fn links_are_not_followed_and_loops_do_no_harm() {
        let folder = tree(&[("stacks/a.yaml", BROKEN), ("elsewhere/b.yaml", BROKEN)]);
        let at = |name: &str| folder.path().join(name);
        symlink("..", at("stacks/loop")).unwrap();
        symlink("../elsewhere", at("stacks/more")).unwrap();
        symlink("../elsewhere/b.yaml", at("stacks/b.yaml")).unwrap();
        symlink("stacks", at("link")).unwrap();
        for jobs in ["1", "2"] {
            let found_in = |path: &str| found_in(folder.path(), &["--jobs", jobs, path]);
            assert_eq!(found_in("stacks"), ["stacks/a.yaml"]);
            // Named, a link is what it leads to.
            assert_eq!(found_in("link"), ["link/a.yaml"]);
            assert_eq!(found_in("stacks/b.yaml"), ["stacks/b.yaml"]);
        }
    }

    /// One file is written once, by whatever names it is reached.
    #[test]
    fn a_file_of_several_names_is_one_file() {
        for jobs in ["1", "8"] {
            let folder = tree(&[("b/one.yaml", BROKEN)]);
            let at = |name: &str| folder.path().join(name);
            for number in 0..20 {
                fs::hard_link(at("b/one.yaml"), at(&format!("b/{number}.yaml"))).unwrap();
            }
            symlink("b/7.yaml", at("link.yaml")).unwrap();
            let args = ["--jobs", jobs, "--write", "b", "link.yaml", "b/one.yaml"];
            let (status, _, stderr) = run(folder.path(), &args);
            assert_eq!(status, Some(0), "{stderr}");
            assert!(stderr.starts_with("b/0.yaml:"), "{stderr}");
            assert!(stderr.ends_with("1 finding in 1 file, all fixed.\n"), "{stderr}");
            assert_eq!(fs::read_to_string(at("link.yaml")).unwrap(), FIXED);
            let inode = |name: &str| fs::metadata(at(name)).unwrap().ino();
            assert_eq!(inode("b/0.yaml"), inode("b/one.yaml"));
        }
    }

    /// A folder whose path is too long to be opened, for the superuser too.
    #[test]
    fn a_folder_that_cannot_be_read_is_an_error_and_the_rest_goes_on() {
        let folder = tree(&[("a.yaml", BROKEN), ("z.yaml", BROKEN)]);
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).unwrap();
        for _ in 0..20 {
            fs::create_dir(at("outer")).unwrap();
            fs::rename(at("deep"), at("outer").join("d".repeat(250))).unwrap();
            fs::rename(at("outer"), at("deep")).unwrap();
        }
        let runs = ["1", "2"].map(|jobs| run(folder.path(), &["--jobs", jobs, "--output-format", "text", "."]));
        let (status, stdout, _) = &runs[0];
        assert_eq!(*status, Some(2));
        let lines: Vec<_> = stdout.lines().collect();
        assert_eq!(lines.len(), 3, "{stdout}");
        let beginnings = ["a.yaml:6:33: IPF001", "deep/ddd", "z.yaml:6:33: IPF001"];
        assert!(
            lines
                .iter()
                .zip(beginnings)
                .all(|(line, start)| line.starts_with(start)),
            "{stdout}"
        );
        assert!(lines[1].contains("d: error: cannot be read: "), "{stdout}");
        assert_eq!(runs[0], runs[1]);
    }

    #[test]
    fn only_regular_files_of_a_folder_are_read() {
        let folder = tree(&[("a.yaml", BROKEN)]);
        let made = std::process::Command::new("mkfifo")
            .arg(folder.path().join("b.yaml"))
            .status();
        assert!(made.unwrap().success());
        assert_eq!(found_in(folder.path(), &["."]), ["a.yaml"]);
    }
}
