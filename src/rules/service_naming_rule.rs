#![doc = include_str!("service_naming_rule.md")]

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Label, Rule, Severity, Withheld};
use crate::template::{Reference, Resource, Said, leading_text};

pub(super) const RULE: Rule = Rule {
    code: "IPF008",
    name: "service-naming-rule",
    summary: "a role or profile without the name that RDS Custom or PCS asks for",
    fix: "none",
    explanation: include_str!("service_naming_rule.md"),
    find: Find::InTemplate(find),
};

const RDS_PREFIX: &str = "AWSRDSCustom";
const PCS_PREFIX: &str = "AWSPCS";
const PCS_PATH: &str = "/aws-pcs/";

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let proposals = context.sites.iter().flat_map(|site| match site.place.resource.kind {
        "AWS::RDS::DBInstance" => rds_custom(site, context),
        "AWS::PCS::ComputeNodeGroup" => pcs(site, context),
        _ => Vec::new(),
    });
    proposals.collect()
}

fn rds_custom<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let want = |what: &str| format!("{what} has a name that does not begin with `{RDS_PREFIX}`, as RDS Custom asks");
    let mut proposals = Vec::new();
    if let Said::Text(name) = &site.said
        && !name.is_empty()
        && !name.starts_with(RDS_PREFIX)
        && !context.means_something_else(name)
    {
        proposals.push(proposal(site, None, want(&format!("the instance profile `{name}`"))));
    }
    let Some(profile) = profile(site, context) else {
        return proposals;
    };
    if is_named_otherwise(&profile, "InstanceProfileName", RDS_PREFIX) {
        proposals.push(proposal(
            site,
            Some(&profile),
            want(&format!("the instance profile `{}`", profile.id)),
        ));
    }
    if let Some(role) = role(&profile, context)
        && is_named_otherwise(&role, "RoleName", RDS_PREFIX)
    {
        proposals.push(proposal(site, Some(&role), want(&format!("the role `{}`", role.id))));
    }
    proposals
}

fn pcs<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let role = profile(site, context).and_then(|profile| role(&profile, context));
    let broken = role.filter(|role| {
        let path = role.property("Path").map(leading_text);
        let has_other_path = path.is_none_or(|path| path.is_some_and(|path| !path.contains(PCS_PATH)));
        has_other_path && is_named_otherwise(role, "RoleName", PCS_PREFIX)
    });
    let message = |role: &Resource<'_>| {
        format!(
            "the role `{}` neither has a name that begins with `{PCS_PREFIX}` nor a path with `{PCS_PATH}` in it, as PCS asks",
            role.id
        )
    };
    broken
        .map(|role| proposal(site, Some(&role), message(&role)))
        .into_iter()
        .collect()
}

/// The profile of the template that a property refers to.
fn profile<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Option<Resource<'d>> {
    let mention = match &site.said {
        Said::Mention(mention) => mention,
        Said::BuiltArn(arn) => arn.mention()?,
        _ => return None,
    };
    context.profile(mention.target)
}

/// The first role of the template that a profile holds.
fn role<'d>(profile: &Resource<'d>, context: &Context<'_, 'd>) -> Option<Resource<'d>> {
    let first = profile.property("Roles")?.items().next()?;
    context.role(Reference::read(first.resolved())?.target)
}

/// Whether a resource's name is known to begin with something else than `prefix`.
fn is_named_otherwise(resource: &Resource<'_>, property: &str, prefix: &str) -> bool {
    let start = resource.property(property).and_then(leading_text);
    // What begins like the prefix and goes on with something unknown may well bear it.
    start.is_some_and(|start| !start.starts_with(prefix) && !prefix.starts_with(&start))
}

fn proposal<'d>(site: &Site<'d>, about: Option<&Resource<'d>>, message: String) -> Proposal<'d> {
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message,
        label: "the service asks for another name",
        related: about
            .map(|resource| Label {
                span: resource.key.span(),
                text: "this one".to_owned(),
            })
            .into_iter()
            .collect(),
        prevents: None,
        remedy: Err(Withheld::Naming),
    };
    site.proposal(site.place.value, verdict)
}
