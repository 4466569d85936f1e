//! The places that take an instance profile: a property, or an object with a property for its name, its ARN or either.

use std::sync::LazyLock;

use super::property::{PROPERTIES, Path, Wants};
use super::value::{Value, map, text};

/// A place that takes a profile.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) resource: &'static str,
    path: Path,
    pub(super) slot: Slot,
}

/// What a place takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Slot {
    Value(Wants),
    /// An object with an `Arn`, or also with a `Name`.
    Object {
        has_name: bool,
    },
}

pub(super) static SITES: LazyLock<Vec<Site>> = LazyLock::new(|| {
    let mut sites: Vec<Site> = Vec::new();
    for property in PROPERTIES.iter() {
        let object = |name| {
            Some((
                property.path.object_of(name)?,
                Slot::Object {
                    has_name: name == "Name",
                },
            ))
        };
        let (path, slot) = object("Name")
            .or_else(|| object("Arn"))
            .unwrap_or((property.path, Slot::Value(property.wants)));
        let is_known = |site: &Site| site.resource == property.resource && site.path == path;
        if !sites.iter().any(is_known) {
            let resource = property.resource;
            sites.push(Site { resource, path, slot });
        }
    }
    sites
});

impl Site {
    /// The property's own name.
    pub(super) fn key(&self) -> &'static str {
        self.path.key()
    }

    /// The property's name with a capital letter too few or too many.
    pub(super) fn miscased_key(&self) -> String {
        let key = self.key();
        match key.replacen("Iam", "IAM", 1) {
            changed if changed != key => changed,
            _ if key.ends_with("Arn") => key.trim_end_matches("Arn").to_owned() + "ARN",
            _ => key[..1].to_lowercase() + &key[1..],
        }
    }

    /// Builds the `Properties`, with `value` under `key` in the property's place and more around it.
    pub(super) fn around(&self, key: &str, value: Value, has_more: bool) -> Value {
        let more = has_more.then(|| ("Description".to_owned(), text("[1] it's \"mine\", 100 % & more")));
        let entries = more.into_iter().chain([(key.to_owned(), value)]).collect();
        let other = map([("InstanceType", text("m5.large"))]);
        self.path.around(entries, has_more.then_some(&other))
    }

    /// The way to the property from the resource, with `/` between the steps.
    pub(super) fn path_to(&self, has_more: bool) -> String {
        self.path.way(has_more)
    }
}
