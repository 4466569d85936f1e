use std::collections::HashSet;

use super::{PROFILE, ROLE};
use crate::syntax::Node;
use crate::template::{Attribute, Reference, Resource, Template, same_value};

/// The profile that a role's users are to refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'d> {
    /// One that the template has.
    Existing {
        /// Its logical ID.
        id: &'d str,
        /// The logical IDs of others that would have done.
        others: Vec<&'d str>,
        /// Whether it bears the role's own name.
        bears_role_name: bool,
    },
    /// One to add.
    New(NewProfile<'d>),
}

/// A profile to add to the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProfile<'d> {
    /// Its logical ID.
    pub id: String,
    /// The condition that it depends on: the role's.
    pub condition: Option<&'d str>,
    /// Whether the role states a path for it to share.
    pub has_path: bool,
    /// Whether it is named after the role.
    pub is_named: bool,
}

/// When to give a new profile the role's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileName {
    /// Where the role has a `RoleName`: then the template needs `CAPABILITY_NAMED_IAM` anyway.
    #[default]
    Auto,
    /// Never; CloudFormation makes a name up.
    None,
    /// Always.
    Role,
}

/// The logical IDs that were given to new profiles so far.
#[derive(Debug, Default)]
pub struct Taken(HashSet<String>);

/// Finds the profile of the template that holds exactly this role, or designs one.
///
/// A profile that exists is used if it stands under the role's condition or none. Of several the one that bears the
/// role's name is taken, else the first.
pub fn find_match<'d>(template: &Template<'d>, role: &Resource<'d>, name: ProfileName, taken: &mut Taken) -> Match<'d> {
    let profiles = || template.of_type(PROFILE);
    let usable: Vec<_> = profiles()
        .filter(|profile| holds_only(profile, role))
        .filter(|profile| profile.condition().is_none() || profile.condition() == role.condition())
        .collect();
    let named = usable.iter().find(|profile| bears_name_of(profile, role));
    if let Some(chosen) = named.or(usable.first()) {
        return Match::Existing {
            id: chosen.id,
            others: usable.iter().map(|one| one.id).filter(|&id| id != chosen.id).collect(),
            bears_role_name: named.is_some(),
        };
    }
    let wants_name = match name {
        ProfileName::Auto => role.property("RoleName").is_some(),
        ProfileName::None => false,
        ProfileName::Role => true,
    };
    Match::New(NewProfile {
        id: new_id(template, role.id, taken),
        condition: role.condition(),
        has_path: role.property("Path").is_some(),
        // Two profiles of one name cannot be deployed together.
        is_named: wants_name && !profiles().any(|profile| bears_name_of(profile, role)),
    })
}

/// Whether a profile's `Roles` is this role and no other.
fn holds_only(profile: &Resource<'_>, role: &Resource<'_>) -> bool {
    let Some(roles) = profile.property("Roles") else {
        return false;
    };
    let mut items = roles.items();
    match (items.next(), items.next()) {
        (Some(only), None) => names_role(only.resolved(), role),
        _ => false,
    }
}

fn bears_name_of(profile: &Resource<'_>, role: &Resource<'_>) -> bool {
    profile
        .property("InstanceProfileName")
        .is_some_and(|name| names_role(name, role))
}

/// Whether a value is the role's name: a `Ref` to it, or what its `RoleName` says.
fn names_role(value: Node<'_>, role: &Resource<'_>) -> bool {
    debug_assert_eq!(role.kind, ROLE);
    match Reference::read(value) {
        Some(to) if to.target == role.id => to.attribute == Attribute::Ref,
        _ => role.property("RoleName").is_some_and(|name| same_value(value, name)),
    }
}

/// The role's logical ID with `InstanceProfile` in place of a trailing `Role`, or behind it; with a number if need be.
///
/// A logical ID has at most 255 characters:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>.
fn new_id(template: &Template<'_>, role: &str, taken: &mut Taken) -> String {
    const LONGEST: usize = 255;
    let stem = role.strip_suffix("Role").unwrap_or(role);
    let with_number = |number: usize| {
        let ending = match number {
            1 => "InstanceProfile".to_owned(),
            _ => format!("InstanceProfile{number}"),
        };
        let room = LONGEST - ending.len();
        let stem: String = stem.chars().take(room).collect();
        stem + &ending
    };
    let mut number = 1;
    loop {
        let id = with_number(number);
        if !template.is_taken(&id) && taken.0.insert(id.clone()) {
            return id;
        }
        number += 1;
    }
}
