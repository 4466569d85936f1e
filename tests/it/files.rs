//! What `--write` does to files.

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
fn the_file_is_replaced_and_nothing_is_left_beside_it() {
    let (folder, path) = folder_with_template();
    write(&path).success();
    assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
    assert!(only_file_in(folder.path()));
}

#[test]
fn a_file_that_is_right_is_not_written() {
    let (_folder, path) = folder_with_template();
    fs::write(&path, FIXED).unwrap();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    write(&path).success();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn a_file_that_cannot_be_parsed_stays() {
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
    fn the_mode_stays() {
        for mode in [0o640, 0o755, 0o600] {
            let (_folder, path) = folder_with_template();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            write(&path).success();
            assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode);
        }
    }

    #[test]
    fn a_symbolic_link_stays_one() {
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
    fn hard_links_stay_together() {
        let (folder, path) = folder_with_template();
        let other = folder.path().join("other.yaml");
        fs::hard_link(&path, &other).unwrap();
        write(&path).success();
        assert_eq!(fs::read_to_string(&other).unwrap(), FIXED);
        assert_eq!(fs::metadata(&path).unwrap().ino(), fs::metadata(&other).unwrap().ino());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    /// A killed run leaves the new text beside the file, under a name that the next run knows.
    #[test]
    fn what_a_killed_run_has_left_goes() {
        let (folder, path) = folder_with_template();
        fs::write(folder.path().join(".template.yaml.cfn-ipfix"), &FIXED[..100]).unwrap();
        write(&path).success();
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
        assert!(only_file_in(folder.path()));
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let (folder, path) = folder_with_template();
        fs::create_dir(folder.path().join(".template.yaml.cfn-ipfix")).unwrap();
        write(&path)
            .code(2)
            .stderr_eq("...\n[..]template.yaml: error: [..]/.template.yaml.cfn-ipfix is in the way; [..]\n...\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN);
    }

    /// A run that is killed while it writes in place leaves what the file held, whole, and the file perhaps in part.
    #[test]
    fn a_file_that_was_written_in_part_is_not_taken_for_a_template() {
        let (folder, path) = folder_with_template();
        let kept = folder.path().join(".template.yaml.before-cfn-ipfix");
        fs::write(&kept, BROKEN).unwrap();
        fs::write(&path, &FIXED[..100]).unwrap();
        write(&path).code(2).stderr_eq(
            "[..]template.yaml: error: a run was stopped while it wrote this file; [..]/.template.yaml.before-cfn-ipfix holds \
             what it held before: copy that back if need be, and remove it\n",
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED[..100]);
        fs::rename(&kept, &path).unwrap();
        write(&path).success();
        assert_eq!(fs::read_to_string(&path).unwrap(), FIXED);
    }

    #[test]
    fn standard_input_by_its_path_is_a_file_only_if_it_is_one() {
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
    fn what_has_no_end_is_refused() {
        write(Path::new("/dev/zero"))
            .code(2)
            .stderr_eq("/dev/zero: error: the file is larger than 64 MiB, more than a template can be\n");
    }

    #[test]
    fn a_read_only_file_is_refused() {
        let (folder, path) = folder_with_template();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        write(&path)
            .code(2)
            .stderr_eq("...\n[..]template.yaml: error: this is read-only; make it writable and run again\n...\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN);
        assert!(only_file_in(folder.path()));
    }

    #[test]
    fn a_fifo_can_be_read_and_not_written() {
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
