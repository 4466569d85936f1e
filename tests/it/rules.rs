//! The rules' own documentation: what it shows is what happens.

use cfn_ipfix::rules::{RULES, Rule, Selection};
use cfn_ipfix::{Options, Report, check};

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
    for rule in RULES {
        let blocks = blocks(rule);
        assert!(!blocks.is_empty(), "{} shows no example", rule.code);
        if rule.fix == "none" {
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
    for rule in RULES {
        for part in [
            "## What it does",
            "## Why is this bad?",
            "## Example",
            "## Fix safety",
            "## Sources",
        ] {
            assert!(rule.explanation.contains(part), "{}: {part}", rule.code);
        }
        assert!(
            ["safe", "unsafe", "none"].iter().any(|word| rule.fix.starts_with(word)),
            "{}",
            rule.code
        );
    }
}

#[test]
fn the_codes_are_in_order_and_the_names_are_their_own() {
    let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    for rule in RULES {
        for name in [rule.code, rule.name, &rule.code.to_lowercase()] {
            assert_eq!(cfn_ipfix::rules::rule(name).unwrap().code, rule.code);
        }
    }
}

/// The README's table is the list of the rules.
#[test]
fn the_readme_names_every_rule() {
    let readme = include_str!("../../README.md");
    let shown: Vec<_> = readme.lines().filter(|line| line.starts_with("| IPF")).collect();
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| format!("| {} | `{}` | {} | {} |", rule.code, rule.name, rule.fix, rule.summary))
        .collect();
    assert_eq!(shown, rules);
}
