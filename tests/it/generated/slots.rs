//! The slots for an instance profile: a property, or an object with a property for its name, its ARN or either.

use std::sync::LazyLock;

use super::property::{PROPERTIES, PropertyPath, Wants};
use super::value::{Value, map, text};

/// A slot for a profile.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) resource: &'static str,
    path: PropertyPath,
    pub(super) slot_type: SlotType,
}

/// The kind of value that a slot takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SlotType {
    Value(Wants),
    /// An object with an `Arn`, or also with a `Name`.
    Object {
        has_name: bool,
    },
}

pub(super) static SLOTS: LazyLock<Vec<Slot>> = LazyLock::new(|| {
    let mut slots: Vec<Slot> = Vec::new();
    for property in PROPERTIES.iter() {
        let object = |name| {
            Some((
                property.path.object_of(name)?,
                SlotType::Object {
                    has_name: name == "Name",
                },
            ))
        };
        let (path, slot_type) = object("Name")
            .or_else(|| object("Arn"))
            .unwrap_or((property.path, SlotType::Value(property.wants)));
        let is_known = |slot: &Slot| slot.resource == property.resource && slot.path == path;
        if !slots.iter().any(is_known) {
            let resource = property.resource;
            slots.push(Slot {
                resource,
                path,
                slot_type,
            });
        }
    }
    slots
});

impl Slot {
    /// Returns the name of the property.
    pub(super) fn key(&self) -> &'static str {
        self.path.key()
    }

    /// Returns whether CloudFormation decides about the case of the property.
    ///
    /// It does not in the document of another service.
    pub(super) fn can_be_miscased(&self) -> bool {
        self.resource != "AWS::SSM::Document"
    }

    /// Returns the name of the property in the wrong case, if there is one.
    pub(super) fn miscased_key(&self) -> String {
        let key = self.key();
        if !self.can_be_miscased() {
            return key.to_owned();
        }
        match key.replacen("Iam", "IAM", 1) {
            changed if changed != key => changed,
            _ if key.ends_with("Arn") => key.trim_end_matches("Arn").to_owned() + "ARN",
            _ => key[..1].to_lowercase() + &key[1..],
        }
    }

    /// Builds `Properties` with `value` under `key` in the slot.
    ///
    /// `has_more` adds other entries.
    pub(super) fn around(&self, key: &str, value: Value, has_more: bool) -> Value {
        let more = has_more.then(|| ("Description".to_owned(), text("[1] it's \"mine\", 100 % & more")));
        let entries = more.into_iter().chain([(key.to_owned(), value)]).collect();
        let other = map([("InstanceType", text("m5.large"))]);
        self.path.around(entries, has_more.then_some(&other))
    }

    /// Returns the path from `Properties` to the slot, separated by `/`.
    pub(super) fn path_to(&self, has_more: bool) -> String {
        self.path.segments_joined(has_more)
    }
}
