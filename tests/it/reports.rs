//! Tests of the reports for programs: each matches its schema and has the same findings as the others.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use cfn_ipfix::report::Format;
use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

use super::shared::{files, json, list, number, root, stdout};

/// Creates a folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Returns the report on every file of a folder, sorted by name.
fn report(folder: &Path, format: &str, more: &[&str]) -> String {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let names = names.iter().map(String::as_str).chain(["missing.yaml"]);
    let args: Vec<_> = more
        .iter()
        .copied()
        .chain(["--output-format", format])
        .chain(names)
        .collect();
    stdout(folder, &args)
}

fn schema(path: &str) -> Value {
    json(&std::fs::read_to_string(root().join(path)).unwrap())
}

fn assert_valid(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

const ROLE: &str = "  Role:\n    Type: AWS::IAM::Role\n";
const SERVER: &str = "Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: ";

/// Creates a folder with every example and every kind of error.
fn files_of_every_kind() -> tempfile::TempDir {
    let folder = folder(&[
        ("broken.yaml", b"Resources: [\n"),
        ("twice.yaml", b"Resources:\n  A: {Type: x}\n  A: {Type: x}\n"),
        ("latin-1.yaml", b"Resources: \xe9\n"),
        ("utf-16.yaml", b"\xff\xfeR\0"),
        ("no-template.yaml", b"# nothing\n"),
        ("empty.yaml", b""),
        ("refused.yaml", format!("Metadata: {{a: 1, a: 2}}\n{SERVER}!Ref Role\n{ROLE}").as_bytes()),
        ("revealed.yaml", include_bytes!("../cmd/write-revealed.in/template.yaml")),
        ("fixed-by-others.yaml", include_bytes!("../cmd/write-fixed-by-others.in/template.yaml")),
        ("macro.yaml", format!("{SERVER}{{'Fn::Transform': {{Name: M}}}}\n").as_bytes()),
        ("role.tf", include_bytes!("../cmd/terraform-write.in/iam.tf")),
        ("server.tf", include_bytes!("../cmd/terraform-write.in/server.tf")),
        ("values.tfvars", b"a = 1\n"),
        ("crlf.yaml", format!("{SERVER}!Ref Role # 役割\n{ROLE}").replace('\n', "\r\n").as_bytes()),
        ("cr.yaml", format!("{SERVER}!Ref Role\n{ROLE}").replace('\n', "\r").as_bytes()),
        ("テンプレート 1.yaml", format!("\u{feff}# 日本語\n{SERVER}!Ref Role\n{ROLE}").as_bytes()),
        ("one-line.json", format!(
            r#"{{"Description": "{}", "Resources": {{"S": {{"Type": "AWS::EC2::Instance", "Properties": {{"IamInstanceProfile": {{"Ref": "Role"}}}}}}, "Role": {{"Type": "AWS::IAM::Role"}}}}}}"#,
            "長い".repeat(1000)
        ).as_bytes()),
    ]);
    for (name, text) in files("examples") {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn json_report_matches_its_schema() {
    let schema = schema("schemas/report.schema.json");
    for more in [&[][..], &["--unsafe-fixes"], &["--check"], &["--write"]] {
        let folder = files_of_every_kind();
        let report = json(&report(folder.path(), "json", more));
        assert_valid(&schema, &report);
        for list_name in ["findings", "errors", "notes", "unchecked"] {
            assert!(!list(&report, list_name).is_empty(), "{list_name}");
        }
        let fixed = list(&report, "findings")
            .iter()
            .filter(|finding| finding["fixed"] == true);
        assert_eq!(fixed.count(), number(&report["summary"]["fixed"]));
        assert_eq!(number(&report["summary"]["fixed"]) > 0, more == ["--write"]);
    }
}

#[test]
fn jsonl_lines_match_the_schema_and_the_json_report() {
    let folder = files_of_every_kind();
    let mut schema = schema("schemas/report.schema.json");
    let whole = json(&report(folder.path(), "json", &[]));
    let mut lines: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let definitions = schema["$defs"].take();
    let schema = serde_json::json!({"$schema": schema["$schema"], "$ref": "#/$defs/line", "$defs": definitions});
    for line in report(folder.path(), "jsonl", &[]).lines() {
        let mut value = json(line);
        assert_valid(&schema, &value);
        let kind = value.as_object_mut().unwrap().remove("type").unwrap();
        let list_name = match kind.as_str().unwrap() {
            "unchecked" => "unchecked".to_owned(),
            kind => format!("{kind}s"),
        };
        lines.entry(list_name).or_default().push(value);
    }
    for list_name in ["findings", "errors", "notes", "unchecked"] {
        assert_eq!(lines[list_name], list(&whole, list_name), "{list_name}");
    }
}

#[test]
fn sarif_report_matches_the_standard() {
    let mut schema = schema("tests/schemas/sarif-2.1.0.schema.json");
    // The pattern has one bracket too many, which the validator rejects. Our reports have no language.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"]["pattern"] = Value::from("^$");
    }
    for more in [&[][..], &["--unsafe-fixes"], &["--write"]] {
        let folder = files_of_every_kind();
        let report = json(&report(folder.path(), "sarif", more));
        assert_valid(&schema, &report);
        let run = &report["runs"][0];
        let results = list(run, "results");
        assert!(!results.is_empty());
        for result in results {
            let rule = &run["tool"]["driver"]["rules"][number(&result["ruleIndex"])];
            assert_eq!(rule["id"], result["ruleId"]);
            // A fixed finding offers no fix.
            let is_fixed = result["properties"]["fixed"] == true;
            assert!(!(is_fixed && result.get("fixes").is_some()), "{result}");
        }
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    }
}

/// Returns the rule and the line of each finding, in report order.
fn findings_in(folder: &Path, format: &str) -> Vec<(String, usize)> {
    let text = report(folder, format, &[]);
    let value = || json(&text);
    let all = |findings: &[Value], rule: fn(&Value) -> &Value, line: fn(&Value) -> &Value| {
        let rules_and_lines = findings
            .iter()
            .map(|finding| (rule(finding).as_str().unwrap().to_owned(), number(line(finding))));
        rules_and_lines.collect::<Vec<_>>()
    };
    let by_text = |line: &str, number: Option<&str>| {
        let at = line.find("IPF")?;
        Some((line[at..at + 6].to_owned(), number?.parse().ok()?))
    };
    match format {
        "json" => all(
            list(&value(), "findings"),
            |f| &f["rule"]["code"],
            |f| &f["span"]["start"]["line"],
        ),
        "jsonl" => {
            let lines: Vec<_> = text
                .lines()
                .map(json)
                .filter(|line| line["type"] == "finding")
                .collect();
            all(&lines, |f| &f["rule"]["code"], |f| &f["span"]["start"]["line"])
        }
        "sarif" => all(
            list(&value()["runs"][0], "results"),
            |f| &f["ruleId"],
            |f| &f["locations"][0]["physicalLocation"]["region"]["startLine"],
        ),
        "gitlab" => {
            let issues = value();
            let findings: Vec<_> = issues
                .as_array()
                .unwrap()
                .iter()
                .filter(|f| f["check_name"] != "error")
                .cloned()
                .collect();
            all(&findings, |f| &f["check_name"], |f| &f["location"]["lines"]["begin"])
        }
        "text" => {
            let findings = text.lines().filter(|line| line.contains(": IPF"));
            findings
                .filter_map(|line| by_text(line, line.split(':').nth(1)))
                .collect()
        }
        "github" => {
            let findings = text.lines().filter(|line| line.contains("title=IPF"));
            findings
                .filter_map(|line| by_text(line, line.split_once("line=")?.1.split(',').next()))
                .collect()
        }
        "markdown" => {
            let findings = text.lines().filter(|line| line.starts_with("- **IPF"));
            findings
                .filter_map(|line| by_text(line, line.split_once(" at ")?.1.split(':').next()))
                .collect()
        }
        "junit" => {
            let mut rules_and_lines = Vec::new();
            for case in text
                .split("<testcase name=\"")
                .skip(1)
                .filter(|case| case.starts_with("IPF"))
            {
                let description = case.split_once("\">").unwrap().1.split_once("\">").unwrap().1;
                rules_and_lines.extend(by_text(case, description.split(':').nth(1)));
            }
            rules_and_lines
        }
        // A format that is not read here must at least have the code of each finding in its order.
        _ => {
            let mut rest = text.as_str();
            let in_order = findings_in(folder, "json").into_iter().filter(|(code, _)| {
                let after = rest.split_once(code.as_str()).map(|(_, after)| after);
                rest = after.unwrap_or(rest);
                after.is_some()
            });
            in_order.collect()
        }
    }
}

#[test]
fn every_format_reports_the_same_findings() {
    let folder = files_of_every_kind();
    let wanted = findings_in(folder.path(), "json");
    assert!(wanted.len() > 20, "{wanted:?}");
    let formats = Format::ALL.into_iter().filter(|format| format.shows_findings);
    for format in formats.map(|format| format.name) {
        assert_eq!(findings_in(folder.path(), format), wanted, "{format}");
    }
}

/// A fingerprint identifies one finding, and does not change if lines move.
#[test]
fn fingerprints_are_unique_and_stable() {
    let of = |text: &str| -> Vec<(Value, Value)> {
        let folder = folder(&[("t.yaml", text.as_bytes())]);
        let sarif = json(&report(folder.path(), "sarif", &[]));
        let gitlab = json(&report(folder.path(), "gitlab", &[]));
        let results = list(&sarif["runs"][0], "results").iter();
        let issues = gitlab.as_array().unwrap().iter();
        results
            .map(|result| result["partialFingerprints"]["cfnIpfixFinding/v1"].clone())
            .zip(issues.map(|issue| issue["fingerprint"].clone()))
            .collect()
    };
    let two_documents = "---\nResources:\n  S: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref R}}\n  R: {Type: 'AWS::IAM::Role'}\n".repeat(2);
    let two_names = format!(
        "Resources:\n  D: {{Type: 'AWS::RDS::DBInstance', Properties: {{CustomIAMInstanceProfile: !Ref P}}}}\n  P: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{InstanceProfileName: a, Roles: [!Ref Role]}}}}\n{ROLE}    Properties: {{RoleName: a}}\n"
    );
    for text in [two_documents, two_names] {
        let before = of(&text);
        assert!(before.len() > 1, "{text}");
        let unique: HashSet<_> = before
            .iter()
            .map(|(sarif, gitlab)| (sarif.to_string(), gitlab.to_string()))
            .collect();
        assert_eq!(unique.len(), before.len(), "{before:?}");
        assert_eq!(of(&format!("# one more line\n{text}")), before);
    }
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// File names and contents cannot control a terminal or begin a line.
    #[test]
    fn escapes_control_characters() {
        let name = "a\u{1b}[2J\n::error::b\u{9b}\u{7f}.yaml";
        let id = r#""Ro\e[2J\n::error::b\x9Ble""#;
        let macro_made = "{'Fn::Transform': {Name: M}}";
        let template = format!(
            "{SERVER}!Ref {id}\n  {id}:\n    Type: AWS::IAM::Role\n  \"S\\e[2J\":\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: {macro_made}\n"
        );
        let folder = folder(&[(name, template.as_bytes()), ("b\u{1b}[2J.yaml", b"Resources: [")]);
        for format in Format::ALL.map(|format| format.name).into_iter().chain([""]) {
            // With colours, as on a terminal: removing colours would also remove similar control characters.
            let mut command = Command::new(cargo_bin!("cfn-ipfix")).current_dir(folder.path());
            command = command.args(["--verbose", "--color", "always"]);
            if !format.is_empty() {
                command = command.args(["--output-format", format]);
            }
            let output = command.args([name, "b\u{1b}[2J.yaml"]).output().unwrap();
            assert_eq!(output.status.code(), Some(3), "{format}");
            for bytes in [output.stdout, output.stderr] {
                let text = String::from_utf8(bytes).unwrap();
                let is_ours = |c: char| c == '\n' || c == '\u{1b}';
                let control = text.chars().find(|&c| c.is_control() && !is_ours(c));
                assert_eq!(control, None, "{format}: {text}");
                for foreign in ["\u{1b}[2J", "\n::error::b"] {
                    assert!(!text.contains(foreign), "{format}: {text}");
                }
            }
        }
    }

    #[test]
    fn keeps_the_bytes_of_a_file_name_in_the_uri() {
        let folder = folder(&[]);
        let name = OsStr::from_bytes(b"\xff.yaml");
        std::fs::write(folder.path().join(name), format!("{SERVER}!Ref Role\n{ROLE}")).unwrap();
        let report = |format: &str| {
            let command = Command::new(cargo_bin!("cfn-ipfix")).current_dir(folder.path());
            let output = command.args(["--output-format", format]).arg(name).output().unwrap();
            json(&String::from_utf8(output.stdout).unwrap())
        };
        let sarif = &report("sarif")["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(sarif["uri"], "%FF.yaml");
        assert_eq!(report("json")["findings"][0]["path"], "\u{fffd}.yaml");
    }

    #[test]
    fn reports_findings_of_an_unwritable_file_as_not_fixed() {
        let template = format!("{SERVER}!Ref Role\n{ROLE}");
        let folder = folder(&[("t.yaml", template.as_bytes())]);
        let path = folder.path().join("t.yaml");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
        let report = json(&stdout(
            folder.path(),
            &["--write", "--output-format", "json", "t.yaml"],
        ));
        assert_eq!(report["errors"][0]["kind"], "unwritable");
        assert_eq!(report["findings"][0]["fixed"], false);
        assert_eq!(report["summary"]["fixed"], 0);
    }

    #[test]
    fn replaces_the_output_file_and_keeps_its_mode() {
        let folder = folder(&[
            ("t.yaml", format!("{SERVER}!Ref Role\n{ROLE}").as_bytes()),
            ("old", b"old"),
            ("target", b""),
        ]);
        let path = |name: &str| folder.path().join(name);
        std::fs::set_permissions(path("old"), std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink("target", path("link")).unwrap();
        symlink("made", path("dangling")).unwrap();
        let wanted = stdout(folder.path(), &["--output-format", "json", "t.yaml"]);
        for (name, file) in [("old", "old"), ("new", "new"), ("link", "target"), ("dangling", "made")] {
            let printed = stdout(
                folder.path(),
                &["--output-format", "json", "--output-file", name, "t.yaml"],
            );
            assert_eq!(printed, "", "{name}");
            assert_eq!(std::fs::read_to_string(path(file)).unwrap(), wanted, "{name}");
        }
        let mode = |name: &str| std::fs::metadata(path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("old"), 0o640);
        // A new file has the default mode.
        assert_eq!(mode("new"), mode("t.yaml"));
        assert!(path("link").is_symlink());
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["dangling", "link", "made", "new", "old", "t.yaml", "target"]);
    }

    /// Standard output is a pipe, or redirected to the end of a file.
    #[test]
    fn accepts_dev_stdout_as_output_file() {
        let folder = folder(&[
            ("t.yaml", format!("{SERVER}!Ref Role\n{ROLE}").as_bytes()),
            ("log", b"before\n"),
        ]);
        let args = ["--output-format", "json", "--output-file", "/dev/stdout", "t.yaml"];
        let wanted = stdout(folder.path(), &["--output-format", "json", "t.yaml"]);
        assert_eq!(stdout(folder.path(), &args), wanted);
        let log = std::fs::OpenOptions::new()
            .append(true)
            .open(folder.path().join("log"))
            .unwrap();
        let status = std::process::Command::new(cargo_bin!("cfn-ipfix"))
            .current_dir(folder.path())
            .args(args)
            .stdout(log)
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1));
        let logged = std::fs::read_to_string(folder.path().join("log")).unwrap();
        assert_eq!(logged, format!("before\n{wanted}"));
    }
}
