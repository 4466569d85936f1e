use super::selection::Selection;
use crate::model::{Applicability, ProfileName};

/// The user's choices about findings and fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The policy for naming new profiles after their roles.
    pub profile_name: ProfileName,
    /// The rules to check.
    pub selection: Selection,
    /// True to apply unsafe fixes too.
    pub unsafe_fixes: bool,
    /// True if the AWS CDK generated the file, as its path says: no fix is safe there.
    pub is_generated: bool,
}

impl Options {
    /// Returns the minimum applicability of fixes to apply.
    pub fn required(&self) -> Applicability {
        if self.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        }
    }
}
