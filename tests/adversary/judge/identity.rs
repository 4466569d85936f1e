//! Identities: the roles that a value refers to, directly or through a profile.

use std::collections::BTreeSet;

use super::evaluate::Defaults;
use super::expand::Resource;
use super::iam_names::{expanded, names_of};
use super::name::{Name, Part};
use super::world::World;
use crate::tree::Tree;

/// A role or a profile that a value refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identity {
    /// A role of the template.
    Role(String),
    /// A role of the account, by its name.
    RoleNamed(Name),
    /// A profile of the account, by its name.
    ProfileNamed(Name),
    /// A profile of the template that does not hold exactly one role.
    Unfit(String),
}

/// Returns everything that a value can refer to.
///
/// A string can be a name or an ID without its `Ref`.
pub(super) fn identities(world: &World<'_>, value: &Tree) -> BTreeSet<Identity> {
    let Some(value) = world.resolve(value) else {
        return BTreeSet::new();
    };
    let texts = world.texts(&value, Defaults::Kept);
    texts.iter().flat_map(|text| of_text(world, text)).collect()
}

fn of_text(world: &World<'_>, text: &Name) -> BTreeSet<Identity> {
    if let [Part::NameOf(id)] = text.0.as_slice() {
        return of_id(world, id).into_iter().collect();
    }
    let (section, name) = match as_arn(text) {
        Some((section, name)) => (Some(section), name),
        None => (None, text.clone()),
    };
    if let [Part::NameOf(id)] = name.0.as_slice()
        && let Some(identity) = of_id(world, id)
    {
        return BTreeSet::from([identity]);
    }
    let mut found = BTreeSet::new();
    let wholes = expanded(world, &name, Defaults::Kept, 0);
    // A resource that does not exist is included; its absence is a harm of its own.
    for resource in &world.template.resources {
        let is_wanted = match section {
            Some(Section::Role) => resource.is_role(),
            Some(Section::Profile) => resource.is_profile(),
            None => resource.is_role() || resource.is_profile(),
        };
        let is_named = |names: &[Name]| names.iter().any(|own| wholes.iter().any(|whole| whole.is(own)));
        let is_id = name.known() == Some(&resource.id);
        if is_wanted && (is_id || is_named(&names_of(world, resource, Defaults::Kept, 0))) {
            found.extend(of_id(world, &resource.id));
        }
    }
    match section {
        Some(Section::Role) if found.is_empty() => found.extend(wholes.into_iter().map(Identity::RoleNamed)),
        Some(Section::Role) => {}
        Some(Section::Profile) | None => found.extend(wholes.into_iter().map(Identity::ProfileNamed)),
    }
    found
}

fn of_id(world: &World<'_>, id: &str) -> Option<Identity> {
    let resource = world.template.resource(id)?;
    if resource.is_role() {
        return Some(Identity::Role(id.to_owned()));
    }
    let held = resource.is_profile().then(|| roles_of(world, resource))?;
    Some(match held.as_slice() {
        [only] => only.clone(),
        _ => Identity::Unfit(id.to_owned()),
    })
}

/// Returns the roles that a profile holds.
pub(super) fn roles_of(world: &World<'_>, profile: &Resource) -> Vec<Identity> {
    let roles = profile.property("Roles").and_then(|roles| world.resolve(roles));
    let items = match &roles {
        Some(Tree::List(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    items.iter().map(|item| role(world, item)).collect()
}

fn role(world: &World<'_>, item: &Tree) -> Identity {
    let texts = world.texts(item, Defaults::Kept);
    let text = texts.first().cloned().unwrap_or(Name(Vec::new()));
    let name = as_arn(&text).map_or(text, |(_, name)| name);
    if let [Part::NameOf(id)] = name.0.as_slice()
        && world.template.resource(id).is_some_and(Resource::is_role)
    {
        return Identity::Role(id.clone());
    }
    let wholes = expanded(world, &name, Defaults::Kept, 0);
    let is_named = |names: &[Name]| names.iter().any(|own| wholes.iter().any(|whole| whole.is(own)));
    let roles = || world.template.resources.iter().filter(|resource| resource.is_role());
    let has_name = |role: &&Resource| is_named(&names_of(world, role, Defaults::Kept, 0));
    // A string is a name; if no role has the name, it is an ID without its `Ref`.
    let existing = world.resources().filter(|resource| resource.is_role()).find(has_name);
    let named = existing.or_else(|| roles().find(has_name));
    let found = named.or_else(|| roles().find(|role| name.known() == Some(&role.id)));
    match found {
        Some(found) => Identity::Role(found.id.clone()),
        None => Identity::RoleNamed(wholes.into_iter().next().unwrap_or(name)),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Role,
    Profile,
}

/// Returns the section and the name of an ARN.
fn as_arn(text: &Name) -> Option<(Section, Name)> {
    let Some(Part::Text(start)) = text.0.first() else {
        return None;
    };
    if !start.starts_with("arn:") {
        return None;
    }
    let fields = text.split(":");
    let resource = fields.get(5)?;
    let segments = resource.split("/");
    let section = match segments.first()?.known()? {
        "role" => Section::Role,
        "instance-profile" => Section::Profile,
        _ => return None,
    };
    Some((section, segments.last()?.clone()))
}
