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
    #[error(
        "it bears an anchor that is also used elsewhere, which would change with it; give that place a value of its own"
    )]
    Shared {
        /// The place of such a user.
        user: Place,
    },
    /// Two users of one text want different things of it.
    #[error("one text serves places that want the profile's name and places that want its ARN")]
    Torn,
    /// The role is written so that nothing can be added after it.
    #[error("the role `{0}` is written by an alias or a merge key; add the profile by hand")]
    RoleElsewhere(String),
    /// A part of the role that the profile shares is written so that it cannot be copied.
    #[error("the role `{role}` has its `{key}` written in an unusual way; add the profile by hand")]
    NoCopy {
        /// The ID of the role.
        role: String,
        /// The key of the part.
        key: &'static str,
    },
    /// A loop makes the role's ID of the letters of its values, so that nothing in it can refer to the role.
    #[error(
        "the profile would have to refer to `{0}` in its loop, which no function can; write it outside of the loop"
    )]
    RoleByLetters(String),
    /// An ID with the letters of a loop variable is to be written.
    #[error("a logical ID with `&{{…}}` in it cannot be referred to in its loop; change it by hand")]
    Letters,
    /// An ID with a loop variable is to be written as a variable of a text.
    #[error("a logical ID with a loop's word in it cannot be a variable of `Fn::Sub`; change it by hand")]
    LoopVariable,
    /// The role that a profile is to hold is not known.
    #[error("which role is meant, the template does not tell; give it a list of one")]
    WhichRole,
    /// The role that a profile holds is not known.
    #[error("which role `{0}` holds, the template does not tell; refer to the role itself")]
    RoleOfProfile(String),
    /// An instance profile cannot hold a service-linked role.
    #[error("an instance profile cannot hold the service-linked role `{0}`; refer to a profile of another role")]
    ServiceLinkedRole(String),
    /// The profile that a slot is to refer to is not known.
    #[error("which of the two is meant, the template does not tell; remove the other")]
    WhichProfile,
    /// Whether a value is a name or an ARN is not known.
    #[error("whether it is a name or an ARN, the template does not tell; write {0}")]
    NameOrArn(&'static str),
    /// The value has other contents too.
    #[error("a condition inside the value also gives other values; change this one by hand")]
    Branch,
    /// A value is kept under a key that says it is not what the slot takes.
    #[error("what stands under `{key}` is not {takes}, which the template does not tell; write that in its place")]
    OtherForm {
        /// The key.
        key: String,
        /// The part of a profile that the slot takes.
        takes: Takes,
    },
    /// Who may assume a role is for its owner to decide.
    #[error(
        r#"who may assume a role is for you to decide; to let EC2, add {{ "Effect": "Allow", "Principal": {{ "Service": "ec2.amazonaws.com" }}, "Action": "sts:AssumeRole" }}"#
    )]
    Trust,
    /// Another name makes another resource.
    #[error("a new name replaces what bears it; choose one, and mind what refers to the old one")]
    Naming,
    /// The value comes from outside the template.
    #[error("what the parameter is given is decided outside the template; give it an instance profile there")]
    Parameter,
    /// The resource to refer to waits for the one that is to refer to it.
    #[error("`{0}` depends on this resource, so a reference to it would close a circle; remove that dependency first")]
    Circle(String),
    /// The resource to refer to may be absent.
    #[error("`{0}` does not exist whenever this resource does; give both the same condition")]
    Absent(String),
    /// The role to refer to is in the list already.
    #[error("the list names the role `{0}` already; remove this item")]
    Listed(String),
    /// The template is full.
    #[error("a template can have 500 resources, and this one has no room for a profile; split it")]
    TooManyResources,
    /// A profile for a role outside the template would be made once for each iteration of a loop.
    #[error("a loop makes this resource; add one profile for the role outside of the loop, and refer to it")]
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
        "RDS Custom takes only an instance profile whose name begins with `{0}`; the role's name does, but a new profile would not get it; add a profile with a name of its own"
    )]
    NameTaken(&'static str),
    /// An ID means something inside its loop only.
    #[error("what it is to refer to is made by a loop that the value is not in; change it by hand")]
    Loop,
    /// A reference stands for several roles, and their profiles have no common name.
    #[error(
        "a loop makes the names of several roles of this, and their profiles have no names of one kind; change it by hand"
    )]
    Several,
    /// An ARN ends in something that is not known.
    #[error("whose ARN it is, the template does not tell; change it by hand")]
    ArnUnknown,
    /// The value comes from a mapping.
    #[error("a mapping serves other places too; give it an instance profile there")]
    Mapping,
    /// A profile is known by its name alone.
    #[error("a profile's ARN holds its path too, which its name does not tell; write the ARN, or refer to the profile")]
    PathUnknown,
    /// The file ends in the last text of the resource that a profile would be written after.
    #[error(
        "`{0}` ends the file with a block of text that what comes behind it would change; put something behind it, or a newline where the file has none"
    )]
    OpenEnd(String),
    /// A finding about the same value is suppressed, and the fix would move that value away from what suppresses it.
    #[error("another finding about this value is suppressed; change it by hand, or take the suppression away")]
    BesideSuppressed,
    /// A suppression may be for what unsafe fixes would reveal.
    #[error("it may suppress what a fix that is held back would show; make that first, with `--unsafe-fixes`")]
    HeldBack,
    /// A suppression may be for what shows once the findings without a fix are fixed.
    #[error("it may suppress what shows once the other findings are mended; do that first")]
    Unmended,
    /// The meaning of a misspelled suppression is a guess.
    #[error("what it should suppress is for you to say; correct or remove it")]
    Suppression,
    /// The fixed text was not proven.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is not found before other findings are fixed, and then has no fix either.
    #[error("it shows once the other fixes are made; {0}")]
    Revealed(Box<NoFix>),
    /// The same, with an unsafe fix.
    #[error("it shows once the other fixes are made, and its own may be wrong")]
    RevealedUnsafe,
}

impl NoFix {
    /// Says why there is no fix, with the line, from 1, that `line` returns for a place.
    pub fn message(&self, line: impl Fn(Place) -> usize) -> String {
        match self {
            Self::Shared { user } => format!(
                "it bears an anchor that is also used on line {}, which would change with it; give that place a value of its own",
                line(*user)
            ),
            Self::Revealed(why) => {
                let line: &dyn Fn(Place) -> usize = &line;
                format!("it shows once the other fixes are made; {}", why.message(line))
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
