//! Tests of folders and lists of files: which files are checked, each once, and in which order they are reported.

use std::fs;
use std::path::Path;

use cfn_ipfix::report::Format;
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

/// Runs the command and returns its status, standard output and standard error.
fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(cargo_bin!("cfn-ipfix"))
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Returns the files with findings, in the order of the report.
fn found_in(folder: &Path, args: &[&str]) -> Vec<String> {
    let (_, stdout, _) = run(folder, &[&["--output-format", "text"], args].concat());
    let mut files: Vec<_> = stdout
        .lines()
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect();
    files.dedup();
    files
}

/// Returns files of every kind in several folders, more than are checked at once.
fn files_of_every_kind() -> Vec<(String, Vec<u8>)> {
    let clean = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n";
    let json = r#"{"Resources": {"S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}}}, "R": {"Type": "AWS::IAM::Role"}}}"#;
    let literal = "Resources:\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: arn:aws:iam::123456789012:role/web\n";
    let parameter = "Parameters:\n  P:\n    Type: String\nResources:\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref P\n";
    let open = "Resources:\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: \"open\n";
    let role = include_str!("../cmd/terraform-write.in/iam.tf");
    let server = include_str!("../cmd/terraform-write.in/server.tf");
    let files = (0..600).map(|number| {
        // The server of a folder's role is in another file, or in none.
        let of_folder = |text: &str| text.replace("web", &format!("web{}", number / 42));
        let (role, server) = (of_folder(role), of_folder(server));
        let (ending, text) = match number % 24 {
            0 => ("yaml", BROKEN),
            4 => ("json", json),
            8 => ("yml", literal),
            12 => ("template", parameter),
            16 => ("yaml", open),
            9 | 13 => ("tf", role.as_str()),
            6 | 10 | 22 => ("tf", server.as_str()),
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

/// Asserts that a run has the same result with one job and with several.
fn assert_independent_of_jobs<T: PartialEq>(run: impl Fn(&str) -> T, what: &str) {
    let one = run("1");
    let several = if is_long() { &["2", "8"][..] } else { &["8"] };
    for jobs in several {
        assert!(run(jobs) == one, "{what}, {jobs} jobs");
    }
}

#[test]
fn reports_do_not_depend_on_the_number_of_jobs() {
    let folder = put_all(&files_of_every_kind());
    let formats = Format::ALL.map(|format| format.name);
    for format in if is_long() { &formats[..] } else { &formats[..2] } {
        let args = ["--output-format", format];
        assert_independent_of_jobs(|jobs| run_all(folder.path(), &args, jobs), format);
    }
}

#[test]
fn written_files_do_not_depend_on_the_number_of_jobs() {
    let files = files_of_every_kind();
    let more = ["--unsafe-fixes", "--diff", "--output-format=json"];
    for more in if is_long() { &more[..] } else { &more[..1] } {
        let args = ["--write", more];
        let run = |jobs: &str| {
            let folder = put_all(&files);
            let run = run_all(folder.path(), &args, jobs);
            let written = files
                .iter()
                .map(|(name, _)| fs::read(folder.path().join(name)).unwrap());
            (run, written.collect::<Vec<_>>())
        };
        assert_independent_of_jobs(run, more);
    }
}

#[test]
fn skips_ignored_files_with_and_without_a_git_repository() {
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
    // Paths on the command line are checked even if git ignores them.
    assert_eq!(
        found_in(folder.path(), &["build", "a.gen.yaml"]),
        ["build/a.yaml", "a.gen.yaml"]
    );
}

#[test]
fn does_not_check_its_own_reports() {
    let folder = tree(&[("a.json", "{}"), ("z.yaml", BROKEN)]);
    // A shell does the same for `> b.json`.
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
    // A second run finds both reports in the folder, and has the same result.
    let args = ["--output-format", "json", ".", "--output-file", "a.json"];
    assert_eq!(run(folder.path(), &args).0, Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), report);
}

/// `cfn-ipfix PATH | git apply` works, in the folder that standard error names if it is not the working folder.
#[test]
fn git_applies_the_diff_of_every_path() {
    let folder = tree(&[("a.yaml", BROKEN), ("my stacks/b.yaml", BROKEN)]);
    let root = folder.path().canonicalize().unwrap();
    let path = |name: &str| root.join(name).to_str().unwrap().trim_end_matches('/').to_owned();
    let git = |args: &[&str]| {
        let status = std::process::Command::new("git").args(args).status();
        assert!(status.unwrap().success(), "{args:?}");
    };
    for is_repository in [false, true] {
        if is_repository {
            git(&["init", "--quiet", &path("")]);
        }
        for (name, from, named, other) in [
            ("a.yaml", "", path("a.yaml"), None),
            ("a.yaml", "", path("my stacks/../a.yaml"), None),
            ("my stacks/b.yaml", "", path("my stacks"), None),
            ("my stacks/b.yaml", "my stacks", path("my stacks/b.yaml"), None),
            ("a.yaml", "my stacks", "../a.yaml".to_owned(), Some("")),
            ("my stacks/b.yaml", "other", path("my stacks"), Some("")),
            ("a.yaml", "my stacks/deep", path("a.yaml"), Some("")),
        ] {
            fs::create_dir_all(root.join(from)).unwrap();
            fs::write(root.join(name), BROKEN).unwrap();
            let (status, diff, told) = run(&root.join(from), &[&named]);
            assert_eq!(status, Some(1), "{told}");
            fs::write(root.join("the.diff"), diff).unwrap();
            let other = other.map(path);
            let command = told.split('`').find_map(|part| part.strip_prefix("| "));
            assert_eq!(
                command,
                other.as_ref().map(|folder| format!("git -C {folder} apply")).as_deref()
            );
            git(&["-C", &other.unwrap_or(path(from)), "apply", &path("the.diff")]);
            assert_eq!(
                fs::read_to_string(root.join(name)).unwrap(),
                FIXED,
                "{named} from {from}"
            );
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    #[test]
    fn follows_links_only_if_named() {
        let folder = tree(&[("stacks/a.yaml", BROKEN), ("elsewhere/b.yaml", BROKEN)]);
        let at = |name: &str| folder.path().join(name);
        symlink("..", at("stacks/loop")).unwrap();
        symlink("../elsewhere", at("stacks/more")).unwrap();
        symlink("../elsewhere/b.yaml", at("stacks/b.yaml")).unwrap();
        symlink("stacks", at("link")).unwrap();
        for jobs in ["1", "2"] {
            let found_in = |path: &str| found_in(folder.path(), &["--jobs", jobs, path]);
            assert_eq!(found_in("stacks"), ["stacks/a.yaml"]);
            // A link on the command line is followed.
            assert_eq!(found_in("link"), ["link/a.yaml"]);
            assert_eq!(found_in("stacks/b.yaml"), ["stacks/b.yaml"]);
        }
    }

    #[test]
    fn checks_and_writes_a_file_with_several_names_once() {
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

    /// The path of the folder is too long to open, even for the superuser.
    #[test]
    fn reports_an_unreadable_folder_and_checks_the_others() {
        let folder = tree(&[("a.yaml", BROKEN), ("z.yaml", BROKEN)]);
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).unwrap();
        for _ in 0..20 {
            fs::create_dir(at("outer")).unwrap();
            fs::rename(at("deep"), at("outer").join("d".repeat(250))).unwrap();
            fs::rename(at("outer"), at("deep")).unwrap();
        }
        let runs = ["1", "2"].map(|jobs| run(folder.path(), &["--jobs", jobs, "--output-format", "text", "."]));
        let (status, stdout, stderr) = &runs[0];
        assert_eq!(*status, Some(2));
        let lines: Vec<_> = stdout.lines().collect();
        assert_eq!(lines.len(), 2, "{stdout}");
        let beginnings = ["a.yaml:6:33: IPF001", "z.yaml:6:33: IPF001"];
        assert!(
            lines
                .iter()
                .zip(beginnings)
                .all(|(line, start)| line.starts_with(start)),
            "{stdout}"
        );
        let is_told = |line: &str| line.starts_with("deep/ddd") && line.contains("d: error: cannot be read: ");
        assert!(stderr.lines().any(is_told), "{stderr}");
        assert_eq!(runs[0], runs[1]);
    }

    #[test]
    fn reads_only_regular_files_of_a_folder() {
        let folder = tree(&[("a.yaml", BROKEN)]);
        let made = std::process::Command::new("mkfifo")
            .arg(folder.path().join("b.yaml"))
            .status();
        assert!(made.unwrap().success());
        assert_eq!(found_in(folder.path(), &["."]), ["a.yaml"]);
    }
}
