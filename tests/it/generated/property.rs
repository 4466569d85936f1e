//! The properties that take an instance profile, and `Properties` with one of them.

use std::sync::LazyLock;

use super::value::{Value, list, map, text};

/// A property of the table.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) resource: &'static str,
    pub(super) path: Path,
    pub(super) wants: Wants,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wants {
    Name,
    Arn,
    Either,
}

/// The properties of the table that `table.rs` compares with the product's.
pub(super) static PROPERTIES: LazyLock<Vec<Property>> = LazyLock::new(|| {
    let lines = include_str!("../../property-table.txt").lines();
    lines.map(Property::read).collect()
});

impl Property {
    fn read(line: &'static str) -> Self {
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap();
        Self {
            resource: word(),
            path: Path(word()),
            wants: match word() {
                "Name" => Wants::Name,
                "Arn" => Wants::Arn,
                "Either" => Wants::Either,
                other => panic!("{line}: {other}"),
            },
        }
    }
}

/// The keys to a property below `Properties`, with a dot between them. Behind the key of a list are brackets with the
/// entries, if any, that its item must have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Path(&'static str);

impl Path {
    /// The path to the object whose entry `name` this is.
    pub(super) fn object_of(self, name: &str) -> Option<Self> {
        let object = self.0.strip_suffix(name)?.strip_suffix('.')?;
        Some(Self(object))
    }

    /// The property's own name.
    pub(super) fn key(self) -> &'static str {
        self.0.rsplit('.').next().unwrap_or(self.0)
    }

    /// Builds the `Properties` with these entries in the property's place, and with one more item before that of each list
    /// that takes any item if there is one to put there.
    pub(super) fn around(self, entries: Vec<(String, Value)>, other_item: Option<&Value>) -> Value {
        let mut held = entries;
        for (key, item) in self.steps().rev().skip(1) {
            let value = match item {
                None => Value::Map(held),
                Some(wanted) => {
                    let before = other_item.filter(|_| wanted.is_empty()).cloned();
                    let wanted = wanted.into_iter().map(|(key, value)| (key.to_owned(), text(value)));
                    list(before.into_iter().chain([map(wanted.chain(held))]))
                }
            };
            held = vec![(key.to_owned(), value)];
        }
        Value::Map(held)
    }

    /// The way to the property in what [`Path::around`] builds, with `/` between the steps.
    pub(super) fn way(self, has_other_item: bool) -> String {
        let step = |(key, item): (&str, Option<Vec<_>>)| match item {
            None => key.to_owned(),
            Some(wanted) => format!("{key}/{}", usize::from(has_other_item && wanted.is_empty())),
        };
        self.steps().map(step).collect::<Vec<_>>().join("/")
    }

    /// Each key, and of a list the entries of its item.
    fn steps(self) -> impl DoubleEndedIterator<Item = (&'static str, Option<Vec<(&'static str, &'static str)>>)> {
        self.0.split('.').map(|step| match step.split_once('[') {
            None => (step, None),
            Some((key, wanted)) => {
                let entries = wanted.trim_end_matches(']').split(',');
                (key, Some(entries.filter_map(|entry| entry.split_once('=')).collect()))
            }
        })
    }
}
