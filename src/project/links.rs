//! The links from a file to others.

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

/// The location of a nested stack's template, if known.
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

/// The name of an export, which may be partly unknown.
///
/// Variables are replaced by `{}`, and pseudo parameters by their names in braces, such as `{AWS::Region}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedName(pub String);

/// The longest name of an export, in bytes.
const MAX_NAME: usize = 255;

impl SharedName {
    /// Returns whether it has no variable.
    pub fn is_literal(&self) -> bool {
        !self.0.contains("{}")
    }

    /// Returns whether it has a letter or a digit outside of variables.
    pub fn says_something(&self) -> bool {
        let mut texts = self
            .0
            .split('{')
            .map(|part| part.split_once('}').map_or(part, |(_, text)| text));
        texts.any(|text| text.chars().any(char::is_alphanumeric))
    }

    /// Returns the text after a variable, if nothing else is in the name.
    ///
    /// The variable often is the name of the stack, which the template does not say.
    pub fn literal_end(&self) -> Option<&str> {
        let end = self.0.strip_prefix("{}")?;
        (!end.contains("{}")).then_some(end)
    }

    /// Returns the parts of a literal name that may follow the name of a stack, from a separator on.
    pub fn ends(&self) -> impl Iterator<Item = &str> {
        let is_short = !self.0.contains('{') && self.0.len() <= MAX_NAME;
        let separators = self.0.char_indices().skip(1).filter(|(_, c)| !c.is_alphanumeric());
        let ends = separators.filter_map(|(at, _)| self.0.get(at..));
        ends.filter(move |_| is_short)
    }
}
