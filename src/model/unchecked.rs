use crate::text::FileRange;

/// A value or a part of a file that is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unchecked {
    /// The location.
    pub place: FileRange,
    /// The origin of the value in a few words, for a summary.
    pub origin: String,
    /// The reason.
    pub message: String,
}
