mod comment;

use super::rule::Rule;
use crate::text::{FileId, FileRange, NodePath};

pub use comment::{CommentReading, comment_inside, read_comment, shortened};

/// The keyword of suppression comments and metadata entries.
pub const NAME: &str = "cfn-ipfix";

/// The index of a suppression in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuppressionId(pub usize);

/// A comment or a metadata entry that suppresses findings.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rules that it applies to.
    pub rules: RuleFilter,
    /// True if it is entirely valid.
    pub is_understood: bool,
    /// Its location.
    pub place: FileRange,
    /// The path to it; for a comment, to the template's root.
    pub path: NodePath,
    /// The locations where it suppresses findings.
    pub scopes: Vec<SuppressionScope>,
    /// The form in which it is written.
    pub kind: SuppressionKind,
}

/// The form in which a suppression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionKind {
    /// A comment.
    Comment,
    /// A metadata entry.
    Metadata,
}

/// A suppression that suppresses nothing, at least in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedSuppression {
    /// The suppression.
    pub suppression: SuppressionId,
    /// The indices of the unused entries.
    pub entries: Vec<usize>,
    /// True if the whole suppression is unused.
    pub is_whole: bool,
}

/// The rules that a suppression applies to.
#[derive(Clone, Debug)]
pub enum RuleFilter {
    /// Every rule that finds something in a template.
    All,
    /// These rules, each with its location.
    Rules(Vec<(&'static Rule, FileRange)>),
}

/// A location where findings are suppressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SuppressionScope {
    /// Findings that begin on this 0-based line of a file.
    Line(FileId, usize),
    /// Findings that begin at this byte, on a line after their key.
    Value(FileId, usize),
    /// Findings at this path and below it.
    Below(NodePath),
}

/// A suppression that is invalid and suppresses nothing.
#[derive(Clone, Debug)]
pub struct InvalidSuppression {
    /// Its location.
    pub place: FileRange,
    /// The path to it.
    pub path: NodePath,
    /// The reason.
    pub error: SuppressionError,
}

/// The reason why a suppression is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuppressionError {
    /// An unknown rule.
    #[error(transparent)]
    Rule(#[from] UnknownRule),
    /// An unknown word.
    #[error("there is no `{0}`; did you mean `ignore`?")]
    Word(String),
    /// A comment with invalid syntax.
    #[error("write `# cfn-ipfix: ignore[RULE, …]`, or begin the comment with another word")]
    Comment,
    /// A metadata entry with an invalid form.
    #[error("write `ignore:` with `all` or a list of rules")]
    Metadata,
}

/// The name of an unknown rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{name}`; did you mean `{nearest}`?")]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// The code or name of the most similar rule.
    pub nearest: &'static str,
}
