#![doc = include_str!("profile_as_role.md")]

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Label, Rule, Severity, Withheld};
use crate::fix::Applicability;
use crate::profile::{Place, Takes, passed_roles, role_places};
use crate::template::{Attribute, Form, Reference, Resource, Said, is_no_value};

pub(super) const RULE: Rule = Rule {
    code: "IPF006",
    name: "profile-as-role",
    summary: "an instance profile where a role is wanted",
    fix: "safe",
    explanation: include_str!("profile_as_role.md"),
    find: Find::InTemplate(find),
};

// What AWS says, as people quote it: grycap/scar#256.
const LAMBDA: &str =
    "Value '…' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: …";

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let mut places = role_places(context.template);
    places.extend(passed_roles(context.template));
    places
        .into_iter()
        .filter_map(|place| proposal(place, context))
        .collect()
}

fn proposal<'d>(place: Place<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let site = Site::of(place);
    let value = site.place.value;
    let (mention, is_whole) = match &site.said {
        Said::Mention(mention) => (mention, true),
        Said::BuiltArn(arn) => (arn.mention()?, false),
        _ => return None,
    };
    let profile = context.profile(mention.target)?;
    let form = match (site.place.takes, mention.attribute) {
        (Takes::Name, _) | (Takes::Either, Attribute::Ref) => Form::Name,
        (Takes::Arn | Takes::Either, _) => Form::Arn,
    };
    let role = role_of(&profile).map(|role| context.template.beside(mention.target, role));
    let (edited, remedy) = match role.filter(|role| !context.roles(role, value).is_empty()) {
        None => (value, Err(Withheld::RoleOfProfile(profile.id.to_owned()))),
        Some(role) => {
            let title = format!("refer to the role `{role}`, which the profile holds");
            if is_whole {
                site.refer_to(mention, &role, form, title)
            } else {
                (value, site.replaced_by(&role, form, title, Applicability::Safe))
            }
        }
    };
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message: format!(
            "{} refers to the instance profile `{}`, but takes a role",
            site.name(),
            profile.id
        ),
        label: "this is an instance profile",
        related: vec![Label {
            span: profile.key.span(),
            text: "the instance profile".to_owned(),
        }],
        prevents: (site.place.resource.kind == "AWS::Lambda::Function").then_some(LAMBDA),
        remedy,
    };
    Some(site.proposal(edited, verdict))
}

/// The logical ID of what a profile holds, if that is one thing of the template, whether or not it holds it as it should.
fn role_of<'d>(profile: &Resource<'d>) -> Option<&'d str> {
    let roles = profile.property("Roles")?;
    let is_list = roles.is_sequence() && roles.tag().is_none();
    let mut items = roles.items().filter(|item| !is_no_value(item.resolved()));
    let only = match (is_list, items.next(), items.next()) {
        (true, Some(only), None) => only.resolved(),
        (true, ..) => return None,
        (false, ..) => roles,
    };
    let reference = Reference::read(only)?;
    let is_role = matches!(reference.attribute, Attribute::Ref | Attribute::GetAtt("Arn"));
    is_role.then_some(reference.target)
}
