use std::fmt::Debug;
use std::hash::Hash;

use super::draft::Draft;
use super::finding::{Finding, Remedy};
use super::index::Model;
use super::naming::ProfileName;
use crate::text::{File, FileId, Path, Place, Refusal};

/// A language in which infrastructure is written.
///
/// A rule never writes text, and a language never decides what is wrong with a reference: it reads files into models,
/// lowers what the rules intend to changes of its own syntax tree, renders these as edits in the file's own style, and
/// proves that the edited text means the old one with these changes and no others.
pub trait Language {
    /// Files as they were read. A file that cannot be read is no failure of the others.
    type Source;
    /// One template or module of a source, with its model.
    type Unit<'s>;
    /// One change of what a source says, or of a comment.
    type Change: Clone + Debug + Eq + Hash;
    /// The remedy that a check of the language itself asks for.
    type Wish;

    /// Reads files.
    fn read(files: &[File]) -> Self::Source;

    /// Reads the templates of a source one by one, in the order of the files.
    fn units(source: &Self::Source, name: ProfileName) -> impl Iterator<Item = Result<Self::Unit<'_>, ModelError>>;

    /// Returns the model of a unit.
    fn model<'u, 's: 'u>(unit: &'u Self::Unit<'s>) -> &'u Model<'s>;

    /// Finds the mistakes that only this language can make.
    fn checks(unit: &Self::Unit<'_>) -> Vec<Draft<Self::Wish>>;

    /// Writes the fixes of all drafts of one rule: those that share a text are heard together, and each gets its answer.
    fn fixes(unit: &Self::Unit<'_>, drafts: Vec<Draft<Self::Wish>>) -> Vec<Finding<Remedy<Self::Change>>>;

    /// Returns the number, from 0, of the line on which a place of a source begins.
    fn line(source: &Self::Source, place: Place) -> usize;

    /// Returns the file of a change, and the way to the value that is not afterwards what or where it was, if there is one:
    /// two fixes whose values are the same, or one inside the other, are not applied together.
    fn changed(change: &Self::Change) -> (FileId, Option<&Path>);

    /// Proves that from `before` to `after` exactly `changes` happened, and looks at what was read of `after`; the look
    /// only counts if there is no error.
    ///
    /// # Errors
    ///
    /// The reason why the edited text is not used.
    fn prove<T>(
        before: Self::Source,
        after: &[File],
        changes: &[&Self::Change],
        look: impl FnOnce(Self::Source) -> T,
    ) -> Result<T, Refusal>;
}

/// Why a model could not be built.
///
/// As text it names no lines; [`ModelError::message`] does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Two resources with one ID: which of them counts is not for us to say.
    #[error("the {what} `{name}` is defined twice. Remove or rename one of them")]
    Duplicate {
        /// The kind of thing that is there twice.
        what: &'static str,
        /// Its name.
        name: String,
        /// The place of the first one.
        first: Place,
        /// The place of the second one.
        second: Place,
    },
}

impl ModelError {
    /// Returns the place of the error.
    pub fn place(&self) -> Place {
        match self {
            Self::Duplicate { second, .. } => *second,
        }
    }

    /// Says why there is no model, with the line, from 1, that `line` returns for a place.
    pub fn message(&self, line: impl Fn(Place) -> usize) -> String {
        match self {
            Self::Duplicate { what, name, first, .. } => format!(
                "the {what} `{name}` is defined twice; the first is on line {}. Remove or rename one of them",
                line(*first)
            ),
        }
    }
}
