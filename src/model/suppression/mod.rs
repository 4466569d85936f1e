mod comment;

use super::rule::Rule;
use crate::text::{Path, Place};

pub use comment::{CommentReading, comment_inside, read_comment, shortened};

/// The first word of a comment for this tool, and the key of its entry in metadata.
pub const NAME: &str = "cfn-ipfix";

/// The number of a suppression in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuppressionId(pub usize);

/// A comment or an entry of metadata that suppresses findings.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rules that it is for.
    pub asked: Asked,
    /// Whether all that is written there is understood.
    pub is_understood: bool,
    /// Its place.
    pub place: Place,
    /// The way to it; to the root of the template, for a comment.
    pub path: Path,
    /// The places where it suppresses findings.
    pub scopes: Vec<SuppressionScope>,
    /// The kind of text that it is written in.
    pub kind: SuppressionKind,
}

/// The kind of text that a suppression is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionKind {
    /// A comment.
    Comment,
    /// An entry of metadata.
    Metadata,
}

/// A suppression that suppresses nothing, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedSuppression {
    /// The suppression.
    pub suppression: SuppressionId,
    /// The numbers of the entries that suppress nothing, from 0.
    pub entries: Vec<usize>,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// The rules that a suppression is for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Every rule that finds something in a template.
    All,
    /// These, each with its place.
    Rules(Vec<(&'static Rule, Place)>),
}

/// A place where findings are suppressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SuppressionScope {
    /// Findings that begin on this line of a file, from 0.
    Line(usize),
    /// Findings that begin at this byte, where the value of a key on a line above does.
    Value(usize),
    /// Findings at this path and below it.
    Below(Path),
}

/// Something that is meant to suppress findings, and does not.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its place.
    pub place: Place,
    /// The way to it.
    pub path: Path,
    /// The reason.
    pub problem: Problem,
}

/// Why a suppression is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// An unknown rule.
    #[error(transparent)]
    Rule(#[from] UnknownRule),
    /// An unknown word.
    #[error("there is no `{0}`; did you mean `ignore`?")]
    Word(String),
    /// A comment in another form.
    #[error("write `# cfn-ipfix: ignore[RULE, …]`, or begin the comment with another word")]
    Comment,
    /// Metadata in another form.
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
