use std::fmt;

use crate::text::TextRange;

/// The error for a source that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct SyntaxError {
    /// The reason.
    pub kind: SyntaxErrorKind,
    /// The range of the error.
    pub span: TextRange,
}

/// The reason that a source cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// An invisible character that YAML does not allow.
    ControlCharacter(char),
    /// More bytes than 32-bit offsets can address.
    TooLong,
    /// Collections are nested deeper than any template needs.
    TooDeep,
    /// A tab where YAML allows only spaces.
    Tab,
    /// A quoted scalar that is never closed.
    OpenQuote,
    /// An alias to an anchor of another document.
    ForeignAlias,
    /// Any other error, with the parser's message.
    Yaml(String),
}

/// The deepest nesting of collections that is read.
///
/// The deepest public template that was measured has 17 levels.
pub const MAX_DEPTH: usize = 128;

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlCharacter(c) => {
                write!(
                    f,
                    "a control character, U+{:04X}, which YAML does not allow; remove it",
                    u32::from(*c)
                )
            }
            Self::TooLong => write!(f, "the file has 4 GB or more; split it"),
            Self::TooDeep => write!(f, "collections are nested more than {MAX_DEPTH} levels deep"),
            Self::Tab => write!(f, "a tab, where YAML allows only spaces; write spaces instead"),
            Self::OpenQuote => write!(f, "this quote is never closed"),
            Self::ForeignAlias => write!(
                f,
                "this alias has no anchor in its document; anchors of other documents do not count"
            ),
            Self::Yaml(problem) => write!(f, "{problem}"),
        }
    }
}
