#![doc = include_str!("untrusted_by_ec2.md")]

use indexmap::IndexMap;

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Label, Rule, Severity, Withheld};
use crate::profile::{OnUpdate, PROFILE, Property, ROLE, Takes, Trust, ec2_trust};
use crate::template::{Reference, Resource, Said};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "IPF007",
    name: "untrusted-by-ec2",
    summary: "a role behind a profile that EC2 may not assume",
    fix: "none",
    explanation: include_str!("untrusted_by_ec2.md"),
    find: Find::InTemplate(find),
};

static TRUST_POLICY: Property = Property {
    resource: ROLE,
    path: "AssumeRolePolicyDocument",
    takes: Takes::Arn,
    on_update: OnUpdate::NoInterruption,
    refusal: None,
};

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let held = roles_behind_profiles(context);
    held.values().filter_map(|(role, user)| proposal(role, user)).collect()
}

/// The roles that profiles hold, and those that stand where a profile should, each with the resource that tells.
fn roles_behind_profiles<'d>(context: &Context<'_, 'd>) -> IndexMap<&'d str, (Resource<'d>, Resource<'d>)> {
    let in_profiles = context.template.of_type(PROFILE).flat_map(|profile| {
        let roles = profile.property("Roles").into_iter().flat_map(Node::items);
        let references = roles.filter_map(|role| Reference::read(role.resolved()));
        references.filter_map(|to| Some((context.role(to.target)?, *profile)))
    });
    let in_places = context.sites.iter().filter_map(|site| match &site.said {
        Said::Mention(mention) => Some((context.role(mention.target)?, site.place.resource)),
        _ => None,
    });
    let mut roles = IndexMap::new();
    for (role, user) in in_profiles.chain(in_places) {
        roles.entry(role.id).or_insert((role, user));
    }
    roles
}

fn proposal<'d>(role: &Resource<'d>, user: &Resource<'d>) -> Option<Proposal<'d>> {
    let policy = role.property(TRUST_POLICY.path)?;
    if ec2_trust(policy) != Trust::Denied {
        return None;
    }
    let site = Site::at(*role, &TRUST_POLICY, policy);
    let effect = match user.kind {
        PROFILE => format!("the instance profile `{}` gives no credentials", user.id),
        _ => format!("`{}` gets no credentials", user.id),
    };
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Warning,
        message: format!("the role `{}` does not trust `ec2.amazonaws.com`, so {effect}", role.id),
        label: "no statement lets EC2 assume the role",
        related: vec![Label {
            span: user.key.span(),
            text: "what needs it".to_owned(),
        }],
        // Of the AWS CLI on the instance.
        prevents: Some("Unable to locate credentials"),
        remedy: Err(Withheld::Trust),
    };
    Some(site.proposal(policy, verdict))
}
