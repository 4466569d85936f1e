//! The proof: two readers that share no code read the text before and after, and each must see the planned change and
//! no other.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};

use super::Change;
use crate::syntax::{Fragment, Node, Path, Step, Stream, SyntaxError, masked};

/// Why an edited text is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The second reader cannot read the text as it was.
    #[error("the template cannot be changed safely: a second YAML reader refuses it, {0}. Mend that first")]
    SecondReader(String),
    /// A key that stands twice in one mapping: which of the two counts is not for us to say.
    #[error(
        "the template cannot be changed safely: the key `{key}` stands twice in one mapping, on lines {first} and {second}. Remove one of them first"
    )]
    DuplicateKey {
        /// The key.
        key: String,
        /// The line, from 1, of the first one.
        first: usize,
        /// The line, from 1, of the second one.
        second: usize,
    },
    /// The first reader cannot read the edited text.
    #[error("the fix was thrown away: the template could not be read after it, {0}")]
    Unreadable(#[source] SyntaxError),
    /// The second reader cannot read the edited text.
    #[error("the fix was thrown away: a second YAML reader could not read the template after it, {0}")]
    SecondUnreadable(String),
    /// Aliases that stand for more than any template needs.
    #[error("the template cannot be changed safely: its aliases stand for too much")]
    Aliases,
    /// A reader sees another change than the planned one.
    #[error("the fix was thrown away: it would have changed `{place}` in a way that was not planned")]
    Unplanned {
        /// The first place where plan and text differ.
        place: String,
    },
    /// What was JSON is no JSON any more, though it may be YAML.
    #[error("the fix was thrown away: the template would have ceased to be JSON, {0}")]
    NoJson(String),
    /// After the fix, there is still something to fix.
    #[error("the fix was thrown away: it did not mend what it was made for")]
    Remains,
}

impl Refusal {
    /// Whether the text as it was is at fault, so that no other fix would fare better.
    pub fn is_about_the_text(&self) -> bool {
        matches!(self, Self::SecondReader(_) | Self::DuplicateKey { .. } | Self::Aliases)
    }
}

/// Proves that from `before` to `after` exactly `changes` happened; the reading of `after`, if it did.
///
/// # Errors
///
/// What keeps the edited text from being used.
pub fn prove<'t>(before: &Stream<'_>, after: &'t str, changes: &[&Change]) -> Result<Stream<'t>, Refusal> {
    if is_json(before.text()).is_ok() {
        is_json(after).map_err(Refusal::NoJson)?;
    }
    let plan = Plan::of(changes);
    let stream = Stream::parse(after).map_err(Refusal::Unreadable)?;
    plan.hold(first_reading(before)?, &first_reading(&stream)?)?;
    let refused = |error| duplicate_key(before).unwrap_or(Refusal::SecondReader(error));
    let second_before = second_reading(before.text()).map_err(refused)?;
    let second_after = second_reading(after).map_err(Refusal::SecondUnreadable)?;
    plan.hold(second_before, &second_after)?;
    Ok(stream)
}

/// Whether a text is JSON; if not, why.
fn is_json(text: &str) -> Result<(), String> {
    let text = text.trim_start_matches('\u{feff}');
    let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
    read.map(drop).map_err(|error| error.to_string())
}

/// What the first reader sees: every scalar a string, aliases as what they stand for.
fn first_reading(stream: &Stream<'_>) -> Result<Vec<Value>, Refusal> {
    // Enough for every real template, and small enough that no alias bomb takes long.
    let mut budget = 16 * stream.text().len() + 1024;
    stream
        .documents()
        .map(|root| value_of(root, 0, &mut budget).ok_or(Refusal::Aliases))
        .collect()
}

fn value_of(node: Node<'_>, depth: usize, budget: &mut usize) -> Option<Value> {
    const DEEPEST: usize = 512;
    *budget = budget.checked_sub(1).filter(|_| depth < DEEPEST)?;
    let node = node.resolved();
    let value = if let Some(text) = node.scalar() {
        *budget = budget.checked_sub(text.len())?;
        Value::String(text.to_owned())
    } else if node.is_sequence() {
        let items = node.items().map(|item| value_of(item, depth + 1, budget));
        Value::Sequence(items.collect::<Option<_>>()?)
    } else {
        let entries = node
            .entries()
            .map(|(key, value)| Some((value_of(key, depth + 1, budget)?, value_of(value, depth + 1, budget)?)));
        Value::Mapping(entries.collect::<Option<_>>()?)
    };
    Some(match node.tag_name() {
        Some(tag) => tagged(tag, value),
        None => value,
    })
}

/// What the second reader, `serde_yaml`, sees; if it cannot read the text, why.
fn second_reading(text: &str) -> Result<Vec<Value>, String> {
    serde_yaml::Deserializer::from_str(&masked(text))
        .map(Value::deserialize)
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

/// The usual reason of the second reader, in clearer words than its own.
fn duplicate_key(stream: &Stream<'_>) -> Option<Refusal> {
    let (first, second) = stream.duplicate_keys().next()?;
    let line = |node: Node<'_>| stream.position(node.span().start()).line;
    Some(Refusal::DuplicateKey {
        key: second.scalar()?.to_owned(),
        first: line(first),
        second: line(second),
    })
}

fn tagged(tag: &str, value: Value) -> Value {
    Value::Tagged(Box::new(TaggedValue {
        tag: Tag::new(tag),
        value,
    }))
}

/// The planned changes, each once, insertions by the mapping that they go into.
struct Plan<'f> {
    replacements: Vec<(&'f Path, &'f Fragment)>,
    /// Entries that go, or get another key.
    rekeyed: Vec<(&'f Path, Option<&'f str>)>,
    insertions: HashMap<&'f Path, HashMap<&'f str, (&'f str, &'f Fragment)>>,
}

impl<'f> Plan<'f> {
    fn of(changes: &[&'f Change]) -> Self {
        let mut plan = Self {
            replacements: Vec::new(),
            rekeyed: Vec::new(),
            insertions: HashMap::new(),
        };
        let mut seen = HashSet::new();
        for &change in changes.iter().filter(|change| seen.insert(**change)) {
            match change {
                Change::Replace { path, value } => plan.replacements.push((path, value)),
                Change::Remove { path } => plan.rekeyed.push((path, None)),
                Change::Rename { path, key } => plan.rekeyed.push((path, Some(key))),
                Change::Insert {
                    mapping,
                    after,
                    key,
                    value,
                } => {
                    let entries = plan.insertions.entry(mapping).or_default();
                    entries.insert(after, (key, value));
                }
            }
        }
        plan
    }

    /// Makes the planned changes to one reader's `before` and compares with what it reads `after`.
    fn hold(&self, before: Vec<Value>, after: &[Value]) -> Result<(), Refusal> {
        let expected = self.carry_out(before)?;
        if expected.len() != after.len() {
            return Err(unplanned("the documents of the file"));
        }
        for (document, (expected, after)) in expected.iter().zip(after).enumerate() {
            let mut place = Path {
                document,
                steps: Vec::new(),
            };
            compare(expected, after, &mut place)?;
        }
        Ok(())
    }

    fn carry_out(&self, mut documents: Vec<Value>) -> Result<Vec<Value>, Refusal> {
        for (&path, entries) in &self.insertions {
            let mut built = HashMap::new();
            for (&after, &(key, fragment)) in entries {
                built.insert(after, (key, build(fragment, &documents)?));
            }
            let Some(Value::Mapping(mapping)) = find_mut(&mut documents, path) else {
                return Err(unplanned(path));
            };
            let mut grown = Mapping::with_capacity(mapping.len() + built.len());
            for (key, value) in std::mem::take(mapping) {
                let new = key.as_str().and_then(|key| built.remove(key));
                grown.insert(key, value);
                if let Some((key, value)) = new {
                    grown.insert(key.into(), value);
                }
            }
            if !built.is_empty() {
                return Err(unplanned(path));
            }
            *mapping = grown;
        }
        for &(path, fragment) in &self.replacements {
            let value = build(fragment, &documents)?;
            *find_mut(&mut documents, path).ok_or_else(|| unplanned(path))? = value;
        }
        for &(path, key) in &self.rekeyed {
            rekey(&mut documents, path, key).ok_or_else(|| unplanned(path))?;
        }
        Ok(documents)
    }
}

/// Gives the entry at `path` another key, or with none removes it; the order of the others stays.
fn rekey(documents: &mut [Value], path: &Path, key: Option<&str>) -> Option<()> {
    let (Step::Key(old), around) = path.steps.split_last()? else {
        return None;
    };
    let around = Path {
        document: path.document,
        steps: around.to_vec(),
    };
    let mapping = match find_mut(documents, &around)? {
        Value::Tagged(tagged) => tagged.value.as_mapping_mut()?,
        value => value.as_mapping_mut()?,
    };
    mapping.get(old)?;
    *mapping = std::mem::take(mapping)
        .into_iter()
        .filter_map(|(own, value)| match own.as_str() == Some(old) {
            true => key.map(|key| (key.into(), value)),
            false => Some((own, value)),
        })
        .collect();
    Some(())
}

/// What a reader must make of a fragment's text.
fn build(fragment: &Fragment, documents: &[Value]) -> Result<Value, Refusal> {
    Ok(match fragment {
        Fragment::Scalar { value, .. } => Value::String(value.clone()),
        Fragment::Tagged { tag, value } => tagged(tag, build(value, documents)?),
        Fragment::Sequence(items) => {
            let items = items.iter().map(|item| build(item, documents));
            Value::Sequence(items.collect::<Result<_, _>>()?)
        }
        Fragment::Mapping { entries, .. } => {
            let entries = entries
                .iter()
                .map(|(key, value)| Ok((key.as_str().into(), build(value, documents)?)));
            Value::Mapping(entries.collect::<Result<_, _>>()?)
        }
        Fragment::Copy { path, .. } => find(documents, path).cloned().ok_or_else(|| unplanned(path))?,
    })
}

fn find<'v>(documents: &'v [Value], path: &Path) -> Option<&'v Value> {
    let root = documents.get(path.document)?;
    path.steps
        .iter()
        .try_fold(root, |value, step| match (step, untagged(value)) {
            (Step::Key(key), value) => value.get(key),
            (Step::Index(index), value) => value.get(index),
        })
}

fn untagged(value: &Value) -> &Value {
    match value {
        Value::Tagged(tagged) => &tagged.value,
        _ => value,
    }
}

fn find_mut<'v>(documents: &'v mut [Value], path: &Path) -> Option<&'v mut Value> {
    let root = documents.get_mut(path.document)?;
    path.steps.iter().try_fold(root, |value, step| {
        let value = match value {
            Value::Tagged(tagged) => &mut tagged.value,
            _ => value,
        };
        match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(index),
        }
    })
}

/// Compares two readings, the order of keys included.
fn compare(expected: &Value, actual: &Value, place: &mut Path) -> Result<(), Refusal> {
    match (expected, actual) {
        (Value::Tagged(expected), Value::Tagged(actual)) if expected.tag == actual.tag => {
            compare(&expected.value, &actual.value, place)
        }
        (Value::Sequence(expected), Value::Sequence(actual)) if expected.len() == actual.len() => {
            for (at, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                place.steps.push(Step::Index(at));
                compare(expected, actual, place)?;
                place.steps.pop();
            }
            Ok(())
        }
        (Value::Mapping(expected), Value::Mapping(actual)) if expected.len() == actual.len() => {
            for ((key, expected), (actual_key, actual)) in expected.iter().zip(actual) {
                place.steps.push(Step::Key(key.as_str().unwrap_or("?").to_owned()));
                compare(key, actual_key, place)?;
                compare(expected, actual, place)?;
                place.steps.pop();
            }
            Ok(())
        }
        _ if expected == actual => Ok(()),
        _ if place.steps.is_empty() => Err(unplanned("the root of the document")),
        _ => Err(unplanned(place)),
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

    const BEFORE: &str = "A: {x: 1}\nB: !Ref C\n";

    fn changes() -> Vec<Change> {
        let root = Path {
            document: 0,
            steps: Vec::new(),
        };
        let d = Fragment::Tagged {
            tag: "!Ref".into(),
            value: Box::new(Fragment::scalar("D", None)),
        };
        vec![
            Change::Replace {
                path: root.key("B"),
                value: d.clone(),
            },
            Change::Insert {
                mapping: root,
                after: "A".into(),
                key: "N".into(),
                value: Fragment::Sequence(vec![d]),
            },
        ]
    }

    fn verdict(after: &str) -> Result<(), String> {
        let before = Stream::parse(BEFORE).unwrap();
        let changes = changes();
        let proof = prove(&before, after, &changes.iter().collect::<Vec<_>>());
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
            ("A: {x: 1}\nN: [!Ref D\nB: !Ref D\n", "could not be read"),
        ] {
            let refusal = verdict(after).unwrap_err();
            assert!(refusal.contains(place), "{after}: {refusal}");
        }
    }

    /// The first reader takes a key that stands twice, so what makes one is for the second to refuse; that the text was
    /// right before must not be lost.
    #[test]
    fn a_key_that_comes_to_stand_twice_is_refused() {
        let before = Stream::parse(BEFORE).unwrap();
        let path = Path {
            document: 0,
            steps: Vec::new(),
        }
        .key("B");
        let change = Change::Rename { path, key: "A".into() };
        let refusal = prove(&before, "A: {x: 1}\nA: !Ref C\n", &[&change]).unwrap_err();
        assert!(matches!(refusal, Refusal::SecondUnreadable(_)), "{refusal}");
        assert!(!refusal.is_about_the_text());

        let twice = Stream::parse("B: {y: 1, y: 2}\n").unwrap();
        let refusal = prove(&twice, "A: {y: 1, y: 2}\n", &[&change]).unwrap_err();
        assert!(matches!(refusal, Refusal::DuplicateKey { .. }), "{refusal}");
        assert!(refusal.is_about_the_text());
    }

    #[test]
    fn json_stays_json() {
        let before = Stream::parse(r#"{"A": {"x": 1}, "B": 2}"#).unwrap();
        let change = Change::Replace {
            path: Path {
                document: 0,
                steps: Vec::new(),
            }
            .key("B"),
            value: Fragment::scalar("D", None),
        };
        prove(&before, r#"{"A": {"x": 1}, "B": "D"}"#, &[&change]).unwrap();
        let refusal = prove(&before, r#"{"A": {"x": 1}, "B": D}"#, &[&change]).unwrap_err();
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
        let stream = Stream::parse(&bomb).unwrap();
        assert_eq!(prove(&stream, &bomb, &[]).unwrap_err(), Refusal::Aliases);
        let itself = Stream::parse("a: &a [*a]\n").unwrap();
        assert_eq!(prove(&itself, "a: &a [*a]\n", &[]).unwrap_err(), Refusal::Aliases);
    }
}
