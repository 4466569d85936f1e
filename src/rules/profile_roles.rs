#![doc = include_str!("profile_roles.md")]

use crate::model::{
    ArnKind, ArnName, Check, Draft, Fixability, Form, Gives, Intended, Intent, Model, NoFix, OnUpdate, Profile,
    Proposal, Resource, RoleList, RolesOfProfile, Rule, Safety, Severity, Slot, SlotId, Spot, Subject, Target, Value,
    Verdict, Wants, Wish, slot_name,
};
use crate::profile::ROLES;

pub(crate) const RULE: Rule = Rule {
    code: "IPF004",
    name: "profile-roles",
    summary: "an instance profile whose `Roles` is not a list with the name of one role",
    fixability: Fixability::Sometimes(Safety::Safe),
    subjects: &[Subject::Profiles],
    explanation: include_str!("profile_roles.md"),
};

/// The mistakes that can be made with the roles of a profile.
#[derive(Clone, Copy)]
pub(crate) enum Mistake {
    Missing,
    Empty,
    Several,
    NoList,
    Arn,
    Singular,
}

impl Mistake {
    /// Finds the mistake in the property that `name` calls.
    pub(crate) fn of(self, name: &str) -> Verdict {
        let (check, message, label) = match self {
            Self::Missing => ("missing", "is missing, so the profile holds no role", "no role"),
            Self::Empty => ("empty", "holds no role, but needs one", "no role"),
            Self::Several => (
                "several",
                "holds several roles, but can only hold one",
                "more than one role",
            ),
            Self::NoList => (
                "no-list",
                "is given a single value, but takes a list",
                "this is no list",
            ),
            Self::Arn => (
                "arn",
                "is given the ARN of a role, but takes its name",
                "this is an ARN",
            ),
            Self::Singular => (
                "singular",
                "is missing; `Role` is no property",
                "only `Roles` is known here",
            ),
        };
        Verdict {
            rule: &RULE,
            check: Check(check),
            severity: Severity::Error,
            message: format!("{name} {message}"),
            label,
            related: Vec::new(),
            prevents: Some(self.aws_error()),
        }
    }

    /// Returns AWS's error, as people quote it: DanielThomas/ec2gaming#17, hashicorp/terraform#3851,
    /// aws/amazon-ecs-cli#293, iann0036/former2#125, dougmoscrop/serverless-plugin-log-subscription#68.
    fn aws_error(self) -> &'static str {
        match self {
            Self::Missing | Self::Empty => "… has no associated IAM Roles",
            Self::Several => "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            Self::NoList => "Value of property Roles must be of type List of String",
            Self::Arn => "The specified value for roleName is invalid. …",
            Self::Singular => "Encountered unsupported property Role",
        }
    }
}

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let lists = model
        .profiles()
        .flat_map(|(resource, profile)| profile.role_lists.iter().filter_map(|list| of_list(resource, list)));
    let items = model.slots(Wants::RoleOfProfile);
    let items = items.filter_map(|(id, slot)| of_item(id, slot, model));
    let missing = model
        .profiles()
        .filter(|(_, profile)| profile.roles == RolesOfProfile::Missing)
        .map(|(resource, profile)| of_profile(resource, profile));
    lists.chain(items).chain(missing).collect()
}

/// Finds a list that does not hold one role.
fn of_list(resource: &Resource<'_>, list: &RoleList) -> Option<Draft> {
    let mistake = match list.count {
        Some(0) => Mistake::Empty,
        Some(1) | None => return None,
        Some(_) => Mistake::Several,
    };
    let spot = Spot {
        resource: Some(resource.id.to_owned()),
        place: list.place,
        path: list.path.clone(),
        on_update: ROLES.on_update,
    };
    Some(undecided(mistake, resource, spot))
}

/// Finds the ARN of a role in place of its name.
fn of_item(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let title = "give the role's name";
    let fix: Intended = match &slot.value {
        Value::Reference(reference) if reference.gives != Gives::Name => {
            model.get(reference.itself()?).role()?;
            let repoint = Intent::Repoint {
                slot: id,
                target: Target::Resource(reference.id.to_owned()),
                form: Form::Name,
            };
            Ok(Proposal::safe(title, repoint))
        }
        Value::Arn(arn) if arn.kind == ArnKind::Role => match &arn.name {
            ArnName::Reference(reference) => {
                model.get(reference.itself()?).role()?;
                let refer = Intent::Refer {
                    slot: id,
                    target: Target::Resource(reference.id.to_owned()),
                    form: Form::Name,
                };
                Ok(Proposal::safe(title, refer))
            }
            ArnName::Other => return None,
            ArnName::Text(name) => {
                let write = Intent::Write {
                    slot: id,
                    text: name.clone(),
                };
                Ok(Proposal::safe(title, write))
            }
            ArnName::Unknown => Err(NoFix::ArnUnknown),
        },
        _ => return None,
    };
    Some(Mistake::Arn.of(&model.slot_name(slot)).in_slot(id, model, fix))
}

/// Finds a profile without roles.
fn of_profile(resource: &Resource<'_>, profile: &Profile<'_>) -> Draft {
    let spot = Spot {
        resource: Some(resource.id.to_owned()),
        place: resource.place,
        path: profile.node_path.clone(),
        on_update: OnUpdate::NoInterruption,
    };
    undecided(Mistake::Missing, resource, spot)
}

/// Finds a mistake whose fix depends on the role that is meant.
fn undecided(mistake: Mistake, resource: &Resource<'_>, spot: Spot) -> Draft {
    let finding = mistake.of(&slot_name(ROLES.path, resource.id)).at(spot);
    finding.with(Wish::Rule {
        slot: None,
        fix: Err(NoFix::WhichRole),
    })
}
