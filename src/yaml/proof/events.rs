//! Represents parsed values in a flat form that is quick to compare.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_yaml::Number;

use crate::yaml::{Node, YamlFile};

/// The values of a document, each directly before its contents.
///
/// A mapping comes before its keys and values alternately, a tag before its value.
pub(super) type ValueEvents<'t> = Vec<ValueEvent<'t>>;

/// A value, or the tag of one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ValueEvent<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    /// A tag, without its `!`.
    Tag(Box<str>),
    Sequence(CollectionSize),
    Mapping(CollectionSize),
}

/// The size of a collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CollectionSize {
    /// Number of its items or entries.
    pub(super) len: u32,
    /// Number of events inside it.
    pub(super) events: u32,
}

impl ValueEvent<'_> {
    pub(super) fn tag(name: &str) -> Self {
        Self::Tag(
            name.strip_prefix('!')
                .filter(|name| !name.is_empty())
                .unwrap_or(name)
                .into(),
        )
    }
}

/// Ends the collection at `at` with the last event.
///
/// `len` is the number of its items or entries.
pub(super) fn close(events: &mut ValueEvents<'_>, at: usize, len: usize) {
    // The length of a source fits 32 bits, and its aliases may not expand to much more.
    let narrow = |count| u32::try_from(count).unwrap_or(u32::MAX);
    let contents = CollectionSize {
        len: narrow(len),
        events: narrow(events.len() - at - 1),
    };
    if let Some(ValueEvent::Sequence(size) | ValueEvent::Mapping(size)) = events.get_mut(at) {
        *size = contents;
    }
}

/// Returns the number of events of a value with its tag.
pub(super) fn size(events: &[ValueEvent<'_>], at: usize) -> usize {
    let tags = events
        .iter()
        .skip(at)
        .take_while(|event| matches!(event, ValueEvent::Tag(_)))
        .count();
    let contents = match events.get(at + tags) {
        Some(ValueEvent::Sequence(size) | ValueEvent::Mapping(size)) => size.events as usize,
        _ => 0,
    };
    tags + 1 + contents
}

/// Returns the events of a value with its tag.
pub(super) fn subtree<'i, 't>(events: &'i [ValueEvent<'t>], at: usize) -> &'i [ValueEvent<'t>] {
    events.get(at..at + size(events, at)).unwrap_or_default()
}

/// Returns the values of each document as yaml-rust2 reads them.
///
/// Every scalar is a string, and aliases are expanded. Returns `None` if they expand to too many values.
///
/// The events borrow `text`, which must be the source of `file`. They do not borrow `file`, so that it can be dropped.
pub(super) fn read_with_yaml_rust2<'t>(file: &YamlFile, text: &'t str) -> Option<Vec<ValueEvents<'t>>> {
    // This suffices for every real template, and no alias bomb takes long.
    let mut budget = 16 * text.len() + 1024;
    let mut room = max_events(text);
    let documents = file.documents().map(|root| {
        let mut events = Vec::with_capacity(mem::take(&mut room));
        add(text, root, 0, &mut budget, &mut events)?;
        events.shrink_to_fit();
        Some(events)
    });
    documents.collect()
}

/// Returns the number of events that most sources do not exceed.
///
/// The first document reserves room for all of them, as a list that grows is briefly in memory twice.
fn max_events(text: &str) -> usize {
    text.len() / 16
}

fn add<'t>(
    source: &'t str,
    node: Node<'_>,
    depth: usize,
    budget: &mut usize,
    events: &mut ValueEvents<'t>,
) -> Option<()> {
    const DEEPEST: usize = 512;
    *budget = budget.checked_sub(1).filter(|_| depth < DEEPEST)?;
    let node = node.resolved();
    events.extend(node.tag_name().map(ValueEvent::tag));
    let at = events.len();
    if let Some(text) = node.value_in(source) {
        *budget = budget.checked_sub(text.len())?;
        events.push(ValueEvent::Text(text));
    } else if node.is_sequence() {
        events.push(ValueEvent::Sequence(CollectionSize::default()));
        let mut children = node.items();
        children.try_for_each(|item| add(source, item, depth + 1, budget, events))?;
        close(events, at, node.items().len());
    } else {
        events.push(ValueEvent::Mapping(CollectionSize::default()));
        node.entries().try_for_each(|(key, value)| {
            add(source, key, depth + 1, budget, events)?;
            add(source, value, depth + 1, budget, events)
        })?;
        close(events, at, node.entries().len());
    }
    Some(())
}

/// Returns the values of each document as `serde_yaml` reads them.
///
/// # Errors
///
/// If `serde_yaml` cannot read the source; the error is its message.
pub(super) fn read_with_serde_yaml(text: &str) -> Result<Vec<ValueEvents<'_>>, String> {
    let mut room = max_events(text);
    let documents = serde_yaml::Deserializer::from_str(text).map(|document| {
        let mut events = Vec::with_capacity(mem::take(&mut room));
        EventSeed(&mut events).deserialize(document)?;
        events.shrink_to_fit();
        Ok(events)
    });
    documents
        .collect::<Result<_, serde_yaml::Error>>()
        .map_err(|error| error.to_string())
}

/// Reads one value.
///
/// It accepts what `serde_yaml`'s own `Value` accepts, and mappings with duplicate keys.
struct EventSeed<'r, 't>(&'r mut ValueEvents<'t>);

impl<'t> EventSeed<'_, 't> {
    fn add<E>(self, event: ValueEvent<'t>) -> Result<(), E> {
        self.0.push(event);
        Ok(())
    }
}

impl<'t> DeserializeSeed<'t> for EventSeed<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for EventSeed<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.add(ValueEvent::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.add(ValueEvent::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.add(ValueEvent::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.add(ValueEvent::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.add(ValueEvent::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'t str) -> Result<(), E> {
        self.add(ValueEvent::Text(Cow::Borrowed(value)))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.add(ValueEvent::Null)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.add(ValueEvent::Null)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(ValueEvent::Sequence(CollectionSize::default()));
        let mut len = 0;
        while access.next_element_seed(EventSeed(self.0))?.is_some() {
            len += 1;
        }
        close(self.0, at, len);
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut access: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(ValueEvent::Mapping(CollectionSize::default()));
        let mut len = 0;
        while access.next_key_seed(EventSeed(self.0))?.is_some() {
            access.next_value_seed(EventSeed(self.0))?;
            len += 1;
        }
        close(self.0, at, len);
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'t>>(self, access: A) -> Result<(), A::Error> {
        let (tag, contents) = access.variant::<String>()?;
        if tag.is_empty() {
            return Err(A::Error::custom("empty YAML tag is not allowed"));
        }
        self.0.push(ValueEvent::tag(&tag));
        contents.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_yaml::value::{Tag, TaggedValue};
    use serde_yaml::{Mapping, Value};

    use super::*;

    /// Converts the first value of some events, and returns the rest too.
    fn value<'i, 't>(events: &'i [ValueEvent<'t>]) -> (Value, &'i [ValueEvent<'t>]) {
        let Some((event, mut rest)) = events.split_first() else {
            return (Value::Null, events);
        };
        let mut next = || {
            let (inner, after) = value(rest);
            rest = after;
            inner
        };
        let value = match event {
            ValueEvent::Null => Value::Null,
            ValueEvent::Bool(value) => Value::Bool(*value),
            ValueEvent::Number(value) => Value::Number(value.clone()),
            ValueEvent::Text(value) => Value::String(value.clone().into_owned()),
            ValueEvent::Tag(tag) => Value::Tagged(Box::new(TaggedValue {
                tag: Tag::new(&**tag),
                value: next(),
            })),
            ValueEvent::Sequence(size) => Value::Sequence((0..size.len).map(|_| next()).collect()),
            ValueEvent::Mapping(size) => Value::Mapping((0..size.len).map(|_| (next(), next())).collect::<Mapping>()),
        };
        (value, rest)
    }

    #[test]
    fn accepts_what_the_values_of_serde_yaml_accept() {
        for text in [
            "a: 1\nb: !Ref c\n---\n- ~\n- [1.0, -2, true]\n",
            "",
            "1: a\n\"1\": b\n",
            "? [a]\n: x\n? [b]\n: y\n",
            "a: 123456789012345678901234567890\n",
            "a: &a [b]\nc: *d\n",
        ] {
            let values = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
            let values = values.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string());
            let events =
                read_with_serde_yaml(text).map(|read| read.iter().map(|events| value(events).0).collect::<Vec<_>>());
            assert_eq!(events, values, "{text}");
        }
    }
    #[test]
    fn reads_every_entry_of_a_duplicate_key() {
        let events = read_with_serde_yaml("a: 1\nb: x\na: y\n").unwrap();
        let texts = events[0].iter().filter_map(|event| match event {
            ValueEvent::Text(text) => Some(&**text),
            _ => None,
        });
        assert_eq!(texts.collect::<Vec<_>>(), ["a", "b", "x", "a", "y"]);
        assert_eq!(events[0][0], ValueEvent::Mapping(CollectionSize { len: 3, events: 6 }));
    }
}
