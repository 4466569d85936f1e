#![doc = include_str!("unknown_suppression.md")]

use crate::model::{
    Check, Draft, Fault, Fixability, Model, NoFix, OnUpdate, Rule, Severity, Spot, Subject, Verdict, Wish,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF012",
    name: "unknown-suppression",
    summary: "a suppression that cannot be parsed",
    fixability: Fixability::Never,
    subjects: &[Subject::Suppressions],
    explanation: include_str!("unknown_suppression.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    model.faults.iter().map(draft).collect()
}

fn draft(fault: &Fault) -> Draft {
    let verdict = Verdict {
        rule: &RULE,
        check: Check("unknown"),
        severity: Severity::Warning,
        message: format!("this suppresses nothing: {}", fault.problem),
        label: "not understood",
        related: Vec::new(),
        prevents: None,
    };
    let spot = Spot {
        resource: None,
        place: fault.place,
        path: fault.path.clone(),
        on_update: OnUpdate::Nothing,
    };
    verdict.at(spot).with(Wish::Rule {
        slot: None,
        fix: Err(NoFix::Suppression),
    })
}
