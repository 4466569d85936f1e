//! The proof: two readers that share no code read the text before and after, and each must see the planned change and
//! no other.

mod plan;
mod reading;

use std::borrow::Borrow;
use std::panic::resume_unwind;
use std::thread::{self, Scope, ScopedJoinHandle};

use super::parse::masked;
use super::{Change, Stream};
use crate::text::{File, Path, Place, Refusal, Step};

use plan::Plan;
use reading::{Item, Items, first, second, size};

/// Proves that from `before` to `after` exactly `changes` happened; the reading of `after`, if it did.
///
/// # Errors
///
/// What keeps the edited text from being used.
pub fn prove(before: &Stream, after: &File, changes: &[&Change]) -> Result<Stream, Refusal> {
    prove_and(before, after, changes, |after| after)
}

/// The same, with a look at the reading of `after` that only holds if there is no error.
///
/// What the first reader made of the texts is done with, once it is looked at, before the second one reads the other of
/// them: each needs several times the room of the text.
pub(crate) fn prove_and<T>(
    before: impl Borrow<Stream>,
    after: &File,
    changes: &[&Change],
    look: impl FnOnce(Stream) -> T,
) -> Result<T, Refusal> {
    /// The second reader's readings of texts of so many bytes are not to be made at the same time.
    const LARGE: usize = 1 << 22;

    // The text outlives its nodes, which are dropped as early as possible.
    let text = before.borrow().file().text.clone();
    let text = &*text;
    if is_json(text).is_ok() {
        is_json(&after.text).map_err(Refusal::NoJson)?;
    }
    let plan = Plan::of(changes);
    let (masked_before, masked_after) = (masked(text), masked(&after.text));
    thread::scope(|scope| {
        let second_before = || second(&masked_before).map(|items| plan.carry_out(items));
        let second_before = beside(scope, text.len(), second_before);
        let expected = first(before.borrow(), text).map(|items| plan.carry_out(items));
        drop(before);
        let stream = Stream::parse(after).map_err(|error| Refusal::Unreadable(error.to_string()))?;
        let (Some(expected), Some(first_after)) = (expected, first(&stream, &after.text)) else {
            return Err(Refusal::Aliases);
        };
        let expected_of_second = || {
            let refused = |error| duplicate_key(text).unwrap_or(Refusal::SecondReader(error));
            second_before().map_err(refused)
        };
        if let Err(refusal) = compare(expected, &first_after) {
            // A text that was at fault before is what to tell of.
            return Err(expected_of_second().err().unwrap_or(refusal));
        }
        drop(first_after);
        let looked = look(stream);
        let second_after = || second(&masked_after).map_err(Refusal::SecondUnreadable);
        let (expected, second_after) = match text.len() {
            ..LARGE => {
                let second_after = second_after();
                (expected_of_second()?, second_after?)
            }
            _ => (expected_of_second()?, second_after()?),
        };
        compare(expected, &second_after)?;
        Ok(looked)
    })
}

/// Returns what `work` comes to: done on a thread beside what follows, if there is one to be had and a text of so many
/// bytes is worth it, else when it is asked for.
fn beside<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    bytes: usize,
    work: impl Fn() -> T + Copy + Send + 's,
) -> impl FnOnce() -> T {
    // A thread is begun in the time of a few thousand bytes.
    const WORTH_IT: usize = 1 << 16;
    let begun = match bytes {
        WORTH_IT.. => thread::Builder::new().spawn_scoped(scope, work).ok(),
        _ => None,
    };
    move || match begun.map(ScopedJoinHandle::join) {
        None => work(),
        Some(Ok(done)) => done,
        Some(Err(panic)) => resume_unwind(panic),
    }
}

/// Returns whether a text is JSON; if not, why.
fn is_json(text: &str) -> Result<(), String> {
    let text = text.trim_start_matches('\u{feff}');
    let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
    read.map(drop).map_err(|error| error.to_string())
}

/// The usual reason of the second reader, in clearer words than its own.
fn duplicate_key(text: &str) -> Option<Refusal> {
    let stream = Stream::of_text(text).ok()?;
    let (first, second) = stream.duplicate_keys().next()?;
    Some(Refusal::DuplicateKey {
        key: second.scalar()?.to_owned(),
        first: Place::new(first.file(), first.span()),
        second: Place::new(second.file(), second.span()),
    })
}

/// Compares what one reader sees with what it must see.
fn compare(expected: Result<Vec<Items<'_>>, Path>, after: &[Items<'_>]) -> Result<(), Refusal> {
    let expected = expected.map_err(|place| unplanned(&place))?;
    if expected.len() != after.len() {
        return Err(unplanned("the documents of the file"));
    }
    for (document, (expected, after)) in expected.iter().zip(after).enumerate() {
        if expected != after {
            let steps = difference(expected, after);
            return Err(match steps.is_empty() {
                true => unplanned("the root of the document"),
                false => unplanned(&Path { document, steps }),
            });
        }
    }
    Ok(())
}

/// The way to the first value that two readings do not have in common.
fn difference<'i, 't>(mut expected: &'i [Item<'t>], mut after: &'i [Item<'t>]) -> Vec<Step> {
    let mut steps = Vec::new();
    loop {
        let (Some((one, inside)), Some((other, inside_other))) = (expected.split_first(), after.split_first()) else {
            return steps;
        };
        let (len, is_mapping) = match (one, other) {
            (Item::Tag(one), Item::Tag(other)) if one == other => {
                (expected, after) = (inside, inside_other);
                continue;
            }
            (Item::Sequence(one), Item::Sequence(other)) if one.len == other.len => (one.len as usize, false),
            (Item::Mapping(one), Item::Mapping(other)) if one.len == other.len => (one.len as usize, true),
            _ => return steps,
        };
        let parts = |items| Parts { items, at: 0 }.take(if is_mapping { 2 * len } else { len });
        let mut pairs = parts(inside).zip(parts(inside_other)).enumerate();
        let Some((at, pair)) = pairs.find(|(_, (one, other))| one != other) else {
            return steps;
        };
        (expected, after) = pair;
        steps.push(match parts(inside).nth(at / 2 * 2) {
            Some([Item::Text(key), ..]) if is_mapping => Step::Key(key.clone().into_owned()),
            _ if is_mapping => Step::Key("?".to_owned()),
            _ => Step::Index(at),
        });
    }
}

/// The values of some items, one behind the other.
struct Parts<'i, 't> {
    items: &'i [Item<'t>],
    at: usize,
}

impl<'i, 't> Iterator for Parts<'i, 't> {
    type Item = &'i [Item<'t>];

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.at;
        self.at += size(self.items, from);
        self.items.get(from..self.at).filter(|items| !items.is_empty())
    }
}

fn unplanned(place: &(impl ToString + ?Sized)) -> Refusal {
    Refusal::Unplanned {
        place: place.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use crate::yaml::{Fragment, Op, render};

    fn file(text: &str) -> File {
        File::new(FileId::default(), text)
    }

    const BEFORE: &str = "A: {x: 1}\nB: !Ref C\n";

    fn root() -> Path {
        Path {
            document: 0,
            steps: Vec::new(),
        }
    }

    /// An operation on the value at the end of some keys.
    fn change(before: &Stream, keys: &[&str], op: Op) -> Change {
        let root_node = before.documents().next().unwrap();
        let path = keys.iter().fold(root(), |path, key| path.key(key));
        let value = root_node.at(&path.steps).unwrap();
        let node = match op {
            Op::InsertAfter { .. } => value.key().unwrap(),
            _ => value,
        };
        Change::Value {
            file: FileId::default(),
            node: node.id(),
            path,
            op,
        }
    }

    fn changes(before: &Stream) -> Vec<Change> {
        let d = Fragment::Tagged {
            tag: "!Ref".into(),
            value: Box::new(Fragment::scalar("D", None)),
        };
        let insertion = Op::InsertAfter {
            key: "N".into(),
            value: Fragment::Sequence(vec![d.clone()]),
        };
        vec![
            change(before, &["B"], Op::Replace(d)),
            change(before, &["A"], insertion),
        ]
    }

    fn verdict(after: &str) -> Result<(), String> {
        let before = Stream::of_text(BEFORE).unwrap();
        let changes = changes(&before);
        let proof = prove(&before, &file(after), &changes.iter().collect::<Vec<_>>());
        proof.map(drop).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn the_planned_change_passes_whatever_its_layout() {
        verdict("A: {x: 1}\nN:\n- !Ref D\nB: !Ref D\n").unwrap();
        verdict("A: {x: 1} # why\nN: [!Ref 'D']\nB: !Ref \"D\"\n").unwrap();
    }

    #[test]
    fn every_other_change_is_refused() {
        for (after, place) in [
            ("A: {x: 2}\nN: [!Ref D]\nB: !Ref D\n", "`A.x`"),
            ("A: {x: '1'}\nN: [!Ref D]\nB: !Ref D\n", "`A.x`"),
            ("N: [!Ref D]\nA: {x: 1}\nB: !Ref D\n", "`A`"),
            ("A: {x: 1}\nN: [!Ref E]\nB: !Ref D\n", "`N[0]`"),
            ("A: {x: 1}\nN: [!Ref D]\nB: !Ref C\n", "`B`"),
            ("A: {x: 1}\nN: [D]\nB: !Ref D\n", "`N[0]`"),
            ("A: {x: 1}\nB: !Ref D\n", "`the root of the document`"),
            ("A: {x: 1}\nN: [!Ref D]\nB: !Ref D\n---\nA: 1\n", "documents"),
            ("A: {x: 1}\nN: [!Ref D\nB: !Ref D\n", "cannot read the fixed template"),
        ] {
            let refusal = verdict(after).unwrap_err();
            assert!(refusal.contains(place), "{after}: {refusal}");
        }
    }

    /// The first reader takes a key that stands twice, so what makes one is for the second to refuse; that the text was
    /// right before must not be lost.
    #[test]
    fn a_key_that_comes_to_stand_twice_is_refused() {
        let before = Stream::of_text(BEFORE).unwrap();
        let change = change(&before, &["B"], Op::Rename("A".into()));
        let refusal = prove(&before, &file("A: {x: 1}\nA: !Ref C\n"), &[&change]).unwrap_err();
        assert!(matches!(refusal, Refusal::SecondUnreadable(_)), "{refusal}");
        assert!(!refusal.is_about_the_text());

        let twice = Stream::of_text("B: {y: 1, y: 2}\n").unwrap();
        let refusal = prove(&twice, &file("A: {y: 1, y: 2}\n"), &[&change]).unwrap_err();
        assert!(matches!(refusal, Refusal::DuplicateKey { .. }), "{refusal}");
        assert!(refusal.is_about_the_text());
    }

    #[test]
    fn every_operation_is_proven_by_its_meaning() {
        let wrap = Op::WrapInMapping { key: "k".into() };
        let splice = |range| Op::Splice {
            range,
            text: "é".into(),
        };
        let unwrap = |inner| Op::Unwrap { inner };
        for (before, keys, op, after) in [
            ("a: !T [x]\n", &["a"][..], wrap, "a: {k: !T [x]}\n"),
            ("a: {b: x}\n", &["a", "b"], Op::WrapInSequence, "a: {b: [x]}\n"),
            ("a: {b: [x]}\n", &["a"], unwrap(vec![Step::Key("b".into())]), "a: [x]\n"),
            (
                "a: {b: [x]}\n",
                &["a"],
                unwrap(vec![Step::Key("b".into()), Step::Index(0)]),
                "a: x\n",
            ),
            ("a: [[x]]\n", &["a"], unwrap(vec![Step::Index(0)]), "a: [x]\n"),
            ("a: !Sub '日本'\n", &["a"], splice(0..3), "a: !Sub é本\n"),
            ("a: [x, y, z]\n", &["a"], Op::RemoveItems(vec![0, 2]), "a: [y]\n"),
            ("a: x\nb: y\n", &["a"], Op::Remove, "b: y\n"),
            ("a: x\nb: y\n", &["a"], Op::Rename("c".into()), "c: x\nb: y\n"),
        ] {
            let stream = Stream::of_text(before).unwrap();
            let change = change(&stream, keys, op);
            prove(&stream, &file(after), &[&change]).unwrap();
            prove(&stream, &file(before), &[&change]).unwrap_err();
            let edits = render(&stream, &change).unwrap();
            let edited = edits.iter().rev().fold(before.to_owned(), |mut text, edit| {
                text.replace_range(edit.span.range(), &edit.text);
                text
            });
            prove(&stream, &file(&edited), &[&change]).unwrap();
        }
        // Half a character, an item or an entry that does not exist.
        let stream = Stream::of_text("a: 日本\n").unwrap();
        for op in [
            splice(0..1),
            Op::RemoveItems(vec![0]),
            unwrap(vec![Step::Index(0)]),
            unwrap(vec![Step::Key("b".into())]),
        ] {
            let change = change(&stream, &["a"], op);
            let refusal = prove(&stream, &file("a: 日本\n"), &[&change]).unwrap_err();
            assert!(matches!(refusal, Refusal::Unplanned { .. }), "{refusal}");
        }
    }

    #[test]
    fn json_stays_json() {
        let before = Stream::of_text(r#"{"A": {"x": 1}, "B": 2}"#).unwrap();
        let change = change(&before, &["B"], Op::Replace(Fragment::scalar("D", None)));
        prove(&before, &file(r#"{"A": {"x": 1}, "B": "D"}"#), &[&change]).unwrap();
        let refusal = prove(&before, &file(r#"{"A": {"x": 1}, "B": D}"#), &[&change]).unwrap_err();
        assert!(matches!(refusal, Refusal::NoJson(_)), "{refusal}");
    }

    #[test]
    fn aliases_that_stand_for_too_much_are_refused() {
        let bomb: String = (0..40)
            .map(|n| match n {
                0 => "a0: &a0 [x]\n".to_owned(),
                _ => format!("a{n}: &a{n} [*a{p}, *a{p}]\n", p = n - 1),
            })
            .collect();
        let stream = Stream::of_text(&bomb).unwrap();
        assert_eq!(prove(&stream, &file(&bomb), &[]).unwrap_err(), Refusal::Aliases);
        let itself = Stream::of_text("a: &a [*a]\n").unwrap();
        assert_eq!(
            prove(&itself, &file("a: &a [*a]\n"), &[]).unwrap_err(),
            Refusal::Aliases
        );
    }
}
