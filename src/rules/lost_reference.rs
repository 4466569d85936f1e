#![doc = include_str!("lost_reference.md")]

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Label, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{PROFILE, Takes};
use crate::template::{Form, Resource, Said, written_id};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "IPF009",
    name: "lost-reference",
    summary: "a logical ID without the function that refers to it",
    fix: "unsafe for a text, safe for a list",
    explanation: include_str!("lost_reference.md"),
    find: Find::InTemplate(find),
};

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let profiles = context.sites.iter().filter_map(|site| {
        let resource = |id| context.profile(id).or_else(|| context.role(id));
        match &site.said {
            Said::Text(text) if !context.is_profile_name(text) && context.role_named(text).is_none() => {
                let id = logical_id(text, site);
                Some(by_text(site, resource(id)?, id, text))
            }
            _ => {
                let id = bare_get_att(site.place.value.resolved())?;
                Some(by_list(site, resource(id)?, id))
            }
        }
    });
    // The parts of a reference in place of the list are none of its items.
    let is_item = |item: &&Site<'d>| {
        let list = item.place.value.ancestors().nth(1);
        list.and_then(bare_get_att).is_none()
    };
    let roles = context
        .role_items
        .iter()
        .filter(is_item)
        .filter_map(|item| match &item.said {
            Said::Text(text) if context.role_named(text).is_none() => {
                let id = logical_id(text, item);
                Some(by_text(item, context.role(id)?, id, text))
            }
            _ => None,
        });
    profiles.chain(roles).collect()
}

/// The logical ID in the argument of a `Ref`, `Fn::GetAtt` or `Fn::Sub` that lost its function: `ID`, `ID.Arn`, `${ID}`.
fn logical_id<'s>(text: &'s str, site: &Site<'_>) -> &'s str {
    let value = site.place.value.resolved();
    // In an `Fn::Sub` a variable that is left is meant to be a text.
    let is_bare = value.scalar().is_some() && value.tag().is_none();
    let variable = text
        .strip_prefix("${")
        .and_then(|text| text.strip_suffix('}'))
        .filter(|_| is_bare);
    let reference = variable.unwrap_or(text);
    reference.strip_suffix(".Arn").unwrap_or(reference)
}

fn by_text<'d>(site: &Site<'d>, resource: Resource<'d>, id: &str, text: &str) -> Proposal<'d> {
    let form = match site.place.takes {
        Takes::Either if text.contains(".Arn") => Form::Arn,
        Takes::Name | Takes::Either => Form::Name,
        Takes::Arn => Form::Arn,
    };
    let title = format!("refer to `{id}`");
    let remedy = site.replaced_by(id, form, title, Applicability::Unsafe);
    proposal(site, resource, "a text", "this is a text, not a reference", remedy)
}

fn by_list<'d>(site: &Site<'d>, resource: Resource<'d>, id: &str) -> Proposal<'d> {
    let title = format!("refer to the ARN of `{id}`");
    let remedy = site.replaced_by(id, Form::Arn, title, Applicability::Safe);
    proposal(site, resource, "a list", "`Fn::GetAtt` is missing", remedy)
}

fn proposal<'d>(
    site: &Site<'d>,
    resource: Resource<'d>,
    what: &'static str,
    label: &'static str,
    remedy: Result<Fix, Withheld>,
) -> Proposal<'d> {
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message: format!(
            "{} is given {what} in place of a reference to `{}`, which is a logical ID of this template",
            site.name(),
            resource.id
        ),
        label,
        related: vec![Label {
            span: resource.key.span(),
            text: "what it seems to mean".to_owned(),
        }],
        prevents: match site.place.property.resource {
            PROFILE => Some("The role with name … cannot be found."),
            _ => site.place.property.refusal,
        },
        remedy,
    };
    site.proposal(site.place.value, verdict)
}

/// The logical ID in a list of it and `Arn`.
fn bare_get_att(value: Node<'_>) -> Option<&str> {
    let mut items = value.items();
    match (items.next(), items.next(), items.next()) {
        (Some(id), Some(attribute), None) if value.tag().is_none() && attribute.resolved().scalar() == Some("Arn") => {
            written_id(id)
        }
        _ => None,
    }
}
