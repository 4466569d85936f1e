//! Pages that are made of the product itself, so that they cannot go stale. `SNAPSHOTS=overwrite cargo test` writes them
//! anew.

use std::fmt::Write as _;

use cfn_ipfix::rules::rules;
use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};
use snapbox::{Data, assert_data_eq};

use super::shared::{files, root};

/// The rules, as `--list-rules` and `--explain` tell of them.
#[test]
fn the_page_of_rules_is_what_the_rules_say() {
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

/// Every page for users.
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
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(docs)
    .map(read)
    .collect()
}

/// Where a page points to another file, that file is there.
#[test]
fn no_link_leads_nowhere() {
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

/// Every file and folder of the source that the pages for contributors name is there.
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

/// The page of dependencies has a row for each line of `Cargo.toml`, with its features, its licence and its reason, and
/// no other; and no line takes features that it does not name.
#[test]
fn every_dependency_has_its_reason() {
    let page = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let manifest = cargo(&["metadata", "--locked", "--offline", "--no-deps", "--format-version=1"]);
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let dependencies = manifest["packages"][0]["dependencies"].as_array().unwrap();
    let tree = ["tree", "--locked", "--offline", "--edges=normal,build,dev", "--depth=1"];
    let licences = cargo(&[&tree[..], &["--prefix=none", "--format={p} | {l}"]].concat());
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
        let licence = licences.lines().find(|line| line.starts_with(&version)).unwrap();
        let (_, licence) = licence.split_once(" | ").unwrap();
        let row = format!("| [{name}](https://crates.io/crates/{name}) | {features} | {licence} | ");
        let reason = page.lines().find_map(|line| line.strip_prefix(&row));
        assert!(reason.is_some_and(|reason| reason.len() > " |".len()), "{row}");
    }
    assert_eq!(page.matches("](https://crates.io/crates/").count(), dependencies.len());
}

/// What cargo prints.
fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Both READMEs and nothing else list the rules by hand.
#[test]
fn the_japanese_readme_names_every_rule() {
    let readme = include_str!("../../README.ja.md");
    for rule in rules() {
        assert!(readme.contains(&format!("| {} |", rule.code)), "{}", rule.code);
    }
}

/// The picture in the README: what a terminal shows.
#[test]
fn the_picture_is_what_the_command_shows() {
    let args = ["--color", "always", "--verbose", "examples/ec2-instance.yaml"];
    let run = Command::new(cargo_bin!("cfn-ipfix")).current_dir(root()).args(args);
    let output = run.env_remove("CLICOLOR_FORCE").stderr_to_stdout().output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let shown = format!("$ cfn-ipfix --verbose examples/ec2-instance.yaml\n{shown}");
    assert_data_eq!(shown, snapbox::file!["../../docs/terminal.svg": TermSvg]);
}
