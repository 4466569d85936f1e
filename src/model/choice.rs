use super::ids::ResourceId;
use super::no_fix::NoFix;

/// The number of a choice in its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChoiceId(pub usize);

/// The profile for the users of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChoice<'s> {
    /// The role.
    pub role: ServedRole,
    /// The profile.
    pub profile: ChosenProfile<'s>,
    /// The profiles that have the role's own name, whichever role they hold.
    pub namesakes: Vec<ResourceId>,
    /// True if the profile's ARN has a path before its name.
    pub has_path: bool,
}

/// A role that needs a profile.
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
    /// An existing profile.
    Existing {
        /// The profile.
        profile: ResourceId,
        /// Other profiles that would serve equally well.
        others: Vec<ResourceId>,
        /// True if it has the role's own name.
        has_role_name: bool,
    },
    /// A profile to add.
    New(NewProfile<'s>),
    /// No profile can be referred to, for this reason.
    Unavailable(NoFix),
}

/// A new profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProfile<'s> {
    /// Its ID.
    pub id: String,
    /// The resource after which it is inserted.
    pub after: ResourceId,
    /// The role's condition, if it has one.
    pub condition: Option<&'s str>,
    /// True if the role states a path, which the profile shares.
    pub has_path: bool,
    /// True if it is named after the role.
    pub is_named: bool,
}
