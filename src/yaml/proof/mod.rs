//! Proves changes with two parsers that share no code.
//!
//! Each parser reads the source before and after, and must see the planned change and no other.

mod events;
mod plan;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread::{self, Scope, ScopedJoinHandle};

use super::parse::normalized_text;
use super::{Change, YamlFile};
use crate::text::{File, NodePath, PathSegment, ProofError};

use events::{ValueEvent, ValueEvents, read_with_serde_yaml, read_with_yaml_rust2, size};
use plan::PlannedDocuments;

/// Proves that `after` differs from `before` by exactly `changes`.
///
/// Returns the parsed `after`.
///
/// # Errors
///
/// The reason that the edited source must not be used.
pub fn prove(before: &YamlFile, after: &File, changes: &[&Change]) -> Result<YamlFile, ProofError> {
    prove_then(before, after, changes, |after| after)
}

/// Proves changes as [`prove`] does, and passes the parsed `after` to `look`.
///
/// The result of `look` is valid only if the proof succeeds.
///
/// The values that yaml-rust2 reads are dropped before `serde_yaml` reads `after`: each parser's values need several
/// times the memory of the source.
pub(crate) fn prove_then<T>(
    before: impl Borrow<YamlFile>,
    after: &File,
    changes: &[&Change],
    look: impl FnOnce(YamlFile) -> T,
) -> Result<T, ProofError> {
    // The source outlives its nodes, which are dropped as early as possible.
    let text = before.borrow().file().text.clone();
    let text = &*text;
    if check_json(text).is_ok() {
        check_json(&after.text).map_err(ProofError::NotJson)?;
    }
    let plan = PlannedDocuments::of(changes);
    let (normalized_before, normalized_after) = (normalized_text(text), normalized_text(&after.text));
    thread::scope(|scope| {
        let serde_before = || read_with_serde_yaml(&normalized_before).map(|events| plan.apply_to(events));
        let serde_before = in_background(scope, text.len(), serde_before);
        let expected = read_with_yaml_rust2(before.borrow(), text).map(|events| plan.apply_to(events));
        let repeated_before = before.borrow().count_repeated_keys();
        drop(before);
        let file = YamlFile::parse(after).map_err(|error| ProofError::FixedUnreadable(error.to_string()))?;
        let (Some(expected), Some(rust2_after)) = (expected, read_with_yaml_rust2(&file, &after.text)) else {
            return Err(ProofError::AliasExpansion);
        };
        let serde_expected = || serde_before().map_err(ProofError::UnreadableBySerde);
        if let Err(proof_error) = compare(expected, &rust2_after) {
            // An error in the original source takes precedence.
            return Err(serde_expected().err().unwrap_or(proof_error));
        }
        drop(rust2_after);
        check_repeated_keys(&repeated_before, &file.count_repeated_keys())?;
        let looked = look(file);
        // One after the other, as each takes the most memory of all.
        let expected = serde_expected()?;
        let serde_after = read_with_serde_yaml(&normalized_after).map_err(ProofError::FixedUnreadableBySerde)?;
        compare(expected, &serde_after)?;
        Ok(looked)
    })
}

/// Starts `work` on another thread.
///
/// The returned function awaits the result.
///
/// Without a thread, or if the source is too short for one to pay off, it does the work itself.
fn in_background<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    bytes: usize,
    work: impl Fn() -> T + Copy + Send + 's,
) -> impl FnOnce() -> T {
    // Starting a thread takes as long as reading a few thousand bytes.
    const MIN_BYTES: usize = 1 << 16;
    let handle = match bytes {
        MIN_BYTES.. => thread::Builder::new().spawn_scoped(scope, work).ok(),
        _ => None,
    };
    move || match handle.map(ScopedJoinHandle::join) {
        None => work(),
        Some(Ok(done)) => done,
        Some(Err(panic)) => resume_unwind(panic),
    }
}

/// Checks that a source is JSON; the error is `serde_json`'s message.
fn check_json(text: &str) -> Result<(), String> {
    let text = text.trim_start_matches('\u{feff}');
    let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
    read.map(drop).map_err(|error| error.to_string())
}

/// Checks that each key repeats an earlier one as often as before.
fn check_repeated_keys(before: &BTreeMap<String, usize>, after: &BTreeMap<String, usize>) -> Result<(), ProofError> {
    let mut keys = before.keys().chain(after.keys());
    match keys.find(|key| before.get(*key) != after.get(*key)) {
        Some(key) => Err(ProofError::RepeatedKey(key.clone())),
        None => Ok(()),
    }
}

/// Compares the values that a parser reads with the expected ones.
fn compare(expected: Result<Vec<ValueEvents<'_>>, NodePath>, after: &[ValueEvents<'_>]) -> Result<(), ProofError> {
    let expected = expected.map_err(|place| unplanned(&place))?;
    if expected.len() != after.len() {
        return Err(unplanned("the documents of the file"));
    }
    for (document, (expected, after)) in expected.iter().zip(after).enumerate() {
        if expected != after {
            let steps = difference(expected, after);
            return Err(match steps.is_empty() {
                true => unplanned("the root of the document"),
                false => unplanned(&NodePath { document, steps }),
            });
        }
    }
    Ok(())
}

/// Returns the path to the first value that differs.
fn difference<'i, 't>(mut expected: &'i [ValueEvent<'t>], mut after: &'i [ValueEvent<'t>]) -> Vec<PathSegment> {
    let mut steps = Vec::new();
    loop {
        let (Some((left, left_contents)), Some((right, right_contents))) =
            (expected.split_first(), after.split_first())
        else {
            return steps;
        };
        let (len, is_mapping) = match (left, right) {
            (ValueEvent::Tag(left), ValueEvent::Tag(right)) if left == right => {
                (expected, after) = (left_contents, right_contents);
                continue;
            }
            (ValueEvent::Sequence(left), ValueEvent::Sequence(right)) if left.len == right.len => {
                (left.len as usize, false)
            }
            (ValueEvent::Mapping(left), ValueEvent::Mapping(right)) if left.len == right.len => {
                (left.len as usize, true)
            }
            _ => return steps,
        };
        let parts = |events| Subtrees { events, at: 0 }.take(if is_mapping { 2 * len } else { len });
        let mut pairs = parts(left_contents).zip(parts(right_contents)).enumerate();
        let Some((at, pair)) = pairs.find(|(_, (left, right))| left != right) else {
            return steps;
        };
        (expected, after) = pair;
        steps.push(match parts(left_contents).nth(at / 2 * 2) {
            Some([ValueEvent::Text(key), ..]) if is_mapping => PathSegment::Key(key.clone().into_owned()),
            _ if is_mapping => PathSegment::Key("?".to_owned()),
            _ => PathSegment::Index(at),
        });
    }
}

/// The consecutive values of some events.
struct Subtrees<'i, 't> {
    events: &'i [ValueEvent<'t>],
    at: usize,
}

impl<'i, 't> Iterator for Subtrees<'i, 't> {
    type Item = &'i [ValueEvent<'t>];

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.at;
        self.at += size(self.events, from);
        self.events.get(from..self.at).filter(|events| !events.is_empty())
    }
}

fn unplanned(place: &(impl ToString + ?Sized)) -> ProofError {
    ProofError::UnplannedChange {
        place: place.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use crate::yaml::{NewValue, Op, render};

    fn edited_file(text: &str) -> File {
        File::new(FileId::default(), text)
    }

    const BEFORE: &str = "A: {x: 1}\nB: !Ref C\n";

    fn root() -> NodePath {
        NodePath {
            document: 0,
            steps: Vec::new(),
        }
    }

    /// Creates an operation on the value at a path of keys.
    fn change(before: &YamlFile, keys: &[&str], op: Op) -> Change {
        let root_node = before.documents().next().unwrap();
        let path = keys.iter().fold(root(), |path, key| path.key(key));
        let value = root_node.at(&path.steps).unwrap();
        let node = match op {
            Op::InsertAfter { .. } => value.key().unwrap(),
            _ => value,
        };
        Change::Value {
            node: node.id(),
            path,
            op,
        }
    }

    fn changes(before: &YamlFile) -> Vec<Change> {
        let d = NewValue::Tagged {
            tag: "!Ref".into(),
            value: Box::new(NewValue::scalar("D", None)),
        };
        let insertion = Op::InsertAfter {
            within: None,
            key: "N".into(),
            value: NewValue::Sequence(vec![d.clone()]),
        };
        vec![
            change(before, &["B"], Op::Replace(d)),
            change(before, &["A"], insertion),
        ]
    }

    fn prove_standard_changes(after: &str) -> Result<(), String> {
        let before = YamlFile::of_text(BEFORE).unwrap();
        let changes = changes(&before);
        let proof = prove(&before, &edited_file(after), &changes.iter().collect::<Vec<_>>());
        proof.map(drop).map_err(|proof_error| proof_error.to_string())
    }

    #[test]
    fn accepts_the_planned_change_in_any_style() {
        prove_standard_changes("A: {x: 1}\nN:\n- !Ref D\nB: !Ref D\n").unwrap();
        prove_standard_changes("A: {x: 1} # why\nN: [!Ref 'D']\nB: !Ref \"D\"\n").unwrap();
    }

    #[test]
    fn rejects_every_other_change() {
        for (after, place) in [
            ("A: {x: 2}\nN: [!Ref D]\nB: !Ref D\n", "`A.x`"),
            ("A: {x: '1'}\nN: [!Ref D]\nB: !Ref D\n", "`A.x`"),
            ("N: [!Ref D]\nA: {x: 1}\nB: !Ref D\n", "`A`"),
            ("A: {x: 1}\nN: [!Ref E]\nB: !Ref D\n", "`N[0]`"),
            ("A: {x: 1}\nN: [!Ref D]\nB: !Ref C\n", "`B`"),
            ("A: {x: 1}\nN: [D]\nB: !Ref D\n", "`N[0]`"),
            ("A: {x: 1}\nB: !Ref D\n", "`the root of the document`"),
            ("A: {x: 1}\nN: [!Ref D]\nB: !Ref D\n---\nA: 1\n", "documents"),
            ("A: {x: 1}\nN: [!Ref D\nB: !Ref D\n", "cannot read the fixed file"),
        ] {
            let proof_error = prove_standard_changes(after).unwrap_err();
            assert!(proof_error.contains(place), "{after}: {proof_error}");
        }
    }

    #[test]
    fn rejects_a_key_that_repeats_another_one_more_often() {
        let before = YamlFile::of_text(BEFORE).unwrap();
        let rename = change(&before, &["B"], Op::RenameKey("A".into()));
        let proof_error = prove(&before, &edited_file("A: {x: 1}\nA: !Ref C\n"), &[&rename]).unwrap_err();
        assert_eq!(proof_error, ProofError::RepeatedKey("A".into()));

        let insertion = Op::InsertAfter {
            within: None,
            key: "B".into(),
            value: NewValue::scalar("y", None),
        };
        let insertion = change(&before, &["A"], insertion);
        let proof_error = prove(&before, &edited_file("A: {x: 1}\nB: y\nB: !Ref C\n"), &[&insertion]);
        assert_eq!(proof_error.unwrap_err(), ProofError::RepeatedKey("B".into()));

        // A copy has the duplicate keys of its original.
        let original = YamlFile::of_text("A: {x: 1, x: 2}\nB: y\n").unwrap();
        let copy = NewValue::Copy {
            text: ": {x: 1, x: 2}".into(),
            path: root().key("A"),
        };
        let copy = change(&original, &["B"], Op::Replace(copy));
        let proof_error = prove(&original, &edited_file("A: {x: 1, x: 2}\nB: {x: 1, x: 2}\n"), &[&copy]);
        assert_eq!(proof_error.unwrap_err(), ProofError::RepeatedKey("x".into()));
    }

    #[test]
    fn compares_duplicate_keys_elsewhere_as_they_are() {
        let text = "A: {x: 1, x: {y: 2}, x: 3}\nB: !Ref C\nD: [{z: 1, z: 1}]\nE: x\nE: y\n";
        let before = YamlFile::of_text(text).unwrap();
        let rename = change(&before, &["B"], Op::RenameKey("F".into()));
        let after = text.replace("B:", "F:");
        prove(&before, &edited_file(&after), &[&rename]).unwrap();
        for (old, new) in [
            ("x: 1, ", ""),
            ("x: 1, x: {y: 2}", "x: {y: 2}, x: 1"),
            ("x: 3", "x: 4"),
            ("{z: 1, z: 1}", "{z: 1}"),
            ("E: x\nE: y", "E: y\nE: x"),
            ("E: x\n", "E: x\nE: x\n"),
        ] {
            let after = after.replace(old, new);
            prove(&before, &edited_file(&after), &[&rename]).unwrap_err();
        }
    }

    #[test]
    fn rejects_a_change_below_a_duplicate_key() {
        let text = "A: {x: 1}\nA: {x: 2}\nB: y\n";
        let before = YamlFile::of_text(text).unwrap();
        let unwrap = Op::UnwrapCollection {
            inner: vec![PathSegment::Key("x".into())],
        };
        let copy = NewValue::Copy {
            text: ": {x: 2}".into(),
            path: root().key("A"),
        };
        for (keys, op, after) in [
            (
                &["A", "x"][..],
                Op::RenameKey("y".into()),
                "A: {x: 1}\nA: {y: 2}\nB: y\n",
            ),
            (&["A"], Op::RenameKey("C".into()), "A: {x: 1}\nC: {x: 2}\nB: y\n"),
            (&["A"], unwrap.clone(), "A: {x: 1}\nA: 2\nB: y\n"),
            (&["B"], Op::Replace(copy), "A: {x: 1}\nA: {x: 2}\nB: {x: 2}\n"),
        ] {
            let change = change(&before, keys, op);
            let proof_error = prove(&before, &edited_file(after), &[&change]).unwrap_err();
            assert!(
                matches!(proof_error, ProofError::UnplannedChange { .. }),
                "{proof_error}"
            );
        }
        let inside = YamlFile::of_text("A: {x: 1, x: 2}\n").unwrap();
        let change = change(&inside, &["A"], unwrap);
        let proof_error = prove(&inside, &edited_file("A: 2\n"), &[&change]).unwrap_err();
        assert!(
            matches!(proof_error, ProofError::UnplannedChange { .. }),
            "{proof_error}"
        );
    }

    #[test]
    fn proves_every_operation_by_its_effect_on_the_values() {
        let wrap = Op::WrapInMapping { key: "k".into() };
        let splice = |range| Op::Splice {
            range,
            text: "é".into(),
        };
        let unwrap = |inner| Op::UnwrapCollection { inner };
        for (before, keys, op, after) in [
            ("a: !T [x]\n", &["a"][..], wrap, "a: {k: !T [x]}\n"),
            ("a: {b: x}\n", &["a", "b"], Op::WrapInSequence, "a: {b: [x]}\n"),
            (
                "a: {b: [x]}\n",
                &["a"],
                unwrap(vec![PathSegment::Key("b".into())]),
                "a: [x]\n",
            ),
            (
                "a: {b: [x]}\n",
                &["a"],
                unwrap(vec![PathSegment::Key("b".into()), PathSegment::Index(0)]),
                "a: x\n",
            ),
            ("a: [[x]]\n", &["a"], unwrap(vec![PathSegment::Index(0)]), "a: [x]\n"),
            ("a: !Sub '日本'\n", &["a"], splice(0..3), "a: !Sub é本\n"),
            ("a: [x, y, z]\n", &["a"], Op::RemoveItems(vec![0, 2]), "a: [y]\n"),
            ("a: x\nb: y\n", &["a"], Op::RemoveEntry, "b: y\n"),
            ("a: x\nb: y\n", &["a"], Op::RenameKey("c".into()), "c: x\nb: y\n"),
        ] {
            let file = YamlFile::of_text(before).unwrap();
            let change = change(&file, keys, op);
            prove(&file, &edited_file(after), &[&change]).unwrap();
            prove(&file, &edited_file(before), &[&change]).unwrap_err();
            let edits = render(&file, &change).unwrap();
            let edited = edits.iter().rev().fold(before.to_owned(), |mut text, edit| {
                text.replace_range(edit.span.range(), &edit.text);
                text
            });
            prove(&file, &edited_file(&edited), &[&change]).unwrap();
        }
        // These are half a character, and an item or entry that does not exist.
        let file = YamlFile::of_text("a: 日本\n").unwrap();
        for op in [
            splice(0..1),
            Op::RemoveItems(vec![0]),
            unwrap(vec![PathSegment::Index(0)]),
            unwrap(vec![PathSegment::Key("b".into())]),
        ] {
            let change = change(&file, &["a"], op);
            let proof_error = prove(&file, &edited_file("a: 日本\n"), &[&change]).unwrap_err();
            assert!(
                matches!(proof_error, ProofError::UnplannedChange { .. }),
                "{proof_error}"
            );
        }
    }

    #[test]
    fn keeps_json_valid() {
        let before = YamlFile::of_text(r#"{"A": {"x": 1}, "B": 2}"#).unwrap();
        let change = change(&before, &["B"], Op::Replace(NewValue::scalar("D", None)));
        prove(&before, &edited_file(r#"{"A": {"x": 1}, "B": "D"}"#), &[&change]).unwrap();
        let proof_error = prove(&before, &edited_file(r#"{"A": {"x": 1}, "B": D}"#), &[&change]).unwrap_err();
        assert!(matches!(proof_error, ProofError::NotJson(_)), "{proof_error}");
    }

    #[test]
    fn rejects_aliases_that_expand_to_too_much() {
        let bomb: String = (0..40)
            .map(|n| match n {
                0 => "a0: &a0 [x]\n".to_owned(),
                _ => format!("a{n}: &a{n} [*a{p}, *a{p}]\n", p = n - 1),
            })
            .collect();
        let file = YamlFile::of_text(&bomb).unwrap();
        assert_eq!(
            prove(&file, &edited_file(&bomb), &[]).unwrap_err(),
            ProofError::AliasExpansion
        );
        let recursive = YamlFile::of_text("a: &a [*a]\n").unwrap();
        assert_eq!(
            prove(&recursive, &edited_file("a: &a [*a]\n"), &[]).unwrap_err(),
            ProofError::AliasExpansion
        );
    }
}
