//! The files that fixes may change.

/// The files that fixes may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MayChange {
    /// The document that is checked.
    Document,
    /// All files that are checked together and not excluded.
    All,
}
