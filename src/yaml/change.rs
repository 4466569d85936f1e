use std::ops::Range;

use super::comments::CommentId;
use super::new_value::NewValue;
use super::nodes::{NodeId, StreamId};
use crate::text::{FileId, NodePath, PathSegment};

/// One change of a file.
///
/// [`render`](super::render()) derives its edits from it, and the proof its effect on the values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// One operation on a value or on its entry.
    Value {
        /// The node at the end of `path`, as it is written.
        ///
        /// An alias is a node of its own. For a value inside an aliased one, it is the node at the anchor, whichever
        /// alias `path` leads through. [`Op::InsertAfter`] takes the key of the entry before it instead.
        node: NodeId,
        /// The path to the value, through aliases.
        path: NodePath,
        /// The operation.
        op: Op,
    },
    /// One operation on a comment. No value changes.
    Comment {
        /// The comment.
        comment: CommentId,
        /// The operation.
        op: CommentOp,
    },
}

/// An operation on a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Replaces the value by another.
    Replace(NewValue),
    /// Gives the value this content, by the smallest edits inside it.
    SetContent(NewValue),
    /// Replaces a part of the scalar.
    Splice {
        /// The bytes of the scalar's value.
        range: Range<usize>,
        /// The replacement, of characters that need no escape in any scalar style.
        text: String,
    },
    /// Wraps the value in a mapping, as its only entry.
    WrapInMapping {
        /// The key of the entry.
        key: String,
    },
    /// Wraps the value in a sequence, as its only item.
    WrapInSequence,
    /// Replaces the mapping or sequence by its only value.
    UnwrapCollection {
        /// The path from the collection to that value.
        inner: Vec<PathSegment>,
    },
    /// Inserts an entry directly after another one.
    ///
    /// Several entries after the same one are inserted in the order of the changes.
    InsertAfter {
        /// The key of a new mapping around the entry, if there is one.
        ///
        /// Entries that are inserted after the same one share it.
        within: Option<String>,
        /// The new key.
        key: String,
        /// Its value.
        value: NewValue,
    },
    /// Removes the value's entry from a mapping that has others.
    RemoveEntry,
    /// Removes the items with these indices from a sequence that has others.
    RemoveItems(Vec<usize>),
    /// Renames the key of the value's entry.
    RenameKey(String),
}

/// An operation on a comment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CommentOp {
    /// Removes the comment, with its line if it is alone there.
    Remove,
    /// Replaces a part of the comment.
    Splice {
        /// The bytes of [`Comment::text`](super::Comment::text).
        range: Range<usize>,
        /// The replacement, on one line.
        text: String,
    },
}

impl Change {
    /// Returns the file that changes.
    pub fn file(&self) -> FileId {
        self.stream().file
    }

    /// Returns the parsed text that changes.
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Value { node, .. } => node.stream,
            Self::Comment { comment, .. } => comment.stream,
        }
    }

    /// Returns the same change of a document whose path in its file is `outer`.
    pub(super) fn relative_to(&self, outer: &NodePath) -> Self {
        match self {
            Self::Value { node, path, op } => Self::Value {
                node: *node,
                path: path.relative_to(outer),
                op: op.relative_to(outer),
            },
            Self::Comment { .. } => self.clone(),
        }
    }

    /// Returns the path of the value that changes or moves.
    ///
    /// Returns `None` for an insertion and for a comment.
    pub fn path(&self) -> Option<&NodePath> {
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

impl Op {
    /// Returns the same operation on a document whose path in its file is `outer`.
    fn relative_to(&self, outer: &NodePath) -> Self {
        match self {
            Self::Replace(value) => Self::Replace(value.relative_to(outer)),
            Self::SetContent(value) => Self::SetContent(value.relative_to(outer)),
            Self::InsertAfter { within, key, value } => Self::InsertAfter {
                within: within.clone(),
                key: key.clone(),
                value: value.relative_to(outer),
            },
            _ => self.clone(),
        }
    }
}
