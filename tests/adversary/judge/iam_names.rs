//! Harm: equal names of two roles or two profiles.

use super::evaluate::Defaults;
use super::expand::Resource;
use super::harm::{Harm, Kind};
use super::identity::{Identity, roles_of};
use super::name::{Name, Part};
use super::world::World;

/// Finds pairs of names that can be equal, and could not before.
pub(super) fn judge(old: &World<'_>, new: &World<'_>) -> Vec<Harm> {
    let mut harms = Vec::new();
    for is_of_type in [Resource::is_role, Resource::is_profile] {
        let named: Vec<_> = new.resources().filter(|&resource| is_of_type(resource)).collect();
        for (at, one) in named.iter().enumerate() {
            for other in &named[at + 1..] {
                if one.id == other.id {
                    continue;
                }
                let Some(equality) = equality(new, one, other) else {
                    continue;
                };
                if was_equal(old, [&one.id, &other.id]) || roles_were_equal(old, new, [one, other]) {
                    continue;
                }
                let can = if equality == Kind::EqualNames { "" } else { "can " };
                let sentence = format!("{} and {} {can}have the same name", one.id, other.id);
                harms.push(Harm::always(equality, sentence));
            }
        }
    }
    harms
}

/// Returns whether two roles have the same name.
///
/// CloudFormation does not create such a stack.
pub(super) fn clash(world: &World<'_>) -> bool {
    let roles: Vec<_> = world.resources().filter(|resource| resource.is_role()).collect();
    let is_equal = |one: &Resource, other: &Resource| equality(world, one, other) == Some(Kind::EqualNames);
    (1..roles.len()).any(|at| roles[..at].iter().any(|one| is_equal(one, roles[at])))
}

/// Returns whether two resources had or could have the same name before.
fn was_equal(old: &World<'_>, ids: [&str; 2]) -> bool {
    match ids.map(|id| old.template.resource(id)) {
        [Some(one), Some(other)] => equality(old, one, other).is_some(),
        _ => false,
    }
}

/// Returns whether the roles of two profiles could have the same name before.
///
/// The stack is then not created either way. A role counts if a profile holds it or has its name.
fn roles_were_equal(old: &World<'_>, new: &World<'_>, profiles: [&Resource; 2]) -> bool {
    let were_equal = |roles: [Option<String>; 2]| match roles {
        [Some(one), Some(other)] => one != other && was_equal(old, [&one, &other]),
        _ => false,
    };
    let held = |profile| match roles_of(new, profile).as_slice() {
        [Identity::Role(role)] => Some(role.clone()),
        _ => None,
    };
    were_equal(profiles.map(held)) || were_equal(profiles.map(named_after))
}

/// Returns the role that the name of a profile refers to.
fn named_after(profile: &Resource) -> Option<String> {
    let name = profile.property("InstanceProfileName")?;
    Some(name.argument_of("Ref")?.as_text()?.to_owned())
}

/// Compares the names of two resources of one type.
fn equality(world: &World<'_>, one: &Resource, other: &Resource) -> Option<Kind> {
    let any = |defaults, is_equal: fn(&Name, &Name) -> bool| {
        let names = [one, other].map(|resource| names_of(world, resource, defaults, 0));
        names[0]
            .iter()
            .any(|one| names[1].iter().any(|other| is_equal(one, other)))
    };
    if any(Defaults::Kept, Name::is) {
        return Some(Kind::EqualNames);
    }
    any(Defaults::Open, Name::can_be).then_some(Kind::PossiblyEqualNames)
}

/// Returns the names that a role or profile can have.
pub(super) fn names_of(world: &World<'_>, resource: &Resource, defaults: Defaults, depth: usize) -> Vec<Name> {
    let property = match resource.is_role() {
        true => "RoleName",
        false => "InstanceProfileName",
    };
    let generated = || vec![Name::part(Part::Fixed(format!("name of {}", resource.id)))];
    let is_iam = resource.is_role() || resource.is_profile();
    let stated = resource.property(property).filter(|_| is_iam && depth < 6);
    let Some(stated) = stated.and_then(|stated| world.resolve(stated)) else {
        return generated();
    };
    let texts = world.texts(&stated, defaults);
    texts
        .iter()
        .flat_map(|name| expanded(world, name, defaults, depth))
        .collect()
}

/// Replaces the names of resources by their literal names.
pub(super) fn expanded(world: &World<'_>, name: &Name, defaults: Defaults, depth: usize) -> Vec<Name> {
    let mut whole = vec![Name(Vec::new())];
    for part in &name.0 {
        let ends = match part {
            Part::NameOf(id) => match world.template.resource(id) {
                Some(resource) => names_of(world, resource, defaults, depth + 1),
                None => vec![Name::part(part.clone())],
            },
            _ => vec![Name::part(part.clone())],
        };
        let longer = whole
            .iter()
            .flat_map(|start| ends.iter().map(move |end| Name::concat([start.clone(), end.clone()])));
        whole = longer.take(8).collect();
    }
    whole
}
