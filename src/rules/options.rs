use super::selection::Selection;
use crate::model::{Applicability, ProfileName};

/// The user's choices about findings and fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// When to name new profiles after their role.
    pub profile_name: ProfileName,
    /// The rules to check.
    pub selection: Selection,
    /// Whether to apply unsafe fixes too.
    pub unsafe_fixes: bool,
}

impl Options {
    /// Returns how sure a fix must be to be applied.
    pub fn required(&self) -> Applicability {
        if self.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        }
    }
}
