#![doc = include_str!("role_as_instance_profile.md")]

use super::context::{Context, Site, Verdict, pointed_at};
use super::proposal::Proposal;
use super::provision::Provision;
use super::{Find, Label, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{Match, Takes, usual_id};
use crate::template::{ArnKind, Attribute, Form, Mention, Obstacle, Resource, Said, names, spelling_of};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-instance-profile",
    summary: "a role where an instance profile is wanted",
    fix: "safe",
    explanation: include_str!("role_as_instance_profile.md"),
    find: Find::InTemplate(find),
};

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let mistakes = context.sites.iter().filter_map(|site| Mistake::at(site, context));
    mistakes.map(|mistake| mistake.proposal(context)).collect()
}

/// A place that takes a profile and names a role.
struct Mistake<'u, 'd> {
    site: &'u Site<'d>,
    mention: &'u Mention<'d>,
    /// The roles that it means, by their logical IDs: one, or those that a loop makes of its words.
    roles: Vec<(String, Resource<'d>)>,
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
        let roles = context.roles(mention.target, site.place.value);
        let has_path = |role: &Resource<'_>| role.property("Path").is_some_and(|path| path.scalar() != Some("/"));
        if mention.is_part_of_arn() && roles.iter().any(|(_, role)| has_path(role)) {
            return None;
        }
        (!roles.is_empty()).then_some(Self {
            site,
            mention,
            roles,
            given,
            form,
        })
    }

    fn proposal(&self, context: &Context<'_, 'd>) -> Proposal<'d> {
        let spelling = spelling_of(self.site.place.value.resolved());
        let provisions: Vec<_> = match self.roles.as_slice() {
            [(name, role)] if name == self.mention.target => {
                vec![context.provision(role, self.mention.target, spelling)]
            }
            roles => roles
                .iter()
                .map(|(_, role)| context.provision(role, role.id, spelling))
                .collect(),
        };
        let (severity, message) = self.message(&provisions);
        let (edited, remedy) = self.remedy(&provisions, context);
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
            related: self.roles.iter().map(|(_, role)| Label::role(role)).collect(),
            prevents: self.site.place.property.refusal,
            remedy,
        };
        self.site.proposal(edited, verdict)
    }

    fn message(&self, provisions: &[Provision<'_>]) -> (Severity, String) {
        let start = format!("{} refers to the role `{}`", self.site.name(), self.mention.target);
        match provisions.first().map(|provision| &provision.found) {
            // A profile of the role's name will do, if it is there in time.
            Some(Match::Existing {
                id,
                bears_role_name: true,
                ..
            }) if self.given == Given::Name && self.site.place.takes != Takes::Arn => (
                Severity::Warning,
                format!("{start}, not to the profile `{id}` of the same name, and so may be made before it"),
            ),
            _ => (Severity::Error, format!("{start}, but takes {}", self.site.place.takes)),
        }
    }

    /// The fix, and the node whose text it changes.
    fn remedy(&self, provisions: &[Provision<'d>], context: &Context<'_, 'd>) -> (Node<'d>, Result<Fix, Withheld>) {
        let Self { site, mention, .. } = self;
        let value = site.place.value;
        let Some(id) = self.profile_id(provisions, context) else {
            return (value, Err(Withheld::Several));
        };
        let title = match provisions {
            [only] if depends_on(&only.found, site, context) => return (value, Err(Withheld::Cycle)),
            [only] => only.title(),
            _ => "add an instance profile for each of the roles and refer to them".to_owned(),
        };
        let has_path = provisions.iter().any(|provision| provision.has_path);
        let (edited, fix) = match self.given {
            Given::Name | Given::Arn | Given::Attribute => site.refer_to(mention, &id, self.form, title),
            // The text around the name is that of the profile's ARN.
            Given::BuiltArn(ArnKind::Profile, false)
                if self.form == Form::Arn && !has_path && mention.is_editable() && !value.is_alias() =>
            {
                (mention.node(), pointed_at(mention, &id, Form::Name, title))
            }
            Given::BuiltArn(..) => (value, site.replaced_by(&id, self.form, title, Applicability::Safe)),
        };
        let fix = fix.and_then(|mut fix| {
            for (provision, (_, role)) in provisions.iter().zip(&self.roles) {
                provision.add_to(&mut fix).map_err(|withheld| match withheld {
                    Withheld::Obstacle(Obstacle::Letters) => Withheld::RoleByLetters(role.id.to_owned()),
                    other => other,
                })?;
            }
            Ok(fix)
        });
        (edited, fix)
    }

    /// The logical ID of the profile, in the words of the value; `None` where a loop makes the roles' names of it, but not
    /// those of their profiles.
    fn profile_id(&self, provisions: &[Provision<'d>], context: &Context<'_, 'd>) -> Option<String> {
        let beside = |name: &str, provision: &Provision<'d>| context.template.beside(name, provision.id());
        let named = self.roles.iter().zip(provisions);
        let ids: Vec<_> = named.map(|((name, _), provision)| beside(name, provision)).collect();
        match (self.roles.as_slice(), ids.as_slice()) {
            ([(name, _)], [id]) if name == self.mention.target => Some(id.clone()),
            _ => {
                let id = usual_id(self.mention.target);
                (names(self.site.place.value, &id) == ids).then_some(id)
            }
        }
    }
}

/// Whether a profile of the template waits for the resource that is to refer to it.
fn depends_on(found: &Match<'_>, site: &Site<'_>, context: &Context<'_, '_>) -> bool {
    let Match::Existing { id, .. } = found else {
        return false;
    };
    let profile = context.template.resource(id);
    let Some(waits_for) = profile.and_then(|profile| profile.attribute("DependsOn")) else {
        return false;
    };
    let is_user = |node: Node<'_>| node.resolved().scalar() == Some(site.place.resource.id);
    is_user(waits_for) || waits_for.items().any(is_user)
}
