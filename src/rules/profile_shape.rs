#![doc = include_str!("profile_shape.md")]

use super::context::{Context, Site, Verdict, is_bare};
use super::proposal::Proposal;
use super::{Find, Rule, Severity, Withheld};
use crate::fix::{Applicability, Change, Fix};
use crate::profile::{PROFILE, Place, ROLE, Takes};
use crate::syntax::{Edit, Fragment, Node, remove, unwrap, wrap};
use crate::template::{Attribute, Call, Form, Obstacle, Said, retext};

pub(super) const RULE: Rule = Rule {
    code: "IPF003",
    name: "profile-shape",
    summary: "a profile without the object that should hold it, or with one too many",
    fix: "safe",
    explanation: include_str!("profile_shape.md"),
    find: Find::InTemplate(find),
};

// What AWS says, as people quote it: aws-cloudformation/cfn-lint#1552, aws/aws-sdk-java#647.
const NO_OBJECT: &str = "Value of property … does not match type {Object}";
const NO_NAME: &str = "Encountered unsupported property Name";
const NO_STRING: &str = "Value of property … does not match type {String}";
const BOTH: &str =
    "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'";

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let objects = context
        .objects
        .iter()
        .filter_map(|object| match is_bare(&object.place) {
            true => bare(object, context),
            false => both(object).or_else(|| misnamed(object, context)),
        });
    let strings = context
        .sites
        .iter()
        .filter_map(|site| wrapped(site).or_else(|| listed(site)));
    objects.chain(strings).collect()
}

/// A bare value in place of an object.
fn bare<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = object.place.value;
    let is_nothing = match &object.said {
        Said::Text(text) => text.is_empty(),
        Said::Mention(mention) => mention.target == "AWS::NoValue",
        _ => value.resolved().is_sequence() && Call::read(value.resolved()).is_none(),
    };
    if is_nothing {
        return None;
    }
    let name = match (object.place.takes, form(object, context)) {
        (Takes::Arn, Some(_)) | (Takes::Either, Some(Form::Arn)) => Some("Arn"),
        (Takes::Name, Some(_)) | (Takes::Either, Some(Form::Name)) => Some("Name"),
        (_, None) => None,
    };
    let remedy = name.ok_or(Withheld::NameOrArn).and_then(|name| {
        let edits = wrap(value, name).ok_or(Withheld::Obstacle(Obstacle::SeveralLines))?;
        let held = Fragment::copy_of(object.place.path.clone());
        let value = Fragment::Mapping {
            entries: vec![(name.to_owned(), held)],
            one_line: false,
        };
        Ok(fix(format!("put it under `{name}`"), edits, object, value))
    });
    let message = format!(
        "{} is a bare value, but takes an object with `Name` or `Arn`",
        object.name()
    );
    Some(object.proposal(value, verdict(message, "this is no object", NO_OBJECT, remedy)))
}

/// Whether a value is a name or an ARN, as far as that can be told.
fn form(object: &Site<'_>, context: &Context<'_, '_>) -> Option<Form> {
    match &object.said {
        Said::Mention(mention) => {
            let kind = context.template.resource(mention.target)?.kind;
            match mention.attribute {
                Attribute::Ref if kind == PROFILE || kind == ROLE => Some(Form::Name),
                Attribute::GetAtt("Arn") => Some(Form::Arn),
                _ => None,
            }
        }
        Said::BuiltArn(_) => Some(Form::Arn),
        Said::Text(text) => Some(if text.starts_with("arn:") {
            Form::Arn
        } else {
            Form::Name
        }),
        Said::Transform | Said::Unknown => None,
    }
}

/// An object with both a name and an ARN.
fn both<'d>(object: &Site<'d>) -> Option<Proposal<'d>> {
    let value = object.place.value.resolved();
    let entry = |name| value.entries().find(|(key, _)| key.scalar() == Some(name));
    let ((_, name), (key, arn)) = (entry("Name")?, entry("Arn")?);
    let is_nothing = |node: Node<'_>| matches!(Said::read(node.resolved(), &object.place.path), Said::Mention(to) if to.target == "AWS::NoValue");
    if is_nothing(name) || is_nothing(arn) {
        return None;
    }
    let remedy = if name_same(name, arn, object) && !object.place.value.is_alias() {
        let edit = remove(key, arn).ok_or(Withheld::Obstacle(Obstacle::Reshape));
        edit.map(|edit| Fix {
            title: "remove the `Arn`, which names the same profile".to_owned(),
            edits: vec![edit],
            changes: vec![Change::Remove {
                path: object.place.path.key("Arn"),
            }],
            applicability: Applicability::Safe,
        })
    } else {
        Err(Withheld::WhichProfile)
    };
    let message = format!("{} has both `Name` and `Arn`, but takes one of them", object.name());
    Some(object.proposal(value, verdict(message, "one of the two must go", BOTH, remedy)))
}

/// Whether a name and an ARN are of the same profile of the template.
fn name_same(name: Node<'_>, arn: Node<'_>, object: &Site<'_>) -> bool {
    let read = |node: Node<'_>, key| match Said::read(node.resolved(), &object.place.path.key(key)) {
        Said::Mention(mention) => Some((mention.target.to_owned(), mention.attribute == Attribute::Ref)),
        Said::BuiltArn(arn) => arn.mention().map(|mention| (mention.target.to_owned(), false)),
        _ => None,
    };
    match (read(name, "Name"), read(arn, "Arn")) {
        (Some((name, true)), Some((arn, false))) => name == arn,
        _ => false,
    }
}

/// An object with a name, at one of the properties that take an ARN only.
fn misnamed<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let mut entries = object.place.value.resolved().entries();
    let (key, value) = entries.find(|(key, _)| object.place.takes == Takes::Arn && key.scalar() == Some("Name"))?;
    let inner = Site::of(Place {
        value,
        path: object.place.path.key("Name"),
        ..object.place.clone()
    });
    // What refers to a profile or a role can be made to give its ARN.
    let remedy = match (form(&inner, context), &inner.said) {
        (Some(_), Said::Text(_)) => Err(Withheld::PathUnknown),
        (None, _) => Err(Withheld::NameOrArn),
        (Some(_), _) => retext(key, "Arn").map_err(Withheld::Obstacle).map(|edit| Fix {
            title: "write `Arn`".to_owned(),
            edits: vec![edit],
            changes: vec![Change::Rename {
                path: inner.place.path.clone(),
                key: "Arn".to_owned(),
            }],
            applicability: Applicability::Safe,
        }),
    };
    let message = format!("{} has a `Name`, but takes an `Arn`", object.name());
    Some(object.proposal(key, verdict(message, "only `Arn` is known here", NO_NAME, remedy)))
}

/// A list in place of its only item.
fn listed<'d>(site: &Site<'d>) -> Option<Proposal<'d>> {
    let value = site.place.value.resolved();
    let mut items = value.items();
    let (Some(item), None, None) = (items.next(), items.next(), value.tag()) else {
        return None;
    };
    // In place of an object, the value is bare as well.
    if site.place.name != site.place.property.path {
        return None;
    }
    let remedy = match site.place.value.is_alias() {
        true => Err(Withheld::Obstacle(Obstacle::Reshape)),
        false => unwrap(value, item).ok_or(Withheld::Obstacle(Obstacle::Reshape)),
    };
    let held = Fragment::copy_of(site.place.path.index(0));
    let remedy = remedy.map(|edits| fix("take it out of the list".to_owned(), edits, site, held));
    let message = format!("{} is a list, but takes {} alone", site.name(), site.place.takes);
    Some(site.proposal(value, verdict(message, "this is a list", NO_STRING, remedy)))
}

/// An object in place of a bare value.
fn wrapped<'d>(site: &Site<'d>) -> Option<Proposal<'d>> {
    let value = site.place.value.resolved();
    if is_bare(&site.place) || site.place.property.object().is_some() {
        return None;
    }
    let entries: Vec<_> = value.entries().collect();
    if !entries
        .iter()
        .all(|(key, _)| matches!(key.scalar(), Some("Name" | "Arn")))
    {
        return None;
    }
    let remedy = match entries.as_slice() {
        [(key, inner)] if !site.place.value.is_alias() => {
            let edits = unwrap(value, *inner).ok_or(Withheld::Obstacle(Obstacle::Reshape));
            let path = site.place.path.key(key.scalar().unwrap_or_default());
            edits.map(|edits| {
                fix(
                    "take it out of the object".to_owned(),
                    edits,
                    site,
                    Fragment::copy_of(path),
                )
            })
        }
        [] => return None,
        _ => Err(Withheld::WhichProfile),
    };
    let message = format!("{} is an object, but takes {} alone", site.name(), site.place.takes);
    Some(site.proposal(value, verdict(message, "this is an object", NO_STRING, remedy)))
}

fn fix(title: String, edits: Vec<Edit>, site: &Site<'_>, value: Fragment) -> Fix {
    Fix {
        title,
        edits,
        changes: vec![Change::Replace {
            path: site.place.path.clone(),
            value,
        }],
        applicability: Applicability::Safe,
    }
}

fn verdict(message: String, label: &'static str, prevents: &'static str, remedy: Result<Fix, Withheld>) -> Verdict {
    Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message,
        label,
        related: Vec::new(),
        prevents: Some(prevents),
        remedy,
    }
}
