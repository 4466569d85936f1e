use std::collections::BTreeSet;

use crate::model::ids::ResourceId;
use crate::model::index::Model;
use crate::model::property::NamingRule;
use crate::model::resource::{Kind, NameKey, Resource};
use crate::model::slot::Slot;
use crate::model::value::{Arn, ArnKind, ArnName, Value};
use crate::text::{Path, Step};

/// The value of a slot for a profile.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// The slot, as a message names it.
    pub(super) slot: String,
    /// The roles, given themselves or by their profiles, if known: by ID, or by name.
    pub(super) roles: BTreeSet<String>,
    /// Whether only one of the roles is meant, and which one is not known.
    is_ambiguous: bool,
    /// The profiles whose names are not known to be such as the service asks for.
    pub(super) misnamed: Vec<String>,
}

impl Given {
    pub(super) fn to(slot: &Slot<'_>, model: &Model<'_>) -> Self {
        Self {
            slot: slot.name_in(model.get(slot.resource).id),
            roles: roles_given_to(slot, model).into_iter().collect(),
            is_ambiguous: matches!(slot.value, Value::Text(_)),
            misnamed: misnamed_in(slot, model),
        }
    }

    /// Returns a role that is given now, and was none of the `old` ones; `None` if either are not known.
    pub(super) fn another_role<'s>(&'s self, old: &'s BTreeSet<String>) -> Option<&'s String> {
        let mut others = self.roles.difference(old);
        let is_other = match self.is_ambiguous {
            true => self.roles.is_disjoint(old),
            false => true,
        };
        others.next().filter(|_| is_other && !old.is_empty())
    }
}

/// Returns the way to a slot without an object or list around its value, of which a fix may choose another entry, and out
/// of which it may take it.
pub(super) fn place_of(slot: &Slot<'_>) -> Path {
    let takes_item = slot.property.path.ends_with(['*', ']']);
    let mut path = slot.path.clone();
    while let Some(step) = path.steps.last() {
        let is_around = match step {
            Step::Key(key) => key == "Arn" || key == "Name",
            Step::Index(index) => *index == 0 && !takes_item,
        };
        if !is_around {
            break;
        }
        path.steps.pop();
    }
    path
}

fn roles_given_to(slot: &Slot<'_>, model: &Model<'_>) -> Vec<String> {
    let of_profile_named = |name: &str| match model.profile_named(name) {
        Some(profile) => role_of(profile, model),
        None => Some(format!("role of the instance profile {name}")),
    };
    match &slot.value {
        Value::Text(text) => {
            let by_id = text.lost.as_ref().map(|lost| role_of(lost.resource, model));
            let by_name = model.role_named(&text.text).and_then(|role| role_of(role, model));
            match by_id {
                Some(None) => Vec::new(),
                by_id => {
                    let all = [by_id.flatten(), by_name, of_profile_named(&text.text)];
                    all.into_iter().flatten().collect()
                }
            }
        }
        Value::Arn(Arn {
            kind,
            name: ArnName::Text(name),
            ..
        }) => match kind {
            ArnKind::Role => vec![role_with_key(&NameKey::of_text(name), model).unwrap_or_else(|| name.clone())],
            ArnKind::Profile => of_profile_named(name).into_iter().collect(),
        },
        value => {
            let targets = value.reference().map(|reference| reference.targets.as_slice());
            let targets = targets.unwrap_or_default().iter();
            targets.filter_map(|target| role_of(target.resource, model)).collect()
        }
    }
}

/// Returns the role that a resource is or holds.
fn role_of(id: ResourceId, model: &Model<'_>) -> Option<String> {
    let resource = model.get(id);
    match &resource.kind {
        Kind::Role(_) => Some(resource.id.to_owned()),
        Kind::Profile(profile) => match profile.holds.as_ref()? {
            NameKey::Reference(role) => Some(model.get(model.role(role)?).id.to_owned()),
            NameKey::Value(key) => {
                let in_words = || {
                    let text = NameKey::text_of(key)?;
                    let id = id_in_words(&text);
                    let role = model.role(id).map(|role| model.get(role).id.to_owned());
                    Some(role.unwrap_or(text))
                };
                role_with_key(key, model).or_else(in_words)
            }
        },
        Kind::Other => None,
    }
}

/// Returns the role whose name has this key.
fn role_with_key(key: &str, model: &Model<'_>) -> Option<String> {
    let wanted = NameKey::Value(key.to_owned());
    let mut roles = model.resources.values().filter(|one| one.role().is_some());
    let has_name = |role: &&Resource<'_>| role.name().and_then(|name| name.key.as_ref()) == Some(&wanted);
    roles.find(has_name).map(|role| role.id.to_owned())
}

/// Returns the ID in a text that is left of a reference: `Role`, `Role.Arn`, `${Role}`, `${Role.Arn}`.
fn id_in_words(text: &str) -> &str {
    let inside = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
    let inside = inside.unwrap_or(text);
    inside.strip_suffix(".Arn").unwrap_or(inside)
}

fn misnamed_in(slot: &Slot<'_>, model: &Model<'_>) -> Vec<String> {
    let rule = slot.property.naming.filter(|rule| *rule == NamingRule::RdsCustom);
    let Some(prefix) = rule.map(NamingRule::prefix) else {
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
