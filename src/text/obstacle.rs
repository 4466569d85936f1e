/// Why a change cannot be written without losing or guessing something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It is a block scalar, or goes over several lines.
    #[error("the reference is written over several lines")]
    SeveralLines,
    /// A comment would be lost.
    #[error("a comment stands inside the reference and would be lost")]
    Comment,
    /// Taking it out of its object, or the object's entry away, would lose something.
    #[error("a comment or an anchor stands in it and would be lost, or it is written in an unusual way")]
    Reshape,
    /// An alias stands for it, and what it stands for has no such place.
    #[error("an alias stands here for what is written elsewhere")]
    Alias,
    /// A tag, an anchor or the mark of a key is where none was expected.
    #[error("the reference, or its key, is written in an unusual way")]
    Unusual,
    /// A comment ends a block scalar, which would get longer without it.
    #[error("the comment ends the text above it, to which lines below would come")]
    EndOfText,
}
