//! Kinds of harm that a fix can do.

use super::world::World;

/// A kind of harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// The fixed template cannot be parsed.
    Unreadable,
    /// Resources depend on each other.
    Circle,
    /// Something refers to a resource that does not exist under a truth assignment.
    Absent,
    /// Something refers to a resource, or has a condition, that is not defined.
    Undefined,
    /// Two IAM names are equal.
    EqualNames,
    /// Two IAM names are equal for some value of a parameter.
    PossiblyEqualNames,
    /// A slot has another role than before.
    OtherRole,
    /// A slot has a profile that does not hold exactly one role.
    NoOneRole,
    /// A new profile needs a role of the account although nothing uses the profile.
    NeedlessRole,
    /// RDS Custom or PCS gets a new profile that breaks their naming rule.
    ServiceRule,
    /// The template has more than 500 resources.
    TooManyResources,
    /// An ID is used twice.
    IdTaken,
    /// An item appears twice in a list.
    RepeatedItem,
    /// A statement with `Deny`, `NotAction` or `NotResource` changed.
    StatementChanged,
    /// A scalar has another meaning in YAML 1.1.
    ScalarMeaning,
}

/// Harm of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Harm {
    pub(crate) kind: Kind,
    /// The harm in one sentence.
    pub(crate) sentence: String,
    /// The resource whose remaining finding excuses the harm.
    pub(crate) excused_by: Option<String>,
    /// The truth assignment under which it happens; empty if under all.
    pub(crate) assignment: String,
}

impl Harm {
    /// Builds harm that happens under every assignment.
    pub(crate) fn always(kind: Kind, sentence: impl Into<String>) -> Self {
        Self {
            kind,
            sentence: sentence.into(),
            excused_by: None,
            assignment: String::new(),
        }
    }

    /// Adds the assignment.
    pub(super) fn in_world(mut self, world: &World<'_>) -> Self {
        self.assignment = world.to_string();
        self
    }
}

/// Keeps the first of harms that differ only in their assignment.
pub(super) fn first_of_each(harms: Vec<Harm>) -> Vec<Harm> {
    let mut kept: Vec<Harm> = Vec::new();
    for harm in harms {
        if !kept
            .iter()
            .any(|other| (other.kind, &other.sentence) == (harm.kind, &harm.sentence))
        {
            kept.push(harm);
        }
    }
    kept
}
