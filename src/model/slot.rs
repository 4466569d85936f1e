use std::sync::Arc;

use super::choice::ChoiceId;
use super::ids::ResourceId;
use super::plan::Guard;
use super::property::{Property, Takes};
use super::value::Value;
use crate::text::{Path, Place};

/// The number of a slot in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub usize);

/// A place that takes a profile or a role, and the value that it has.
#[derive(Clone, Debug)]
pub struct Slot<'s> {
    /// What it is to be given.
    pub wants: Wants,
    /// The resource that it is part of.
    pub resource: ResourceId,
    /// The property that it is.
    pub property: Property,
    /// The way to it as the table writes it; shorter than the property's where a value is given in place of the object
    /// around it.
    pub name: &'static str,
    /// The part of the profile or role that it takes.
    pub takes: Takes,
    /// Its value.
    pub value: Value<'s>,
    /// Whether the value is under a `Name` that the property does not take.
    pub is_misnamed: bool,
    /// The list of which it is an item, if it takes a role.
    pub list: Option<ListItem>,
    /// The branches that it is in.
    pub guards: Vec<Guard>,
    /// Its place.
    pub place: Place,
    /// The way to it.
    pub path: Path,
    /// The profiles that serve the roles that it refers to, one for each.
    pub served_by: Vec<ChoiceId>,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct ListItem {
    /// The IDs that the items of the list refer to.
    pub targets: Arc<[Option<String>]>,
    /// The number of the item.
    pub at: usize,
}

/// The thing that a slot is to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// An instance profile.
    Profile,
    /// A role.
    Role,
    /// The role of an instance profile.
    RoleOfProfile,
}

impl Slot<'_> {
    /// Names the slot in a message, in the resource with this ID.
    pub fn name_in(&self, resource: &str) -> String {
        slot_name(self.name, resource)
    }
}

/// Names a property of a resource in a message.
pub(crate) fn slot_name(path: &str, resource: &str) -> String {
    let path = path.replace(".*", "[]");
    format!("`{}` of `{resource}`", path.trim_end_matches("[]"))
}
