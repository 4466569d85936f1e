//! What a file says about other files.

/// The other files that a file names, and the values that it shares with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileLinks {
    /// The templates of its nested stacks.
    pub nested: Vec<TemplateLocation>,
    /// The names of the values that it imports.
    pub imports: Vec<SharedName>,
    /// The names of the values that it exports.
    pub exports: Vec<SharedName>,
}

/// The location of a nested stack's template, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TemplateLocation {
    /// A path, relative to the folder of the template that names it.
    Path(String),
    /// The end of a URL: whole names of folders and a file, with `/` between them.
    UrlEnd {
        /// The end.
        end: String,
        /// True if nothing is before it but a scheme, a host and more names, all literal.
        is_literal: bool,
    },
    /// Any other location.
    Unknown,
}

/// The name of an export, as far as it is known.
///
/// Variables are replaced by `{}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedName(pub String);

impl SharedName {
    /// Returns whether it has no variable.
    pub fn is_literal(&self) -> bool {
        !self.0.contains("{}")
    }

    /// Returns whether it has a letter or a digit outside of variables.
    pub fn says_something(&self) -> bool {
        self.0.chars().any(char::is_alphanumeric)
    }
}
