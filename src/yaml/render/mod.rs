//! Writes changes as edits, in the style of the file around them: one file an operation.

mod amend;
mod brackets;
mod enclose;
mod enlist;
mod indent;
mod insert;
mod items;
mod model;
mod remove;
mod replace;
mod scalar;
mod unwrap;
mod wrap;

use super::{Change, CommentOp, Node, Obstacle, Op, Stream};
use crate::text::{Edit, Span};

use amend::amend;
use enlist::enlist;
use insert::insert_after;
use items::remove_items;
use remove::remove;
use replace::replace;
use scalar::{retext, splice};
use unwrap::unwrap;
use wrap::wrap;

pub use brackets::Brackets;

/// Writes a change of the file that `stream` was read from.
///
/// # Errors
///
/// What keeps it from being written without a loss.
pub fn render(stream: &Stream, change: &Change) -> Result<Vec<Edit>, Obstacle> {
    match change {
        Change::Value { node, op, .. } => operate(stream.node(*node), op),
        Change::Comment { file, comment, op } => {
            let edit = match op {
                CommentOp::Remove => Edit::replace(*file, stream.removal(*comment)?, ""),
                CommentOp::Splice { range, text } => {
                    let start = comment.text().start();
                    let span = Span::new(start + range.start, start + range.end);
                    Edit::replace(*file, span, text.as_str())
                }
            };
            Ok(vec![edit])
        }
    }
}

fn operate(node: Node<'_>, op: &Op) -> Result<Vec<Edit>, Obstacle> {
    let key = || node.key().ok_or(Obstacle::Unusual);
    let edit = match op {
        Op::Replace(fragment) => replace(node, fragment)?,
        Op::Amend(fragment) => return amend(node, fragment),
        Op::Splice { range, text } => splice(node, range, text)?,
        Op::WrapInMapping { key } => return wrap(node, key),
        Op::WrapInSequence => return enlist(node),
        Op::Unwrap { inner } => {
            // What an alias stands for has its collection there.
            if node.is_alias() {
                return Err(Obstacle::Alias);
            }
            return unwrap(node, node.at(inner).ok_or(Obstacle::Reshape)?);
        }
        Op::InsertAfter { key, value } => insert_after(node, node.value().ok_or(Obstacle::Unusual)?, key, value),
        Op::Remove => remove(key()?, node)?,
        Op::RemoveItems(gone) => return remove_items(node, gone),
        Op::Rename(name) => retext(key()?, name)?,
    };
    Ok(vec![edit])
}
