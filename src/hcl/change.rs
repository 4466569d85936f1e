use crate::text::{FileId, NodePath, TextRange};

/// One change of a file.
///
/// [`render`](super::render()) derives its edits from it, and the proof its effect on tokens and expressions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// The file.
    pub file: FileId,
    /// The path to the value that changes, if one does.
    pub path: Option<NodePath>,
    /// The operation.
    pub op: Op,
}

/// An operation on a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Replaces a whole expression.
    Replace {
        /// The range of the expression.
        span: TextRange,
        /// The new expression.
        text: String,
    },
    /// Renames an argument.
    RenameKey {
        /// The range of its key.
        span: TextRange,
        /// The new key.
        key: String,
    },
    /// Changes the space before an equals sign.
    Align {
        /// The range of the space, which is not empty.
        span: TextRange,
        /// The number of blanks.
        width: usize,
    },
    /// Inserts a block after another one that is not inside a block.
    InsertBlock {
        /// The range of the other block.
        after: TextRange,
        /// The block.
        block: NewBlock,
    },
    /// Replaces a comment.
    ReplaceComment {
        /// The range of the comment.
        span: TextRange,
        /// The new comment.
        text: String,
    },
    /// Removes a comment, with the space before it, and with its line if it is alone there.
    RemoveComment {
        /// The range of the comment.
        span: TextRange,
    },
}

/// A block to insert.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewBlock {
    /// The type of the block.
    pub block_type: &'static str,
    /// The labels.
    pub labels: Vec<String>,
    /// The arguments in groups, which blank lines separate.
    ///
    /// Each has a key and an expression.
    pub groups: Vec<Vec<(&'static str, String)>>,
}
