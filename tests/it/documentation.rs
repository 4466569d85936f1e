//! Pages that are generated from the product, so that they stay up to date.
//!
//! `SNAPSHOTS=overwrite cargo test` updates them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cfn_ipfix::model::{OnUpdate, Property, Takes};
use cfn_ipfix::profile::{PROPERTIES, TASKS, TERRAFORM, terraform_properties};
use cfn_ipfix::rules::rules;
use cfn_ipfix::{Options, check};
use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};
use snapbox::{Data, assert_data_eq};

use super::shared::{files, root, with_unsafe_fixes};

/// Compares docs/rules.md with the output of `--list-rules` and `--explain`.
#[test]
fn rules_page_matches_the_rules() {
    let mut page = "# Rules\n\n`cfn-ipfix --explain IPF001` prints the same.\n\n| rule | name | fix | finds |\n|---|---|---|---|\n".to_owned();
    for rule in rules() {
        let link = format!("[{}](#{}-{})", rule.code, rule.code.to_lowercase(), rule.name);
        writeln!(
            page,
            "| {link} | `{}` | {} | {} |",
            rule.name, rule.fixability, rule.summary
        )
        .unwrap();
    }
    for rule in rules() {
        let explanation = rule.explanation.replace("\n## ", "\n### ").replacen("## ", "### ", 1);
        write!(page, "\n## {} {}\n\n{}", rule.code, rule.name, explanation).unwrap();
    }
    assert_data_eq!(page, Data::read_from(&root().join("docs/rules.md"), None).raw());
}

/// Compares docs/properties.md with the tables of properties.
#[test]
fn properties_page_lists_every_property() {
    let mut page = "# Properties

These properties take an instance profile. A path consists of keys that are separated by dots: `[]` is every item of a list or
every block of a name, and `[Key=Value]` every item or block with this entry. An update is in place if neither the schema nor
the provider asks for a replacement.

"
    .to_owned();
    let of_aws = || TERRAFORM.iter();
    let of_awscc = || terraform_properties().filter(|property| property.resource.starts_with("awscc_"));
    write_properties(
        &mut page,
        "CloudFormation",
        "src/profile/table/cloudformation.rs",
        PROPERTIES.iter(),
    );
    write_properties(
        &mut page,
        "Terraform: provider `aws`",
        "src/profile/table/terraform.rs",
        of_aws(),
    );
    page += "The arguments of OpsWorks are of version 5 and earlier, those of ECS of version 6 and later.\n\n";
    write_properties(
        &mut page,
        "Terraform: provider `awscc`",
        "src/profile/awscc_properties.tsv",
        of_awscc(),
    );
    page += "## Roles

Properties that take a role are checked too: a profile in one of them is a mistake. They are listed, with their sources, for
[CloudFormation](../src/profile/role_properties.tsv), the provider [`aws`](../src/profile/terraform_role_arguments.tsv) and the
provider [`awscc`](../src/profile/awscc_role_properties.tsv).
";
    assert_data_eq!(page, Data::read_from(&root().join("docs/properties.md"), None).raw());
}

/// Writes the section of a table of properties.
fn write_properties(page: &mut String, title: &str, source: &str, rows: impl Iterator<Item = &'static Property>) {
    let head = "| resource | property | takes | update |\n|---|---|---|---|";
    writeln!(
        page,
        "## {title}\n\nThe [table](../{source}) has the source of each row.\n\n{head}"
    )
    .unwrap();
    for property in rows {
        let takes = match property.takes {
            Takes::Name => "name",
            Takes::Arn => "ARN",
            Takes::Either => "name or ARN",
        };
        let update = match property.on_update {
            OnUpdate::NoInterruption => "no interruption",
            OnUpdate::InPlace => "in place",
            OnUpdate::Replacement => "replacement",
            OnUpdate::Conditional => "replacement, depending on other properties",
            OnUpdate::Unknown => "not documented",
            OnUpdate::SameValue | OnUpdate::Nothing => "none",
        };
        writeln!(
            page,
            "| `{}` | `{}` | {takes} | {update} |",
            property.resource, property.path
        )
        .unwrap();
    }
    page.push('\n');
}

/// Returns every page of documentation, with its path.
fn pages() -> Vec<(String, String)> {
    let read = |name: String| (name.clone(), std::fs::read_to_string(root().join(name)).unwrap());
    let docs = files("docs").into_iter().map(|(name, _)| format!("docs/{name}"));
    let docs = docs.filter(|name| name.ends_with(".md"));
    [
        "README.md",
        "README.ja.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "examples/README.md",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(docs)
    .map(read)
    .collect()
}

#[test]
fn links_point_to_existing_files() {
    for (name, page) in pages() {
        let folder = root().join(&name);
        let folder = folder.parent().unwrap();
        let links = page
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next());
        let files = links.filter(|link| !link.is_empty() && !link.contains("://"));
        for link in files {
            assert!(folder.join(link).exists(), "{name} points to {link}");
        }
    }
}

/// Compares the index of the examples with the templates and their findings.
///
/// Each template has a row with its rules and a command.
#[test]
fn index_names_every_example() {
    let index = std::fs::read_to_string(root().join("examples/README.md")).unwrap();
    let rows: Vec<_> = index.lines().filter(|line| line.starts_with("| [")).collect();
    let is_example = |name: &str| !name.contains(".fixed.") && !name.ends_with(".md");
    let examples: Vec<_> = files("examples")
        .into_iter()
        .filter(|(name, _)| is_example(name))
        .collect();
    assert_eq!(rows.len(), examples.len());
    for (name, template) in examples {
        let start = format!("| [{name}]({name}) | ");
        let row = rows.iter().find(|row| row.starts_with(&start)).expect(&start);
        let report = check(&template, &Options::default()).unwrap();
        let codes: BTreeSet<_> = report.findings.iter().map(|finding| finding.rule.code).collect();
        let codes: Vec<_> = codes.into_iter().collect();
        let rule = if codes.is_empty() {
            "–".to_owned()
        } else {
            codes.join(", ")
        };
        assert!(row.contains(&format!(" | {rule} | `cfn-ipfix ")), "{row}: {rule}");
        assert!(row.ends_with(&format!("examples/{name}` |")), "{row}");
        let shown = if row.contains("--unsafe-fixes") {
            with_unsafe_fixes()
        } else {
            Options::default()
        };
        let fixed = check(&template, &shown).unwrap().fixed().map(str::to_owned);
        let result = std::fs::read_to_string(root().join("examples").join(name.replacen('.', ".fixed.", 1))).ok();
        assert_eq!(fixed, result, "{row}");
    }
}

#[test]
fn pages_for_contributors_name_only_files_that_exist() {
    for page in ["CONTRIBUTING.md", "docs/architecture.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let code = text.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
        let words = code.map(|word| word.trim_end_matches(','));
        let is_path = |word: &&str| {
            let folder = word.split_once('/').map(|(folder, _)| root().join(folder));
            folder.is_some_and(|folder| folder.is_dir()) && !word.contains("NAME")
        };
        let paths: Vec<_> = words.filter(is_path).collect();
        assert!(paths.len() > 20, "{page}: {paths:?}");
        for path in paths {
            assert!(root().join(path).exists(), "{page} names {path}");
        }
    }
}

/// Compares the page of dependencies with `Cargo.toml`.
///
/// Exactly the dependencies have rows, with their repository, features, licence and reason. No dependency uses default features.
#[test]
fn every_dependency_is_documented() {
    let page = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let manifest = cargo(&["metadata", "--locked", "--offline", "--no-deps", "--format-version=1"]);
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let dependencies = manifest["packages"][0]["dependencies"].as_array().unwrap();
    let tree = ["tree", "--locked", "--offline", "--edges=normal,build,dev", "--depth=1"];
    let packages = cargo(&[&tree[..], &["--prefix=none", "--format={p} | {l} | {r}"]].concat());
    for dependency in dependencies {
        let name = dependency["name"].as_str().unwrap();
        assert_eq!(dependency["uses_default_features"], false, "{name}");
        let features = dependency["features"].as_array().unwrap().iter();
        let features: Vec<_> = features.map(|feature| feature.as_str().unwrap()).collect();
        let features = match features.as_slice() {
            [] => "–".to_owned(),
            features => features.join(", "),
        };
        let version = format!("{name} v");
        let package = packages.lines().find(|line| line.starts_with(&version)).unwrap();
        let [_, licence, repository] = package.splitn(3, " | ").collect::<Vec<_>>()[..] else {
            panic!("{package}");
        };
        let links = format!("[{name}](https://crates.io/crates/{name}) ([source]({repository}))");
        let row = format!("| {links} | {features} | {licence} | ");
        let reason = page.lines().find_map(|line| line.strip_prefix(&row));
        assert!(reason.is_some_and(|reason| reason.len() > " |".len()), "{row}");
    }
    assert_eq!(page.matches("](https://crates.io/crates/").count(), dependencies.len());
}

/// Runs cargo and returns its standard output.
fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Compares the example of docs/several-files.md with its recorded run.
#[test]
fn page_about_several_files_shows_the_output() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let page = read("docs/several-files.md");
    for recorded in ["stderr", "stdout"] {
        let output = read(&format!("tests/cmd/several-files.{recorded}"));
        assert!(!output.is_empty() && page.contains(&output), "{output}");
    }
    let main = read("tests/cmd/several-files.in/main.yaml");
    assert!(page.contains(&main), "{main}");
}

/// Compares docs/hosts.md with the recorded run of its example, and its table with the tasks that are checked.
#[test]
fn page_about_hosts_shows_the_output_and_the_tasks() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let page = read("docs/hosts.md");
    assert!(page.contains(&read("tests/cmd/hosts.stderr")));
    let diff = read("tests/cmd/hosts.stdout");
    let (first, _) = diff.split_once("--- a/serverless.yml").unwrap();
    assert!(page.contains(first), "{first}");
    let rows: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains(":"))
        .collect();
    for task in TASKS {
        let takes = match task.property.takes {
            Takes::Name => "name",
            Takes::Arn => "ARN",
            Takes::Either => "name or ARN",
        };
        let row = format!("| `{}` | `{}` | {takes} |", task.action, task.property.path);
        assert!(rows.contains(&row.as_str()), "{row}");
    }
}

/// README.md and README.ja.md are the only pages that list the rules by hand.
#[test]
fn japanese_readme_names_every_rule() {
    let readme = include_str!("../../README.ja.md");
    for rule in rules() {
        assert!(readme.contains(&format!("| {} |", rule.code)), "{}", rule.code);
    }
}

/// Compares the picture in the README with the output in a terminal.
#[test]
fn picture_matches_the_output() {
    let args = ["--color", "always", "--verbose", "examples/ec2-instance.yaml"];
    let run = Command::new(cargo_bin!("cfn-ipfix")).current_dir(root()).args(args);
    let output = run.env_remove("CLICOLOR_FORCE").stderr_to_stdout().output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    // On a terminal, a single finding is printed like this without the option.
    let shown = format!("$ cfn-ipfix examples/ec2-instance.yaml\n{shown}");
    assert_data_eq!(shown, snapbox::file!["../../docs/terminal.svg": TermSvg]);
}
