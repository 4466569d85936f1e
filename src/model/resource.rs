use std::sync::Arc;

use super::ids::ScopeId;
use super::plan::{PossibleNames, Use};
use super::property::OnUpdate;
use crate::text::{Path, Place};

/// A section of resources, or a loop that repeats some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The scope around it.
    pub parent: Option<ScopeId>,
}

/// One resource.
#[derive(Clone, Debug)]
pub struct Resource<'s> {
    /// Its ID, as it is written.
    pub id: &'s str,
    /// Its type, such as `AWS::IAM::Role`.
    pub resource_type: &'s str,
    /// The place of its ID.
    pub place: Place,
    /// The scope that it is written in.
    pub scope: ScopeId,
    /// The condition under which it exists.
    pub condition: Option<&'s str>,
    /// The resources that it uses, by its attributes; what aliases share is kept once.
    pub uses: Vec<Arc<[Use]>>,
    /// How often loops repeat it.
    pub repetitions: usize,
    /// The details of a role or a profile.
    pub kind: Kind<'s>,
}

/// The details of a resource.
#[derive(Clone, Debug)]
pub enum Kind<'s> {
    /// A role.
    Role(Box<Role<'s>>),
    /// An instance profile.
    Profile(Box<Profile<'s>>),
    /// Any other resource.
    Other,
}

/// The details of a role.
#[derive(Clone, Debug)]
pub struct Role<'s> {
    /// The name that it states.
    pub name: Option<Arc<Name<'s>>>,
    /// All names that it can have.
    pub possible_names: PossibleNames,
    /// The path that it states.
    pub path: Option<Arc<RolePath>>,
    /// Its trust policy.
    pub trust: Option<TrustPolicy>,
}

/// The details of an instance profile.
#[derive(Clone, Debug)]
pub struct Profile<'s> {
    /// The name that it states.
    pub name: Option<Arc<Name<'s>>>,
    /// The key of the name that it has in the end: where it has a role's name, that of the role.
    pub stated_name: Option<String>,
    /// The path that it states.
    pub path: Option<Arc<RolePath>>,
    /// The role that it holds, if it is one: also if it is not given as it should be.
    pub holds: Option<NameKey<'s>>,
    /// The values of its list of roles: several where a condition chooses one.
    pub role_lists: Vec<RoleList>,
    /// Whether it states roles.
    pub roles: RolesOfProfile<'s>,
    /// The items of its list of roles, conditions not followed, or of what is in place of the list.
    pub items: Arc<[HeldRole<'s>]>,
    /// The way to the resource.
    pub node_path: Path,
}

/// Whether a profile states roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RolesOfProfile<'s> {
    /// None, and nothing that may stand for some.
    Missing,
    /// None here, but the language has a finding of its own about it, or they may come from elsewhere.
    Elsewhere,
    /// A list of roles.
    List,
    /// A value that is not a list.
    Single(HeldRole<'s>),
}

/// One value among the roles of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldRole<'s> {
    /// A reference to what has this ID, and whether it gives a name or an ARN.
    Reference {
        /// The ID.
        id: &'s str,
        /// Whether it gives the name or the ARN, not another attribute.
        is_name_or_arn: bool,
    },
    /// No value at all.
    Nothing,
    /// Anything else.
    Other,
}

/// A list of roles that a profile is given.
#[derive(Clone, Debug)]
pub struct RoleList {
    /// Its place.
    pub place: Place,
    /// The way to it.
    pub path: Path,
    /// The number of its roles; `None` if it is not known.
    pub count: Option<usize>,
}

/// A name that a resource states.
#[derive(Clone, Debug)]
pub struct Name<'s> {
    /// The key by which it is compared with what profiles hold; `None` if it cannot be a name.
    pub key: Option<NameKey<'s>>,
    /// The key of what it says, also if that is a reference; `None` if it is too large to be a name.
    pub stated: Option<String>,
    /// The text that it begins with, if known.
    pub start: Option<String>,
    /// All that it can be.
    pub possible: PossibleNames,
}

/// A way to state the name of a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NameKey<'s> {
    /// A reference to the resource with this ID.
    Reference(&'s str),
    /// A value; equal for values that give the same text.
    Value(String),
}

/// The path that a role or a profile states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePath {
    /// Whether it is `/`, the path of what states none.
    pub is_root: bool,
    /// The text that it begins with, if known.
    pub start: Option<String>,
}

/// A role's trust policy.
#[derive(Clone, Debug)]
pub struct TrustPolicy {
    /// Whether it is known not to let EC2 assume the role.
    pub denies_ec2: bool,
    /// Its place.
    pub place: Place,
    /// The way to it.
    pub path: Path,
    /// The effect of a change of it.
    pub on_update: OnUpdate,
}

impl<'s> Resource<'s> {
    /// Iterates over the uses that it makes of other resources; of the same resource in the same branches perhaps twice.
    pub fn uses(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().flat_map(|uses| uses.iter())
    }

    /// Returns the details of a role.
    pub fn role(&self) -> Option<&Role<'s>> {
        match &self.kind {
            Kind::Role(role) => Some(role),
            Kind::Profile(_) | Kind::Other => None,
        }
    }

    /// Returns the details of a profile.
    pub fn profile(&self) -> Option<&Profile<'s>> {
        match &self.kind {
            Kind::Profile(profile) => Some(profile),
            Kind::Role(_) | Kind::Other => None,
        }
    }

    /// Returns whether its ARN has a path before its name.
    pub fn has_path(&self) -> bool {
        let path = match &self.kind {
            Kind::Role(role) => role.path.as_deref(),
            Kind::Profile(profile) => profile.path.as_deref(),
            Kind::Other => None,
        };
        path.is_some_and(|path| !path.is_root)
    }

    /// Returns the name that it states.
    pub fn name(&self) -> Option<&Name<'s>> {
        match &self.kind {
            Kind::Role(role) => role.name.as_deref(),
            Kind::Profile(profile) => profile.name.as_deref(),
            Kind::Other => None,
        }
    }
}

impl<'s> Profile<'s> {
    /// Returns the ID of the one role that it holds, whether or not it holds it as it should.
    pub fn only_role(&self) -> Option<&'s str> {
        let only = match &self.roles {
            RolesOfProfile::Single(only) => only,
            RolesOfProfile::List => {
                let mut roles = self.items.iter().filter(|role| **role != HeldRole::Nothing);
                roles.next().filter(|_| roles.next().is_none())?
            }
            RolesOfProfile::Missing | RolesOfProfile::Elsewhere => return None,
        };
        match only {
            HeldRole::Reference {
                id,
                is_name_or_arn: true,
            } => Some(id),
            _ => None,
        }
    }
}

impl<'s> HeldRole<'s> {
    /// Returns the ID that it refers to.
    pub fn id(&self) -> Option<&'s str> {
        match self {
            Self::Reference { id, .. } => Some(id),
            Self::Nothing | Self::Other => None,
        }
    }
}

impl Name<'_> {
    /// Returns the key of what it says; an empty text is not a name, or every slot without a value would have it.
    pub fn stated(&self) -> Option<&str> {
        self.stated.as_deref().filter(|key| *key != NameKey::of_text(""))
    }

    /// Returns whether it is known to begin with `prefix`.
    pub fn begins_with(&self, prefix: &str) -> bool {
        self.start.as_deref().is_some_and(|start| start.starts_with(prefix)) || self.possible.all_begin_with(prefix)
    }

    /// Returns whether it is known to begin with something else than `prefix`.
    ///
    /// A name that begins like the prefix and continues with something unknown may well have it.
    pub fn begins_otherwise(&self, prefix: &str) -> bool {
        let start = self.start.as_deref();
        start.is_some_and(|start| !start.starts_with(prefix) && !prefix.starts_with(start))
    }
}

impl NameKey<'_> {
    /// Returns the key of a name that is written out.
    pub fn of_text(text: &str) -> String {
        format!("{text:?};")
    }

    /// Returns the text whose key this is.
    pub fn text_of(key: &str) -> Option<String> {
        let text = key.strip_prefix('"')?.strip_suffix("\";")?;
        (!text.contains('\\')).then(|| text.to_owned())
    }
}
