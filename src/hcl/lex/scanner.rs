use super::error::LexError;
use super::token::{Token, TokenKind};
use crate::text::TextRange;

/// A position in a source, the tokens before it, and what is open there.
pub(super) struct Scanner<'a> {
    text: &'a str,
    position: usize,
    tokens: Vec<Token>,
    open: Vec<(Opening<'a>, TextRange)>,
}

/// Something that needs an end.
#[derive(Clone, Copy)]
pub(super) enum Opening<'a> {
    /// A bracket.
    Bracket { closer: char },
    /// An interpolation or a directive.
    Template,
    /// A string.
    Quote,
    /// A heredoc.
    Heredoc {
        /// The word that ends it.
        marker: &'a str,
        /// Whether the next literal starts a line, which may be the end.
        is_at_line_start: bool,
    },
}

impl<'a> Scanner<'a> {
    /// Creates a scanner at the start of a source.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            tokens: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Returns the source after the position.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Returns the innermost of what is open.
    pub(super) fn innermost(&self) -> Option<Opening<'a>> {
        self.open.last().map(|(opening, _)| *opening)
    }

    /// Adds the next `len` bytes as a token.
    pub(super) fn push(&mut self, kind: TokenKind, len: usize) {
        let span = self.ahead(0, len);
        self.position = span.end();
        self.tokens.push(Token { kind, span });
    }

    /// Adds the next `len` bytes as a token that opens something.
    pub(super) fn open(&mut self, kind: TokenKind, len: usize, opening: Opening<'a>) {
        self.open.push((opening, self.ahead(0, len)));
        self.push(kind, len);
    }

    /// Adds the next `len` bytes as a token that closes the innermost opening.
    pub(super) fn close(&mut self, kind: TokenKind, len: usize) {
        self.open.pop();
        self.push(kind, len);
    }

    /// Records whether the next literal of the innermost heredoc starts a line.
    pub(super) fn set_line_start(&mut self, is_start: bool) {
        if let Some((Opening::Heredoc { is_at_line_start, .. }, _)) = self.open.last_mut() {
            *is_at_line_start = is_start;
        }
    }

    /// Returns whether the last token is the operator `operator`.
    pub(super) fn follows(&self, operator: &str) -> bool {
        self.tokens
            .last()
            .is_some_and(|last| last.kind == TokenKind::Operator && last.span.slice(self.text) == operator)
    }

    /// Returns an error at the `len` bytes from `offset` after the position.
    pub(super) fn error(&self, offset: usize, len: usize, message: impl Into<String>) -> LexError {
        LexError::new(self.ahead(offset, len), message)
    }

    /// Returns the error for a `\r` without `\n`, `offset` bytes after the position.
    pub(super) fn lone_carriage_return(&self, offset: usize) -> LexError {
        self.error(offset, 1, "a carriage return without a line feed; remove it")
    }

    /// Returns the error for the innermost opening, which is not closed.
    pub(super) fn unclosed(&self) -> Option<LexError> {
        let (opening, span) = *self.open.last()?;
        Some(LexError::new(span, opening.unclosed(span.slice(self.text))))
    }

    /// Returns the tokens, if nothing is open.
    pub(super) fn finish(self) -> Result<Vec<Token>, LexError> {
        self.unclosed().map_or(Ok(self.tokens), Err)
    }

    fn ahead(&self, offset: usize, len: usize) -> TextRange {
        let start = self.position + offset;
        TextRange::new(start, start + len)
    }
}

impl Opening<'_> {
    fn unclosed(self, written: &str) -> String {
        match self {
            Self::Bracket { closer } => format!("this `{written}` is never closed; add `{closer}`"),
            Self::Template => format!("this `{written}` is never closed; add `}}`"),
            Self::Quote => "this quote is never closed".to_owned(),
            Self::Heredoc { marker, .. } => {
                format!("this heredoc is never closed; add a line that contains only `{marker}`")
            }
        }
    }
}
