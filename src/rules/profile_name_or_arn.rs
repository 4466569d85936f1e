#![doc = include_str!("profile_name_or_arn.md")]

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::{Find, Label, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::Takes;
use crate::template::{ArnKind, ArnName, Attribute, BuiltArn, Form, Resource, Said};

pub(super) const RULE: Rule = Rule {
    code: "IPF002",
    name: "profile-name-or-arn",
    summary: "a profile's ARN where its name is wanted, or the reverse",
    fix: "safe",
    explanation: include_str!("profile_name_or_arn.md"),
    find: Find::InTemplate(find),
};

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    context
        .sites
        .iter()
        .filter_map(|site| proposal(site, context))
        .collect()
}

fn proposal<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = site.place.value;
    let wanted = match site.place.takes {
        Takes::Name => Form::Name,
        Takes::Arn => Form::Arn,
        Takes::Either => Form::Arn,
    };
    let takes_either = site.place.takes == Takes::Either;
    let (edited, target, given, remedy) = match &site.said {
        Said::Mention(mention) => {
            let given = match mention.attribute {
                Attribute::Ref => Form::Name,
                Attribute::GetAtt(attribute) if attribute.eq_ignore_ascii_case("Arn") => Form::Arn,
                Attribute::GetAtt(_) => return None,
            };
            if takes_either || given == wanted {
                return None;
            }
            let profile = context.profiles(mention.target, value).first()?.1;
            let (edited, remedy) = site.refer_to(mention, mention.target, wanted, title(wanted));
            (edited, Some(profile), given, remedy)
        }
        Said::BuiltArn(arn) => {
            let (target, remedy) = built(site, arn, wanted, context)?;
            (value, target, Form::Arn, remedy)
        }
        Said::Text(name) if wanted == Form::Arn && !takes_either => {
            // What is wrong with an object is for another rule.
            let is_told = site.place.is_misnamed();
            let is_of_another = context.means_something_else(name) && !context.is_profile_name(name);
            if name.is_empty() || name.starts_with("arn:") || is_of_another || is_told {
                return None;
            }
            (value, None, Form::Name, Err(Withheld::PathUnknown))
        }
        Said::Text(_) | Said::Transform | Said::Unknown => return None,
    };
    let (what, label) = match given {
        Form::Name => ("name", "this is a profile's name"),
        Form::Arn => ("ARN", "this is an ARN"),
    };
    let whose = match target {
        Some(profile) => format!("the {what} of the instance profile `{}`", profile.id),
        None => format!("the {what} of an instance profile"),
    };
    let related = target.map(|profile| Label {
        span: profile.key.span(),
        text: "the instance profile".to_owned(),
    });
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message: format!("{} is given {whose}, but takes {}", site.name(), site.place.takes),
        label,
        related: related.into_iter().collect(),
        prevents: site.place.property.refusal,
        remedy,
    };
    Some(site.proposal(edited, verdict))
}

/// The profile of the template whose ARN is put together where something else is wanted, and the remedy.
fn built<'d>(
    site: &Site<'d>,
    arn: &BuiltArn<'d>,
    wanted: Form,
    context: &Context<'_, 'd>,
) -> Option<(Option<Resource<'d>>, Result<Fix, Withheld>)> {
    let named = arn.mention();
    if let Some((mention, profile)) = named.and_then(|mention| Some((mention, context.profile(mention.target)?))) {
        // With `role/` in it, it is no ARN of a profile, whatever takes it.
        let is_wrong = wanted == Form::Name || arn.kind == ArnKind::Role;
        let remedy = || site.replaced_by(mention.target, wanted, title(wanted), Applicability::Safe);
        return is_wrong.then(|| (Some(profile), remedy()));
    }
    // Roles are for other rules.
    let is_role = named.is_some_and(|mention| context.role(mention.target).is_some());
    if wanted == Form::Arn || arn.kind == ArnKind::Role || is_role {
        return None;
    }
    let remedy = match &arn.name {
        ArnName::Text(name) => {
            let title = format!("give the profile's name, `{name}`");
            site.rewritten_as(name, title, Applicability::Safe)
        }
        ArnName::Mention(_) | ArnName::Unknown => Err(Withheld::ArnUnknown),
    };
    Some((None, remedy))
}

fn title(wanted: Form) -> String {
    match wanted {
        Form::Name => "refer to the profile's name".to_owned(),
        Form::Arn => "refer to the profile's ARN".to_owned(),
    }
}
