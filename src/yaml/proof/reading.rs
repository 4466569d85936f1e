//! What a reader makes of a text, in a form in which two readings are quickly compared.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::mem;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_yaml::Number;

use crate::yaml::{Node, Stream};

/// The values of a text, each directly before what is in it: a mapping before its keys and values in turn, a tag before
/// what bears it.
pub(super) type Items<'t> = Vec<Item<'t>>;

/// One value, or the tag of one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    /// Without its `!`.
    Tag(Box<str>),
    Sequence(Extent),
    Mapping(Extent),
}

/// How much a collection holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Extent {
    /// Its items or entries.
    pub(super) len: u32,
    /// Everything in it.
    pub(super) items: u32,
}

impl Hash for Item<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        mem::discriminant(self).hash(state);
        match self {
            Self::Null => {}
            Self::Bool(value) => value.hash(state),
            // The same for a zero of either sign, which are the same key.
            Self::Number(value) => value.as_f64().map(|value| (value + 0.0).to_bits()).hash(state),
            Self::Text(text) => text.hash(state),
            Self::Tag(name) => name.hash(state),
            Self::Sequence(extent) | Self::Mapping(extent) => extent.hash(state),
        }
    }
}

impl Item<'_> {
    pub(super) fn tag(name: &str) -> Self {
        Self::Tag(
            name.strip_prefix('!')
                .filter(|name| !name.is_empty())
                .unwrap_or(name)
                .into(),
        )
    }
}

/// Lets the collection that begins at `at` end with the last item, with so many items or entries of its own.
pub(super) fn close(items: &mut Items<'_>, at: usize, len: usize) {
    // A text has fewer bytes than these numbers reach, and its aliases may not stand for much more.
    let narrow = |count| u32::try_from(count).unwrap_or(u32::MAX);
    let inside = Extent {
        len: narrow(len),
        items: narrow(items.len() - at - 1),
    };
    if let Some(Item::Sequence(extent) | Item::Mapping(extent)) = items.get_mut(at) {
        *extent = inside;
    }
}

/// Returns how many items the value at `at` takes: itself and what is in it, with its tag.
pub(super) fn size(items: &[Item<'_>], at: usize) -> usize {
    let tags = items
        .iter()
        .skip(at)
        .take_while(|item| matches!(item, Item::Tag(_)))
        .count();
    let inside = match items.get(at + tags) {
        Some(Item::Sequence(extent) | Item::Mapping(extent)) => extent.items as usize,
        _ => 0,
    };
    tags + 1 + inside
}

/// Returns the value at `at`, with its tag and everything in it.
pub(super) fn part<'i, 't>(items: &'i [Item<'t>], at: usize) -> &'i [Item<'t>] {
    items.get(at..at + size(items, at)).unwrap_or_default()
}

/// Returns what the first reader sees in each document: every scalar a text, aliases as what they stand for. `None`
/// where they stand for too much.
///
/// The items borrow `text`, which must be the stream's, and not the stream, so that the stream can be dropped.
pub(super) fn first<'t>(stream: &Stream, text: &'t str) -> Option<Vec<Items<'t>>> {
    // Enough for every real template, and small enough that no alias bomb takes long.
    let mut budget = 16 * text.len() + 1024;
    let mut room = most_items(text);
    let documents = stream.documents().map(|root| {
        let mut items = Vec::with_capacity(mem::take(&mut room));
        add(text, root, 0, &mut budget, &mut items)?;
        items.shrink_to_fit();
        Some(items)
    });
    documents.collect()
}

/// Returns how many items a text may well have. The first document gets room for them all, as a list that grows is for
/// a while there twice.
fn most_items(text: &str) -> usize {
    text.len() / 16
}

fn add<'t>(source: &'t str, node: Node<'_>, depth: usize, budget: &mut usize, items: &mut Items<'t>) -> Option<()> {
    const DEEPEST: usize = 512;
    *budget = budget.checked_sub(1).filter(|_| depth < DEEPEST)?;
    let node = node.resolved();
    items.extend(node.tag_name().map(Item::tag));
    let at = items.len();
    if let Some(text) = node.value_in(source) {
        *budget = budget.checked_sub(text.len())?;
        items.push(Item::Text(text));
    } else if node.is_sequence() {
        items.push(Item::Sequence(Extent::default()));
        let mut inside = node.items();
        inside.try_for_each(|item| add(source, item, depth + 1, budget, items))?;
        close(items, at, node.items().len());
    } else {
        items.push(Item::Mapping(Extent::default()));
        node.entries().try_for_each(|(key, value)| {
            add(source, key, depth + 1, budget, items)?;
            add(source, value, depth + 1, budget, items)
        })?;
        close(items, at, node.entries().len());
    }
    Some(())
}

/// Returns what the second reader, `serde_yaml`, sees in each document of a text.
///
/// # Errors
///
/// If it cannot read the text: why.
pub(super) fn second(text: &str) -> Result<Vec<Items<'_>>, String> {
    let mut room = most_items(text);
    let documents = serde_yaml::Deserializer::from_str(text).map(|document| {
        let mut items = Vec::with_capacity(mem::take(&mut room));
        Reader(&mut items).deserialize(document)?;
        items.shrink_to_fit();
        Ok(items)
    });
    documents
        .collect::<Result<_, serde_yaml::Error>>()
        .map_err(|error| error.to_string())
}

/// Takes in one value: what `serde_yaml`'s own `Value` takes, and refuses what that refuses.
struct Reader<'r, 't>(&'r mut Items<'t>);

impl<'t> Reader<'_, 't> {
    fn add<E>(self, item: Item<'t>) -> Result<(), E> {
        self.0.push(item);
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for Reader<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Reader<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.add(Item::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.add(Item::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.add(Item::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.add(Item::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.add(Item::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<(), E> {
        self.add(Item::Text(Cow::Borrowed(value)))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.add(Item::Null)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.add(Item::Null)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(Item::Sequence(Extent::default()));
        let mut len = 0;
        while access.next_element_seed(Reader(self.0))?.is_some() {
            len += 1;
        }
        close(self.0, at, len);
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(Item::Mapping(Extent::default()));
        let mut keys = Keys::default();
        loop {
            let key = self.0.len();
            if access.next_key_seed(Reader(self.0))?.is_none() {
                break;
            }
            keys.add(self.0, key).map_err(A::Error::custom)?;
            access.next_value_seed(Reader(self.0))?;
        }
        close(self.0, at, keys.starts.len());
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'t>>(self, access: A) -> Result<(), A::Error> {
        let (tag, contents) = access.variant::<String>()?;
        if tag.is_empty() {
            return Err(A::Error::custom("empty YAML tag is not allowed"));
        }
        self.0.push(Item::tag(&tag));
        contents.newtype_variant_seed(self)
    }
}

/// The keys of a mapping so far, by where they begin.
#[derive(Default)]
struct Keys {
    starts: Vec<usize>,
    /// Of every key, once they are too many to compare each with each.
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Keys {
    /// Takes in the key at `key`, unless it is the same as one before: then what `serde_yaml` says of that.
    fn add(&mut self, items: &[Item<'_>], key: usize) -> Result<(), String> {
        const FEW: usize = 16;
        let hash = |start| self.hasher.hash_one(part(items, start));
        if self.starts.len() == FEW {
            self.hashes = self.starts.iter().map(|&start| hash(start)).collect();
        }
        let is_likely_new = self.starts.len() >= FEW && self.hashes.insert(hash(key));
        let is_same = |start: usize| items.get(start) == items.get(key) && part(items, start) == part(items, key);
        let mut before = self.starts.iter().filter(|_| !is_likely_new);
        if let Some(&first) = before.find(|start| is_same(**start)) {
            return Err(match items.get(first) {
                Some(Item::Null) => "duplicate entry with null key".to_owned(),
                Some(Item::Bool(key)) => format!("duplicate entry with key `{key}`"),
                Some(Item::Number(key)) => format!("duplicate entry with key {key}"),
                Some(Item::Text(key)) => format!("duplicate entry with key {key:?}"),
                _ => "duplicate entry in YAML map".to_owned(),
            });
        }
        self.starts.push(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_yaml::value::{Tag, TaggedValue};
    use serde_yaml::{Mapping, Value};

    use super::*;

    /// The first value of some items as `serde_yaml` has it, and what is behind it.
    fn value<'i, 't>(items: &'i [Item<'t>]) -> (Value, &'i [Item<'t>]) {
        let Some((first, mut rest)) = items.split_first() else {
            return (Value::Null, items);
        };
        let mut next = || {
            let (inner, behind) = value(rest);
            rest = behind;
            inner
        };
        let value = match first {
            Item::Null => Value::Null,
            Item::Bool(value) => Value::Bool(*value),
            Item::Number(value) => Value::Number(value.clone()),
            Item::Text(value) => Value::String(value.clone().into_owned()),
            Item::Tag(tag) => Value::Tagged(Box::new(TaggedValue {
                tag: Tag::new(&**tag),
                value: next(),
            })),
            Item::Sequence(extent) => Value::Sequence((0..extent.len).map(|_| next()).collect()),
            Item::Mapping(extent) => Value::Mapping((0..extent.len).map(|_| (next(), next())).collect::<Mapping>()),
        };
        (value, rest)
    }

    #[test]
    fn the_second_reader_refuses_what_its_own_values_refuse() {
        let many: String = (0..40).map(|n| format!("k{n}: {n}\n")).collect();
        for text in [
            "a: 1\nb: !Ref c\n---\n- ~\n- [1.0, -2, true]\n",
            "",
            "a: 1\na: 2\n",
            "1: a\n\"1\": b\n",
            "1: a\n0x1: b\n",
            "0.0: a\n-0.0: b\n",
            "~: a\nnull: b\n",
            "true: a\nTrue: b\n",
            "? {a: 1, b: 2}\n: x\n? {a: 1, b: 2}\n: y\n",
            "? !t a\n: x\n? !t a\n: y\n",
            "? [a]\n: x\n? [b]\n: y\n",
            "a: 123456789012345678901234567890\n",
            "a: &a [b]\nc: *d\n",
            &many,
            &format!("{many}k3: 1\n"),
            &format!("{many}? [a]\n: x\n? [a]\n: y\n"),
        ] {
            let values = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
            let values = values.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string());
            let items = second(text).map(|read| read.iter().map(|items| value(items).0).collect::<Vec<_>>());
            assert_eq!(items, values, "{text}");
        }
    }
}
