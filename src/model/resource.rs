use std::sync::Arc;

use super::ids::{ResourceId, ScopeId};
use super::plan::{Guard, PossibleNames, Use};
use super::property::OnUpdate;
use crate::text::{FileRange, NodePath};

/// A section of resources, or a loop that repeats some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The scope around it.
    pub parent: Option<ScopeId>,
}

/// One resource.
#[derive(Clone, Debug)]
pub struct Resource<'s> {
    /// Its ID, as written.
    pub id: &'s str,
    /// Its type, such as `AWS::IAM::Role`.
    pub resource_type: &'s str,
    /// The location of its ID.
    pub place: FileRange,
    /// The scope that contains it.
    pub scope: ScopeId,
    /// The path of the AWS CDK construct that generates it.
    ///
    /// The CDK writes it to the metadata: <https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html>.
    pub construct: Option<&'s str>,
    /// The condition under which it exists.
    pub condition: Option<&'s str>,
    /// The configuration of its provider, if it is not the default one.
    ///
    /// Another one may be of another account, in which the same name is another role's.
    pub provider: Option<String>,
    /// The resources that it uses, by attribute.
    ///
    /// Values that aliases share are kept once.
    pub uses: Vec<Arc<[Use]>>,
    /// More resources that it may depend on, which no reference shows.
    ///
    /// A new reference must not close a circle through them, but they do not state an order.
    pub may_use: Vec<ResourceId>,
    /// The number of repetitions by loops.
    pub repetitions: usize,
    /// The details of a role or a profile.
    pub details: ResourceDetails<'s>,
}

/// The details of a resource.
#[derive(Clone, Debug)]
pub enum ResourceDetails<'s> {
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
    /// The names of the AWS-managed policies that it has.
    pub managed_policies: Arc<[String]>,
}

/// The details of an instance profile.
#[derive(Clone, Debug)]
pub struct Profile<'s> {
    /// The name that it states.
    pub name: Option<Arc<Name<'s>>>,
    /// The path that it states.
    pub path: Option<Arc<RolePath>>,
    /// The single role that it holds, even in an invalid form.
    pub holds: Option<NameKey<'s>>,
    /// The property that takes its role.
    pub role_property: &'static str,
    /// The values of its list of roles.
    ///
    /// There are several if a condition chooses one.
    pub role_lists: Vec<RoleList>,
    /// The form in which it states roles.
    pub roles: RolesOfProfile<'s>,
    /// The items of its list of roles, or of its replacement.
    ///
    /// Conditions are not followed.
    pub items: Arc<[HeldRole<'s>]>,
    /// The path to the resource.
    pub node_path: NodePath,
}

/// The form in which a profile states roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RolesOfProfile<'s> {
    /// No roles, and no value that may stand for some.
    Missing,
    /// No roles here.
    ///
    /// They may come from elsewhere, or the language reports the value itself.
    Elsewhere,
    /// A list of roles.
    List,
    /// A value that is not a list.
    Single(HeldRole<'s>),
}

/// One value among the roles of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldRole<'s> {
    /// A reference to a resource.
    Reference {
        /// The ID.
        id: &'s str,
        /// True if it means the resource itself, not another attribute.
        is_of_itself: bool,
    },
    /// An empty value.
    Nothing,
    /// Any other value.
    Other,
}

/// A list of roles in a profile.
#[derive(Clone, Debug)]
pub struct RoleList {
    /// Its location.
    pub place: FileRange,
    /// The path to it.
    pub path: NodePath,
    /// The number of its roles, if known.
    pub count: Option<usize>,
}

/// A name that a resource states.
#[derive(Clone, Debug)]
pub struct Name<'s> {
    /// The key for comparison with the roles that profiles hold.
    ///
    /// `None` if it cannot be a name.
    pub key: Option<NameKey<'s>>,
    /// The names in each branch of the stated value.
    ///
    /// There is none if the value is too large to be a name.
    pub stated: Vec<StatedName>,
    /// The known beginning.
    pub start: Option<String>,
    /// All possible names.
    pub possible: PossibleNames,
}

/// A name that a resource states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedName {
    /// Its key, which may be that of a reference.
    pub key: String,
    /// The branches in which it is the name.
    pub guards: Vec<Guard>,
}

/// The name of a role, as stated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NameKey<'s> {
    /// A reference to the resource with this ID.
    Reference(&'s str),
    /// A value, equal for values that result in the same string.
    Value(String),
}

/// The path that a role or a profile states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePath {
    /// True if it is `/`, the default path.
    pub is_root: bool,
    /// The key of the path without its outer slashes.
    pub key: Option<String>,
    /// The known beginning.
    pub start: Option<String>,
}

/// A role's trust policy.
#[derive(Clone, Debug)]
pub struct TrustPolicy {
    /// True if it is known not to let EC2 assume the role.
    pub denies_ec2: bool,
    /// Its location.
    pub place: FileRange,
    /// The path to it.
    pub path: NodePath,
    /// The effect of a change on a deployed stack.
    pub on_update: OnUpdate,
}

impl<'s> Resource<'s> {
    /// Iterates over the uses of other resources.
    ///
    /// The same use may appear twice.
    pub fn uses(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().flat_map(|uses| uses.iter())
    }

    /// Iterates over the resources that it depends on, or may depend on.
    pub fn dependencies(&self) -> impl Iterator<Item = ResourceId> {
        let used = self.uses().map(|usage| usage.target);
        used.chain(self.may_use.iter().copied())
    }

    /// Returns the details if this is a role.
    pub fn role(&self) -> Option<&Role<'s>> {
        match &self.details {
            ResourceDetails::Role(role) => Some(role),
            ResourceDetails::Profile(_) | ResourceDetails::Other => None,
        }
    }

    /// Returns the details if this is a profile.
    pub fn profile(&self) -> Option<&Profile<'s>> {
        match &self.details {
            ResourceDetails::Profile(profile) => Some(profile),
            ResourceDetails::Role(_) | ResourceDetails::Other => None,
        }
    }

    /// Returns whether the ARN has a path before the name.
    pub fn has_path(&self) -> bool {
        self.path().is_some_and(|path| !path.is_root)
    }

    /// Returns whether the path in the ARN has this key.
    pub fn is_path(&self, key: &str) -> bool {
        match self.path() {
            Some(path) => path.key.as_deref() == Some(key),
            None => key == NameKey::of_text(""),
        }
    }

    fn path(&self) -> Option<&RolePath> {
        match &self.details {
            ResourceDetails::Role(role) => role.path.as_deref(),
            ResourceDetails::Profile(profile) => profile.path.as_deref(),
            ResourceDetails::Other => None,
        }
    }

    /// Returns the name that it states.
    pub fn name(&self) -> Option<&Name<'s>> {
        match &self.details {
            ResourceDetails::Role(role) => role.name.as_deref(),
            ResourceDetails::Profile(profile) => profile.name.as_deref(),
            ResourceDetails::Other => None,
        }
    }
}

impl<'s> Profile<'s> {
    /// Returns the ID of its only role, even in an invalid form.
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
            HeldRole::Reference { id, is_of_itself: true } => Some(id),
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
    /// A name that is stated, but not known.
    pub const UNKNOWN: Self = Self {
        key: None,
        stated: Vec::new(),
        start: None,
        possible: PossibleNames::UNKNOWN,
    };

    /// Returns whether it is known to begin with `prefix`.
    pub fn begins_with(&self, prefix: &str) -> bool {
        self.start.as_deref().is_some_and(|start| start.starts_with(prefix)) || self.possible.all_begin_with(prefix)
    }

    /// Returns whether it is known not to begin with `prefix`.
    ///
    /// A name that begins like the prefix and continues with an unknown part may still have it.
    pub fn begins_otherwise(&self, prefix: &str) -> bool {
        let start = self.start.as_deref();
        let is_otherwise = |start: &str| !start.starts_with(prefix) && !prefix.starts_with(start);
        start.is_some_and(is_otherwise) || self.possible.all_begin_otherwise(prefix)
    }
}

impl RolePath {
    /// A path that is stated, but not known.
    pub const UNKNOWN: Self = Self {
        is_root: false,
        key: None,
        start: None,
    };
}

impl NameKey<'_> {
    /// Returns the key of a literal name.
    pub fn of_text(text: &str) -> String {
        format!("{text:?};")
    }

    /// Returns the literal name with this key.
    pub fn text_of(key: &str) -> Option<String> {
        let text = key.strip_prefix('"')?.strip_suffix("\";")?;
        (!text.contains('\\')).then(|| text.to_owned())
    }
}
