use std::collections::BTreeSet;

use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::resource::{NameKey, Resource, ResourceDetails};
use crate::model::slot::Slot;
use crate::model::value::{Arn, ArnKind, ArnName, Value};
use crate::text::{NodePath, PathSegment};

/// The value of a slot for a profile.
#[derive(Clone, Debug)]
pub(super) struct SlotContent {
    /// The slot's name in messages.
    pub(super) slot: String,
    /// The roles, referenced directly or by their profiles, if known.
    ///
    /// Each is an ID or a name.
    pub(super) roles: BTreeSet<String>,
    /// True if only one, unknown role is meant.
    is_ambiguous: bool,
    /// The profiles whose names may not follow the service's rule.
    pub(super) misnamed: Vec<String>,
}

impl SlotContent {
    pub(super) fn to(slot: &Slot<'_>, model: &Model<'_>) -> Self {
        Self {
            slot: slot.name_in(model.get(slot.resource).id),
            roles: roles_in(slot, model).into_iter().collect(),
            is_ambiguous: matches!(slot.value, Value::Text(_)),
            misnamed: misnamed_in(slot, model),
        }
    }

    /// Returns a role of this slot that is not in `old`.
    ///
    /// Returns `None` if either set is unknown.
    pub(super) fn another_role<'s>(&'s self, old: &'s BTreeSet<String>) -> Option<&'s String> {
        let mut others = self.roles.difference(old);
        let is_other = match self.is_ambiguous {
            true => self.roles.is_disjoint(old),
            false => true,
        };
        others.next().filter(|_| is_other && !old.is_empty())
    }
}

/// Returns the path to a slot, without the collection around its value.
///
/// A fix may choose another entry of that collection, or take the value out of it.
pub(super) fn place_of(slot: &Slot<'_>) -> NodePath {
    let takes_item = slot.property.path.ends_with(['*', ']']);
    let mut path = slot.path.clone();
    while let Some(step) = path.steps.last() {
        let is_around = match step {
            PathSegment::Key(key) => key == "Arn" || key == "Name",
            PathSegment::Index(index) => *index == 0 && !takes_item,
        };
        if !is_around {
            break;
        }
        path.steps.pop();
    }
    path
}

fn roles_in(slot: &Slot<'_>, model: &Model<'_>) -> Vec<String> {
    let repeated = model
        .repeated_by(slot)
        .into_iter()
        .flat_map(|repeated| repeated.resources);
    let repeated: Vec<_> = repeated.map(|named| named.resource).collect();
    let of_repeated = || {
        repeated
            .iter()
            .filter_map(|&profile| role_of(profile, model))
            .collect::<Vec<_>>()
    };
    let of_profile_named = |name: &str| match model.profile_named(name) {
        _ if !repeated.is_empty() => of_repeated(),
        Some(profile) => role_of(profile, model).into_iter().collect(),
        None => vec![format!("role of the instance profile {name}")],
    };
    match &slot.value {
        Value::Text(text) => {
            let by_id = text.missing.as_ref().map(|missing| role_of(missing.resource, model));
            let by_name = model.role_named(&text.text).and_then(|role| role_of(role, model));
            match by_id {
                Some(None) => Vec::new(),
                by_id => {
                    let by_id_or_name = [by_id.flatten(), by_name].into_iter().flatten();
                    by_id_or_name.chain(of_profile_named(&text.text)).collect()
                }
            }
        }
        Value::Arn(Arn {
            kind,
            name: ArnName::Text(name),
            ..
        }) => match kind {
            ArnKind::Role => vec![role_with_key(&NameKey::of_text(name), model).unwrap_or_else(|| name.clone())],
            ArnKind::Profile => of_profile_named(name),
        },
        _ if !repeated.is_empty() => of_repeated(),
        value => {
            let targets = value.reference().map(|reference| reference.targets.as_slice());
            let targets = targets.unwrap_or_default().iter();
            targets.filter_map(|target| role_of(target.resource, model)).collect()
        }
    }
}

/// Returns the role that a resource is, or that it holds.
fn role_of(id: ResourceId, model: &Model<'_>) -> Option<String> {
    let resource = model.get(id);
    match &resource.details {
        ResourceDetails::Role(_) => Some(resource.id.to_owned()),
        ResourceDetails::Profile(profile) => match profile.holds.as_ref()? {
            NameKey::Reference(role) => Some(model.get(model.role(role)?).id.to_owned()),
            NameKey::Value(key) => {
                let by_remains = || {
                    let text = NameKey::text_of(key)?;
                    let id = id_in_remains(&text);
                    let role = model.role(id).map(|role| model.get(role).id.to_owned());
                    Some(role.unwrap_or(text))
                };
                role_with_key(key, model).or_else(by_remains)
            }
        },
        ResourceDetails::Other => None,
    }
}

/// Returns the role whose name has this key.
fn role_with_key(key: &str, model: &Model<'_>) -> Option<String> {
    let wanted = NameKey::Value(key.to_owned());
    let mut roles = model.resources.values().filter(|resource| resource.role().is_some());
    let has_name = |role: &&Resource<'_>| role.name().and_then(|name| name.key.as_ref()) == Some(&wanted);
    roles.find(has_name).map(|role| role.id.to_owned())
}

/// Returns the ID in the remains of a reference.
///
/// The remains are `Role`, `Role.Arn`, `${Role}` or `${Role.Arn}`, and `aws_iam_role.web.name` or the same in `${}`.
fn id_in_remains(text: &str) -> &str {
    let inside = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
    let inside = inside.unwrap_or(text);
    match inside.rsplit_once('.') {
        Some((id, "Arn")) => id,
        // An address has two parts itself.
        Some((address, "name" | "id" | "arn" | "role_name")) if address.contains('.') => address,
        _ => inside,
    }
}

fn misnamed_in(slot: &Slot<'_>, model: &Model<'_>) -> Vec<String> {
    let Some(prefix) = slot.property.profile_prefix() else {
        return Vec::new();
    };
    let targets = slot.value.reference().map(|reference| reference.targets.as_slice());
    let targets = targets.unwrap_or_default().iter();
    let profiles = targets
        .map(|target| model.get(target.resource))
        .filter(|target| target.profile().is_some());
    let misnamed = profiles.filter(|profile| !model.name_begins_with(profile, prefix));
    misnamed.map(|profile| profile.id.to_owned()).collect()
}
