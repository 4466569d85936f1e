//! The names of files that may be templates.

use std::path::Path;

/// The endings of the names that templates in a folder have, in lower case.
pub(super) const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "template", "cfn"];

/// Returns whether a file of a folder may be a template, by its name.
pub(super) fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|wanted| wanted.eq_ignore_ascii_case(ending)))
}
