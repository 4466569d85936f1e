#![doc = include_str!("lost_reference.md")]

use super::context::{Context, Use, Verdict};
use super::proposal::{Proposal, settle};
use super::{Finding, Label, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{PROFILE, Takes};
use crate::syntax::Node;
use crate::template::{Form, Resource, Said};

pub(super) const RULE: Rule = Rule {
    code: "IPF009",
    name: "lost-reference",
    summary: "a logical ID without the function that refers to it",
    fix: "unsafe for a text, safe for a list",
    explanation: include_str!("lost_reference.md"),
    find,
};

fn find(context: &Context<'_, '_>) -> Vec<Finding> {
    let profiles = context.uses.iter().filter_map(|r#use| {
        let resource = |id| context.profile(id).or_else(|| context.role(id));
        match &r#use.said {
            Said::Text(id) if !context.is_profile_name(id) && context.role_named(id).is_none() => {
                Some(by_text(r#use, resource(id)?))
            }
            _ => Some(by_list(r#use, resource(bare_get_att(r#use.place.value.resolved())?)?)),
        }
    });
    let roles = context.role_items.iter().filter_map(|item| match &item.said {
        Said::Text(id) if context.role_named(id).is_none() => Some(by_text(item, context.role(id)?)),
        _ => None,
    });
    settle(profiles.chain(roles).collect())
}

fn by_text<'d>(r#use: &Use<'d>, resource: Resource<'d>) -> Proposal<'d> {
    let form = match r#use.place.takes {
        Takes::Name | Takes::Either => Form::Name,
        Takes::Arn => Form::Arn,
    };
    let title = format!("refer to `{}`", resource.id);
    let remedy = r#use.replaced_by(resource.id, form, title, Applicability::Unsafe);
    proposal(r#use, resource, "this is a logical ID, not a name", remedy)
}

fn by_list<'d>(r#use: &Use<'d>, resource: Resource<'d>) -> Proposal<'d> {
    let title = format!("refer to the ARN of `{}`", resource.id);
    let remedy = r#use.replaced_by(resource.id, Form::Arn, title, Applicability::Safe);
    proposal(r#use, resource, "`Fn::GetAtt` is missing", remedy)
}

fn proposal<'d>(
    r#use: &Use<'d>,
    resource: Resource<'d>,
    label: &'static str,
    remedy: Result<Fix, Withheld>,
) -> Proposal<'d> {
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message: format!(
            "{} is given the text `{}`, which is a logical ID of this template",
            r#use.name(),
            resource.id
        ),
        label,
        related: vec![Label {
            span: resource.key.span(),
            text: "what it seems to mean".to_owned(),
        }],
        prevents: match r#use.place.property.resource {
            PROFILE => Some("The role with name … cannot be found."),
            _ => r#use.place.property.refusal,
        },
        remedy,
    };
    r#use.proposal(r#use.place.value, verdict)
}

/// The logical ID in a list of it and `Arn`.
fn bare_get_att(value: Node<'_>) -> Option<&str> {
    let mut items = value.items();
    match (items.next(), items.next(), items.next()) {
        (Some(id), Some(attribute), None) if value.tag().is_none() && attribute.scalar() == Some("Arn") => {
            id.scalar().filter(|_| id.tag().is_none())
        }
        _ => None,
    }
}
