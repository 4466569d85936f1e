use std::fmt::Debug;
use std::hash::Hash;

use super::draft::Draft;
use super::finding::{Finding, FixState};
use super::index::Model;
use super::naming::ProfileName;
use super::rule::Rule;
use crate::text::{Edit, File, FileId, FileRange, NodePath, ProofError};

/// A language in which infrastructure is written.
///
/// A rule never writes source, and a language never decides whether a reference is wrong. A language reads files into
/// models, lowers what the rules intend to changes of its syntax tree, and renders these as edits in the file's own
/// style. Then it proves that the edited source means the same as before, except for these changes.
pub trait Language {
    /// The files that were read.
    ///
    /// A file that cannot be read does not affect the others.
    type Source;
    /// One template or module of a source, with its model.
    type Unit<'s>;
    /// One change of a value or a comment.
    type Change: Clone + Debug + Eq + Hash;
    /// The fix that a check of the language itself requests.
    type CheckFix;

    /// Reads files.
    fn read(&self, files: &[File]) -> Self::Source;

    /// Reads the templates of a source one by one, in file order.
    fn units<'s>(
        &self,
        source: &'s Self::Source,
        name: ProfileName,
    ) -> impl Iterator<Item = Result<Self::Unit<'s>, ModelError>>;

    /// Returns whether a rule applies to the language.
    fn applies(&self, _: &Rule) -> bool {
        true
    }

    /// Returns whether the findings of a rule are wanted in a file.
    fn is_selected(&self, _: &Rule, _: FileId) -> bool {
        true
    }

    /// Returns the model of a unit.
    fn model<'u, 's: 'u>(unit: &'u Self::Unit<'s>) -> &'u Model<'s>;

    /// Reports the mistakes that only this language can contain.
    fn checks(unit: &Self::Unit<'_>) -> Vec<Draft<Self::CheckFix>>;

    /// Renders the fixes of all drafts of one rule.
    ///
    /// Drafts that share a value are considered together, and each gets its own result.
    fn fixes(&self, unit: &Self::Unit<'_>, drafts: Vec<Draft<Self::CheckFix>>) -> Vec<Finding<FixState<Self::Change>>>;

    /// Returns the 0-based line on which a range begins.
    fn line(source: &Self::Source, place: FileRange) -> usize;

    /// Returns the file and the path of the changed value, if any.
    ///
    /// Two fixes are not applied together if their values are equal or nested.
    fn changed(change: &Self::Change) -> (FileId, Option<&NodePath>);

    /// Returns whether a change adds a declaration to which other files can refer.
    fn adds(_: &Self::Change) -> bool {
        false
    }

    /// Plans additions of several rounds for the original files, each with its edits.
    ///
    /// Each comes with the number of rounds before it. `before` maps a range of the files after that many rounds back to the
    /// original. Returns `None` if an addition does not fit the original.
    fn additions(
        &self,
        _original: &Self::Source,
        _added: &[(usize, &Self::Change)],
        _before: &dyn Fn(usize, FileRange) -> FileRange,
    ) -> Option<Vec<(Self::Change, Vec<Edit>)>> {
        None
    }

    /// Proves that `before` and `after` differ by exactly `changes`.
    ///
    /// Passes the parsed `after` to `look`, whose result counts only if there is no error.
    ///
    /// # Errors
    ///
    /// The reason why the edited source is not used.
    fn prove<T>(
        &self,
        before: Self::Source,
        after: &[File],
        changes: &[&Self::Change],
        look: impl FnOnce(Self::Source) -> T,
    ) -> Result<T, ProofError>;
}

/// The reason why a model could not be built.
///
/// `Display` names no lines; [`ModelError::message`] does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Two resources have one ID.
    ///
    /// It is unclear which of them counts.
    #[error("the {what} `{name}` is defined twice. Remove or rename one of them")]
    Duplicate {
        /// A description of what is duplicated.
        what: &'static str,
        /// The name.
        name: String,
        /// The location of the first one.
        first: FileRange,
        /// The location of the second one.
        second: FileRange,
    },
    /// A file in JSON has comments.
    #[error(
        "this comment is not allowed: JSON has no comments. Remove all of them, or choose a format that has comments"
    )]
    JsonComment {
        /// The location of the first one.
        place: FileRange,
    },
}

impl ModelError {
    /// Returns the location of the error.
    pub fn place(&self) -> FileRange {
        match self {
            Self::Duplicate { second, .. } => *second,
            Self::JsonComment { place } => *place,
        }
    }

    /// Returns the message, with 1-based line numbers from `line`.
    pub fn message(&self, line: impl Fn(FileRange) -> usize) -> String {
        match self {
            Self::Duplicate { what, name, first, .. } => format!(
                "the {what} `{name}` is defined twice; the first is on line {}. Remove or rename one of them",
                line(*first)
            ),
            Self::JsonComment { .. } => self.to_string(),
        }
    }
}
