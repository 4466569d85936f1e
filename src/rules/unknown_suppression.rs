#![doc = include_str!("unknown_suppression.md")]

use crate::model::{
    Check, Draft, FindingBuilder, FindingSite, FixRequest, Fixability, InvalidSuppression, Model, NoFix, OnUpdate,
    Rule, Severity, Subject,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF012",
    name: "unknown-suppression",
    summary: "a suppression that cannot be parsed",
    fixability: Fixability::None,
    subjects: &[Subject::Suppressions],
    explanation: include_str!("unknown_suppression.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    model.faults.iter().map(draft).collect()
}

fn draft(fault: &InvalidSuppression) -> Draft {
    let finding = FindingBuilder {
        rule: &RULE,
        check: Check("unknown"),
        severity: Severity::Warning,
        message: format!("this suppresses nothing: {}", fault.error),
        label: "not understood",
        related: Vec::new(),
        aws_error: None,
    };
    let site = FindingSite {
        resource: None,
        place: fault.place,
        path: fault.path.clone(),
        on_update: OnUpdate::Nothing,
    };
    finding.at(site).with(FixRequest::Rule {
        slot: None,
        fix: Err(NoFix::UnclearSuppression),
    })
}
