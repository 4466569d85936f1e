use crate::yaml::{Layout, Node, Quote};

/// Why a reference cannot be edited without losing or guessing something.
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
    /// `&{…}` stands in the logical ID to be written.
    #[error("a logical ID with `&{{…}}` in it cannot be referred to in its loop")]
    Letters,
    /// `${…}` stands in the logical ID to be written, and that is to be a variable of `Fn::Sub`.
    #[error("a logical ID with a loop's word in it cannot be a variable of `Fn::Sub`")]
    Word,
    /// A tag, an anchor or the mark of a key is where none was expected.
    #[error("the reference, or its key, is written in an unusual way")]
    Unusual,
}

impl Obstacle {
    /// Why a value cannot be put into a list or an object by adding text around it.
    pub fn to_enclosing(value: Node<'_>) -> Self {
        let is_block = value.layout() == Some(Layout::Block);
        if value.has_tag_elsewhere() {
            Self::Comment
        } else if value.quote() == Quote::Block || !(is_block || value.is_one_line()) {
            Self::SeveralLines
        } else {
            Self::Unusual
        }
    }
}
