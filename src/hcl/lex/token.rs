use crate::text::TextRange;

/// A piece of a source, with its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The kind of the token.
    pub kind: TokenKind,
    /// The range of the token, which is never empty.
    pub span: TextRange,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A name or a keyword, such as `resource`.
    Identifier,
    /// A number, such as `1.5e3`; also the `0.1` of `list.0.1`.
    Number,
    /// An operator, a bracket or other punctuation, such as `==`.
    Operator,
    /// The `"` that starts a string.
    QuoteStart,
    /// The `"` that ends a string.
    QuoteEnd,
    /// The literal part of a string, as it is written.
    StringText,
    /// The start of a heredoc with its newline, such as `<<-EOT`.
    HeredocStart,
    /// The literal part of a heredoc, which can be several lines.
    HeredocText,
    /// The line that ends a heredoc, with its blanks, without its newline.
    HeredocEnd,
    /// `${` or `${~`.
    InterpolationStart,
    /// `%{` or `%{~`.
    DirectiveStart,
    /// The `}` or `~}` of an interpolation or a directive.
    TemplateEnd,
    /// A comment from `#` or `//` to the end of the line, without the newline.
    LineComment,
    /// A comment between `/*` and `*/`.
    BlockComment,
    /// `\n` or `\r\n` outside strings and heredocs.
    Newline,
    /// Spaces and tabs; also a byte order mark.
    Space,
}

impl TokenKind {
    /// Returns whether this is a comment.
    pub fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }

    /// Returns whether this is space or a newline.
    pub fn is_layout(self) -> bool {
        matches!(self, Self::Space | Self::Newline)
    }
}
