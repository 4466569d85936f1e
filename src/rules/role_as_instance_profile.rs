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

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Finding, Label, Options, Remedy, Rule, Severity, Withheld};
use crate::fix::{Applicability, Change, Fix};
use crate::profile::{Match, NewProfile, PROFILE, Place, Profiles, ROLE, Takes, places};
use crate::syntax::{Edit, Fragment, Node, NodeId, Span, insert_after};
use crate::template::{Attribute, Form, Reference, Resource, Spelling, Template, own_reference, repoint};

pub(super) const RULE: Rule = Rule {
    code: "IPF001",
    name: "role-as-instance-profile",
    find,
};

/// A place that takes a profile and refers to a role.
struct Mistake<'d> {
    place: Place<'d>,
    reference: Reference<'d>,
    role: Resource<'d>,
    form: Form,
}

fn find(template: &Template<'_>, options: &Options) -> Vec<Finding> {
    let mistakes: Vec<_> = places(template)
        .into_iter()
        .filter_map(|place| Mistake::at(place, template))
        .collect();
    let verdicts = Users::verdicts(&mistakes);
    let mut remedies = Remedies {
        profiles: Profiles::of(template),
        options,
        by_role: HashMap::new(),
    };
    mistakes
        .iter()
        .map(|mistake| remedies.finding(mistake, &verdicts))
        .collect()
}

impl<'d> Mistake<'d> {
    fn at(place: Place<'d>, template: &Template<'d>) -> Option<Self> {
        let reference = Reference::read(place.value.resolved())?;
        let role = *template.resources.get(reference.target)?;
        let form = match (place.property.takes, reference.attribute) {
            (Takes::Arn, _) | (Takes::Either, Attribute::GetAtt("Arn")) => Form::Arn,
            (Takes::Name | Takes::Either, _) => Form::Name,
        };
        (role.kind == ROLE).then_some(Self {
            place,
            reference,
            role,
            form,
        })
    }

    /// Whether the property is given the role's name and takes names: then a profile of that name will do, if it is
    /// there in time.
    fn gives_a_name(&self) -> bool {
        self.reference.attribute == Attribute::Ref && self.place.property.takes != Takes::Arn
    }

    /// The node whose text is to change: an alias, not what it stands for.
    fn edited(&self) -> Node<'d> {
        self.place.value
    }
}

/// Who uses the texts that are to change.
#[derive(Default)]
struct Users {
    forms: HashMap<NodeId, HashSet<Form>>,
    /// For each text, the aliases through which a mistake was reached.
    via: HashMap<NodeId, HashSet<NodeId>>,
}

impl Users {
    /// For each text, whether everyone who uses it wants it to change, and alike.
    fn verdicts(mistakes: &[Mistake<'_>]) -> Verdicts {
        let mut users = Self::default();
        for mistake in mistakes {
            let edited = mistake.edited().id();
            users.forms.entry(edited).or_default().insert(mistake.form);
            let via = mistake.place.via.iter().map(|alias| alias.id());
            users.via.entry(edited).or_default().extend(via);
        }
        let mut verdicts = HashMap::new();
        for edited in mistakes.iter().map(Mistake::edited) {
            verdicts.entry(edited.id()).or_insert_with(|| users.agree_on(edited));
        }
        verdicts
    }

    fn agree_on(&self, edited: Node<'_>) -> Result<(), Withheld> {
        if self.forms.get(&edited.id()).is_some_and(|forms| forms.len() > 1) {
            return Err(Withheld::Torn);
        }
        let via = self.via.get(&edited.id());
        for anchored in edited.ancestors() {
            let stranger = anchored.aliases().find(|alias| {
                let is_mended_itself = anchored == edited && self.forms.contains_key(&alias.id());
                !is_mended_itself && !via.is_some_and(|via| via.contains(&alias.id()))
            });
            if let Some(stranger) = stranger {
                let line = stranger.stream().position(stranger.span().start()).line;
                return Err(Withheld::Shared { line });
            }
        }
        Ok(())
    }
}

type Verdicts = HashMap<NodeId, Result<(), Withheld>>;

/// The profile for each role, made when the first of its users is mended and shared by the others.
struct Remedies<'t, 'd> {
    profiles: Profiles<'t, 'd>,
    options: &'t Options,
    by_role: HashMap<&'d str, Provision<'d>>,
}

/// A profile to refer to, and how it comes to be there.
#[derive(Clone)]
struct Provision<'d> {
    found: Match<'d>,
    addition: Option<(Edit, Change)>,
}

impl<'d> Remedies<'_, 'd> {
    fn finding(&mut self, mistake: &Mistake<'d>, verdicts: &Verdicts) -> Finding {
        let Mistake { place, role, .. } = mistake;
        let provision = self.provision(mistake);
        let (severity, message) = match provision.found {
            Match::Existing {
                id,
                bears_role_name: true,
                ..
            } if mistake.gives_a_name() => (
                Severity::Warning,
                format!(
                    "`{}` of `{}` refers to the role `{}`, not to the profile `{id}` of the same name, and so may be made before it",
                    place.property.path, place.resource.id, role.id
                ),
            ),
            _ => (
                Severity::Error,
                format!(
                    "`{}` of `{}` refers to the role `{}`, but takes {}",
                    place.property.path, place.resource.id, role.id, place.property.takes
                ),
            ),
        };
        let label = match mistake.reference.attribute {
            Attribute::Ref => "this is the name of a role",
            Attribute::GetAtt("Arn") => "this is the ARN of a role",
            Attribute::GetAtt(_) => "this belongs to a role",
        };
        Finding {
            rule: &RULE,
            severity,
            message,
            span: place.value.full_span(),
            label: label.to_owned(),
            related: vec![Label {
                span: role.key.span(),
                text: "the role".to_owned(),
            }],
            path: place.path.clone(),
            prevents: place.property.refusal,
            on_update: place.property.on_update,
            remedy: fix(mistake, &provision, verdicts).map_or_else(Remedy::Withheld, Remedy::Fix),
        }
    }

    fn provision(&mut self, mistake: &Mistake<'d>) -> Provision<'d> {
        let role = &mistake.role;
        match self.by_role.entry(role.id) {
            Entry::Occupied(provision) => provision.get().clone(),
            Entry::Vacant(place) => {
                let found = self.profiles.find_match(role, self.options.profile_name);
                let addition = match &found {
                    Match::New(profile) if is_written_in_place(role) => {
                        Some(addition(role, profile, mistake.reference.spelling()))
                    }
                    _ => None,
                };
                place.insert(Provision { found, addition }).clone()
            }
        }
    }
}

/// Whether the role is written under its own logical ID, with properties that are all its own.
fn is_written_in_place(role: &Resource<'_>) -> bool {
    let is_own = |node: Node<'_>| node.get("<<").is_none() && !node.is_alias();
    let body_is_own = role.body.ancestors().nth(1) == role.key.ancestors().nth(1);
    let properties = role.body.get("Properties");
    body_is_own && is_own(role.body) && properties.is_none_or(is_own)
}

fn addition(role: &Resource<'_>, profile: &NewProfile<'_>, spelling: Spelling) -> (Edit, Change) {
    let mut properties = Vec::new();
    if let Some(path) = copy_of_path(role).filter(|_| profile.has_path) {
        properties.push(("Path".to_owned(), path));
    }
    if profile.is_named {
        properties.push(("InstanceProfileName".to_owned(), spelling.name_of(role.id)));
    }
    let roles = Fragment::Sequence(vec![spelling.name_of(role.id)]);
    properties.push(("Roles".to_owned(), roles));
    let mut entries = vec![("Type".to_owned(), Fragment::scalar(PROFILE, None))];
    if let Some(condition) = profile.condition {
        entries.push(("Condition".to_owned(), Fragment::scalar(condition, None)));
    }
    let properties = Fragment::Mapping {
        entries: properties,
        one_line: false,
    };
    entries.push(("Properties".to_owned(), properties));
    let value = Fragment::Mapping {
        entries,
        one_line: false,
    };
    let edit = insert_after(role.key, role.body, &profile.id, &value);
    let mut mapping = role.path();
    mapping.steps.pop();
    let change = Change::Insert {
        mapping,
        after: role.id.to_owned(),
        key: profile.id.clone(),
        value,
    };
    (edit, change)
}

fn copy_of_path(role: &Resource<'_>) -> Option<Fragment> {
    let properties = role.body.get("Properties")?;
    let (key, value) = properties.entries().find(|(key, _)| key.scalar() == Some("Path"))?;
    let span = Span::new(key.span().end(), value.span().end());
    Some(Fragment::Copy {
        text: span.slice(key.stream().text()).to_owned(),
        path: role.path().key("Properties").key("Path"),
    })
}

fn fix(mistake: &Mistake<'_>, provision: &Provision<'_>, verdicts: &Verdicts) -> Result<Fix, Withheld> {
    if mistake.place.is_merged {
        return Err(Withheld::Merged);
    }
    if let Some(Err(withheld)) = verdicts.get(&mistake.edited().id()) {
        return Err(withheld.clone());
    }
    let role = mistake.role.id;
    let (id, title) = match &provision.found {
        Match::Existing { id, others, .. } => {
            let rather = match others.as_slice() {
                [] => String::new(),
                others => format!("; `{}` would do as well", others.join("` or `")),
            };
            (
                *id,
                format!("refer to the instance profile `{id}`, which holds the role{rather}"),
            )
        }
        Match::New(NewProfile { id, .. }) => (
            id.as_str(),
            format!("add the instance profile `{id}` for the role and refer to it"),
        ),
    };
    let edited = mistake.edited();
    let repointed = if edited.is_alias() {
        own_reference(edited, mistake.reference.spelling(), id, mistake.form)
    } else {
        repoint(&mistake.reference, id, mistake.form)?
    };
    let mut edits = repointed.edits;
    let mut changes = vec![Change::Replace {
        path: mistake.place.path.clone(),
        value: repointed.value,
    }];
    match &provision.addition {
        Some((edit, change)) => {
            edits.push(edit.clone());
            changes.push(change.clone());
        }
        None if matches!(provision.found, Match::New(_)) => {
            return Err(Withheld::RoleElsewhere(role.to_owned()));
        }
        None => {}
    }
    Ok(Fix {
        title,
        edits,
        changes,
        applicability: Applicability::Safe,
    })
}
