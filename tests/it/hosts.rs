//! Runs over folders with templates in other documents.

use super::folder_runs::{folder, found, read, run};

const IAM: &str = "Resources:\n  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n";

const OPTIONS: &str =
    "option_settings:\n  aws:autoscaling:launchconfiguration:\n    IamInstanceProfile: '`{\"Ref\": \"Role\"}`'\n";

/// The folder is hidden, and its files have no extension of templates.
#[test]
fn looks_into_ebextensions() {
    let files = folder(&[
        ("app/.ebextensions/iam.config", IAM),
        ("app/.ebextensions/options.config", OPTIONS),
        ("app/.hidden/t.yaml", IAM),
        ("app/other.config", OPTIONS),
    ]);
    for jobs in ["1", "8"] {
        let options = "app/.ebextensions/options.config".to_owned();
        assert_eq!(found(files.path(), &["--jobs", jobs, "."]), [(options, true)]);
    }
    assert_eq!(run(files.path(), &["--write", "."]).status, Some(0));
    assert!(read(&files, "app/.ebextensions/iam.config").contains("Roles: [{Ref: Role}]"));
    assert!(read(&files, "app/.ebextensions/options.config").contains("'`{\"Ref\": \"InstanceProfile\"}`'"));
    assert_eq!(read(&files, "app/other.config"), OPTIONS);
    let second = run(files.path(), &["--check", "."]);
    assert_eq!(second.status, Some(0), "{}", second.stderr);
}

/// The other files of the folder are read, and not changed.
#[test]
fn reads_the_folder_of_a_named_file() {
    let files = folder(&[(".ebextensions/a.config", OPTIONS), (".ebextensions/b.config", IAM)]);
    let one = run(files.path(), &["--write", ".ebextensions/a.config"]);
    assert_eq!(one.status, Some(1));
    assert!(one.stderr.contains("the fix also changes `b.config`"), "{}", one.stderr);
    assert_eq!(read(&files, ".ebextensions/a.config"), OPTIONS);
    let both = run(
        files.path(),
        &["--write", ".ebextensions/a.config", ".ebextensions/b.config"],
    );
    assert_eq!(both.status, Some(0), "{}", both.stderr);
}

/// A file that two services include is a part of none, and no template of its own.
#[test]
fn does_not_report_a_part_that_is_no_template() {
    const SERVICE: &str = "service: x\nprovider: aws\nresources:\n  Resources: ${file(ids.yml)}\n";
    const IDS: &str = "Role: {Type: AWS::IAM::Role}\nServer: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}\n";
    let files = folder(&[("a.yml", SERVICE), ("b.yml", SERVICE), ("ids.yml", IDS)]);
    let checked = run(files.path(), &["--check", "."]);
    assert_eq!(checked.status, Some(0));
    assert!(
        checked.stderr.contains("in 2 files; 2 values not checked"),
        "{}",
        checked.stderr
    );
    assert!(!checked.stderr.contains("skipped"), "{}", checked.stderr);
    std::fs::remove_file(files.path().join("b.yml")).unwrap();
    assert_eq!(found(files.path(), &["."]), [("ids.yml".to_owned(), true)]);
}
