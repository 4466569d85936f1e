#![doc = include_str!("literal_role.md")]

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::context::{Context, Site, Verdict};
use super::proposal::Proposal;
use super::provision::{Addition, new_profile, room_behind};
use super::{Find, Label, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::Takes;
use crate::template::{ArnKind, ArnName, Attribute, Form, Mention, Resource, Said, is_role_arn, spelling_of};
use crate::yaml::Fragment;

pub(super) const RULE: Rule = Rule {
    code: "IPF005",
    name: "literal-role",
    summary: "a role that is written out where an instance profile is wanted",
    fix: "unsafe",
    explanation: include_str!("literal_role.md"),
    find: Find::InTemplate(find),
};

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let mut added = Added::new();
    context
        .sites
        .iter()
        .filter_map(|site| proposal(site, context, &mut added))
        .collect()
}

/// The profiles that were designed for roles outside the template, by the roles' names: the logical ID of each, and what
/// adds it.
type Added = HashMap<String, (String, Addition)>;

/// A role that is written out.
enum Written<'d> {
    /// The name of this one, in the words of its `RoleName`.
    Name(Resource<'d>),
    /// Its ARN, in which this is the name.
    Arn(String),
    /// Its ARN, with a name that cannot be told.
    UnknownArn,
    /// A parameter's default is its ARN.
    Default,
    /// A mapping holds its ARN.
    Mapped,
}

fn proposal<'d>(site: &Site<'d>, context: &Context<'_, 'd>, added: &mut Added) -> Option<Proposal<'d>> {
    let written = written(site, context)?;
    let form = match (site.place.takes, &written) {
        (Takes::Arn, _) | (Takes::Either, Written::Arn(_)) => Form::Arn,
        _ => Form::Name,
    };
    let (message, label) = match &written {
        Written::Name(role) => (
            format!("is given the name of the role `{}`", role.id),
            "this is the name of a role",
        ),
        Written::Arn(name) => (
            format!("is given the ARN of the role `{name}`"),
            "this is the ARN of a role",
        ),
        Written::UnknownArn => ("is given the ARN of a role".to_owned(), "this is the ARN of a role"),
        Written::Default => (
            "is given a parameter whose default is the ARN of a role".to_owned(),
            "see its default",
        ),
        Written::Mapped => (
            "is given a value of a mapping that is the ARN of a role".to_owned(),
            "see the mapping",
        ),
    };
    let role = match &written {
        Written::Name(role) => Some(*role),
        Written::Arn(name) => context.role_named(name),
        Written::UnknownArn | Written::Default | Written::Mapped => None,
    };
    let remedy = match (role, written) {
        (Some(role), _) => {
            let provision = context.provision(&role, role.id, spelling_of(site.place.value.resolved()));
            let fix = site.replaced_by(provision.id(), form, provision.title(), Applicability::Unsafe);
            fix.and_then(|mut fix| provision.add_to(&mut fix).map(|()| fix))
        }
        (None, Written::Arn(name)) => outside(site, &name, form, context, added),
        (None, Written::UnknownArn) => Err(Withheld::ArnUnknown),
        (None, Written::Mapped) => Err(Withheld::Mapping),
        (None, Written::Name(_) | Written::Default) => Err(Withheld::Parameter),
    };
    let related = role.as_ref().map(Label::role);
    let verdict = Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message: format!("{} {message}, but takes {}", site.name(), site.place.takes),
        label,
        related: related.into_iter().collect(),
        prevents: site.place.property.refusal,
        remedy,
    };
    Some(site.proposal(site.place.value, verdict))
}

fn written<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Option<Written<'d>> {
    let named = || context.role_named_as(site.place.value.resolved()).map(Written::Name);
    // What refers to a resource is for other rules.
    let is_resource = |mention: &Mention<'_>| context.template.resource(mention.target).is_some();
    match &site.said {
        Said::Text(name) if context.is_profile_name(name) => None,
        Said::Text(name) => context.role_named(name).map(Written::Name),
        Said::BuiltArn(arn) if arn.kind == ArnKind::Role => match &arn.name {
            ArnName::Text(name) => Some(Written::Arn(name.clone())),
            ArnName::Mention(mention) if is_resource(mention) => None,
            ArnName::Mention(_) | ArnName::Unknown => Some(Written::UnknownArn),
        },
        Said::Mention(mention) if is_resource(mention) => None,
        Said::Mention(mention) if mention.attribute == Attribute::Ref => {
            let default = context
                .template
                .default_of(mention.target)
                .filter(|text| is_role_arn(text));
            default.map(|_| Written::Default).or_else(named)
        }
        Said::Unknown => {
            let is_mapped = context.looks_up_role(site.place.value.resolved());
            is_mapped.then_some(Written::Mapped).or_else(named)
        }
        Said::BuiltArn(_) | Said::Mention(_) | Said::Transform => None,
    }
}

/// The fix that refers to the profile of a role that the template does not have, and adds it if need be.
fn outside<'d>(
    site: &Site<'d>,
    role: &str,
    form: Form,
    context: &Context<'_, 'd>,
    added: &mut Added,
) -> Result<Fix, Withheld> {
    if let Some(id) = context.profile_holding(role, &site.place.resource) {
        let title = format!("refer to the instance profile `{id}`, which holds the role");
        return site.replaced_by(id, form, title, Applicability::Unsafe);
    }
    if !added.contains_key(role) {
        room_behind(&site.place.resource)?;
    }
    let (id, (edits, change)) = match added.entry(role.to_owned()) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(place) => {
            let id = context.new_profile_id(&camel_case(role), site.place.resource.key);
            let roles = Fragment::Sequence(vec![Fragment::scalar(role, None)]);
            let addition = new_profile(&site.place.resource, &id, None, vec![("Roles".to_owned(), roles)])?;
            place.insert((id, addition))
        }
    };
    let title = format!("add the instance profile `{id}` for the role `{role}` and refer to it");
    let mut fix = site.replaced_by(id, form, title, Applicability::Unsafe)?;
    fix.edits.extend_from_slice(edits);
    fix.changes.push(change.clone());
    Ok(fix)
}

/// The name's letters and digits, each run of them with a capital letter.
fn camel_case(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let (first, rest) = word.split_at(1);
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_become_logical_ids() {
        for (name, id) in [
            ("legacy-app", "LegacyApp"),
            ("webRole_2", "WebRole2"),
            ("x", "X"),
            ("+a.B", "AB"),
        ] {
            assert_eq!(super::camel_case(name), id);
        }
    }
}
