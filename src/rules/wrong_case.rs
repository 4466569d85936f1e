#![doc = include_str!("wrong_case.md")]

use crate::model::{Draft, Fixability, Model, Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "IPF010",
    name: "wrong-case",
    summary: "a property or `Arn` with wrong capitalisation",
    fixability: Fixability::Safe,
    subjects: &[Subject::ProfileSlots, Subject::Profiles],
    explanation: include_str!("wrong_case.md"),
};

/// Returns no findings: each language checks the capitalisation of names.
pub(super) fn find(_: &Model<'_>) -> Vec<Draft> {
    Vec::new()
}
