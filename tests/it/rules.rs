//! The rules' own documentation: what it shows is what happens.

use cfn_ipfix::model::{Fixability, Rule, Safety};
use cfn_ipfix::rules::{Selection, rules};
use cfn_ipfix::{Options, Report, check};
use snapbox::{Data, assert_data_eq};

use super::shared::root;

/// The YAML blocks of a rule's explanation, as templates.
fn blocks(rule: &Rule) -> Vec<&'static str> {
    let mut rest = rule.explanation;
    let mut blocks = Vec::new();
    while let Some((_, block)) = rest.split_once("```yaml\n") {
        let (block, behind) = block.split_once("```").unwrap();
        blocks.push(block);
        rest = behind;
    }
    blocks
}

/// What one rule makes of a template, with every fix that it has. What suppresses the findings of others is judged by
/// what they find.
fn report(rule: &Rule, template: &str) -> Report {
    let selection = match rule.code {
        "IPF011" | "IPF012" => Selection::ALL,
        _ => Selection::NONE.with(rule),
    };
    let options = Options {
        selection,
        unsafe_fixes: true,
        ..Options::default()
    };
    check(template, &options).unwrap()
}

#[test]
fn every_example_in_the_explanations_is_true() {
    for rule in rules() {
        let blocks = blocks(rule);
        assert!(!blocks.is_empty(), "{} shows no example", rule.code);
        if rule.fixability == Fixability::Never {
            for before in blocks {
                let report = report(rule, before);
                assert!(!report.findings.is_empty() && report.fixed().is_none(), "{}", rule.code);
            }
            continue;
        }
        for pair in blocks.chunks(2) {
            let [before, after] = pair else {
                panic!("{} shows half of an example", rule.code)
            };
            let report_before = report(rule, before);
            assert_eq!(
                report_before.fixed(),
                Some(*after),
                "{} {:?}",
                rule.code,
                report_before.findings
            );
            let report_after = report(rule, after);
            assert!(
                report_after.findings.is_empty(),
                "{} {:?}",
                rule.code,
                report_after.findings
            );
        }
    }
}

#[test]
fn every_explanation_has_its_parts() {
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
fn the_codes_are_in_order_and_the_names_are_their_own() {
    let codes: Vec<_> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    for rule in rules() {
        for name in [rule.code, rule.name, &rule.code.to_lowercase()] {
            assert_eq!(cfn_ipfix::rules::rule(name).unwrap().code, rule.code);
        }
    }
}

/// The tables of both READMEs follow from the registry: `SNAPSHOTS=overwrite` writes them anew, but for the words of the
/// Japanese one.
#[test]
fn the_readmes_have_a_line_for_each_rule() {
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
    let words = |code: &str| {
        let line = readme.lines().find(|line| line.starts_with(&format!("| {code} |")));
        line.and_then(|line| line.split('|').nth(3)).unwrap_or(" ").to_owned()
    };
    let japanese = rules().map(|rule| {
        let fix = match rule.fixability {
            Fixability::Always(Safety::Safe) => "安全",
            Fixability::Always(Safety::Unsafe) => "要確認",
            Fixability::Always(Safety::Either) => "安全または要確認",
            Fixability::Sometimes(Safety::Safe) => "一部、安全",
            Fixability::Sometimes(Safety::Unsafe) => "一部、要確認",
            Fixability::Sometimes(Safety::Either) => "一部、安全または要確認",
            Fixability::Never => "なし",
        };
        format!("| {} | {fix} |{}|", rule.code, words(rule.code))
    });
    assert_data_eq!(with_table(&readme, japanese), Data::read_from(&path, None).raw());
}

/// Replaces the lines of the table of rules.
fn with_table(page: &str, lines: impl Iterator<Item = String>) -> String {
    let is_line = |line: &str| line.starts_with("| IPF");
    let before = page.split_inclusive('\n').take_while(|line| !is_line(line));
    let after = page.split_inclusive('\n').skip_while(|line| !is_line(line));
    let after = after.skip_while(|line| is_line(line));
    let table: String = lines.map(|line| line + "\n").collect();
    format!("{}{table}{}", before.collect::<String>(), after.collect::<String>())
}
