use super::property::Takes;
use crate::text::{EditObstacle, FileRange, ProofError};

/// The reason why a finding has no fix.
///
/// `Display` names no lines; [`NoFix::message`] does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoFix {
    /// Another part of the template changes the role or the profile.
    #[error("`{0}` is changed in another part of the template; change the reference by hand")]
    ChangedElsewhere(String),
    /// The resource is not one of the section of resources, so nothing can be added after it.
    #[error("there is no place for the profile; add it by hand")]
    NoPlace,
    /// The property comes from a merge key.
    #[error("the property comes from a merge key `<<`; write it in the resource itself")]
    FromMergeKey,
    /// The source cannot be edited.
    #[error("{0}; change it by hand")]
    CannotEdit(#[from] EditObstacle),
    /// An anchor has users that need different values.
    #[error("its anchor is also used elsewhere, and that value would change too; give it a value of its own")]
    SharedAnchor {
        /// The location of such a user.
        user: FileRange,
    },
    /// One value is used for a name and for an ARN.
    #[error(
        "one value is used for properties that take the profile's name and for properties that take its ARN; give each its own value"
    )]
    ConflictingUses,
    /// The role is an alias, so nothing can be added after it.
    #[error("the role `{0}` is written with an alias or a merge key; add the profile by hand")]
    RoleFromAlias(String),
    /// A part of the role cannot be copied to the profile.
    #[error("the role `{role}` has a `{key}` in an unusual notation; add the profile by hand")]
    CannotCopy {
        /// The ID of the role.
        role: String,
        /// The key of the part.
        key: &'static str,
    },
    /// A loop builds the role's ID from letters of its values.
    ///
    /// Nothing inside the loop can refer to the role.
    #[error("no function can refer to `{0}` inside its loop; add the profile outside of the loop")]
    RoleIdByLetters(String),
    /// The new ID would contain letters of a loop variable.
    #[error("a logical ID with `&{{…}}` in it cannot be referred to in its loop; change it by hand")]
    IdByLetters,
    /// The new ID would contain a loop variable inside a string.
    #[error("a logical ID with a loop variable cannot be a variable of `Fn::Sub`; change it by hand")]
    LoopVariableInSub,
    /// The role for a profile is unknown.
    #[error("it is unclear which role is meant; give it exactly one role")]
    UnknownRole,
    /// A string in place of a list of roles may be anything.
    #[error("the template does not say whether it is the name of one role; if it is, make it an item of a list")]
    UnknownSingleRole,
    /// A list inside a list of roles may hold any number of them.
    #[error("the template does not say whether it holds one role; if it does, write it in place of the list around it")]
    UnknownListOfRoles,
    /// The role that a profile holds is unknown.
    #[error("it is unclear which role `{0}` holds; refer to the role itself")]
    UnknownRoleOfProfile(String),
    /// The property takes a role's path before its name.
    #[error("the property takes the path of `{0}` before its name, which no function returns; write both")]
    PathBeforeName(String),
    /// An instance profile cannot hold a service-linked role.
    #[error("an instance profile cannot hold the service-linked role `{0}`; refer to a profile of another role")]
    ServiceLinkedRole(String),
    /// The profile for a slot is unknown.
    #[error("it is unclear which is meant; remove one")]
    UnknownProfile,
    /// A string is also the name of a role.
    #[error("`{0}` may also be the name of a role defined here; refer to the one that is meant")]
    AlsoNameOfRole(String),
    /// The name of a role is also the ID of a resource.
    #[error(
        "`{0}` is also the ID of a resource defined here, which the new profile would seem to hold; refer to the one that is meant"
    )]
    AlsoId(String),
    /// The value may be a name or an ARN.
    #[error("the template does not say whether it is a name or an ARN; write {0}")]
    UnknownNameOrArn(&'static str),
    /// The value has other branches too.
    #[error("a condition in the value also gives other values; change this one by hand")]
    OtherBranches,
    /// The value's key says that it is not what the slot takes.
    #[error("the value of `{key}` is not {takes}, and the template does not say what that is; write it instead")]
    WrongKey {
        /// The key.
        key: String,
        /// The attribute of the profile that the slot takes.
        takes: Takes,
    },
    /// Only the owner can decide who may assume a role.
    #[error(
        r#"only you can decide who may assume a role; to let EC2 assume it, add {{ "Effect": "Allow", "Principal": {{ "Service": "ec2.amazonaws.com" }}, "Action": "sts:AssumeRole" }}"#
    )]
    TrustPolicy,
    /// A new name or path would replace the resource.
    #[error("a new name or path replaces the resource; choose one, and update what refers to the old one")]
    NewName,
    /// The value comes from outside the template.
    #[error("the value of the parameter is set outside the template; pass {0} there")]
    FromParameter(&'static str),
    /// The target depends on the resource that would refer to it.
    #[error("`{0}` depends on this resource, so a reference to it would be circular; remove that dependency first")]
    CircularDependency(String),
    /// The target may not exist.
    #[error("`{0}` may not exist when this resource does; give both the same condition")]
    MayNotExist(String),
    /// Several resources may have a name.
    #[error("several resources may have this name, under different conditions; refer to each under its own condition")]
    SeveralOfName,
    /// The target has the name only under a condition.
    #[error("`{0}` may have another name when this resource exists; refer to it only if it has this name")]
    MayHaveOtherName(String),
    /// A policy statement would deny something to the role.
    #[error("the statement may deny something, which the role would then lose; change it by hand")]
    MayDeny,
    /// The role is already in the list.
    #[error("the list names the role `{0}` already; remove this item")]
    AlreadyListed(String),
    /// The parameter of a nested stack has other uses, which the new value would break.
    #[error(
        "the nested stack also uses the parameter `{0}` for something else, which the new value would break; give the profile a parameter of its own"
    )]
    ParameterUsedElsewhere(String),
    /// Several templates export the value.
    #[error("several templates export a value of this name; change it by hand")]
    SeveralExporters,
    /// The other template gives the value in a way that cannot be repeated for a new value.
    #[error("`{0}` gives the value in an unusual way; add an output for the new value by hand")]
    UnusualOutput(String),
    /// A template has the maximum number of outputs.
    #[error("a template can have 200 outputs, and `{0}` has no room for another one")]
    TooManyOutputs(String),
    /// The fix also changes a file that may not change.
    #[error("the fix also changes `{0}`; name that file too, or its directory")]
    OtherFile(String),
    /// Terraform would not find the target.
    #[error("Terraform does not read `{0}`, so a reference to it would only work in OpenTofu; change it by hand")]
    OnlyInOpenTofu(String),
    /// A file of the module cannot be read.
    #[error("`{0}` cannot be read, and it may contain the profile or its name; fix that file first")]
    UnreadableFile(String),
    /// An override file changes something that the fix involves.
    #[error("the override file `{file}` changes `{id}`; change it by hand")]
    Overridden {
        /// The override file.
        file: String,
        /// The address of what it changes.
        id: String,
    },
    /// The target has several instances, or none.
    #[error("`{0}` has `count` or `for_each`, so a reference to it needs an index; write it by hand")]
    NeedsIndex(String),
    /// OpenTofu may not create the role.
    #[error("`{0}` has `enabled`, which its profile needs too; add the profile by hand")]
    NeedsEnabled(String),
    /// The value is a local one with other uses.
    #[error("`{0}` is also used elsewhere, and that value would change too; give each its own value")]
    LocalUsedElsewhere(String),
    /// The role is only looked up, so its profile is unknown.
    #[error(
        "the module does not declare the role; look up its profile with `data \"aws_iam_instance_profile\"`, or declare one"
    )]
    RoleOfDataSource,
    /// The template has the maximum number of resources.
    #[error("a template can have 500 resources, and this one has no room for a profile; split the template")]
    TooManyResources,
    /// A loop would create the profile of an outside role repeatedly.
    #[error("a loop creates this resource; add one profile for the role outside of the loop, and refer to it")]
    RoleOutsideLoop,
    /// The profile would need a condition that the template does not define.
    #[error("the role is used under a combination of conditions; add a profile for it under a condition of its own")]
    CombinedConditions,
    /// A service takes only profiles with certain names.
    #[error(
        "RDS Custom takes only an instance profile whose name begins with `{0}`; give the role such a name, and its profile gets it too"
    )]
    ServiceNaming(&'static str),
    /// A new profile would not get the name that a service requires.
    #[error(
        "RDS Custom takes only an instance profile whose name begins with `{0}`; the role's name does, but a new profile would not get that name; add a profile with a name of its own"
    )]
    ServiceNameNotGiven(&'static str),
    /// The ID is valid only inside its loop.
    #[error(
        "it would refer to a resource that a loop creates, and the value is outside of that loop; change it by hand"
    )]
    OutsideLoop,
    /// A reference stands for several roles whose profiles have no common name.
    #[error(
        "the reference stands for several roles of a loop, whose profiles have no common pattern of names; change it by hand"
    )]
    SeveralRoles,
    /// The end of an ARN is unknown.
    #[error("it is unclear whose ARN it is; change it by hand")]
    UnknownArn,
    /// The value comes from a mapping.
    #[error("the value comes from a mapping that may be used elsewhere; change the mapping by hand")]
    FromMapping,
    /// Only the name of a profile is known.
    #[error("the ARN of a profile includes its path, which its name does not; write the ARN, or refer to the profile")]
    UnknownPath,
    /// The new profile would follow a block scalar that ends the file.
    #[error(
        "`{0}` ends the file with a block scalar, and anything after it would change it; add an entry after it or, if the scalar has no `+`, a newline at the end of the file"
    )]
    BlockScalarAtEof(String),
    /// A key appears twice in what would be changed or referred to.
    #[error("the key `{key}` appears twice in one mapping; remove one of them first")]
    DuplicateKey {
        /// The key.
        key: String,
        /// The location of the first one.
        first: FileRange,
        /// The location of the second one.
        second: FileRange,
    },
    /// A finding about the same value is suppressed.
    ///
    /// The fix would move that value away from its suppression.
    #[error("another finding about this value is suppressed; change it by hand, or remove the suppression")]
    NextToSuppressed,
    /// A suppression may apply to findings that unsafe fixes would reveal.
    #[error("it may suppress a finding that appears after an unsafe fix; apply that fix first, with `--unsafe-fixes`")]
    BlockedByUnsafeFix,
    /// A suppression may apply to findings that unfixed ones hide.
    #[error("it may suppress a finding that appears once the other findings are fixed; fix those first")]
    BlockedByUnfixed,
    /// The meaning of a misspelled suppression is a guess.
    #[error("only you can say what it should suppress; correct or remove it")]
    UnclearSuppression,
    /// The fixed source could not be proven.
    #[error(transparent)]
    NotProven(#[from] ProofError),
    /// Other fixes reveal the finding, and it has no fix then either.
    #[error("it appears once the other fixes are applied; {0}")]
    RevealedByFix(Box<NoFix>),
    /// Other fixes reveal the finding, and its fix is unsafe.
    #[error("it appears once the other fixes are applied, and its own fix is unsafe")]
    RevealedWithUnsafeFix,
}

impl NoFix {
    /// Returns the message, with 1-based line numbers from `line`.
    pub fn message(&self, line: impl Fn(FileRange) -> usize) -> String {
        match self {
            Self::SharedAnchor { user } => format!(
                "its anchor is also used on line {}, and that value would change too; give it a value of its own",
                line(*user)
            ),
            Self::RevealedByFix(why) => {
                let line: &dyn Fn(FileRange) -> usize = &line;
                format!("it appears once the other fixes are applied; {}", why.message(line))
            }
            Self::DuplicateKey { key, first, second } => format!(
                "the key `{key}` appears twice in one mapping, on lines {} and {}; remove one of them first",
                line(*first),
                line(*second)
            ),
            _ => self.to_string(),
        }
    }

    /// Maps the locations in the reason.
    pub fn map_places(&mut self, map: &impl Fn(FileRange) -> FileRange) {
        match self {
            Self::SharedAnchor { user } => *user = map(*user),
            Self::RevealedByFix(why) => why.map_places(map),
            Self::DuplicateKey { first, second, .. } => (*first, *second) = (map(*first), map(*second)),
            _ => {}
        }
    }
}
