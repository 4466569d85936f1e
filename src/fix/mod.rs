//! Applies fixes to a file.

mod apply;

use crate::text::Edit;
use crate::yaml::{Change, Obstacle, Stream, render};

pub use apply::{Applied, apply};

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

impl Fix {
    /// Renders changes of the file that `stream` was read from.
    ///
    /// # Errors
    ///
    /// The obstacle to the first change that cannot be written.
    pub(crate) fn of(
        stream: &Stream,
        title: String,
        changes: Vec<Change>,
        applicability: Applicability,
    ) -> Result<Self, Obstacle> {
        let edits = changes.iter().map(|change| render(stream, change));
        let edits = edits.collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Self {
            title,
            edits,
            changes,
            applicability,
        })
    }
}
