#![doc = include_str!("profile_roles.md")]

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{PROFILE, ROLES};
use crate::template::{ArnKind, ArnName, Attribute, Call, Form, Reference, Resource, Said, is_no_value};
use crate::yaml::{Node, Op};

pub(super) const RULE: Rule = Rule {
    code: "IPF004",
    name: "profile-roles",
    summary: "an instance profile whose `Roles` is not a list of one role's name",
    fix: "safe for one role",
    explanation: include_str!("profile_roles.md"),
    find: Find::InTemplate(find),
};

/// What can be wrong with the `Roles` of a profile.
#[derive(Clone, Copy)]
enum Wrong {
    Missing,
    Empty,
    Several,
    NoList,
    Arn,
    Singular,
}

impl Wrong {
    fn message(self) -> &'static str {
        match self {
            Self::Missing => "is missing, so the profile holds no role",
            Self::Empty => "holds no role, but needs one",
            Self::Several => "holds several roles, but can only hold one",
            Self::NoList => "is given a single value, but takes a list",
            Self::Arn => "is given the ARN of a role, but takes its name",
            Self::Singular => "is missing; `Role` is no property",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Missing | Self::Empty => "no role",
            Self::Several => "more than one role",
            Self::NoList => "this is no list",
            Self::Arn => "this is an ARN",
            Self::Singular => "only `Roles` is known here",
        }
    }

    /// What AWS says, as people quote it: DanielThomas/ec2gaming#17, hashicorp/terraform#3851,
    /// aws/amazon-ecs-cli#293, iann0036/former2#125, dougmoscrop/serverless-plugin-log-subscription#68.
    fn refusal(self) -> &'static str {
        match self {
            Self::Missing | Self::Empty => "… has no associated IAM Roles",
            Self::Several => "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            Self::NoList => "Value of property Roles must be of type List of String",
            Self::Arn => "The specified value for roleName is invalid. …",
            Self::Singular => "Encountered unsupported property Role",
        }
    }
}

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let lists = context
        .role_lists
        .iter()
        .filter_map(|list| list_proposal(list, context));
    let items = context
        .role_items
        .iter()
        .filter_map(|item| item_proposal(item, context));
    let missing = context
        .template
        .of_type(PROFILE)
        .filter(|profile| has_no_roles(profile))
        .map(|profile| singular(profile, context).unwrap_or_else(|| missing(profile)));
    lists.chain(items).chain(missing).collect()
}

/// What is wrong with the value of `Roles`: no list, or not of one role.
fn list_proposal<'d>(list: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = list.place.value.resolved();
    let (wrong, remedy) = if value.is_sequence() && value.tag().is_none() {
        // What an item stands for that is chosen by a condition, or is itself a list, cannot be counted.
        if value.items().any(|item| !is_countable(item.resolved())) {
            return None;
        }
        let wrong = match value.items().filter(|item| !is_no_value(item.resolved())).count() {
            0 => Wrong::Empty,
            1 => return None,
            _ => Wrong::Several,
        };
        (wrong, Err(Withheld::WhichRole))
    } else {
        if !is_one_role(list, context) {
            return None;
        }
        (
            Wrong::NoList,
            list.fix("make it a list".to_owned(), Op::WrapInSequence, Applicability::Safe),
        )
    };
    Some(list.proposal(list.place.value, verdict(list, wrong, remedy)))
}

/// Whether a value is the name or the ARN of one role.
fn is_one_role(site: &Site<'_>, context: &Context<'_, '_>) -> bool {
    match &site.said {
        Said::Mention(mention) => context.role(mention.target).is_some(),
        Said::BuiltArn(_) => true,
        Said::Text(text) => !text.is_empty(),
        Said::Transform | Said::Unknown => false,
    }
}

/// What is wrong with an item of `Roles`: it is an ARN.
fn item_proposal<'d>(item: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = item.place.value;
    let title = "give the role's name".to_owned();
    let (edited, remedy) = match &item.said {
        Said::Mention(mention) if mention.attribute != Attribute::Ref => {
            context.role(mention.target)?;
            item.refer_to(mention, mention.target, Form::Name, title)
        }
        Said::BuiltArn(arn) if arn.kind == ArnKind::Role => match &arn.name {
            ArnName::Mention(mention) => {
                context.role(mention.target)?;
                (
                    value,
                    item.replaced_by(mention.target, Form::Name, title, Applicability::Safe),
                )
            }
            ArnName::Text(name) => (value, item.rewritten_as(name, title, Applicability::Safe)),
            ArnName::Unknown => (value, Err(Withheld::ArnUnknown)),
        },
        _ => return None,
    };
    Some(item.proposal(edited, verdict(item, Wrong::Arn, remedy)))
}

fn verdict(site: &Site<'_>, wrong: Wrong, remedy: Result<Fix, Withheld>) -> Verdict {
    Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message: format!("{} {}", site.name(), wrong.message()),
        label: wrong.label(),
        related: Vec::new(),
        prevents: Some(wrong.refusal()),
        remedy,
    }
}

/// Whether an item of a list is one role, or none if it says `AWS::NoValue`.
fn is_countable(item: Node<'_>) -> bool {
    Reference::read(item).is_some() || (item.scalar().is_some() && item.tag().is_none())
}

fn has_no_roles(profile: &Resource<'_>) -> bool {
    match profile.attribute("Properties") {
        None => true,
        // With a merge key, a loop or a macro in it, the property may come from there.
        Some(properties) => {
            let is_plain = properties.is_mapping() && properties.tag().is_none();
            let may_hold_roles =
                |key: &str| key.eq_ignore_ascii_case("Roles") || key == "<<" || key.starts_with("Fn::");
            is_plain
                && !properties
                    .entries()
                    .any(|(key, _)| key.scalar().is_some_and(may_hold_roles))
        }
    }
}

/// What a profile has instead of `Roles`: a `Role`.
fn singular<'d>(profile: &Resource<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let mut entries = profile.attribute("Properties")?.entries();
    let (key, value) = entries.find(|(key, _)| key.scalar() == Some("Role"))?;
    let mut site = Site::at(*profile, &ROLES, value);
    site.place.path = profile.path().key("Properties").key("Role");
    let is_list = value.resolved().is_sequence() && Call::read(value.resolved()).is_none();
    let remedy = if is_list || is_one_role(&site, context) {
        let rename = Op::Rename(ROLES.path.to_owned());
        site.fix(format!("write `{}`", ROLES.path), rename, Applicability::Safe)
    } else {
        Err(Withheld::WhichRole)
    };
    let mut proposal = site.proposal(key, verdict(&site, Wrong::Singular, remedy));
    proposal.finding.span = key.span();
    Some(proposal)
}

fn missing<'d>(profile: &Resource<'d>) -> Proposal<'d> {
    let mut site = Site::at(*profile, &ROLES, profile.key);
    site.place.path = profile.path();
    let verdict = verdict(&site, Wrong::Missing, Err(Withheld::WhichRole));
    site.proposal(profile.key, verdict)
}
