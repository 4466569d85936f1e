//! Tests of templates that pass values to each other on the command line: which files are checked together, and written.

use std::fs;

use super::folder_runs::{at, folder, found, read, run, run_with};
use super::shared::{json, list};

const ROLE: &str = "  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
";
/// A template that takes a profile.
const SERVER: &str = "Parameters:
  Profile: {Type: String}
Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref Profile
";

/// A template that passes its own role to another one.
fn parent(url: &str) -> String {
    format!("Resources:\n{ROLE}{}", nested(url, "!Ref Role"))
}

fn nested(url: &str, profile: &str) -> String {
    format!(
        "  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: {url}
      Parameters:
        Profile: {profile}
"
    )
}

/// A template that gives the output of one template to another one.
fn between() -> String {
    let roles = "  Roles:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: roles.yaml}
";
    format!(
        "Resources:\n{roles}{}",
        nested("server.yaml", "!GetAtt Roles.Outputs.Role")
    )
}

fn roles() -> String {
    format!("Resources:\n{ROLE}Outputs:\n  Role:\n    Value: !Ref Role\n")
}

/// The role, its user and the template between them are in three files.
fn three_files() -> tempfile::TempDir {
    folder(&[
        ("main.yaml", &between()),
        ("roles.yaml", &roles()),
        ("server.yaml", SERVER),
    ])
}

/// Two profiles with one name cannot be created.
#[test]
fn keeps_the_names_of_profiles_in_nested_stacks_free() {
    let role = ROLE.replace("    Properties:\n", "    Properties:\n      RoleName: web\n");
    let instance = "  I: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}\n";
    let stack = "  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml}}\n";
    for (name, is_free) in [("web", false), ("jobs", true)] {
        let nested = format!(
            "Resources:\n  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{InstanceProfileName: {name}, Roles: [jobs]}}}}\n"
        );
        let main = format!("Resources:\n{role}{stack}{instance}");
        let folder = folder(&[("main.yaml", &main), ("nested.yaml", &nested)]);
        assert_eq!(run(folder.path(), &["--write", "."]).status, Some(0));
        assert_eq!(
            read(&folder, "main.yaml").contains("InstanceProfileName"),
            is_free,
            "{name}"
        );
    }
}

#[test]
fn writes_all_files_and_a_second_run_finds_nothing() {
    for paths in [&["."][..], &["main.yaml", "server.yaml", "./roles.yaml"]] {
        let folder = three_files();
        let args = [&["--write"], paths].concat();
        let first = run(folder.path(), &args);
        assert_eq!(first.status, Some(0), "{}", first.stderr);
        assert!(read(&folder, "roles.yaml").contains("AWS::IAM::InstanceProfile"));
        assert!(!read(&folder, "main.yaml").contains("Roles.Outputs.Role\n"));
        assert_eq!(read(&folder, "server.yaml"), SERVER);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);

        let written = ["main.yaml", "roles.yaml"].map(|name| read(&folder, name));
        let second = run(folder.path(), &args);
        assert_eq!(second.stderr, "Nothing to fix in 3 files.\n");
        assert_eq!(["main.yaml", "roles.yaml"].map(|name| read(&folder, name)), written);
    }
}

#[test]
fn reports_the_same_for_any_number_of_threads() {
    let files: Vec<_> = (0..40)
        .flat_map(|number| {
            [
                (format!("{number}/main.yaml"), parent("./server.yaml")),
                (format!("{number}/server.yaml"), SERVER.to_owned()),
            ]
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let folder = folder(&files);
    let outputs = ["1", "2", "7"].map(|jobs| {
        let run = run(folder.path(), &["--check", "--jobs", jobs, "."]);
        (run.stdout, run.stderr)
    });
    assert_eq!(outputs[0].0.lines().count(), 40, "{}", outputs[0].0);
    assert!(outputs.iter().all(|output| *output == outputs[0]));
}

/// Nobody asked for the other files, and a file that is passed may be all that a hook knows.
#[test]
fn checks_a_named_file_with_others_only_if_asked() {
    let files = three_files();
    // Outside of a repository, the folder of the configuration is searched.
    fs::write(files.path().join(".cfn-ipfix.yaml"), "").unwrap();
    let before = roles();
    assert!(found(files.path(), &["main.yaml"]).is_empty());
    assert!(found(files.path(), &["--project", "--no-project", "main.yaml"]).is_empty());
    // A file that is not passed must not change, and the fix needs a profile there.
    assert_eq!(found(files.path(), &["--project", "main.yaml"]), at("main.yaml", false));
    assert_eq!(
        found(files.path(), &["--project", "main.yaml", "roles.yaml"]),
        at("main.yaml", true)
    );
    let written = run(files.path(), &["--project", "--write", "main.yaml"]);
    assert_eq!(written.status, Some(1), "{}", written.stderr);
    assert_eq!(
        (read(&files, "main.yaml"), read(&files, "roles.yaml")),
        (between(), before)
    );
    // Nothing is said about the files that are not passed.
    assert!(
        written.stderr.ends_with("in 1 file: 0 fixed, 1 left.\n"),
        "{}",
        written.stderr
    );
}

#[test]
fn the_configuration_asks_for_other_files() {
    let files = folder(&[
        (".cfn-ipfix.yaml", "project: true"),
        ("stacks/main.yaml", &parent("../shared/server.yaml")),
        ("shared/server.yaml", SERVER),
    ]);
    assert_eq!(found(files.path(), &["stacks/main.yaml"]), at("stacks/main.yaml", true));
    assert!(found(files.path(), &["--no-project", "stacks/main.yaml"]).is_empty());
    assert!(found(files.path(), &["--isolated", "stacks/main.yaml"]).is_empty());
    assert!(found(files.path(), &["--exclude", "shared/", "stacks/main.yaml"]).is_empty());
    let stdin = run_with(
        files.path(),
        &["--check", "--stdin-filename", "stacks/main.yaml", "-"],
        &parent("../shared/server.yaml"),
    );
    assert_eq!((stdin.status, stdin.stdout.as_str()), (Some(0), ""), "{}", stdin.stderr);
}

#[test]
fn does_not_leave_a_repository() {
    let main = parent("../other/server.yaml");
    let files = || folder(&[("app/main.yaml", &main), ("other/server.yaml", SERVER)]);
    let git = |folder: &tempfile::TempDir, name: &str| fs::create_dir(folder.path().join(name)).unwrap();

    let no_repository = files();
    assert_eq!(found(no_repository.path(), &["."]), at("app/main.yaml", true));

    let two = files();
    git(&two, "app/.git");
    git(&two, "other/.git");
    assert!(found(two.path(), &["."]).is_empty());
    assert!(found(two.path(), &["--project", "app/main.yaml"]).is_empty());

    let submodule = files();
    git(&submodule, ".git");
    fs::write(submodule.path().join("other/.git"), "gitdir: ../.git/modules/other").unwrap();
    assert_eq!(found(submodule.path(), &["."]), at("app/main.yaml", true));
    assert_eq!(
        found(submodule.path(), &["--project", "app/main.yaml"]),
        at("app/main.yaml", true)
    );
}

#[test]
fn reports_errors_of_single_files() {
    let broken = format!("{SERVER}  Broken: [\n");
    let files = folder(&[
        ("main.yaml", &parent("server.yaml")),
        ("server.yaml", SERVER),
        (
            "both.yaml",
            &format!(
                "{}{}",
                between(),
                nested("server.yaml", "!Ref P").replace("Nested", "More")
            ),
        ),
        ("roles.yaml", &broken),
    ]);
    let syntax = run(
        files.path(),
        &["--check", "main.yaml", "server.yaml", "both.yaml", "roles.yaml"],
    );
    assert_eq!(syntax.status, Some(3), "{}", syntax.stderr);
    assert!(
        syntax.stdout.starts_with("main.yaml:13:18: IPF001"),
        "{}",
        syntax.stdout
    );
    assert!(syntax.stderr.contains("roles.yaml:9:1: error"), "{}", syntax.stderr);

    let files = folder(&[
        ("main.yaml", &parent("sub/server.yaml")),
        ("sub/server.yaml", SERVER),
        ("sub/.cfn-ipfix.yaml", "no: such key"),
    ]);
    let config = run(files.path(), &["--check", "."]);
    assert_eq!(config.status, Some(2), "{}", config.stderr);
    assert!(
        config.stdout.starts_with("main.yaml:13:18: IPF001"),
        "{}",
        config.stdout
    );
    assert!(
        config.stderr.contains("sub/.cfn-ipfix.yaml:1:1: error"),
        "{}",
        config.stderr
    );
}

#[test]
fn names_other_files_in_every_format() {
    let files = folder(&[("main.yaml", &parent("sub/server.yaml")), ("sub/server.yaml", SERVER)]);
    for format in [
        "json", "jsonl", "sarif", "github", "gitlab", "junit", "text", "markdown",
    ] {
        let report = run(files.path(), &["--output-format", format, "--verbose", "."]);
        assert_eq!(report.status, Some(1), "{format}: {}", report.stderr);
        let is_named = report.stdout.contains("sub/server.yaml");
        assert!(is_named, "{format}: {}", report.stdout);
    }
    fs::create_dir(files.path().join(".git")).unwrap();
    let main = files.path().join("main.yaml");
    let absolute = files.path().join("sub/server.yaml");
    for (folder, args, expected) in [
        (".", ["."].as_slice(), "sub/server.yaml"),
        (".", &["--project", "main.yaml"], "sub/server.yaml"),
        ("sub", &["--project", "../main.yaml"], "server.yaml"),
        (".git", &["--project", "../main.yaml"], "../sub/server.yaml"),
        (".", &["--project", main.to_str().unwrap()], absolute.to_str().unwrap()),
    ] {
        let args = [&["--output-format", "json"], args].concat();
        let report = json(&run(&files.path().join(folder), &args).stdout);
        let labels = list(&report["findings"][0], "labels");
        let other = labels.iter().find(|label| label["path"] == expected).unwrap();
        assert_eq!(other["span"]["start"]["line"], 7);
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn writes_nothing_if_one_file_is_read_only() {
        for (read_only, other) in [("roles.yaml", "main.yaml"), ("main.yaml", "roles.yaml")] {
            let folder = three_files();
            let path = folder.path().join(read_only);
            fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
            let run = run(folder.path(), &["--write", "."]);
            assert_eq!(run.status, Some(2));
            for message in [
                format!("{read_only}: error: this is read-only; make it writable and run again\n"),
                format!(
                    "{other}: error: not written, because of {read_only}: this is read-only; make it writable and run again\n"
                ),
            ] {
                // Only files that would change are reported.
                assert!(run.stderr.contains(&message), "{}", run.stderr);
            }
            assert_eq!(
                (read(&folder, "main.yaml"), read(&folder, "roles.yaml")),
                (between(), roles())
            );
        }
    }

    #[test]
    fn recognises_files_by_another_path() {
        let files = folder(&[("m/main.yaml", &parent("server.yaml")), ("m/server.yaml", SERVER)]);
        symlink("m", files.path().join("link")).unwrap();
        assert_eq!(
            found(files.path(), &["m/main.yaml", "link/server.yaml"]),
            at("m/main.yaml", true)
        );
    }

    /// A pipe can be read only once.
    #[test]
    fn reads_a_pipe_once() {
        let files = folder(&[("server.yaml", SERVER)]);
        let broken = SERVER
            .replace("!Ref Profile", "!Ref Role")
            .replace("Resources:\n", &format!("Resources:\n{ROLE}"));
        let run = run_with(files.path(), &["--check", "server.yaml", "/dev/stdin"], &broken);
        assert!(run.stdout.starts_with("/dev/stdin:"), "{}{}", run.stdout, run.stderr);
    }
}
