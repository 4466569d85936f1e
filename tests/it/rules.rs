//! Tests of the rules' documentation: its examples behave as shown.

use cfn_ipfix::model::{Fixability, Rule};
use cfn_ipfix::rules::{Selection, rules};
use cfn_ipfix::terraform::ModuleFile;
use cfn_ipfix::{Options, Report, check, check_module};
use snapbox::{Data, assert_data_eq};

use super::shared::root;

/// The rules that do not apply to Terraform.
const WITHOUT_TERRAFORM: [&str; 2] = ["IPF010", "IPF013"];

/// An example of a rule's explanation.
struct Example {
    /// The source with a finding.
    before: &'static str,
    /// The fixed source, if the example has a fix.
    after: Option<&'static str>,
}

/// Returns the examples of a rule's explanation in a language.
///
/// A block after the word *becomes* is the result of the block before it.
fn examples(rule: &Rule, language: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut text_before = "";
    let start = format!("```{language}\n");
    for (at, part) in rule.explanation.split(start.as_str()).enumerate() {
        // The first part has no block.
        let (block, text) = if at == 0 {
            ("", part)
        } else {
            part.split_once("```").unwrap()
        };
        match examples.last_mut() {
            _ if at == 0 => {}
            Some(example) if text_before.trim() == "becomes" => example.after = Some(block),
            _ => examples.push(Example {
                before: block,
                after: None,
            }),
        }
        text_before = text;
    }
    examples
}

/// Returns the options to check an example with one rule and all of its fixes.
///
/// The rules about suppressions need the findings of all others.
fn options(rule: &Rule) -> Options {
    let selection = match rule.code {
        "IPF011" | "IPF012" => Selection::ALL,
        _ => Selection::NONE.with(rule),
    };
    Options {
        selection,
        unsafe_fixes: true,
        ..Options::default()
    }
}

fn check_yaml(template: &str, options: &Options) -> Report {
    check(template, options).unwrap()
}

/// Checks a module with one file.
fn check_hcl(source: &str, options: &Options) -> Report {
    let file = ModuleFile {
        name: "main.tf".to_owned(),
        text: Some(source.into()),
        may_change: true,
        options: *options,
    };
    check_module(&[file], &|_| None).remove(0).unwrap()
}

fn check_examples(rule: &Rule, examples: &[Example], check: fn(&str, &Options) -> Report) {
    for Example { before, after } in examples {
        let report = check(before, &options(rule));
        assert!(!report.findings.is_empty(), "{}\n{before}", rule.code);
        assert_eq!(report.fixed(), *after, "{} {:?}", rule.code, report.findings);
        if let Some(after) = after {
            let report = check(after, &options(rule));
            assert!(report.findings.is_empty(), "{} {:?}", rule.code, report.findings);
        }
    }
}

#[test]
fn examples_in_explanations_are_correct() {
    for rule in rules() {
        let examples = examples(rule, "yaml");
        let has_fix = examples.iter().any(|example| example.after.is_some());
        assert!(!examples.is_empty(), "{} has no example", rule.code);
        assert_eq!(has_fix, rule.fixability != Fixability::None, "{}", rule.code);
        check_examples(rule, &examples, check_yaml);
    }
}

#[test]
fn terraform_examples_in_explanations_are_correct() {
    for rule in rules() {
        let examples = examples(rule, "hcl");
        let is_without = WITHOUT_TERRAFORM.contains(&rule.code);
        assert_eq!(examples.is_empty(), is_without, "{}", rule.code);
        check_examples(rule, &examples, check_hcl);
    }
}

#[test]
fn explanations_have_every_section() {
    for rule in rules() {
        for part in [
            "## What it does",
            "## Why is this bad?",
            "## Example",
            "## Fix safety",
            "## Sources",
        ] {
            assert!(rule.explanation.contains(part), "{}: {part}", rule.code);
        }
    }
}

#[test]
fn codes_are_sorted_and_names_are_unique() {
    let codes: Vec<_> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    for rule in rules() {
        for name in [rule.code, rule.name, &rule.code.to_lowercase()] {
            assert_eq!(cfn_ipfix::rules::rule(name).unwrap().code, rule.code);
        }
    }
}

/// Compares the tables of both READMEs with the rules.
///
/// `SNAPSHOTS=overwrite` updates them, except for the Japanese summaries.
#[test]
fn readmes_list_every_rule() {
    let english = rules().map(|rule| {
        format!(
            "| {} | `{}` | {} | {} |",
            rule.code, rule.name, rule.fixability, rule.summary
        )
    });
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    assert_data_eq!(with_table(&readme, english), Data::read_from(&path, None).raw());

    let path = root().join("README.ja.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    // A new rule has its English summary until somebody translates it.
    let summary = |rule: &Rule| {
        let line = readme
            .lines()
            .find(|line| line.starts_with(&format!("| {} |", rule.code)));
        let translated = line.and_then(|line| line.split('|').nth(3));
        translated.map_or_else(|| format!(" {} ", rule.summary), str::to_owned)
    };
    let japanese = rules().map(|rule| {
        let fix = match rule.fixability {
            Fixability::Safe => "安全",
            Fixability::Unsafe => "要確認",
            Fixability::Either => "安全または要確認",
            Fixability::None => "なし",
        };
        format!("| {} | {fix} |{}|", rule.code, summary(rule))
    });
    assert_data_eq!(with_table(&readme, japanese), Data::read_from(&path, None).raw());
}

/// Replaces the lines of the table of rules in a page.
/// The schema of the configuration lists all rules; `SNAPSHOTS=overwrite` updates the list.
#[test]
fn config_schema_lists_every_rule() {
    let path = root().join("schemas/config.schema.json");
    let schema = std::fs::read_to_string(&path).unwrap();
    let entry = |value: &str, other: &str, summary: &str| {
        let description = serde_json::to_string(&format!("{other}: {summary}.")).unwrap();
        format!(r#"        {{ "const": "{value}", "description": {description} }}"#)
    };
    let codes = rules().map(|rule| entry(rule.code, rule.name, rule.summary));
    let names = rules().map(|rule| entry(rule.name, rule.code, rule.summary));
    let entries = codes.chain(names).collect::<Vec<_>>().join(",\n");
    let (before, rest) = schema.split_once("\"rule\": {").unwrap();
    let (head, rest) = rest.split_once("\"oneOf\": [\n").unwrap();
    let (_, after) = rest.split_once("\n      ]").unwrap();
    let updated = format!("{before}\"rule\": {{{head}\"oneOf\": [\n{entries}\n      ]{after}");
    assert_data_eq!(updated, Data::read_from(&path, None).raw());
}

fn with_table(page: &str, lines: impl Iterator<Item = String>) -> String {
    let is_line = |line: &str| line.starts_with("| IPF");
    let before = page.split_inclusive('\n').take_while(|line| !is_line(line));
    let after = page.split_inclusive('\n').skip_while(|line| !is_line(line));
    let after = after.skip_while(|line| is_line(line));
    let table: String = lines.map(|line| line + "\n").collect();
    format!("{}{table}{}", before.collect::<String>(), after.collect::<String>())
}
