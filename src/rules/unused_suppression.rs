#![doc = include_str!("unused_suppression.md")]

use super::suppression::{Suppressions, Unused};
use super::{Find, Finding, Remedy, Rule, Severity};
use crate::profile::OnUpdate;

pub(super) const RULE: Rule = Rule {
    code: "IPF011",
    name: "unused-suppression",
    summary: "a comment or metadata that suppresses no finding",
    fix: "safe",
    explanation: include_str!("unused_suppression.md"),
    find: Find::InSuppressions(find),
};

fn find(suppressions: &Suppressions<'_>) -> Vec<Finding> {
    suppressions.unused().map(|unused| finding(&unused)).collect()
}

fn finding(unused: &Unused<'_, '_>) -> Finding {
    let message = match unused.codes() {
        (_, 0) => "this suppresses nothing".to_owned(),
        (code, 1) => format!("{code} is suppressed, but finds nothing here"),
        (codes, _) => format!("{codes} are suppressed, but find nothing here"),
    };
    Finding {
        rule: &RULE,
        severity: Severity::Warning,
        message,
        span: unused.suppression.span,
        label: "there is nothing to suppress".to_owned(),
        related: Vec::new(),
        resource: None,
        path: unused.suppression.path.clone(),
        prevents: None,
        on_update: OnUpdate::Nothing,
        remedy: unused.removal().map_or_else(Remedy::Withheld, Remedy::Fix),
    }
}
