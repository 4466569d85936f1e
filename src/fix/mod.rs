//! Edits, how they are applied, and the proof that a text changed as planned and in nothing else.

mod apply;
mod plan;
mod proof;
mod reading;

use crate::text::Edit;
use crate::yaml::{Fragment, Path};

pub use apply::{Applied, apply};
pub(crate) use proof::prove_and;
pub use proof::{Refusal, prove};

/// What mends a finding: the edits, and what they are meant to change in the document's meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative.
    pub title: String,
    /// How the text changes.
    pub edits: Vec<Edit>,
    /// How its meaning changes: what the proof holds the edited text to.
    pub changes: Vec<Change>,
    /// Whether it may be applied without being asked for.
    pub applicability: Applicability,
}

/// How sure a fix is to keep what the author meant; the surer, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// It may be wrong; only on request.
    Unsafe,
    /// It is what AWS requires.
    Safe,
}

/// One change of what a document says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The value at `path` becomes `value`.
    Replace {
        /// Where.
        path: Path,
        /// The value from then on.
        value: Fragment,
    },
    /// The mapping at `mapping` gains an entry, directly behind the entry `after`.
    Insert {
        /// Where.
        mapping: Path,
        /// The key of the entry before.
        after: String,
        /// The new key.
        key: String,
        /// Its value.
        value: Fragment,
    },
    /// The entry at `path` goes.
    Remove {
        /// Where.
        path: Path,
    },
    /// The key of the entry at `path` becomes `key`, in the same place.
    Rename {
        /// Where.
        path: Path,
        /// The key from then on.
        key: String,
    },
}

impl Change {
    /// The value that is not afterwards what it was, or not where it was; `None` where one is added.
    fn replaced(&self) -> Option<&Path> {
        match self {
            Self::Replace { path, .. } | Self::Remove { path } | Self::Rename { path, .. } => Some(path),
            Self::Insert { .. } => None,
        }
    }
}
