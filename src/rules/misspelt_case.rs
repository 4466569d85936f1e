#![doc = include_str!("misspelt_case.md")]

use crate::model::{Draft, Fixability, Model, Rule, Safety, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "IPF010",
    name: "misspelt-case",
    summary: "a property or `Arn` that is right but for its capital letters",
    fixability: Fixability::Always(Safety::Safe),
    subjects: &[Subject::ProfileSlots, Subject::Profiles],
    explanation: include_str!("misspelt_case.md"),
};

/// Finds nothing: how a name is capitalised is for each language to check.
pub(super) fn find(_: &Model<'_>) -> Vec<Draft> {
    Vec::new()
}
