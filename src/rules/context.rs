//! What the rules share: the places that take a profile with what is said there, and the profiles of roles.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::proposal::Proposal;
use super::{Finding, Label, Options, Remedy, Rule, Severity, Withheld};
use crate::fix::{Applicability, Change, Fix};
use crate::profile::{
    Found, Match, NewProfile, PROFILE, Place, Profiles, Property, ROLE, ROLE_OF_PROFILE, ROLES, Slip, objects, places,
    places_of,
};
use crate::syntax::{Edit, Fragment, Node, Quote, Span, insert_after};
use crate::template::{Call, Form, Mention, Resource, Said, Spelling, Template, replace, rewrite, spelling_of};

/// One template, as the rules see it.
pub(super) struct Context<'t, 'd> {
    pub(super) template: &'t Template<'d>,
    /// Every place that takes an instance profile, and every one where its name or ARN stands in place of the object
    /// that should hold it.
    pub(super) sites: Vec<Site<'d>>,
    /// Every place that takes an object with the name or ARN of a profile.
    pub(super) objects: Vec<Site<'d>>,
    /// Keys on the way to such a place that are right but for their capital letters.
    pub(super) slips: Vec<Slip<'d>>,
    /// The value of every profile's `Roles`.
    pub(super) role_lists: Vec<Site<'d>>,
    /// Every item of those that are lists.
    pub(super) role_items: Vec<Site<'d>>,
    role_names: HashMap<&'d str, Resource<'d>>,
    profile_names: HashSet<&'d str>,
    provisions: RefCell<Provisions<'t, 'd>>,
}

/// A place that takes an instance profile, and what its value says.
pub(super) struct Site<'d> {
    pub(super) place: Place<'d>,
    pub(super) said: Said<'d>,
}

/// Whether a value stands where an object should be.
pub(super) fn is_bare(place: &Place<'_>) -> bool {
    let value = place.value.resolved();
    !value.is_mapping() || Call::read(value).is_some()
}

/// What a rule has to say of a place.
pub(super) struct Verdict {
    pub(super) rule: &'static Rule,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) related: Vec<Label>,
    /// What AWS says, as far as that is known.
    pub(super) prevents: Option<&'static str>,
    pub(super) remedy: Result<Fix, Withheld>,
}

impl<'d> Site<'d> {
    pub(super) fn of(place: Place<'d>) -> Self {
        Self {
            said: Said::read(place.value.resolved(), &place.path),
            place,
        }
    }

    /// A place that is found by other means than the way to its property.
    pub(super) fn at(resource: Resource<'d>, property: &'static Property, value: Node<'d>) -> Self {
        Self::of(Place {
            resource,
            property,
            name: property.path,
            takes: property.takes,
            value,
            path: value.path(),
            via: Vec::new(),
            is_merged: false,
        })
    }

    /// The place in a message: the property and its resource.
    pub(super) fn name(&self) -> String {
        format!(
            "`{}` of `{}`",
            self.place.name.trim_end_matches("[]"),
            self.place.resource.id
        )
    }

    /// The finding about this place; its fix changes the text of `edited`.
    pub(super) fn proposal(&self, edited: Node<'d>, verdict: Verdict) -> Proposal<'d> {
        let place = &self.place;
        let finding = Finding {
            rule: verdict.rule,
            severity: verdict.severity,
            message: verdict.message,
            span: place.value.full_span(),
            label: verdict.label.to_owned(),
            related: verdict.related,
            path: place.path.clone(),
            prevents: verdict.prevents,
            on_update: place.property.on_update,
            remedy: verdict.remedy.map_or_else(Remedy::Withheld, Remedy::Fix),
        };
        Proposal {
            finding,
            edited,
            via: place.via.iter().map(|alias| alias.id()).collect(),
            is_merged: place.is_merged,
        }
    }

    /// The fix that puts a text in place of all that the property is given.
    pub(super) fn rewritten_as(
        &self,
        text: &str,
        title: String,
        applicability: Applicability,
    ) -> Result<Fix, Withheld> {
        let value = self.place.value;
        let quote = match value.scalar() {
            Some(_) if value.tag().is_none() => value.quote(),
            _ => spelling_of(value.resolved()).quote(),
        };
        let (edit, fragment) = rewrite(value, text, quote)?;
        Ok(Fix {
            title,
            edits: vec![edit],
            changes: vec![Change::Replace {
                path: self.place.path.clone(),
                value: fragment,
            }],
            applicability,
        })
    }

    /// The fix that puts a reference in place of all that the property is given.
    pub(super) fn replaced_by(
        &self,
        id: &str,
        form: Form,
        title: String,
        applicability: Applicability,
    ) -> Result<Fix, Withheld> {
        let spelling = spelling_of(self.place.value.resolved());
        let repointed = replace(self.place.value, spelling, id, form)?;
        Ok(Fix {
            title,
            edits: repointed.edits,
            changes: vec![Change::Replace {
                path: self.place.path.clone(),
                value: repointed.value,
            }],
            applicability,
        })
    }
}

/// The fix that makes a mention name another resource.
pub(super) fn pointed_at(mention: &Mention<'_>, id: &str, form: Form, title: String) -> Result<Fix, Withheld> {
    let (repointed, path) = mention.point_at(id, form)?;
    Ok(Fix {
        title,
        edits: repointed.edits,
        changes: vec![Change::Replace {
            path,
            value: repointed.value,
        }],
        applicability: Applicability::Safe,
    })
}

/// The profile for each role, found or designed when the first rule asks and shared from then on.
struct Provisions<'t, 'd> {
    profiles: Profiles<'t, 'd>,
    options: Options,
    by_role: HashMap<&'d str, Provision<'d>>,
}

/// A profile to refer to, and how it comes to be there.
#[derive(Clone)]
pub(super) struct Provision<'d> {
    pub(super) found: Match<'d>,
    /// Whether its ARN has a path before its name.
    pub(super) has_path: bool,
    addition: Option<(Edit, Change)>,
}

impl<'t, 'd> Context<'t, 'd> {
    pub(super) fn new(template: &'t Template<'d>, options: &Options) -> Self {
        let Found { places, slips } = places(template);
        let objects = objects(template);
        let bare = objects.iter().filter(|place| is_bare(place)).cloned();
        let sites = |places: Vec<Place<'d>>| places.into_iter().map(Site::of).collect();
        let written = |resource: &Resource<'d>, property| {
            let name = resource.property(property)?;
            name.scalar().filter(|_| name.tag().is_none())
        };
        let roles = template.of_type(ROLE).rev();
        Self {
            template,
            sites: sites(places.into_iter().chain(bare).collect()),
            objects: sites(objects),
            slips,
            role_lists: sites(places_of(template, &ROLES)),
            role_items: sites(places_of(template, &ROLE_OF_PROFILE)),
            role_names: roles
                .filter_map(|role| Some((written(role, "RoleName")?, *role)))
                .collect(),
            profile_names: template
                .of_type(PROFILE)
                .filter_map(|profile| written(profile, "InstanceProfileName"))
                .collect(),
            provisions: RefCell::new(Provisions {
                profiles: Profiles::of(template),
                options: *options,
                by_role: HashMap::new(),
            }),
        }
    }

    /// The places whose value a macro makes.
    pub(super) fn unseen(&self) -> Vec<Label> {
        let made = self.sites.iter().filter(|site| matches!(site.said, Said::Transform));
        let label = |site: &Site<'_>| Label {
            span: site.place.value.full_span(),
            text: format!("{} is made by a macro, which cannot be looked into", site.name()),
        };
        made.map(label).collect()
    }

    /// Whether a text is more likely a slip for something of the template than a name of its own: a logical ID or the
    /// name of a role.
    pub(super) fn means_something_else(&self, text: &str) -> bool {
        self.role(text).is_some() || self.profile(text).is_some() || self.role_named(text).is_some()
    }

    /// The role of the template whose `RoleName` is written out as `name`.
    pub(super) fn role_named(&self, name: &str) -> Option<Resource<'d>> {
        self.role_names.get(name).copied()
    }

    /// Whether a profile's `InstanceProfileName` is written out as `name`.
    pub(super) fn is_profile_name(&self, name: &str) -> bool {
        self.profile_names.contains(name)
    }

    /// The role of the template that bears this logical ID.
    pub(super) fn role(&self, id: &str) -> Option<Resource<'d>> {
        self.template
            .resources
            .get(id)
            .filter(|resource| resource.kind == ROLE)
            .copied()
    }

    /// The profile of the template that bears this logical ID.
    pub(super) fn profile(&self, id: &str) -> Option<Resource<'d>> {
        self.template
            .resources
            .get(id)
            .filter(|resource| resource.kind == PROFILE)
            .copied()
    }

    /// A logical ID for a new profile that begins with `stem`.
    pub(super) fn new_profile_id(&self, stem: &str) -> String {
        self.provisions.borrow_mut().profiles.new_id(stem)
    }

    /// The profile of a role; one that is added spells its references as `spelling` says.
    pub(super) fn provision(&self, role: &Resource<'d>, spelling: Spelling) -> Provision<'d> {
        let mut provisions = self.provisions.borrow_mut();
        let Provisions {
            profiles,
            options,
            by_role,
        } = &mut *provisions;
        match by_role.entry(role.id) {
            Entry::Occupied(provision) => provision.get().clone(),
            Entry::Vacant(place) => {
                let found = profiles.find_match(role, options.profile_name);
                place
                    .insert(Provision::of(found, role, self.template, spelling))
                    .clone()
            }
        }
    }
}

impl<'d> Provision<'d> {
    fn of(found: Match<'d>, role: &Resource<'d>, template: &Template<'d>, spelling: Spelling) -> Self {
        let addition = match &found {
            Match::New(profile) if is_written_in_place(role) => Some(addition(role, profile, spelling)),
            _ => None,
        };
        let owner = match &found {
            Match::Existing { id, .. } => template.resources.get(id),
            Match::New(_) => Some(role),
        };
        let path = owner.and_then(|owner| owner.property("Path"));
        Self {
            found,
            has_path: path.is_some_and(|path| path.scalar() != Some("/")),
            addition,
        }
    }

    /// The logical ID of the profile.
    pub(super) fn id(&self) -> &str {
        match &self.found {
            Match::Existing { id, .. } => id,
            Match::New(profile) => &profile.id,
        }
    }

    /// What a fix that uses the profile does.
    pub(super) fn title(&self) -> String {
        match &self.found {
            Match::Existing { id, others, .. } if others.is_empty() => {
                format!("refer to the instance profile `{id}`, which holds the role")
            }
            Match::Existing { id, others, .. } => {
                let others = match others.as_slice() {
                    [one] => format!("`{one}`"),
                    [one, rest @ ..] => format!("`{one}` and {} more", rest.len()),
                    [] => String::new(),
                };
                format!("refer to the instance profile `{id}`, which holds the role; {others} would do as well")
            }
            Match::New(NewProfile { id, .. }) => {
                format!("add the instance profile `{id}` for the role and refer to it")
            }
        }
    }

    /// Lets a fix bring the profile about, if it is not there.
    ///
    /// # Errors
    ///
    /// If it can only be added by hand.
    pub(super) fn add_to(&self, fix: &mut Fix, role: &Resource<'_>) -> Result<(), Withheld> {
        match (&self.found, &self.addition) {
            (_, Some((edit, change))) => {
                fix.edits.push(edit.clone());
                fix.changes.push(change.clone());
                Ok(())
            }
            (Match::New(_), None) if ends_in_open_text(role.body) => Err(Withheld::OpenEnd(role.id.to_owned())),
            (Match::New(_), None) => Err(Withheld::RoleElsewhere(role.id.to_owned())),
            (Match::Existing { .. }, None) => Ok(()),
        }
    }
}

/// Whether the role is written under its own logical ID, with properties that are all its own.
fn is_written_in_place(role: &Resource<'_>) -> bool {
    let is_own = |node: Node<'_>| node.get("<<").is_none() && !node.is_alias();
    let body_is_own = role.body.ancestors().nth(1) == role.key.ancestors().nth(1);
    let properties = role.body.get("Properties");
    body_is_own && !ends_in_open_text(role.body) && is_own(role.body) && properties.is_none_or(is_own)
}

/// Whether a resource's last text is a block scalar that the end of the file ends: what came behind it would change it.
fn ends_in_open_text(body: Node<'_>) -> bool {
    let text = body.stream().text();
    let rest = text.get(body.span().end()..).unwrap_or_default();
    let is_last = rest.trim().is_empty();
    is_last
        && body.descendants().last().is_some_and(|last| {
            let keeps_blank_lines = last.scalar().is_some_and(|value| value.ends_with("\n\n"));
            last.quote() == Quote::Block && (rest.is_empty() || keeps_blank_lines)
        })
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
    new_profile(role, &profile.id, profile.condition, properties)
}

/// A profile behind another resource, under its condition or another one.
pub(super) fn new_profile(
    before: &Resource<'_>,
    id: &str,
    condition: Option<&str>,
    properties: Vec<(String, Fragment)>,
) -> (Edit, Change) {
    let mut entries = vec![("Type".to_owned(), Fragment::scalar(PROFILE, None))];
    if let Some(condition) = condition {
        entries.push(("Condition".to_owned(), Fragment::scalar(condition, None)));
    }
    let properties = Fragment::Mapping {
        entries: properties,
        one_line: false,
    };
    entries.push(("Properties".to_owned(), properties));
    // The order in which the resource itself has them.
    let position = |name: &str| before.body.entries().position(|(key, _)| key.scalar() == Some(name));
    entries.sort_by_key(|(name, _)| position(name).unwrap_or(usize::MAX));
    let value = Fragment::Mapping {
        entries,
        one_line: false,
    };
    let edit = insert_after(before.key, before.body, id, &value);
    let mut mapping = before.path();
    mapping.steps.pop();
    let change = Change::Insert {
        mapping,
        after: before.id.to_owned(),
        key: id.to_owned(),
        value,
    };
    (edit, change)
}

fn copy_of_path(role: &Resource<'_>) -> Option<Fragment> {
    let properties = role.body.get("Properties")?;
    let (key, value) = properties.entries().find(|(key, _)| key.scalar() == Some("Path"))?;
    let text = key.stream().text();
    let gap = Span::new(key.span().end(), value.full_span().start()).slice(text);
    let is_aligned = gap.trim() == ":" && !gap.contains(['\n', '\r']) && gap.contains("  ");
    let gap = match gap {
        _ if !is_aligned => gap,
        gap if gap.starts_with(' ') => " : ",
        _ => ": ",
    };
    Some(Fragment::Copy {
        text: format!("{gap}{}", value.full_span().slice(text)),
        path: role.path().key("Properties").key("Path"),
    })
}
