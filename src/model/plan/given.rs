use std::collections::BTreeSet;

use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::resource::{NameKey, Resource, ResourceDetails};
use crate::model::slot::Slot;
use crate::model::value::{Arn, ArnKind, ArnName, MissingReference, Value};
use crate::text::{NodePath, PathSegment};

/// The value of a slot for a profile.
#[derive(Clone, Debug)]
pub(super) struct SlotContent {
    /// The slot's name in messages.
    pub(super) slot: String,
    /// The roles, referenced directly or by their profiles, if known. Each is an ID or a name.
    ///
    /// A set has several roles if only one of them is meant, and which one is not known.
    roles: Vec<BTreeSet<String>>,
    /// The profiles whose names may not follow the service's rule.
    pub(super) misnamed: Vec<String>,
}

impl SlotContent {
    pub(super) fn to(slot: &Slot<'_>, model: &Model<'_>) -> Self {
        Self {
            slot: slot.name_in(model.get(slot.resource).id),
            roles: roles_in(slot, model),
            misnamed: misnamed_in(slot, model),
        }
    }

    /// Iterates over all roles that may be meant.
    pub(super) fn all_roles(&self) -> impl Iterator<Item = &String> {
        self.roles.iter().flatten()
    }

    /// Returns a role of this slot that is not in `old`.
    ///
    /// Returns `None` if either is unknown.
    pub(super) fn another_role<'s>(&'s self, old: &BTreeSet<String>) -> Option<&'s String> {
        let other = self.roles.iter().find(|roles| roles.is_disjoint(old))?;
        other.first().filter(|_| !old.is_empty())
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

/// Returns the roles in a slot, as in [`SlotContent::roles`].
fn roles_in(slot: &Slot<'_>, model: &Model<'_>) -> Vec<BTreeSet<String>> {
    let repeated = model
        .repeated_by(slot)
        .into_iter()
        .flat_map(|repeated| repeated.resources);
    let repeated: Vec<_> = repeated.map(|named| named.resource).collect();
    let of_all = |resources: &[ResourceId]| -> Vec<BTreeSet<String>> {
        let roles = resources.iter().map(|&resource| roles_of(resource, model));
        roles.filter(|roles| !roles.is_empty()).collect()
    };
    let of_profile_named = |name: &str| match model.profile_named(name) {
        _ if !repeated.is_empty() => of_all(&repeated),
        Some(profile) => of_all(&[profile]),
        None => vec![BTreeSet::from([format!("role of the instance profile {name}")])],
    };
    match &slot.value {
        Value::Text(text) => {
            let by_id = text.missing.as_ref().map(|missing| roles_of(missing.resource, model));
            if by_id.as_ref().is_some_and(BTreeSet::is_empty) {
                return Vec::new();
            }
            // An ID, the name of a role or the name of a profile: which of these is meant is not known.
            let by_name = model.role_named(&text.text).map(|role| roles_of(role, model));
            let roles = by_id.into_iter().chain(by_name).chain(of_profile_named(&text.text));
            vec![roles.flatten().collect()]
        }
        Value::Arn(Arn {
            kind,
            name: ArnName::Text(name),
            ..
        }) => match kind {
            ArnKind::Role => vec![or_text(ids_of(roles_with_key(&NameKey::of_text(name), model)), name)],
            ArnKind::Profile => of_profile_named(name),
        },
        _ if !repeated.is_empty() => of_all(&repeated),
        value => {
            let targets = value.reference().map(|reference| reference.targets.as_slice());
            let targets = targets.unwrap_or_default().iter();
            of_all(&targets.map(|target| target.resource).collect::<Vec<_>>())
        }
    }
}

/// Returns the role that a resource is, or those of which it holds one.
fn roles_of(id: ResourceId, model: &Model<'_>) -> BTreeSet<String> {
    let resource = model.get(id);
    let id_of = |role: ResourceId| model.get(role).id.to_owned();
    match &resource.details {
        ResourceDetails::Role(_) => BTreeSet::from([resource.id.to_owned()]),
        ResourceDetails::Profile(profile) => match &profile.holds {
            Some(NameKey::Reference(role)) => model.role(role).map(id_of).into_iter().collect(),
            Some(NameKey::Value(key)) => {
                // The role of another account is another one.
                let roles = roles_with_key(key, model).filter(|role| role.provider == resource.provider);
                let roles = ids_of(roles);
                match NameKey::text_of(key) {
                    Some(text) => match model.role(id_in_remains(&text)) {
                        Some(role) if roles.is_empty() => BTreeSet::from([id_of(role)]),
                        Some(_) | None => or_text(roles, &text),
                    },
                    None => roles,
                }
            }
            None => BTreeSet::new(),
        },
        ResourceDetails::Other => BTreeSet::new(),
    }
}

/// Iterates over the roles whose name has this key: several if they have one name under different conditions.
fn roles_with_key<'m, 's>(key: &str, model: &'m Model<'s>) -> impl Iterator<Item = &'m Resource<'s>> {
    let wanted = NameKey::Value(key.to_owned());
    let roles = model.resources.values().filter(|resource| resource.role().is_some());
    roles.filter(move |role| role.name().and_then(|name| name.key.as_ref()) == Some(&wanted))
}

fn ids_of<'m, 's: 'm>(roles: impl Iterator<Item = &'m Resource<'s>>) -> BTreeSet<String> {
    roles.map(|role| role.id.to_owned()).collect()
}

/// Returns these roles, or the text in their place if there are none.
fn or_text(roles: BTreeSet<String>, text: &str) -> BTreeSet<String> {
    match roles.is_empty() {
        true => BTreeSet::from([text.to_owned()]),
        false => roles,
    }
}

/// Returns the ID in the remains of a reference.
///
/// The remains are `Role`, `Role.Arn`, `${Role}`, `${Role.Arn}` or a quoted `!Ref Role`, and `aws_iam_role.web.name` or
/// the same in `${}`.
fn id_in_remains(text: &str) -> &str {
    let inside = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
    let inside = inside.or_else(|| MissingReference::after_tag(text)).unwrap_or(text);
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
