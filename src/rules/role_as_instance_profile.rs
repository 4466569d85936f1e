#![doc = include_str!("role_as_instance_profile.md")]

use super::context::{Context, Site, Verdict, pointed_at};
use super::proposal::{Proposal, settle};
use super::provision::Provision;
use super::{Finding, Label, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{Match, Takes};
use crate::syntax::Node;
use crate::template::{ArnKind, Attribute, Form, Mention, Resource, Said, spelling_of};

pub(super) const RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-instance-profile",
    summary: "a role where an instance profile is wanted",
    fix: "safe",
    explanation: include_str!("role_as_instance_profile.md"),
    find,
};

fn find(context: &Context<'_, '_>) -> Vec<Finding> {
    let mistakes = context.sites.iter().filter_map(|site| Mistake::at(site, context));
    settle(mistakes.map(|mistake| mistake.proposal(context)).collect())
}

/// A place that takes a profile and names a role.
struct Mistake<'u, 'd> {
    site: &'u Site<'d>,
    mention: &'u Mention<'d>,
    role: Resource<'d>,
    /// Whether a loop makes several roles of the mention.
    is_several: bool,
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
    fn at(site: &'u Site<'d>, context: &Context<'_, 'd>) -> Option<Self> {
        let (mention, given) = match &site.said {
            Said::Mention(mention) => match mention.attribute {
                Attribute::Ref => (mention, Given::Name),
                Attribute::GetAtt(attribute) if attribute.eq_ignore_ascii_case("Arn") => (mention, Given::Arn),
                Attribute::GetAtt(_) => (mention, Given::Attribute),
            },
            Said::BuiltArn(arn) => (arn.mention()?, Given::BuiltArn(arn.kind, !arn.folder.is_empty())),
            Said::Text(_) | Said::Transform | Said::Unknown => return None,
        };
        let form = match (site.place.takes, given) {
            (Takes::Arn, _) | (Takes::Either, Given::Arn | Given::BuiltArn(..)) => Form::Arn,
            (Takes::Name | Takes::Either, _) => Form::Name,
        };
        let role = context.role(mention.target);
        Some(Self {
            site,
            mention,
            role: role.or_else(|| context.role_by_loop(mention.target))?,
            is_several: role.is_none(),
            given,
            form,
        })
    }

    fn proposal(&self, context: &Context<'_, 'd>) -> Proposal<'d> {
        let provision = context.provision(
            &self.role,
            self.mention.target,
            spelling_of(self.site.place.value.resolved()),
        );
        let (severity, message) = self.message(&provision);
        let (edited, remedy) = self.remedy(&provision, context);
        let verdict = Verdict {
            rule: &RULE,
            severity,
            message,
            label: match self.given {
                Given::Name => "this is the name of a role",
                Given::Arn | Given::BuiltArn(ArnKind::Role, _) => "this is the ARN of a role",
                Given::Attribute => "this belongs to a role",
                Given::BuiltArn(ArnKind::Profile, _) => "this is put together with the name of a role",
            },
            related: vec![Label {
                span: self.role.key.span(),
                text: "the role".to_owned(),
            }],
            prevents: self.site.place.property.refusal,
            remedy,
        };
        self.site.proposal(edited, verdict)
    }

    fn message(&self, provision: &Provision<'_>) -> (Severity, String) {
        let start = format!("{} refers to the role `{}`", self.site.name(), self.mention.target);
        match provision.found {
            // A profile of the role's name will do, if it is there in time.
            Match::Existing {
                id,
                bears_role_name: true,
                ..
            } if self.given == Given::Name && self.site.place.takes != Takes::Arn => (
                Severity::Warning,
                format!("{start}, not to the profile `{id}` of the same name, and so may be made before it"),
            ),
            _ => (Severity::Error, format!("{start}, but takes {}", self.site.place.takes)),
        }
    }

    /// The fix, and the node whose text it changes.
    fn remedy(&self, provision: &Provision<'d>, context: &Context<'_, 'd>) -> (Node<'d>, Result<Fix, Withheld>) {
        let Self { site, mention, .. } = self;
        let id = &context.template.beside(mention.target, provision.id());
        let title = provision.title();
        let value = site.place.value;
        if self.is_several {
            return (value, Err(Withheld::Several));
        }
        let (edited, fix) = match self.given {
            Given::Name | Given::Arn | Given::Attribute => site.refer_to(mention, id, self.form, title),
            // The text around the name is that of the profile's ARN.
            Given::BuiltArn(ArnKind::Profile, false)
                if self.form == Form::Arn && !provision.has_path && mention.is_editable() && !value.is_alias() =>
            {
                (mention.node(), pointed_at(mention, id, Form::Name, title))
            }
            Given::BuiltArn(..) => (value, site.replaced_by(id, self.form, title, Applicability::Safe)),
        };
        let fix = fix.and_then(|mut fix| provision.add_to(&mut fix, &self.role).map(|()| fix));
        (edited, fix)
    }
}
