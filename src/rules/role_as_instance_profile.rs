//! IPF001, `role-as-instance-profile`.
//!
//! # What it does
//!
//! Finds properties that take an instance profile and are given a role of the same template, by `Ref` or `Fn::GetAtt`.
//!
//! # Why is this bad?
//!
//! EC2 takes an instance profile, a container for one role, and no role. The console makes a profile of the role's name
//! silently; CloudFormation does not, so the stack fails with *Invalid IAM Instance Profile name* once the instance is
//! due. See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html>.
//!
//! # Fix safety
//!
//! Safe: the template cannot be deployed as it is, or only while a profile of the same name happens to exist.

use super::context::{Context, Provision, Use};
use super::proposal::{Proposal, settle};
use super::{Finding, Label, Remedy, Rule, Severity, Withheld};
use crate::fix::{Applicability, Change, Fix};
use crate::profile::{Match, Takes};
use crate::syntax::Node;
use crate::template::{ArnKind, ArnName, Attribute, Form, Mention, Resource, Said, replace, spelling_of};

pub(super) const RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-instance-profile",
    find,
};

fn find(context: &Context<'_, '_>) -> Vec<Finding> {
    let mistakes = context.uses.iter().filter_map(|r#use| Mistake::at(r#use, context));
    settle(mistakes.map(|mistake| mistake.proposal(context)).collect())
}

/// A place that takes a profile and names a role.
struct Mistake<'u, 'd> {
    r#use: &'u Use<'d>,
    mention: &'u Mention<'d>,
    role: Resource<'d>,
    given: Given,
    /// What the property is to get instead.
    form: Form,
}

/// What of the role the property is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Name,
    Arn,
    Attribute,
    /// An ARN put together with the role's name, and whether it has a path.
    BuiltArn(ArnKind, bool),
}

impl<'u, 'd> Mistake<'u, 'd> {
    fn at(r#use: &'u Use<'d>, context: &Context<'_, 'd>) -> Option<Self> {
        let (mention, given) = match &r#use.said {
            Said::Mention(mention) => match mention.attribute {
                Attribute::Ref => (mention, Given::Name),
                Attribute::GetAtt("Arn") => (mention, Given::Arn),
                Attribute::GetAtt(_) => (mention, Given::Attribute),
            },
            Said::BuiltArn(arn) => match &arn.name {
                ArnName::Mention(mention) => (mention, Given::BuiltArn(arn.kind, !arn.folder.is_empty())),
                ArnName::Text(_) => return None,
            },
            Said::Text(_) | Said::Transform | Said::Unknown => return None,
        };
        let form = match (r#use.place.property.takes, given) {
            (Takes::Arn, _) | (Takes::Either, Given::Arn | Given::BuiltArn(..)) => Form::Arn,
            (Takes::Name | Takes::Either, _) => Form::Name,
        };
        Some(Self {
            r#use,
            mention,
            role: context.role(mention.target)?,
            given,
            form,
        })
    }

    fn proposal(&self, context: &Context<'_, 'd>) -> Proposal<'d> {
        let place = &self.r#use.place;
        let provision = context.provision(&self.role, spelling_of(place.value.resolved()));
        let (severity, message) = self.message(&provision);
        let label = match self.given {
            Given::Name => "this is the name of a role",
            Given::Arn | Given::BuiltArn(ArnKind::Role, _) => "this is the ARN of a role",
            Given::Attribute => "this belongs to a role",
            Given::BuiltArn(ArnKind::Profile, _) => "this is put together with the name of a role",
        };
        let finding = Finding {
            rule: &RULE,
            severity,
            message,
            span: place.value.full_span(),
            label: label.to_owned(),
            related: vec![Label {
                span: self.role.key.span(),
                text: "the role".to_owned(),
            }],
            path: place.path.clone(),
            prevents: place.property.refusal,
            on_update: place.property.on_update,
            remedy: self.fix(&provision).map_or_else(Remedy::Withheld, Remedy::Fix),
        };
        Proposal::at(place, self.edited(&provision), finding)
    }

    fn message(&self, provision: &Provision<'_>) -> (Severity, String) {
        let property = &self.r#use.place.property;
        let start = format!(
            "`{}` of `{}` refers to the role `{}`",
            property.path, self.r#use.place.resource.id, self.role.id
        );
        match provision.found {
            // A profile of the role's name will do, if it is there in time.
            Match::Existing {
                id,
                bears_role_name: true,
                ..
            } if self.given == Given::Name && property.takes != Takes::Arn => (
                Severity::Warning,
                format!("{start}, not to the profile `{id}` of the same name, and so may be made before it"),
            ),
            _ => (Severity::Error, format!("{start}, but takes {}", property.takes)),
        }
    }

    /// Whether pointing the mention elsewhere mends the value; otherwise all of it is replaced.
    fn is_mended_by_mention(&self, provision: &Provision<'_>) -> bool {
        let is_alias = self.r#use.place.value.is_alias();
        !is_alias
            && match self.given {
                Given::Name | Given::Arn | Given::Attribute => true,
                Given::BuiltArn(kind, has_path) => {
                    kind == ArnKind::Profile && self.form == Form::Arn && !has_path && !provision.has_path
                }
            }
    }

    /// The node whose text changes: an alias, not what it stands for.
    fn edited(&self, provision: &Provision<'_>) -> Node<'d> {
        if self.is_mended_by_mention(provision) {
            self.mention.node()
        } else {
            self.r#use.place.value
        }
    }

    fn fix(&self, provision: &Provision<'_>) -> Result<Fix, Withheld> {
        let place = &self.r#use.place;
        let (repointed, path) = if self.is_mended_by_mention(provision) {
            let form = match self.given {
                Given::BuiltArn(..) => Form::Name,
                _ => self.form,
            };
            self.mention.point_at(provision.id(), form)?
        } else {
            let spelling = spelling_of(place.value.resolved());
            (
                replace(place.value, spelling, provision.id(), self.form)?,
                place.path.clone(),
            )
        };
        let mut edits = repointed.edits;
        let mut changes = vec![Change::Replace {
            path,
            value: repointed.value,
        }];
        if let Some((edit, change)) = provision.addition(&self.role)? {
            edits.push(edit.clone());
            changes.push(change.clone());
        }
        Ok(Fix {
            title: provision.title(),
            edits,
            changes,
            applicability: Applicability::Safe,
        })
    }
}
