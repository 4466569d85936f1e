//! Tests of how `--write` replaces files.

use std::fs;
use std::path::Path;

use snapbox::cmd::{Command, OutputAssert, cargo_bin};

const BROKEN: &str = include_str!("../cases/four-spaces.before.yaml");
const FIXED: &str = include_str!("../cases/four-spaces.after.yaml");

fn write(path: &Path) -> OutputAssert {
    Command::new(cargo_bin!("cfn-ipfix")).arg("--write").arg(path).assert()
}

fn folder_with_template() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.yaml");
    fs::write(&path, BROKEN).unwrap();
    (folder, path)
}

fn only_file_in(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().count() == 1
}

#[test]
fn replaces_the_file_and_leaves_no_other_file() {
    let (folder, path) = folder_with_template();
    write(&path).success();
    assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
    assert!(only_file_in(folder.path()));
}

#[test]
fn does_not_write_a_file_without_findings() {
    let (_folder, path) = folder_with_template();
    fs::write(&path, FIXED).unwrap();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    write(&path).success();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn keeps_a_file_that_cannot_be_parsed() {
    let (_folder, path) = folder_with_template();
    fs::write(&path, "Resources: [\n").unwrap();
    write(&path).code(3);
    assert_eq!(fs::read_to_string(&path).unwrap(), "Resources: [\n");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn keeps_the_mode() {
        for mode in [0o640, 0o755, 0o600] {
            let (_folder, path) = folder_with_template();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            write(&path).success();
            assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode);
        }
    }

    #[test]
    fn keeps_symbolic_links() {
        let (folder, path) = folder_with_template();
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        symlink("template.yaml", &first).unwrap();
        symlink("first", &second).unwrap();
        write(&second).success();
        assert_eq!(fs::read_link(&second).unwrap(), Path::new("first"));
        assert_eq!(fs::read_link(&first).unwrap(), Path::new("template.yaml"));
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
    }

    #[test]
    fn no_report_takes_the_place_of_a_template_through_a_link() {
        const MODULE: &str = "resource \"aws_iam_instance_profile\" \"web\" {\n  role = aws_iam_role.web.name\n}\n";
        for (is_hard, name, text) in [
            (false, "template.yaml", BROKEN),
            (true, "template.yaml", BROKEN),
            (false, "main.tf", MODULE),
            (true, "main.tf", MODULE),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            let report = folder.path().join("report.txt");
            match is_hard {
                true => fs::hard_link(&path, &report).unwrap(),
                false => symlink(&path, &report).unwrap(),
            }
            let run = Command::new(cargo_bin!("cfn-ipfix"))
                .arg("--check")
                .arg("--output-file")
                .arg(&report);
            let run = run.arg(folder.path()).assert().code(2);
            let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
            assert!(stderr.contains("name another file"), "{stderr}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn keeps_hard_links() {
        let (folder, path) = folder_with_template();
        let other = folder.path().join("other.yaml");
        fs::hard_link(&path, &other).unwrap();
        write(&path).success();
        assert_eq!(fs::read_to_string(&other).unwrap(), FIXED);
        assert_eq!(fs::metadata(&path).unwrap().ino(), fs::metadata(&other).unwrap().ino());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    /// A killed run leaves a temporary file with the new content.
    ///
    /// The next run knows its name.
    #[test]
    fn removes_the_temporary_file_of_a_killed_run() {
        let (folder, path) = folder_with_template();
        fs::write(folder.path().join(".template.yaml.cfn-ipfix"), &FIXED[..100]).unwrap();
        write(&path).success();
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
        assert!(only_file_in(folder.path()));
    }

    #[test]
    fn names_a_folder_in_place_of_the_temporary_file() {
        let (folder, path) = folder_with_template();
        fs::create_dir(folder.path().join(".template.yaml.cfn-ipfix")).unwrap();
        write(&path)
            .code(2)
            .stderr_eq("...\n[..]template.yaml: error: [..]/.template.yaml.cfn-ipfix is in the way; [..]\n...\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN);
    }

    /// A run that is killed while it writes in place leaves an incomplete file.
    ///
    /// It also leaves a copy of the old content.
    #[test]
    fn rejects_a_file_that_was_written_in_part() {
        let (folder, path) = folder_with_template();
        let kept = folder.path().join(".template.yaml.before-cfn-ipfix");
        fs::write(&kept, BROKEN).unwrap();
        fs::write(&path, &FIXED[..100]).unwrap();
        write(&path).code(2).stderr_eq(
            "[..]template.yaml: error: a run was stopped while it wrote this file; its old content is in \
             [..]/.template.yaml.before-cfn-ipfix: restore it if needed, then remove that file\n",
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED[..100]);
        fs::rename(&kept, &path).unwrap();
        write(&path).success();
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
    }

    #[test]
    fn writes_dev_stdin_only_if_it_is_a_regular_file() {
        let (folder, path) = folder_with_template();
        Command::new(cargo_bin!("cfn-ipfix"))
            .args(["--write", "/dev/stdin"])
            .stdin(BROKEN)
            .assert()
            .code(2)
            .stderr_eq("...\n/dev/stdin: error: this is not a regular file[..]\n...\n");
        let status = std::process::Command::new(cargo_bin!("cfn-ipfix"))
            .args(["--quiet", "--write", "/dev/stdin"])
            .stdin(fs::File::open(&path).unwrap())
            .status();
        assert!(status.unwrap().success());
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
        assert!(only_file_in(folder.path()));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn rejects_an_endless_file() {
        write(Path::new("/dev/zero"))
            .code(2)
            .stderr_eq("/dev/zero: error: the file is larger than 64 MiB, more than a template can be\n");
    }

    #[test]
    fn rejects_a_read_only_file() {
        let (folder, path) = folder_with_template();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        write(&path)
            .code(2)
            .stderr_eq("...\n[..]template.yaml: error: this is read-only; make it writable and run again\n...\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN);
        assert!(only_file_in(folder.path()));
    }

    #[test]
    fn reads_a_fifo_but_does_not_write_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo.yaml");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let writer = {
            let path = path.clone();
            std::thread::spawn(move || fs::write(path, BROKEN).unwrap())
        };
        write(&path)
            .code(2)
            .stderr_eq("...\n[..]fifo.yaml: error: this is not a regular file[..]\n...\n");
        writer.join().unwrap();
    }
}
