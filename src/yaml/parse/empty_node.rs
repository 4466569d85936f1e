//! Places nodes without a character: omitted keys, values, items and documents.
//!
//! The parser marks most of them at the token that follows.

use super::source::IndexedText;

/// The role of an empty node.
#[derive(Clone, Copy)]
pub(super) enum EmptyNode {
    Key,
    Value {
        /// True for an entry between brackets.
        is_flow: bool,
    },
    ItemOrDocument,
}

/// Finds the offset of an empty node between the token that ends at `last_end` and the parser's `mark`.
///
/// A key is directly before its colon, or after its `?`. A value is after its colon. Everything else is after the last
/// token, as a tag or an anchor without an indicator.
pub(super) fn empty_node_offset(source: IndexedText<'_>, last_end: usize, mark: usize, node: EmptyNode) -> usize {
    match node {
        EmptyNode::Key => {
            let comma = source.after_comments(last_end);
            let start = match source.byte(comma) {
                Some(b',') => source.after_comments(comma + 1),
                _ => comma,
            };
            if start < mark && source.byte(start) == Some(b'?') {
                start + 1
            } else if source.byte(mark) == Some(b':') {
                mark
            } else {
                last_end
            }
        }
        EmptyNode::Value { is_flow } => {
            // After an explicit key, the colon is on a line below.
            let colon = source.after_comments(last_end);
            // A colon at the mark begins the next token, except between brackets, where the parser marks the colon.
            let is_before_mark = colon < mark || (is_flow && colon == mark);
            match source.byte(colon) {
                Some(b':') if is_before_mark => colon + 1,
                _ => last_end,
            }
        }
        EmptyNode::ItemOrDocument => last_end,
    }
}
