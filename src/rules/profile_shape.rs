#![doc = include_str!("profile_shape.md")]

use crate::model::{Draft, Fixability, Model, Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "IPF003",
    name: "profile-shape",
    summary: "an instance profile without the object around it, or with an extra one",
    fixability: Fixability::Safe,
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("profile_shape.md"),
};

/// Returns no findings: each language checks the nesting of values.
pub(super) fn find(_: &Model<'_>) -> Vec<Draft> {
    Vec::new()
}
