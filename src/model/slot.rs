use std::sync::Arc;

use super::choice::ChoiceId;
use super::finding::Label;
use super::ids::ResourceId;
use super::no_fix::NoFix;
use super::plan::Guard;
use super::property::{Property, Takes};
use super::value::{NameOrArn, Value};
use crate::text::{FileRange, NodePath};

/// The index of a slot in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub usize);

/// A property that takes a profile or a role, with its value.
#[derive(Clone, Debug)]
pub struct Slot<'s> {
    /// The resource that it takes.
    pub wants: Wants,
    /// The resource that contains it.
    pub resource: ResourceId,
    /// The other resources that take the same value.
    pub also_of: Vec<ResourceId>,
    /// The property.
    pub property: Property,
    /// The path in the notation of the table.
    ///
    /// It is shorter than the property's path if a value is given in place of the surrounding object.
    pub name: &'s str,
    /// The attribute of the profile or role that it takes.
    pub takes: Takes,
    /// Its value.
    pub value: Value<'s>,
    /// The key of its value, if that may be a name.
    pub key: Option<String>,
    /// True if the value is under a `Name` that is not taken.
    pub is_misnamed: bool,
    /// True if it is in a policy statement that may deny something.
    pub may_deny: bool,
    /// False if its value names a role outside the template and no reference can be written in its place.
    pub is_writable: bool,
    /// The list that contains it, if it takes a role.
    pub list: Option<ListItem>,
    /// The branches that it is in.
    pub guards: Vec<Guard>,
    /// Its location.
    pub place: FileRange,
    /// The path to it.
    pub path: NodePath,
    /// The chosen profiles, one for each role that it refers to.
    pub served_by: Vec<ChoiceId>,
    /// The facts from other templates, if its value comes from one or goes to one.
    pub passing: Option<Box<Passing>>,
}

/// The facts about a slot that other templates give.
#[derive(Clone, Debug, Default)]
pub struct Passing {
    /// True if the slot is the parameter of a nested stack.
    pub is_parameter: bool,
    /// The key of a name that another template gives.
    ///
    /// A template may be nested twice, so only an equal key is certainly an equal name.
    pub key: Option<String>,
    /// The other ends of its value, and the places between.
    pub ends: Vec<Label>,
    /// True if a way to one of them is only probable.
    pub is_likely: bool,
    /// The property and the form at another end, if they take the name at one and the ARN at another.
    pub other_form: Option<(Property, Takes)>,
    /// The reason why its value must not change.
    pub blocked: Option<NoFix>,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct ListItem {
    /// The IDs that the items of the list refer to.
    pub targets: Arc<[Option<String>]>,
    /// The index of the item.
    pub at: usize,
}

/// The resource that a slot takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wants {
    /// An instance profile.
    Profile,
    /// A role.
    Role,
    /// The role of an instance profile.
    RoleOfProfile,
}

impl Slot<'_> {
    /// Iterates over the resources that take its value.
    pub fn users(&self) -> impl Iterator<Item = ResourceId> {
        std::iter::once(self.resource).chain(self.also_of.iter().copied())
    }

    /// Returns the attribute to refer to: the `given` one if both work.
    pub fn form(&self, given: NameOrArn) -> NameOrArn {
        match self.takes {
            Takes::Name => NameOrArn::Name,
            Takes::Arn => NameOrArn::Arn,
            Takes::Either => given,
        }
    }

    /// Returns the attribute to refer to, of a target with or without a path.
    ///
    /// The name of a role without its path does not identify the role everywhere:
    /// <https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateComputeEnvironment.html>.
    pub fn form_of_target(&self, given: NameOrArn, has_path: bool) -> NameOrArn {
        // An object with a name or an ARN takes one of them by its key.
        let is_free = self.takes == Takes::Either && self.property.takes == Takes::Either;
        match has_path && is_free && self.wants == Wants::Role {
            true => NameOrArn::Arn,
            false => self.form(given),
        }
    }

    /// Describes the slot in a message, in the resource with this ID.
    pub fn name_in(&self, resource: &str) -> String {
        let name = slot_name(self.name, resource);
        match self.passing.as_ref().is_some_and(|passing| passing.is_parameter) {
            true => format!("parameter {name}"),
            false => name,
        }
    }
}

/// Describes a property of a resource in a message.
pub(crate) fn slot_name(path: &str, resource: &str) -> String {
    let path = path.replace(".*", "[]");
    format!("`{}` of `{resource}`", path.trim_end_matches("[]"))
}
