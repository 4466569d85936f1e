use std::collections::{HashMap, HashSet};

use super::PROFILE;
use crate::template::{ArnKind, ArnName, Attribute, Resource, Said, Template, is_no_value, name_key, names, text_key};
use crate::yaml::Node;

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

/// The profiles of a template, by the roles that they hold and whose name they bear.
#[derive(Debug)]
pub struct Profiles<'t, 'd> {
    template: &'t Template<'d>,
    by_role: HashMap<RoleName<'d>, Vec<Resource<'d>>>,
    by_name: HashMap<RoleName<'d>, Vec<Resource<'d>>>,
    /// The names that profiles bear, those of a loop's resources in that loop's words too.
    taken_names: HashSet<RoleName<'d>>,
    /// The logical IDs that were given to new profiles so far.
    given: HashSet<String>,
}

/// A way to say the name of a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum RoleName<'d> {
    /// `Ref` with its logical ID.
    Ref(&'d str),
    /// What its `RoleName` says, as [`name_key`].
    Value(String),
}

impl<'t, 'd> Profiles<'t, 'd> {
    /// Sorts the profiles of `template`.
    pub fn of(template: &'t Template<'d>) -> Self {
        let mut profiles = Self {
            template,
            by_role: HashMap::new(),
            by_name: HashMap::new(),
            taken_names: HashSet::new(),
            given: HashSet::new(),
        };
        for &profile in template.of_type(PROFILE) {
            let role = only_role(&profile).and_then(RoleName::read);
            let name = profile.property("InstanceProfileName").and_then(RoleName::read);
            if let Some(RoleName::Ref(id)) = name {
                let repeated = template.resource(id).map(|role| RoleName::Ref(role.id));
                profiles.taken_names.extend(repeated);
            }
            profiles.taken_names.extend(name.clone());
            for (name, index) in [(role, &mut profiles.by_role), (name, &mut profiles.by_name)] {
                if let Some(name) = name {
                    index.entry(name).or_default().push(profile);
                }
            }
        }
        profiles
    }

    /// Finds the profile that holds exactly this role, or designs one.
    ///
    /// A profile that exists is used if it stands under the role's condition or none. Of several the one that bears the
    /// role's name is taken, else the first.
    pub fn find_match(&mut self, role: &Resource<'d>, name: ProfileName) -> Match<'d> {
        if let Some(existing) = self.existing(role, role.id) {
            return existing;
        }
        let wants_name = match name {
            ProfileName::Auto => role.property("RoleName").is_some(),
            ProfileName::None => false,
            ProfileName::Role => true,
        };
        Match::New(NewProfile {
            id: self.new_id(stem(role.id), role.key),
            condition: role.condition(),
            has_path: role.property("Path").is_some(),
            // Two profiles of one name cannot be deployed together.
            is_named: wants_name && !names_of(role, role.id).any(|name| self.taken_names.contains(&name)),
        })
    }

    /// The profile that holds exactly this role, which goes by the logical ID `id`.
    pub fn existing(&self, role: &Resource<'d>, id: &'d str) -> Option<Match<'d>> {
        let bearers: HashSet<_> = named(&self.by_name, role, id).map(|profile| profile.id).collect();
        let usable: Vec<_> = named(&self.by_role, role, id)
            .filter(|profile| profile.condition().is_none() || profile.condition() == role.condition())
            .filter(|profile| is_within_reach(profile, role))
            .collect();
        let bearer = usable.iter().find(|profile| bearers.contains(profile.id));
        let chosen = bearer.or(usable.first())?;
        Some(Match::Existing {
            id: chosen.id,
            others: usable.iter().map(|one| one.id).filter(|&id| id != chosen.id).collect(),
            bears_role_name: bearer.is_some(),
        })
    }

    /// The logical ID of a profile that `user` may refer to, which holds exactly the role of this name, under no condition.
    pub fn holding(&self, name: &str, user: &Resource<'d>) -> Option<&'d str> {
        let holders = self.by_role.get(&RoleName::Value(text_key(name)))?;
        let mut usable = holders
            .iter()
            .filter(|profile| profile.condition().is_none() && is_within_reach(profile, user));
        usable.next().map(|profile| profile.id)
    }

    /// A logical ID that is free, for a profile at `place`: `stem` with `InstanceProfile` behind it, and with a number if
    /// need be.
    ///
    /// A logical ID has at most 255 characters:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>.
    pub fn new_id(&mut self, stem: &str, place: Node<'_>) -> String {
        const LONGEST: usize = 255;
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
            let mut made = names(place, &id);
            made.push(id.clone());
            let is_free = |id: &String| !self.template.is_taken(id) && !self.given.contains(id);
            if made.iter().all(is_free) {
                self.given.extend(made);
                return id;
            }
            number += 1;
        }
    }
}

impl<'d> RoleName<'d> {
    /// Reads a value that is, or should be, the name of a role: where its ARN is given, its name is meant.
    fn read(value: Node<'d>) -> Option<Self> {
        match Said::read(value, &value.path()) {
            Said::Mention(mention)
                if !mention.is_part_of_arn()
                    && matches!(mention.attribute, Attribute::Ref | Attribute::GetAtt("Arn")) =>
            {
                Some(Self::Ref(mention.target))
            }
            Said::BuiltArn(arn) if arn.kind == ArnKind::Role => match arn.name {
                ArnName::Mention(mention) => Some(Self::Ref(mention.target)),
                ArnName::Text(name) => Some(Self::Value(text_key(&name))),
                ArnName::Unknown => None,
            },
            Said::Text(name) => Some(Self::Value(text_key(&name))),
            _ => name_key(value).map(Self::Value),
        }
    }
}

/// The logical ID of a new profile for the role `id`, if it is free.
pub fn usual_id(id: &str) -> String {
    format!("{}InstanceProfile", stem(id))
}

fn stem(role: &str) -> &str {
    role.strip_suffix("Role").unwrap_or(role)
}

/// The profiles of an index that stand under the name of `role`, which goes by the logical ID `id`, in the order of the
/// file.
fn named<'i, 'd>(
    index: &'i HashMap<RoleName<'d>, Vec<Resource<'d>>>,
    role: &Resource<'d>,
    id: &'d str,
) -> impl Iterator<Item = &'i Resource<'d>> {
    let found = names_of(role, id).filter_map(|name| index.get(&name));
    let mut found: Vec<_> = found.flatten().collect();
    found.sort_by_key(|profile| profile.key.id());
    found.into_iter()
}

/// The ways to say the name of `role`, which goes by the logical ID `id`.
fn names_of<'d>(role: &Resource<'d>, id: &'d str) -> impl Iterator<Item = RoleName<'d>> {
    let stated = role.property("RoleName").and_then(RoleName::read);
    [Some(RoleName::Ref(id)), stated].into_iter().flatten()
}

/// Whether whoever can refer to a role can refer to a profile likewise: it stands in the same loop, or outside of it.
fn is_within_reach(profile: &Resource<'_>, role: &Resource<'_>) -> bool {
    let section = profile.key.ancestors().nth(1);
    role.key.ancestors().any(|node| Some(node) == section)
}

/// The role that a profile holds, if it is one; also if it is not given as a list.
fn only_role<'d>(profile: &Resource<'d>) -> Option<Node<'d>> {
    let roles = profile.property("Roles").or_else(|| misspelt_roles(profile))?;
    // A function's arguments are no list of roles.
    if !roles.is_sequence() || roles.tag().is_some() {
        return Some(roles);
    }
    let mut items = roles.items().filter(|item| !is_no_value(item.resolved()));
    match (items.next(), items.next()) {
        (Some(only), None) => Some(only.resolved()),
        _ => None,
    }
}

/// What a profile has in place of `Roles`: `roles` or `Role`, which are mended where they stand.
fn misspelt_roles<'d>(profile: &Resource<'d>) -> Option<Node<'d>> {
    let is_meant = |name: &str| name.eq_ignore_ascii_case("Roles") || name.eq_ignore_ascii_case("Role");
    let mut entries = profile.attribute("Properties")?.entries();
    let (_, value) = entries.find(|(key, _)| key.scalar().is_some_and(is_meant))?;
    Some(value.resolved())
}
