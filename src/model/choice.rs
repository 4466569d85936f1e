use super::ids::ResourceId;
use super::no_fix::NoFix;

/// The number of a choice in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChoiceId(pub usize);

/// The profile that the users of a role are to refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChoice<'s> {
    /// The role.
    pub role: ServedRole,
    /// The profile.
    pub profile: ChosenProfile<'s>,
    /// Whether the profile's ARN has a path before its name.
    pub has_path: bool,
}

/// A role that is to get a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServedRole {
    /// A role of the model.
    Resource(ResourceId),
    /// The name of a role that is not in the model.
    Outside(String),
}

/// A profile to refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChosenProfile<'s> {
    /// One that is there.
    Existing {
        /// The profile.
        profile: ResourceId,
        /// Others that would do as well.
        others: Vec<ResourceId>,
        /// Whether it has the role's own name.
        has_role_name: bool,
    },
    /// One to add.
    New(NewProfile<'s>),
    /// Nothing that could be referred to, for this reason.
    Unavailable(NoFix),
}

/// A profile to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProfile<'s> {
    /// Its ID.
    pub id: String,
    /// The resource that it is written after.
    pub after: ResourceId,
    /// The condition under which it exists: the role's.
    pub condition: Option<&'s str>,
    /// Whether the role states a path for it to share.
    pub has_path: bool,
    /// Whether it is named after the role.
    pub is_named: bool,
}
