#![doc = include_str!("unknown_suppression.md")]

use super::suppression::{Fault, Suppressions};
use super::{Find, Finding, Remedy, Rule, Severity, Withheld};
use crate::profile::OnUpdate;

pub(super) const RULE: Rule = Rule {
    code: "IPF012",
    name: "unknown-suppression",
    summary: "a suppression that is not understood",
    fix: "none",
    explanation: include_str!("unknown_suppression.md"),
    find: Find::InSuppressions(find),
};

fn find(suppressions: &Suppressions<'_>) -> Vec<Finding> {
    suppressions.faults.iter().map(finding).collect()
}

fn finding(fault: &Fault) -> Finding {
    Finding {
        rule: &RULE,
        severity: Severity::Warning,
        message: format!("this suppresses nothing: {}", fault.problem),
        span: fault.span,
        label: "not understood".to_owned(),
        related: Vec::new(),
        resource: None,
        path: fault.path.clone(),
        prevents: None,
        on_update: OnUpdate::Nothing,
        remedy: Remedy::Withheld(Withheld::Suppression),
    }
}
