use super::property::Takes;
use crate::text::{Obstacle, Place, Refusal};

/// Why a finding has no fix.
///
/// As text it names no lines; [`NoFix::message`] does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFix {
    /// The property is not written where it takes effect.
    #[error("the property comes from a merge key `<<`; write it in the resource itself")]
    Merged,
    /// The source cannot be edited.
    #[error("{0}; change it by hand")]
    Obstacle(#[from] Obstacle),
    /// An anchor has users that want something else.
    #[error("its anchor is also used elsewhere, and that value would change too; give it a value of its own")]
    Shared {
        /// The place of such a user.
        user: Place,
    },
    /// Two users of one text want different things of it.
    #[error(
        "one value is used for properties that take the profile's name and for properties that take its ARN; give each its own value"
    )]
    Torn,
    /// The role is written so that nothing can be added after it.
    #[error("the role `{0}` is written with an alias or a merge key; add the profile by hand")]
    RoleElsewhere(String),
    /// A part of the role that the profile shares is written so that it cannot be copied.
    #[error("the role `{role}` has a `{key}` in an unusual notation; add the profile by hand")]
    NoCopy {
        /// The ID of the role.
        role: String,
        /// The key of the part.
        key: &'static str,
    },
    /// A loop makes the role's ID of the letters of its values, so that nothing in it can refer to the role.
    #[error("no function can refer to `{0}` inside its loop; add the profile outside of the loop")]
    RoleByLetters(String),
    /// An ID with the letters of a loop variable is to be written.
    #[error("a logical ID with `&{{…}}` in it cannot be referred to in its loop; change it by hand")]
    Letters,
    /// An ID with a loop variable is to be written as a variable of a text.
    #[error("a logical ID with a loop variable cannot be a variable of `Fn::Sub`; change it by hand")]
    LoopVariable,
    /// The role that a profile is to hold is not known.
    #[error("the template does not say which role is meant; give it a list with one role")]
    WhichRole,
    /// The role that a profile holds is not known.
    #[error("the template does not say which role `{0}` holds; refer to the role itself")]
    RoleOfProfile(String),
    /// An instance profile cannot hold a service-linked role.
    #[error("an instance profile cannot hold the service-linked role `{0}`; refer to a profile of another role")]
    ServiceLinkedRole(String),
    /// The profile that a slot is to refer to is not known.
    #[error("the template does not say which is meant; remove one")]
    WhichProfile,
    /// A text is the name of a role too.
    #[error("`{0}` may also be the name of a role of the template; refer to the one that is meant")]
    NameOfRole(String),
    /// Whether a value is a name or an ARN is not known.
    #[error("the template does not say whether it is a name or an ARN; write {0}")]
    NameOrArn(&'static str),
    /// The value has other contents too.
    #[error("a condition in the value also gives other values; change this one by hand")]
    Branch,
    /// A value is kept under a key that says it is not what the slot takes.
    #[error("the value of `{key}` is not {takes}, and the template does not say what that is; write it instead")]
    OtherForm {
        /// The key.
        key: String,
        /// The part of a profile that the slot takes.
        takes: Takes,
    },
    /// Who may assume a role is for its owner to decide.
    #[error(
        r#"only you can decide who may assume a role; to let EC2 assume it, add {{ "Effect": "Allow", "Principal": {{ "Service": "ec2.amazonaws.com" }}, "Action": "sts:AssumeRole" }}"#
    )]
    Trust,
    /// Another name makes another resource.
    #[error("a new name replaces the resource; choose one, and update what refers to the old one")]
    Naming,
    /// The value comes from outside the template.
    #[error("the value of the parameter is set outside the template; pass an instance profile there")]
    Parameter,
    /// The resource to refer to waits for the one that is to refer to it.
    #[error("`{0}` depends on this resource, so a reference to it would be circular; remove that dependency first")]
    Circle(String),
    /// The resource to refer to may be absent.
    #[error("`{0}` may not exist when this resource does; give both the same condition")]
    Absent(String),
    /// The role to refer to is in the list already.
    #[error("the list names the role `{0}` already; remove this item")]
    Listed(String),
    /// The template is full.
    #[error("a template can have 500 resources, and this one has no room for a profile; split the template")]
    TooManyResources,
    /// A profile for a role outside the template would be made once for each iteration of a loop.
    #[error("a loop creates this resource; add one profile for the role outside of the loop, and refer to it")]
    InLoop,
    /// The condition of a profile for a role outside the template is not one of the template's.
    #[error("the role is used under a combination of conditions; add a profile for it under a condition of its own")]
    NoCondition,
    /// A service takes only profiles with certain names.
    #[error(
        "RDS Custom takes only an instance profile whose name begins with `{0}`; give the role such a name, and its profile gets it too"
    )]
    ProfileName(&'static str),
    /// The name that a service would take is not given to a new profile.
    #[error(
        "RDS Custom takes only an instance profile whose name begins with `{0}`; the role's name does, but a new profile would not get that name; add a profile with a name of its own"
    )]
    NameTaken(&'static str),
    /// An ID means something inside its loop only.
    #[error(
        "it would refer to a resource that a loop creates, and the value is outside of that loop; change it by hand"
    )]
    Loop,
    /// A reference stands for several roles, and their profiles have no common name.
    #[error(
        "the reference stands for several roles of a loop, whose profiles have no common pattern of names; change it by hand"
    )]
    Several,
    /// An ARN ends in something that is not known.
    #[error("the template does not say whose ARN it is; change it by hand")]
    ArnUnknown,
    /// The value comes from a mapping.
    #[error("the value comes from a mapping that may be used elsewhere; change the mapping by hand")]
    Mapping,
    /// A profile is known by its name alone.
    #[error("the ARN of a profile includes its path, which its name does not; write the ARN, or refer to the profile")]
    PathUnknown,
    /// The file ends in the last text of the resource that a profile would be written after.
    #[error(
        "`{0}` ends the file with a block scalar, and anything after it would change it; add an entry after it, or a newline at the end of the file"
    )]
    OpenEnd(String),
    /// A finding about the same value is suppressed, and the fix would move that value away from what suppresses it.
    #[error("another finding about this value is suppressed; change it by hand, or remove the suppression")]
    BesideSuppressed,
    /// A suppression may be for what unsafe fixes would reveal.
    #[error("it may suppress a finding that appears after an unsafe fix; apply that fix first, with `--unsafe-fixes`")]
    HeldBack,
    /// A suppression may be for what shows once the findings without a fix are fixed.
    #[error("it may suppress a finding that appears once the other findings are fixed; fix those first")]
    Unmended,
    /// The meaning of a misspelled suppression is a guess.
    #[error("only you can say what it should suppress; correct or remove it")]
    Suppression,
    /// The fixed text was not proven.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is not found before other findings are fixed, and then has no fix either.
    #[error("it appears once the other fixes are applied; {0}")]
    Revealed(Box<NoFix>),
    /// The same, with an unsafe fix.
    #[error("it appears once the other fixes are applied, and its own fix is unsafe")]
    RevealedUnsafe,
}

impl NoFix {
    /// Says why there is no fix, with the line, from 1, that `line` returns for a place.
    pub fn message(&self, line: impl Fn(Place) -> usize) -> String {
        match self {
            Self::Shared { user } => format!(
                "its anchor is also used on line {}, and that value would change too; give it a value of its own",
                line(*user)
            ),
            Self::Revealed(why) => {
                let line: &dyn Fn(Place) -> usize = &line;
                format!("it appears once the other fixes are applied; {}", why.message(line))
            }
            Self::Refused(refusal) => refusal.message(line),
            _ => self.to_string(),
        }
    }

    /// Maps the places in the reason.
    pub fn map_places(&mut self, map: &impl Fn(Place) -> Place) {
        match self {
            Self::Shared { user } => *user = map(*user),
            Self::Revealed(why) => why.map_places(map),
            Self::Refused(refusal) => refusal.map_places(map),
            _ => {}
        }
    }
}
