/// Why a change cannot be written without losing or guessing something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It is a block scalar, or goes over several lines.
    #[error("the reference spans several lines")]
    SeveralLines,
    /// A comment would be lost.
    #[error("a comment inside the reference would be lost")]
    Comment,
    /// Taking it out of its object, or the object's entry away, would lose something.
    #[error("a comment or an anchor in it would be lost, or its notation is unusual")]
    Reshape,
    /// An alias stands for it, and what it stands for has no such place.
    #[error("the value is an alias of a value elsewhere")]
    Alias,
    /// A tag, an anchor or the mark of a key is where none was expected.
    #[error("the reference, or its key, is in an unusual notation")]
    Unusual,
    /// A comment ends a block scalar, which would get longer without it.
    #[error("the comment ends the block scalar above it, which lines below would join")]
    EndOfText,
}
