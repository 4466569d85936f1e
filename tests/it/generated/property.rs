//! The properties that take an instance profile, and how to build `Properties` with one of them.

use std::sync::LazyLock;

use super::value::{Value, list, map, text};

/// A row of the table.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) resource: &'static str,
    pub(super) path: PropertyPath,
    pub(super) wants: Wants,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wants {
    Name,
    Arn,
    Either,
}

/// The table of properties, which `table.rs` compares with that of the product.
pub(super) static PROPERTIES: LazyLock<Vec<Property>> = LazyLock::new(|| {
    let lines = include_str!("../../property-table.txt").lines();
    lines.map(Property::read).collect()
});

impl Property {
    fn read(line: &'static str) -> Self {
        let mut fields = line.split(' ');
        let mut field = || fields.next().unwrap();
        Self {
            resource: field(),
            path: PropertyPath(field()),
            wants: match field() {
                "Name" => Wants::Name,
                "Arn" => Wants::Arn,
                "Either" => Wants::Either,
                other => panic!("{line}: {other}"),
            },
        }
    }
}

/// The path to a property below `Properties`, separated by dots.
///
/// The key of a list is followed by brackets with the entries, if any, that its item must have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PropertyPath(&'static str);

impl PropertyPath {
    /// Returns the path to the object whose entry `name` this is.
    pub(super) fn object_of(self, name: &str) -> Option<Self> {
        let object = self.0.strip_suffix(name)?.strip_suffix('.')?;
        Some(Self(object))
    }

    /// Returns the last key.
    pub(super) fn key(self) -> &'static str {
        self.0.rsplit('.').next().unwrap_or(self.0)
    }

    /// Builds `Properties` with these entries in place of the property.
    ///
    /// Lists whose items need no entries begin with `other_item`, if given.
    pub(super) fn around(self, entries: Vec<(String, Value)>, other_item: Option<&Value>) -> Value {
        let mut inner = entries;
        for (key, item) in self.segments().rev().skip(1) {
            let value = match item {
                None => Value::Map(inner),
                Some(required) => {
                    let before = other_item.filter(|_| required.is_empty()).cloned();
                    let required = required.into_iter().map(|(key, value)| (key.to_owned(), text(value)));
                    list(before.into_iter().chain([map(required.chain(inner))]))
                }
            };
            inner = vec![(key.to_owned(), value)];
        }
        Value::Map(inner)
    }

    /// Returns the path in the result of [`PropertyPath::around`], separated by `/`.
    pub(super) fn segments_joined(self, has_other_item: bool) -> String {
        let segment = |(key, item): (&str, Option<Vec<_>>)| match item {
            None => key.to_owned(),
            Some(required) => format!("{key}/{}", usize::from(has_other_item && required.is_empty())),
        };
        self.segments().map(segment).collect::<Vec<_>>().join("/")
    }

    /// Returns each key, with the required entries of a list's item.
    fn segments(self) -> impl DoubleEndedIterator<Item = (&'static str, Option<Vec<(&'static str, &'static str)>>)> {
        self.0.split('.').map(|segment| match segment.split_once('[') {
            None => (segment, None),
            Some((key, required)) => {
                let entries = required.trim_end_matches(']').split(',');
                (key, Some(entries.filter_map(|entry| entry.split_once('=')).collect()))
            }
        })
    }
}
