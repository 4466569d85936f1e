use std::ops::Range;

use super::comments::CommentId;
use super::fragment::Fragment;
use super::nodes::NodeId;
use crate::text::{FileId, Path, Step};

/// One change of a file.
///
/// Its edits follow from it ([`render`](super::render())), and so does what the proof must see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// One operation on a value, or on the entry that the value is part of.
    Value {
        /// The file.
        file: FileId,
        /// The node at the end of `path` as it is written.
        ///
        /// An alias is a node of its own. A value inside of an aliased one is the node at the anchor, whichever alias
        /// `path` leads through. [`Op::InsertAfter`] takes the key of the entry before instead.
        node: NodeId,
        /// The path to the value, through aliases.
        path: Path,
        /// The operation.
        op: Op,
    },
    /// One operation on a comment. No value changes.
    Comment {
        /// The file.
        file: FileId,
        /// The comment.
        comment: CommentId,
        /// The operation.
        op: CommentOp,
    },
}

/// An operation on a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Writes another value in its place.
    Replace(Fragment),
    /// Makes it mean this by the smallest edits inside of it.
    Amend(Fragment),
    /// Replaces a part of a scalar.
    Splice {
        /// The bytes of the scalar's value.
        range: Range<usize>,
        /// The text in their place, of characters that need no escape in any quotes.
        text: String,
    },
    /// Makes it the only entry of a mapping in its place.
    WrapInMapping {
        /// The key of the entry.
        key: String,
    },
    /// Makes it the only item of a sequence in its place.
    WrapInSequence,
    /// Puts the only value inside of a mapping or sequence in its place.
    Unwrap {
        /// The steps from the collection to that value.
        inner: Vec<Step>,
    },
    /// Inserts an entry directly after another one.
    InsertAfter {
        /// The new key.
        key: String,
        /// Its value.
        value: Fragment,
    },
    /// Removes its entry from a mapping that has others.
    Remove,
    /// Removes the items of these numbers from a sequence that has others.
    RemoveItems(Vec<usize>),
    /// Gives its entry another key.
    Rename(String),
}

/// An operation on a comment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CommentOp {
    /// Removes it, with its line if it is alone there.
    Remove,
    /// Replaces a part of it.
    Splice {
        /// The bytes of [`Comment::text`](super::Comment::text).
        range: Range<usize>,
        /// The text in their place, on one line.
        text: String,
    },
}

impl Change {
    /// Returns the file that changes.
    pub fn file(&self) -> FileId {
        match self {
            Self::Value { file, .. } | Self::Comment { file, .. } => *file,
        }
    }

    /// Returns the path of the value that changes or moves; `None` for an insertion and for a comment.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Value {
                op: Op::InsertAfter { .. },
                ..
            }
            | Self::Comment { .. } => None,
            Self::Value { path, .. } => Some(path),
        }
    }
}
