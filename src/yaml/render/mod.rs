//! Writes changes as edits in the style of their file.
//!
//! Each operation has its own module.

mod brackets;
mod enclose;
mod entry_style;
mod indent;
mod insert;
mod items;
mod remove;
mod replace;
mod scalar;
mod set_content;
mod unwrap_collection;
mod wrap_in_mapping;
mod wrap_in_sequence;

use super::{Change, CommentOp, Node, Op, YamlFile};
use crate::text::{Edit, EditObstacle, TextRange};

use insert::insert_after;
use items::remove_items;
use remove::remove;
use replace::replace;
use scalar::{set_scalar, splice};
use set_content::set_content;
use unwrap_collection::unwrap_collection;
use wrap_in_mapping::wrap_in_mapping;
use wrap_in_sequence::wrap_in_sequence;

pub use brackets::Brackets;

/// Writes a change of a parsed file as edits.
///
/// # Errors
///
/// The obstacle, if the change cannot be written without a loss.
pub fn render(stream: &YamlFile, change: &Change) -> Result<Vec<Edit>, EditObstacle> {
    stream.check_editable()?;
    match change {
        Change::Value { node, op, .. } => render_op(stream.node(*node), op),
        Change::Comment { comment, op } => {
            let file = stream.file().id;
            let edit = match op {
                CommentOp::Remove => Edit::replace(file, stream.removal(*comment)?, ""),
                CommentOp::Splice { range, text } => {
                    let start = comment.text().start();
                    let span = TextRange::new(start + range.start, start + range.end);
                    Edit::replace(file, span, text.as_str())
                }
            };
            Ok(vec![edit])
        }
    }
}

fn render_op(node: Node<'_>, op: &Op) -> Result<Vec<Edit>, EditObstacle> {
    let key = || node.key().ok_or(EditObstacle::UnusualNotation);
    let edit = match op {
        Op::Replace(new_value) => replace(node, new_value)?,
        Op::SetContent(new_value) => return set_content(node, new_value),
        Op::Splice { range, text } => splice(node, range, text)?,
        Op::WrapInMapping { key } => return wrap_in_mapping(node, key),
        Op::WrapInSequence => return wrap_in_sequence(node),
        Op::UnwrapCollection { inner } => {
            // The collection is at the anchor.
            if node.is_alias() {
                return Err(EditObstacle::Alias);
            }
            return unwrap_collection(node, node.at(inner).ok_or(EditObstacle::CannotUnwrap)?);
        }
        Op::InsertAfter { within, key, value } => {
            let after = (node, node.value().ok_or(EditObstacle::UnusualNotation)?);
            insert_after(after, within.as_deref(), key, value)
        }
        Op::RemoveEntry => remove(key()?, node)?,
        Op::RemoveItems(indices) => return remove_items(node, indices),
        Op::RenameKey(name) => set_scalar(key()?, name)?,
    };
    Ok(vec![edit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::PathSegment;
    use crate::yaml::NewValue;

    /// Returns the obstacle to an operation on the value at `keys`.
    fn obstacle(text: &str, keys: &[&str], op: &Op) -> Option<EditObstacle> {
        let stream = YamlFile::of_text(text).unwrap();
        let root = stream.documents().next().unwrap();
        let value = keys.iter().fold(root, |node, key| node.get(key).unwrap());
        let change = Change::Value {
            node: value.id(),
            path: value.path(),
            op: op.clone(),
        };
        render(&stream, &change).err()
    }

    #[test]
    fn returns_the_obstacle_to_each_operation() {
        let wrap = || Op::WrapInMapping { key: "k".into() };
        let unwrap = |key: &str| Op::UnwrapCollection {
            inner: vec![PathSegment::Key(key.into())],
        };
        let splice = || Op::Splice {
            range: 0..1,
            text: "y".into(),
        };
        for (text, keys, op, expected) in [
            ("a: !t # c\n  x\n", &["a"][..], wrap(), EditObstacle::Comment),
            ("a: |\n  x\n", &["a"], wrap(), EditObstacle::Multiline),
            ("a: x\n  y\n", &["a"], wrap(), EditObstacle::Multiline),
            ("a: !t # c\n  x\n", &["a"], Op::WrapInSequence, EditObstacle::Comment),
            ("a: >\n  x\n", &["a"], Op::WrapInSequence, EditObstacle::Multiline),
            (
                "a: !t\n  b: x\n",
                &["a"],
                Op::WrapInSequence,
                EditObstacle::UnusualNotation,
            ),
            ("a: [x,\n  y]\n", &["a"], Op::WrapInSequence, EditObstacle::Multiline),
            ("a: &x\n  b: c\n", &["a"], unwrap("b"), EditObstacle::CannotUnwrap),
            ("a: # c\n  b: x\n", &["a"], unwrap("b"), EditObstacle::CannotUnwrap),
            ("a: {b: x}\n", &["a"], unwrap("c"), EditObstacle::CannotUnwrap),
            ("a: {b: -}\n", &["a"], unwrap("b"), EditObstacle::CannotUnwrap),
            ("x: &x {b: x}\na: *x\n", &["a"], unwrap("b"), EditObstacle::Alias),
            ("a: x\n", &["a"], Op::RemoveEntry, EditObstacle::CannotUnwrap),
            ("# c\na: x\nb: y\n", &["a"], Op::RemoveEntry, EditObstacle::CannotUnwrap),
            ("? a\n: x\nb: y\n", &["a"], Op::RemoveEntry, EditObstacle::CannotUnwrap),
            ("a: [x]\n", &["a"], Op::RemoveItems(vec![0]), EditObstacle::CannotUnwrap),
            ("a: [x]\n", &["a"], Op::RemoveItems(vec![1]), EditObstacle::CannotUnwrap),
            ("a: x\n", &["a"], Op::RemoveItems(vec![]), EditObstacle::CannotUnwrap),
            ("a: |\n  x\n", &["a"], splice(), EditObstacle::Multiline),
            ("a: \"\\u0078\"\n", &["a"], splice(), EditObstacle::Multiline),
            (
                "\"a\\\n\": x\n",
                &["a"],
                Op::RenameKey("b".into()),
                EditObstacle::Multiline,
            ),
        ] {
            assert_eq!(obstacle(text, keys, &op), Some(expected), "{op:?} in\n{text}");
        }
    }

    /// Applies an operation to the value of `a`.
    fn edited(text: &str, op: &Op) -> Result<String, EditObstacle> {
        let stream = YamlFile::of_text(text).unwrap();
        let value = stream.documents().next().unwrap().get("a").unwrap();
        let mut edits = render_op(value, op)?;
        edits.sort();
        Ok(edits.iter().rev().fold(text.to_owned(), |mut text, edit| {
            text.replace_range(edit.span.range(), &edit.text);
            text
        }))
    }

    #[test]
    fn edits_values_with_a_hash_but_without_a_comment() {
        let unwrap = |key: &str| Op::UnwrapCollection {
            inner: vec![PathSegment::Key(key.into())],
        };
        let new = || NewValue::scalar("z", None);
        let tagged = || NewValue::Tagged {
            tag: "!t".into(),
            value: Box::new(new()),
        };
        for (text, op, expected) in [
            ("a: '# x'\nb: y\n", Op::RemoveEntry, "b: y\n"),
            ("b: y\na: '# x'\n", Op::RemoveEntry, "b: y\n"),
            ("{b: '#', a: \"# x\", c: y}\n", Op::RemoveEntry, "{b: '#', c: y}\n"),
            ("b: 'x\n  # y'\na: x\n", Op::RemoveEntry, "b: 'x\n  # y'\n"),
            ("a: ['# x', y]\n", Op::RemoveItems(vec![0]), "a: [y]\n"),
            ("a: [y, '# x', x#]\n", Op::RemoveItems(vec![1, 2]), "a: [y]\n"),
            ("a: {'# b': x}\n", unwrap("# b"), "a: x\n"),
            ("a:\n  '# b': x # c\n", unwrap("# b"), "a: x # c\n"),
            ("a: '# x' # y\n", Op::Replace(new()), "a: z # y\n"),
            ("a:\n- '# x'\n", Op::Replace(new()), "a: z\n"),
            ("a:\n  b: '# x'\n", Op::Replace(new()), "a: z\n"),
            ("a: ['# x', y]\n", Op::SetContent(new()), "a: z\n"),
            ("a: !t ['# x', y]\n", Op::SetContent(tagged()), "a: !t z\n"),
        ] {
            assert_eq!(edited(text, &op).as_deref(), Ok(expected), "{text}");
        }
        for (text, op) in [
            ("a: 'x' # '\nb: y\n", Op::RemoveEntry),
            ("a: ['x', # '\n  y]\n", Op::RemoveItems(vec![0])),
            ("a: ['x', # '\n  y]\n", Op::Replace(new())),
            ("a: !t ['x', # '\n  y]\n", Op::SetContent(tagged())),
            ("a: {b: # '\n  'x'}\n", unwrap("b")),
        ] {
            assert!(edited(text, &op).is_err(), "{text}");
        }
    }
}
