//! Keys of names and paths, which are equal for values with the same result.

use super::intrinsic::Attribute;
use super::key::value_key;
use super::loops::{values_key, variables_in, variables_key};
use super::resolve::{Branch, ResourceRef, ValuePart, merged, parts_of, possible_parts};
use super::template::{ResourceNode, Template};
use crate::model::{NameKey, StatedName};
use crate::profile::{PROFILE, ROLE};
use crate::yaml::Node;

/// The limit of names that refer to the name of another resource.
const MAX_DEPTH: usize = 4;
/// The limit of characters and references in a name, above the maximum length of an ARN.
const MAX_LENGTH: usize = 4096;

impl<'d> Template<'d> {
    /// Returns the key of a value.
    ///
    /// Returns `None` if it is too large to be a name.
    pub(super) fn name_key(&self, value: Node<'d>) -> Option<String> {
        self.key_of(value, parts_of(value))
    }

    /// Returns the key of a value with these parts.
    ///
    /// The functions and their forms do not matter, and a reference to a named role or profile is equal to that name.
    pub(super) fn key_of(&self, value: Node<'d>, parts: Vec<ValuePart<'d>>) -> Option<String> {
        let (mut replaced, mut room) = (Vec::new(), MAX_LENGTH);
        self.replace_names(parts, 0, &mut replaced, &mut room)?;
        if replaced.is_empty() {
            return Some(NameKey::of_text(""));
        }
        merged(replaced).iter().map(|part| part_key(value, part)).collect()
    }

    /// Returns the names that a resource states, each with its branches.
    pub(super) fn stated_names(&self, name: Node<'d>) -> Vec<StatedName> {
        let branches = possible_parts(name).unwrap_or_default();
        let names = branches.into_iter().filter(|branch| !is_no_value(&branch.value));
        let names = names.filter_map(|Branch { guards, value }| {
            let key = self.key_of(name, value).filter(|key| *key != NameKey::of_text(""))?;
            Some(StatedName { key, guards })
        });
        names.collect()
    }

    /// Returns the key of a path without its outer slashes.
    ///
    /// Returns `None` if they are not written out, as in an ARN.
    pub(super) fn path_key(&self, path: Node<'d>) -> Option<String> {
        let mut parts = parts_of(path);
        let ValuePart::Text(first) = parts.first_mut()? else {
            return None;
        };
        *first = first.strip_prefix('/')?.to_owned();
        let is_root = first.is_empty() && parts.len() == 1;
        if let (ValuePart::Text(last), false) = (parts.last_mut()?, is_root) {
            *last = last.strip_suffix('/')?.to_owned();
        }
        self.key_of(path, parts)
    }

    /// Replaces references by the names that they result in.
    ///
    /// Returns `None` if there is no `room` for all of them.
    fn replace_names(
        &self,
        parts: Vec<ValuePart<'d>>,
        depth: usize,
        replaced: &mut Vec<ValuePart<'d>>,
        room: &mut usize,
    ) -> Option<()> {
        for part in parts {
            let length = match &part {
                ValuePart::Text(text) => text.len(),
                ValuePart::Reference(_) | ValuePart::Unknown(_) => 1,
            };
            *room = room.checked_sub(length)?;
            let name = match &part {
                ValuePart::Reference(resource_ref) if depth < MAX_DEPTH => self.name_of(resource_ref),
                _ => None,
            };
            match name {
                Some(name) => self.replace_names(parts_of(name), depth + 1, replaced, room)?,
                None => replaced.push(part),
            }
        }
        Some(())
    }

    /// Returns the name that the referenced role or profile states.
    fn name_of(&self, resource_ref: &ResourceRef<'d>) -> Option<Node<'d>> {
        let resource = self.resources.get(resource_ref.target)?;
        let is_name = resource_ref.attribute == Attribute::Ref && is_whole(resource_ref, resource);
        match resource.resource_type {
            ROLE => resource.property("RoleName"),
            PROFILE => resource.property("InstanceProfileName"),
            _ => None,
        }
        .filter(|_| is_name)
    }
}

/// Returns whether a reference results in the whole name, not in a part of the path.
fn is_whole(resource_ref: &ResourceRef<'_>, resource: &ResourceNode<'_>) -> bool {
    !resource_ref.is_part_of_arn() || resource.property("Path").is_none()
}

fn is_no_value(parts: &[ValuePart<'_>]) -> bool {
    matches!(parts, [ValuePart::Reference(resource_ref)] if resource_ref.target == "AWS::NoValue")
}

/// Returns the key of one part of `value`.
///
/// Loop variables with the same name but other values differ.
fn part_key(value: Node<'_>, part: &ValuePart<'_>) -> Option<String> {
    let values = |user: Node<'_>, text: &str| -> String {
        let variables = variables_in(text).filter_map(|variable| values_key(user, variable));
        variables.map(|values| format!("of {values}")).collect()
    };
    match part {
        ValuePart::Text(text) => Some(NameKey::of_text(text) + &values(value, text)),
        ValuePart::Reference(resource_ref) => {
            let ResourceRef { target, attribute, .. } = resource_ref;
            let of_path = if resource_ref.is_part_of_arn() { "/" } else { "" };
            let user = resource_ref.node();
            let own = values_key(user, target).unwrap_or_default();
            Some(format!(
                "{attribute:?} {target:?}{of_path};{own}{}",
                values(user, target)
            ))
        }
        ValuePart::Unknown(node) => Some(value_key(*node)? + &variables_key(*node)),
    }
}
