//! File patterns: <https://git-scm.com/docs/gitignore#_pattern_format>.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A list of patterns; the last match decides, and `!` negates it.
#[derive(Debug)]
pub struct Patterns(Gitignore);

impl Patterns {
    /// # Errors
    ///
    /// If a pattern is invalid, or all of them together are too large.
    pub fn new(patterns: &[String]) -> Result<Self, String> {
        // Paths come relative, so the patterns' own root is of no matter.
        let mut builder = GitignoreBuilder::new(".");
        for pattern in patterns {
            builder.add_line(None, pattern).map_err(|error| error.to_string())?;
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Returns whether there are no patterns.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a file or one of its parent folders matches, by its relative path.
    pub(super) fn matches(&self, path: &Path) -> bool {
        !path.has_root() && self.0.matched_path_or_any_parents(path, false).is_ignore()
    }

    /// Returns whether a file or folder itself matches.
    pub(super) fn matches_itself(&self, path: &Path, is_folder: bool) -> bool {
        self.0.matched(path, is_folder).is_ignore()
    }
}

impl Default for Patterns {
    fn default() -> Self {
        Self(Gitignore::empty())
    }
}

/// Returns an error for a pattern that can match nothing, which git skips silently.
pub fn check(pattern: &str) -> Result<(), String> {
    let bare = pattern.strip_prefix('!').unwrap_or(pattern);
    let nothing = |hint| Err(format!("the pattern `{pattern}` matches nothing; {hint}"));
    if pattern.starts_with('#') {
        return nothing("before a `#` that is part of a name, put a `\\`");
    }
    if bare.starts_with("./") || bare.starts_with("../") {
        return nothing("begin it with a name, or with `/` for the directory that patterns are relative to");
    }
    if bare.trim_matches(['/', ' ']).is_empty() {
        return nothing("name a file or a directory");
    }
    let mut builder = GitignoreBuilder::new(".");
    let built = builder.add_line(None, pattern).and_then(|builder| builder.build());
    built
        .map(drop)
        .map_err(|error| format!("`{pattern}` is no pattern: {error}"))
}
