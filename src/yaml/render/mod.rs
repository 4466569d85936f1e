//! Writes changes as edits in the style of their file: one module an operation.

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

use super::{Change, CommentOp, Node, Op, Stream};
use crate::text::{Edit, Obstacle, Span};

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

/// Writes a change of the file that `stream` was read from as edits.
///
/// # Errors
///
/// The obstacle, if it cannot be written without a loss.
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
            // The collection is at the anchor.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the obstacle to an operation on the value at `keys`.
    fn obstacle(text: &str, keys: &[&str], op: &Op) -> Option<Obstacle> {
        let stream = Stream::of_text(text).unwrap();
        let root = stream.documents().next().unwrap();
        let value = keys.iter().fold(root, |node, key| node.get(key).unwrap());
        let change = Change::Value {
            file: value.file(),
            node: value.id(),
            path: value.path(),
            op: op.clone(),
        };
        render(&stream, &change).err()
    }

    #[test]
    fn each_operation_says_itself_what_is_in_its_way() {
        let wrap = || Op::WrapInMapping { key: "k".into() };
        let unwrap = |key: &str| Op::Unwrap {
            inner: vec![crate::text::Step::Key(key.into())],
        };
        let splice = || Op::Splice {
            range: 0..1,
            text: "y".into(),
        };
        for (text, keys, op, why) in [
            ("a: !t # c\n  x\n", &["a"][..], wrap(), Obstacle::Comment),
            ("a: |\n  x\n", &["a"], wrap(), Obstacle::SeveralLines),
            ("a: x\n  y\n", &["a"], wrap(), Obstacle::SeveralLines),
            ("a: !t # c\n  x\n", &["a"], Op::WrapInSequence, Obstacle::Comment),
            ("a: >\n  x\n", &["a"], Op::WrapInSequence, Obstacle::SeveralLines),
            ("a: !t\n  b: x\n", &["a"], Op::WrapInSequence, Obstacle::Unusual),
            ("a: [x,\n  y]\n", &["a"], Op::WrapInSequence, Obstacle::SeveralLines),
            ("a: &x\n  b: c\n", &["a"], unwrap("b"), Obstacle::Reshape),
            ("a: # c\n  b: x\n", &["a"], unwrap("b"), Obstacle::Reshape),
            ("a: {b: x}\n", &["a"], unwrap("c"), Obstacle::Reshape),
            ("x: &x {b: x}\na: *x\n", &["a"], unwrap("b"), Obstacle::Alias),
            ("a: x\n", &["a"], Op::Remove, Obstacle::Reshape),
            ("# c\na: x\nb: y\n", &["a"], Op::Remove, Obstacle::Reshape),
            ("? a\n: x\nb: y\n", &["a"], Op::Remove, Obstacle::Reshape),
            ("a: [x]\n", &["a"], Op::RemoveItems(vec![0]), Obstacle::Reshape),
            ("a: [x]\n", &["a"], Op::RemoveItems(vec![1]), Obstacle::Reshape),
            ("a: x\n", &["a"], Op::RemoveItems(vec![]), Obstacle::Reshape),
            ("a: |\n  x\n", &["a"], splice(), Obstacle::SeveralLines),
            ("a: \"\\u0078\"\n", &["a"], splice(), Obstacle::SeveralLines),
            ("\"a\\\n\": x\n", &["a"], Op::Rename("b".into()), Obstacle::SeveralLines),
        ] {
            assert_eq!(obstacle(text, keys, &op), Some(why), "{op:?} in\n{text}");
        }
    }
}
