/// The reason that a change cannot be written safely.
///
/// Something would be lost, or would have to be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditObstacle {
    /// The value is a block scalar, or spans several lines.
    #[error("the reference spans several lines")]
    Multiline,
    /// A comment would be lost.
    #[error("a comment inside the reference would be lost")]
    Comment,
    /// Unwrapping a collection or removing an entry would lose something.
    #[error("a comment or an anchor in it would be lost, or its notation is unusual")]
    CannotUnwrap,
    /// The value is an alias, and the aliased value is elsewhere.
    #[error("the value is an alias of a value elsewhere")]
    Alias,
    /// An unexpected tag, anchor or `?` of an explicit key appears.
    #[error("the reference, or its key, is in an unusual notation")]
    UnusualNotation,
    /// The value is in a string with an anchor.
    #[error("the string has an anchor that another place uses")]
    SharedString,
    /// The value is in a string in which no reference can be written.
    #[error("the value is in a string without variables; use `Fn::Sub` for the string")]
    PlainString,
    /// The value is in a document that is written with escapes or folded lines inside a string.
    #[error("the value is in a string with escapes or folded lines; write the string without them")]
    Escaped,
    /// A string has a marker or a directive, which its indentation would hide.
    #[error("the value is in a string with a marker, such as `---` or `...`, or a directive")]
    Marker,
    /// A comment ends a block scalar, which would grow without it.
    #[error("without the comment, lines below it would join the block scalar above it")]
    CommentEndsBlockScalar,
}
