#![doc = include_str!("profile_roles.md")]

use super::no_attribute;
use crate::model::{
    ArnKind, ArnName, Check, Draft, FindingBuilder, FindingSite, FixDraft, FixRequest, Fixability, GivenPart,
    IntendedFix, Intent, Model, NameOrArn, NoFix, OnUpdate, Profile, Resource, RoleList, RolesOfProfile, Rule,
    Severity, Slot, SlotId, Subject, Target, Value, ValueOrigin, Wants, slot_name,
};
use crate::profile::ROLES;

pub(crate) const RULE: Rule = Rule {
    code: "IPF004",
    name: "profile-roles",
    summary: "an instance profile that is not given the name of exactly one role",
    fixability: Fixability::Safe,
    subjects: &[Subject::Profiles],
    explanation: include_str!("profile_roles.md"),
};

/// The mistakes in the roles of a profile.
#[derive(Clone, Copy)]
pub(crate) enum Mistake {
    Missing,
    Empty,
    Several,
    NoList,
    Arn,
    OtherAttribute,
    NoAttribute,
    ArnElsewhere(ValueOrigin),
    ListInList,
    Singular,
}

/// The value to pass for a parameter.
pub(crate) const ROLE_NAME: &str = "the role's name";

impl Mistake {
    /// Builds the finding for the property called `name`.
    pub(crate) fn of(self, name: &str) -> FindingBuilder {
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
            Self::OtherAttribute => (
                "attribute",
                "is given another attribute of a role, but takes its name",
                "this is not its name",
            ),
            Self::NoAttribute => (
                "no-attribute",
                "refers to the role without an attribute; what is meant is the role's name",
                no_attribute::LABEL,
            ),
            Self::ArnElsewhere(ValueOrigin::Parameter) => (
                "arn-by-default",
                "is given a parameter whose default is the ARN of a role, but takes its name",
                "see its default",
            ),
            Self::ArnElsewhere(ValueOrigin::Mapping) => (
                "arn-in-mapping",
                "is given a value of a mapping that is the ARN of a role, but takes its name",
                "see the mapping",
            ),
            Self::ListInList => (
                "list-in-list",
                "is given a list in its list, but takes a role's name there",
                "this is another list",
            ),
            Self::Singular => (
                "singular",
                "is missing; `Role` is no property",
                "only `Roles` is known here",
            ),
        };
        FindingBuilder {
            rule: &RULE,
            check: Check(check),
            severity: match self {
                // Another value may be passed.
                Self::ArnElsewhere(ValueOrigin::Parameter) => Severity::Warning,
                _ => Severity::Error,
            },
            message: format!("{name} {message}"),
            label,
            related: Vec::new(),
            aws_error: Some(self.aws_error()),
        }
    }

    /// Returns AWS's error as quoted in public issues.
    ///
    /// DanielThomas/ec2gaming#17, hashicorp/terraform#3851, aws/amazon-ecs-cli#293, eksctl-io/eksctl#2768,
    /// dougmoscrop/serverless-plugin-log-subscription#68.
    fn aws_error(self) -> &'static str {
        match self {
            Self::Missing | Self::Empty => "… has no associated IAM Roles",
            Self::Several => "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            Self::NoList | Self::ListInList => "Value of property Roles must be of type List of String",
            Self::Arn | Self::OtherAttribute | Self::ArnElsewhere(_) => {
                "The specified value for roleName is invalid. …"
            }
            Self::NoAttribute => no_attribute::GET_ATT,
            Self::Singular => "Encountered unsupported property Role",
        }
    }
}

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let lists = model.profiles().flat_map(|(resource, profile)| {
        profile
            .role_lists
            .iter()
            .filter_map(|list| of_list(resource, profile, list))
    });
    let items = model.slots(Wants::RoleOfProfile);
    let items = items.filter_map(|(id, slot)| of_item(id, slot, model));
    let missing = model
        .profiles()
        .filter(|(_, profile)| profile.roles == RolesOfProfile::Missing)
        .map(|(resource, profile)| of_profile(resource, profile));
    lists.chain(items).chain(missing).collect()
}

/// Reports a list that does not contain exactly one role.
fn of_list(resource: &Resource<'_>, profile: &Profile<'_>, list: &RoleList) -> Option<Draft> {
    let mistake = match list.count {
        Some(0) => Mistake::Empty,
        Some(1) | None => return None,
        Some(_) => Mistake::Several,
    };
    let site = FindingSite {
        resource: Some(resource.id.to_owned()),
        place: list.place,
        path: list.path.clone(),
        on_update: ROLES.on_update,
    };
    Some(undecided(mistake, resource, profile, site))
}

/// Reports something else about a role in place of its name.
fn of_item(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let title = "give the role's name";
    if let Value::Unknown(unknown) = &slot.value {
        let origin = unknown.origin_of(ArnKind::Role)?;
        let fix = Err(match origin {
            ValueOrigin::Parameter => NoFix::FromParameter(ROLE_NAME),
            ValueOrigin::Mapping => NoFix::FromMapping,
        });
        return Some(
            Mistake::ArnElsewhere(origin)
                .of(&model.slot_name(slot))
                .in_slot(id, model, fix),
        );
    }
    let refer_to = |role: &str| {
        let refer = Intent::ReplaceWithReference {
            slot: id,
            target: Target::Resource(role.to_owned()),
            form: NameOrArn::Name,
        };
        Ok(FixDraft::safe(title, refer))
    };
    let fix: IntendedFix = match &slot.value {
        Value::Reference(reference) if reference.gives != GivenPart::Name => {
            model.get(reference.itself()?).role()?;
            let repoint = Intent::PointAt {
                slot: id,
                target: Target::Resource(reference.id.to_owned()),
                form: NameOrArn::Name,
            };
            Ok(FixDraft::safe(title, repoint))
        }
        Value::Arn(arn) if arn.kind == ArnKind::Role => match (own_role(slot, model), &arn.name) {
            (Some(role), _) => refer_to(role),
            (None, ArnName::Reference(reference)) if !model.is_to_role_or_profile(reference) => Err(NoFix::UnknownArn),
            (None, ArnName::Reference(reference)) => {
                model.get(reference.itself()?).role()?;
                refer_to(reference.id)
            }
            (None, ArnName::Text(name)) => {
                let write = Intent::ReplaceWithText {
                    slot: id,
                    text: name.clone(),
                };
                Ok(FixDraft::safe(title, write))
            }
            (None, ArnName::Other | ArnName::Unknown) => Err(NoFix::UnknownArn),
        },
        _ => return None,
    };
    let lacks_attribute = slot.value.reference().is_some_and(no_attribute::lacks_attribute);
    let mistake = match &slot.value {
        _ if lacks_attribute => Mistake::NoAttribute,
        Value::Reference(reference) if reference.gives == GivenPart::Attribute => Mistake::OtherAttribute,
        _ => Mistake::Arn,
    };
    let mut finding = mistake.of(&model.slot_name(slot));
    if lacks_attribute {
        finding.aws_error = no_attribute::aws_error(slot);
    }
    Some(finding.in_slot(id, model, fix))
}

/// Returns the role of the template whose ARN a slot repeats.
fn own_role<'s>(slot: &Slot<'s>, model: &Model<'s>) -> Option<&'s str> {
    let repeated = model.repeated_by(slot)?;
    let role = model.check_repeated(slot, &repeated).ok()?;
    Some(model.get(role).id)
}

/// Reports a profile without roles.
fn of_profile(resource: &Resource<'_>, profile: &Profile<'_>) -> Draft {
    let site = FindingSite {
        resource: Some(resource.id.to_owned()),
        place: resource.place,
        path: profile.node_path.clone(),
        on_update: OnUpdate::NoInterruption,
    };
    undecided(Mistake::Missing, resource, profile, site)
}

/// Reports a mistake whose fix depends on the intended role.
fn undecided(mistake: Mistake, resource: &Resource<'_>, profile: &Profile<'_>, site: FindingSite) -> Draft {
    let finding = mistake.of(&slot_name(profile.role_property, resource.id)).at(site);
    finding.with(FixRequest::Rule {
        slot: None,
        fix: Err(NoFix::UnknownRole),
    })
}
