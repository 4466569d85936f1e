//! Groups files that may pass values to each other.

use super::links::FileLinks;

/// Groups the files that may pass values to each other, directly or through others.
///
/// Each file has its path, with `/` between names and relative to the same folder as the others, and its links if it has any.
/// Returns the indices of the files of each group of two or more, in ascending order.
pub fn groups(_files: &[(&str, Option<FileLinks>)]) -> Vec<Vec<usize>> {
    Vec::new()
}
