//! Tests of Terraform modules on the command line: which files are read, reported and changed.

use std::fs;

use super::folder_runs::{at, folder, found, read, run, run_with};
use super::shared::{json, list, number};

const ROLE: &str = r#"resource "aws_iam_role" "web" {
  name = "web"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}
"#;
const SERVER: &str = r#"resource "aws_instance" "web" {
  ami                  = "ami-12c6146b"
  instance_type        = "t2.micro"
  iam_instance_profile = aws_iam_role.web.name
}
"#;
const BUCKET: &str = "resource \"aws_s3_bucket\" \"logs\" {\n}\n";
const TEMPLATE: &str = include_str!("../cases/four-spaces.before.yaml");
const PROFILE: &str = "resource \"aws_iam_instance_profile\" \"web\" {";
const REFERENCE: &str = "iam_instance_profile = aws_iam_instance_profile.web.name";

/// The role and its server are in two files of one module.
fn module() -> tempfile::TempDir {
    folder(&[("m/iam.tf", ROLE), ("m/server.tf", SERVER), ("m/bucket.tf", BUCKET)])
}

#[test]
fn writes_all_files_of_a_module() {
    for paths in [
        &["m"][..],
        &["."],
        &["m/iam.tf", "m/server.tf"],
        &["m/server.tf", "./m/iam.tf"],
    ] {
        let folder = module();
        let run = run(folder.path(), &[&["--write"], paths].concat());
        assert_eq!(run.status, Some(0), "{paths:?}: {}", run.stderr);
        assert!(read(&folder, "m/iam.tf").contains(PROFILE), "{paths:?}");
        assert!(read(&folder, "m/server.tf").contains(REFERENCE), "{paths:?}");
        assert_eq!(read(&folder, "m/bucket.tf"), BUCKET);
        assert_eq!(fs::read_dir(folder.path().join("m")).unwrap().count(), 3);
    }
}

/// Each of these leads from the profile back to the server, so the server cannot wait for that profile.
#[test]
fn refers_to_no_profile_that_waits_for_the_server_in_another_way() {
    let profile = |beside: &str| {
        format!("resource \"aws_iam_instance_profile\" \"late\" {{\n  role = aws_iam_role.web.name\n{beside}}}\n")
    };
    let provider = "provider \"aws\" {\n  alias = \"z\"\n  region = aws_instance.web.availability_zone\n}\n";
    let module = "module \"m\" {\n  source = \"cloudposse/label/null\"\n  providers = { aws = aws.z }\n}\n";
    let ways = [
        (
            "",
            "import.tf",
            "import {\n  to = aws_iam_instance_profile.late\n  id = aws_instance.web.id\n}\n".to_owned(),
        ),
        (
            "",
            "import.tf.json",
            r#"{"import": [{"to": "aws_iam_instance_profile.late", "id": "${aws_instance.web.id}"}]}"#.to_owned(),
        ),
        (
            "  depends_on = [terraform_data.of_password]\n",
            "ephemeral.tf",
            "resource \"terraform_data\" \"of_password\" {\n  input = nonsensitive(ephemeral.random_password.web.length)\n}\n\
             ephemeral \"random_password\" \"web\" {\n  length = length(aws_instance.web.id)\n}\n"
                .to_owned(),
        ),
        ("  depends_on = [module.m]\n", "module.tf", format!("{provider}{module}")),
    ];
    for (beside, name, text) in ways {
        let late = profile(beside);
        let folder = folder(&[
            ("m/iam.tf", ROLE),
            ("m/server.tf", SERVER),
            ("m/late.tf", &late),
            (&format!("m/{name}"), &text),
        ]);
        run(folder.path(), &["--write", "m"]);
        assert!(read(&folder, "m/server.tf").contains(REFERENCE), "{text}");
    }
}

/// A hook passes the files of a commit, and the others of the folder must stay as they are.
#[test]
fn changes_and_reports_only_named_files() {
    let folder = module();
    assert_eq!(found(folder.path(), &["m/server.tf"]), at("m/server.tf", false));
    assert_eq!(found(folder.path(), &["m/iam.tf"]), []);
    assert_eq!(
        found(folder.path(), &["m/iam.tf", "m/server.tf"]),
        at("m/server.tf", true)
    );
    for name in ["m/server.tf", "m/iam.tf"] {
        run(folder.path(), &["--write", name]);
    }
    assert_eq!(
        (read(&folder, "m/iam.tf"), read(&folder, "m/server.tf")),
        (ROLE.into(), SERVER.into())
    );
}

/// Terraform loads every file of a folder, whatever a configuration or git says.
#[test]
fn reads_excluded_and_ignored_files_but_does_not_change_them() {
    for exclusion in [(".cfn-ipfix.yaml", "exclude: [iam.tf]\n"), (".gitignore", "iam.tf\n")] {
        let folder = module();
        fs::write(folder.path().join(exclusion.0), exclusion.1).unwrap();
        assert_eq!(found(folder.path(), &["."]), at("m/server.tf", false), "{exclusion:?}");
        let run = run(folder.path(), &["--write", "."]);
        assert_eq!(run.status, Some(1), "{exclusion:?}: {}", run.stderr);
        assert_eq!(read(&folder, "m/server.tf"), SERVER);
    }
}

#[test]
fn does_not_read_files_that_terraform_ignores() {
    for name in ["m/.iam.tf", "m/iam.tf~", "m/#iam.tf#", "m/below/iam.tf", "m/iam.hcl"] {
        let folder = folder(&[
            ("m/server.tf", &SERVER.replace("web.name", "other.name")),
            (name, BUCKET),
        ]);
        let path = folder.path().join(name);
        fs::write(&path, "not HCL: {\n").unwrap();
        let run = run(folder.path(), &["--check", "--hidden", "m/server.tf"]);
        assert_ne!(run.status, Some(3), "{name}: {}", run.stderr);
    }
}

#[test]
fn reads_the_folder_of_standard_input() {
    let folder = module();
    fs::remove_file(folder.path().join("m/server.tf")).unwrap();
    let input = |name| ["--write", "-", "--stdin-filename", name];
    // The role is in a file that a filter cannot change.
    let filtered = run_with(folder.path(), &input("m/server.tf"), SERVER);
    assert_eq!(
        (filtered.status, filtered.stdout.as_str()),
        (Some(0), SERVER),
        "{}",
        filtered.stderr
    );
    assert!(filtered.stderr.contains("m/server.tf:4:"), "{}", filtered.stderr);
    // The input takes the place of the file with its name.
    let both = format!("{ROLE}\n{SERVER}");
    let filtered = run_with(folder.path(), &input("m/iam.tf"), &both);
    assert!(
        filtered.stdout.contains(PROFILE) && filtered.stdout.contains(REFERENCE),
        "{}",
        filtered.stderr
    );
    assert_eq!(read(&folder, "m/iam.tf"), ROLE);
    // A folder that does not exist has no other files.
    let filtered = run_with(folder.path(), &input("missing/iam.tf"), &both);
    assert!(filtered.stdout.contains(PROFILE), "{}", filtered.stderr);
}

/// The name of standard input decides its language.
#[test]
fn passes_other_files_through_unchanged() {
    let folder = folder(&[]);
    for (name, reason) in [
        ("a.tfvars", "values"),
        ("terragrunt.hcl", "Terragrunt"),
        (".main.tf", "ignores"),
    ] {
        let filtered = run_with(folder.path(), &["--write", "-", "--stdin-filename", name], SERVER);
        assert_eq!((filtered.status, filtered.stdout.as_str()), (Some(0), SERVER), "{name}");
        assert!(
            filtered.stderr.contains("skipped") && filtered.stderr.contains(reason),
            "{}",
            filtered.stderr
        );
    }
}

/// Files of a folder are reported among those of other folders, by path, whatever thread checks them.
#[test]
fn reports_modules_and_templates_in_the_order_of_their_paths() {
    let module = |label| format!("{ROLE}\n{SERVER}").replace("web", label);
    let files = [
        ("a.yaml", TEMPLATE),
        ("b.tf", &module("b")),
        ("below/a.tf", &module("a")),
        ("below/x.yaml", TEMPLATE),
        ("c.yaml", TEMPLATE),
        ("z/m.tf", &module("m")),
        ("z.tofu", &module("z")),
    ];
    let names = files.map(|(name, _)| name);
    let folder = folder(&files);
    for jobs in ["1", "8"] {
        let found = found(folder.path(), &["--jobs", jobs, "."]);
        let found: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(found, names, "{jobs} jobs");
        let named = ["z.tofu", "a.yaml", "b.tf", "below"];
        let found = self::found(folder.path(), &[&["--jobs", jobs], &named[..]].concat());
        let found: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            found,
            ["z.tofu", "a.yaml", "b.tf", "below/a.tf", "below/x.yaml"],
            "{jobs} jobs"
        );
    }
}

/// A variable of a local module takes a profile, although the name of the argument does not say so.
#[test]
fn reads_local_modules_but_does_not_change_them() {
    let call = |source| {
        format!("{ROLE}\nmodule \"web\" {{\n  source = \"{source}\"\n  identity = aws_iam_role.web.name\n}}\n")
    };
    let child = format!(
        "variable \"identity\" {{\n}}\n\n{}",
        SERVER.replace("aws_iam_role.web.name", "var.identity")
    );
    for (source, path) in [
        ("./web", "m/web/main.tf"),
        ("../web", "web/main.tf"),
        ("../", "server.tf"),
    ] {
        let folder = folder(&[("m/main.tf", &call(source)), (path, &child)]);
        for named in ["m", "m/main.tf"] {
            assert_eq!(
                found(folder.path(), &[named]),
                at("m/main.tf", true),
                "{source} {named}"
            );
        }
        let run = run(folder.path(), &["--write", "m"]);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert!(read(&folder, "m/main.tf").contains("identity = aws_iam_instance_profile.web.name"));
        assert_eq!(read(&folder, path), child);
    }
}

#[test]
fn counts_files_without_findings() {
    let folder = folder(&[
        ("a.tf", BUCKET),
        ("b.tf.json", "{}"),
        ("c.tfvars.json", "{}"),
        ("d.yaml", "Resources: {}\n"),
    ]);
    let run = run(folder.path(), &["--output-format", "json", "."]);
    assert_eq!(number(&json(&run.stdout)["summary"]["templates"]), 3);
    assert!(run.stderr.contains("Nothing to fix in 3 files."), "{}", run.stderr);
}

#[test]
fn does_not_check_copies_of_other_modules() {
    let folder = module();
    let copies = folder.path().join(".terraform/modules");
    fs::create_dir_all(&copies).unwrap();
    fs::rename(folder.path().join("m"), copies.join("m")).unwrap();
    assert_eq!(found(folder.path(), &["--hidden", "."]), []);
    let found = found(folder.path(), &[".terraform/modules"]);
    assert_eq!(found, at(".terraform/modules/m/server.tf", true));
}

/// Terraform reports the errors of all files, so one that is broken is reported, and the others are checked.
#[test]
fn reports_a_file_that_cannot_be_parsed_and_checks_the_others() {
    let folder = module();
    fs::write(folder.path().join("m/bucket.tf"), "resource {{ BROKEN\n").unwrap();
    let run = run(folder.path(), &["--check", "m"]);
    assert_eq!(run.status, Some(3));
    assert!(run.stderr.contains("m/bucket.tf:1:"), "{}", run.stderr);
    assert!(run.stdout.contains("m/server.tf:4:"), "{}", run.stdout);
}

/// The error is in a file that the run does not name.
#[test]
fn counts_a_module_as_unchecked_that_the_error_of_a_sibling_hides() {
    let twice = "resource \"aws_iam_role\" \"other\" {}\n";
    let named = format!("{ROLE}{SERVER}");
    let folder = folder(&[("a.tf", named.as_str()), ("b.tf", twice), ("c.tf", twice)]);
    let run = run(folder.path(), &["a.tf"]);
    assert_eq!(run.status, Some(0));
    let expected = "Nothing to fix in 1 file; 1 value not checked: module with an error in `c.tf`.\n";
    assert_eq!(run.stderr, expected);
}

/// A profile that holds the role by its name has no instances, so the index of the role is dropped.
#[test]
fn refers_to_a_profile_of_the_only_instance_of_a_role() {
    let role = ROLE.replace("  name =", "  count = 1\n  name =");
    let server = SERVER.replace("web.name", "web[0].name");
    let profile = format!("{PROFILE}\n  role = \"web\"\n}}\n");
    let folder = folder(&[("main.tf", &format!("{role}{server}{profile}"))]);
    let run = run(folder.path(), &["--write", "main.tf"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(read(&folder, "main.tf").contains(REFERENCE));
}

#[test]
fn the_report_does_not_take_the_place_of_a_terraform_file() {
    let folder = module();
    let args = ["--output-format", "json", "--output-file", "m/iam.tf", "m"];
    assert_eq!(run(folder.path(), &args).status, Some(2));
    assert_eq!(read(&folder, "m/iam.tf"), ROLE);
}

/// Every report names the file of a place that is not in the file of its finding.
#[test]
fn reports_name_other_files() {
    let folder = module();
    let report = |format| run(folder.path(), &["--output-format", format, "--verbose", "m"]).stdout;
    let finding = json(&report("json"))["findings"][0].take();
    assert_eq!(finding["path"], "m/server.tf");
    let paths = |list_name: &str, value| {
        let paths = list(value, list_name).iter().map(|one| one.get("path").cloned());
        paths
            .map(|path| path.map(|path| path.as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    assert!(
        paths("labels", &finding).contains(&Some("m/iam.tf".to_owned())),
        "{finding}"
    );
    assert_eq!(paths("labels", &finding)[0], None);
    let edited = paths("edits", &finding["fix"]);
    assert!(
        edited.contains(&None) && edited.contains(&Some("m/iam.tf".to_owned())),
        "{finding}"
    );

    let sarif = json(&report("sarif"))["runs"][0]["results"][0].take();
    let changes = list(&sarif["fixes"][0], "artifactChanges").iter();
    let mut uris: Vec<_> = changes
        .map(|change| change["artifactLocation"]["uri"].as_str().unwrap())
        .collect();
    uris.sort_unstable();
    assert_eq!(uris, ["m/iam.tf", "m/server.tf"]);
    let related = &sarif["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(related, "m/iam.tf");

    assert!(report("text").contains("m/iam.tf:1:"), "{}", report("text"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn writes_nothing_if_one_file_is_read_only() {
        for (read_only, other) in [("m/iam.tf", "m/server.tf"), ("m/server.tf", "m/iam.tf")] {
            let folder = module();
            let path = folder.path().join(read_only);
            fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
            let run = run(folder.path(), &["--write", "--output-format", "json", "m"]);
            assert_eq!(run.status, Some(2));
            for message in [
                format!("{read_only}: error: this is read-only; make it writable and run again\n"),
                format!(
                    "{other}: error: not written, because of {read_only}: this is read-only; make it writable and run again\n"
                ),
            ] {
                assert!(run.stderr.contains(&message), "{}", run.stderr);
            }
            let report = json(&run.stdout);
            assert_eq!(report["findings"][0]["fixed"], false);
            assert_eq!(number(&report["summary"]["fixed"]), 0);
            assert_eq!(
                (read(&folder, "m/iam.tf"), read(&folder, "m/server.tf")),
                (ROLE.into(), SERVER.into())
            );
        }
    }

    /// A folder may be named by several paths, and its files must be checked once.
    #[test]
    fn recognises_a_folder_by_another_path() {
        let folder = module();
        symlink("m", folder.path().join("link")).unwrap();
        let run = run(folder.path(), &["--write", "link/server.tf", "m/iam.tf"]);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert!(read(&folder, "m/iam.tf").contains(PROFILE));
    }

    #[test]
    fn does_not_read_a_pipe_next_to_a_file() {
        let folder = module();
        let made = std::process::Command::new("mkfifo")
            .arg(folder.path().join("m/pipe.tf"))
            .status()
            .unwrap();
        assert!(made.success());
        // The profile may be declared in it.
        assert_eq!(found(folder.path(), &["m"]), at("m/server.tf", false));
    }
}
