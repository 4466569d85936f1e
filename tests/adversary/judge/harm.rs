//! Harm that a fix does.

use super::world::World;

/// A kind of harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// The text after the fixes cannot be read.
    Unreadable,
    /// Resources wait for each other.
    Circle,
    /// Something refers to a resource that does not exist under a truth assignment.
    Absent,
    /// Something refers to a resource, or has a condition, that is not defined.
    Undefined,
    /// Two names of IAM are equal.
    EqualNames,
    /// Two names of IAM are equal for some value of a parameter.
    PossiblyEqualNames,
    /// A slot holds another role than before.
    OtherRole,
    /// A slot holds a profile that has not exactly one role.
    NoOneRole,
    /// A new profile needs a role of the account where nothing uses the profile.
    NeedlessRole,
    /// RDS Custom or PCS gets a new profile that breaks their naming rule.
    ServiceRule,
    /// The template has more than 500 resources.
    TooManyResources,
    /// An ID is used twice.
    IdTaken,
    /// An item is twice in a list.
    RepeatedItem,
    /// A statement with `Deny`, `NotAction` or `NotResource` changed.
    StatementChanged,
    /// A scalar has another meaning to a reader of YAML 1.1.
    ScalarMeaning,
}

/// Harm of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Harm {
    pub(crate) kind: Kind,
    /// The harm in one sentence.
    pub(crate) sentence: String,
    /// The resource whose finding makes up for the harm, if it is still reported.
    pub(crate) excused_by: Option<String>,
    /// The truth assignment under which it happens; empty if it always does.
    pub(crate) assignment: String,
}

impl Harm {
    /// Describes harm under every assignment.
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

/// Keeps one of the harms that differ only in their assignment.
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
