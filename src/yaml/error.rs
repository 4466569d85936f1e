use std::fmt;

use crate::text::Span;

/// Why a text could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SyntaxError {
    /// What is wrong.
    pub problem: Problem,
    /// Where: byte offsets in the text.
    pub span: Span,
}

/// What can be wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A character that YAML does not allow, and that editors do not show.
    ControlCharacter(char),
    /// More bytes than fit a place of 32 bits.
    TooLong,
    /// Collections within collections, beyond what any template needs.
    TooDeep,
    /// A tab where YAML allows only spaces.
    Tab,
    /// A quoted text that never ends.
    OpenQuote,
    /// An alias to an anchor of another document.
    ForeignAlias,
    /// Anything else, in the parser's words.
    Yaml(String),
}

/// How deep collections may lie in one another. The deepest public template that was measured has 17 levels.
pub const MAX_DEPTH: usize = 128;

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlCharacter(c) => {
                write!(
                    f,
                    "a control character, U+{:04X}, which YAML does not allow; remove it",
                    u32::from(*c)
                )
            }
            Self::TooLong => write!(f, "a text of 4 GB or more; split it"),
            Self::TooDeep => write!(f, "collections lie more than {MAX_DEPTH} levels deep"),
            Self::Tab => write!(f, "a tab, where YAML allows only spaces; write spaces instead"),
            Self::OpenQuote => write!(f, "this quote is never closed"),
            Self::ForeignAlias => write!(
                f,
                "this alias has no anchor in its document; an anchor ends with the document that holds it"
            ),
            Self::Yaml(problem) => write!(f, "{problem}"),
        }
    }
}
