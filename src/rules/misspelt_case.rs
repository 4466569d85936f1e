#![doc = include_str!("misspelt_case.md")]

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::Slip;
use crate::template::{Attribute, Form, Said};
use crate::yaml::Op;

pub(super) const RULE: Rule = Rule {
    code: "IPF010",
    name: "misspelt-case",
    summary: "a property or `Arn` that is right but for its capital letters",
    fix: "safe",
    explanation: include_str!("misspelt_case.md"),
    find: Find::InTemplate(find),
};

// What AWS says, as people quote it: dougmoscrop/serverless-plugin-log-subscription#68.
const NO_PROPERTY: &str = "Encountered unsupported property …";
const NO_ATTRIBUTE: &str = "Requested attribute … does not exist in schema for …";

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let keys = context.slips.iter().map(key_proposal);
    let attributes = context
        .sites
        .iter()
        .filter_map(|site| attribute_proposal(site, context));
    keys.chain(attributes).collect()
}

fn key_proposal<'d>(slip: &Slip<'d>) -> Proposal<'d> {
    let Slip {
        place,
        key,
        right,
        is_beside,
    } = slip;
    let written = key.scalar().unwrap_or_default();
    let message = format!("`{written}` of `{}` is no property; `{right}` is", place.resource.id);
    let remedy = match is_beside {
        true => Err(Withheld::WhichProfile),
        false => respelt(slip),
    };
    let mut proposal = Site::of(place.clone()).proposal(*key, verdict(message, NO_PROPERTY, remedy));
    proposal.finding.span = key.span();
    proposal
}

fn respelt(slip: &Slip<'_>) -> Result<Fix, Withheld> {
    let title = format!("write `{}`", slip.right);
    let rename = Op::Rename(slip.right.to_owned());
    Site::of(slip.place.clone()).fix(title, rename, Applicability::Safe)
}

fn attribute_proposal<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let Said::Mention(mention) = &site.said else {
        return None;
    };
    let Attribute::GetAtt(attribute) = mention.attribute else {
        return None;
    };
    let target = context
        .profile(mention.target)
        .or_else(|| context.role(mention.target))?;
    if attribute == "Arn" || !attribute.eq_ignore_ascii_case("Arn") || site.place.value.is_alias() {
        return None;
    }
    let message = format!("`{attribute}` of `{}` is no attribute; `Arn` is", target.id);
    let (edited, remedy) = site.refer_to(mention, mention.target, Form::Arn, "write `Arn`".to_owned());
    Some(site.proposal(edited, verdict(message, NO_ATTRIBUTE, remedy)))
}

fn verdict(message: String, prevents: &'static str, remedy: Result<Fix, Withheld>) -> Verdict {
    Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message,
        label: "mind the capital letters",
        related: Vec::new(),
        prevents: Some(prevents),
        remedy,
    }
}
