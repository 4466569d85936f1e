//! What the rules share: the places that take a profile with what is said there, and the ways to mend it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::proposal::Proposal;
use super::provision::{Provision, Provisions};
use super::{Finding, Label, Options, Remedy, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{Found, PROFILE, Place, Property, ROLE, ROLE_OF_PROFILE, ROLES, Slip, objects, places, places_of};
use crate::template::{
    Call, Form, LogicalId, Mention, Resource, Said, Spelling, Template, first_name, is_in_scope, is_role_arn,
    looked_up, name_key, names, spelling_of, text_key,
};
use crate::yaml::{Change, Fragment, Node, Op};

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
    /// The roles by what their `RoleName` says, as [`name_key`].
    role_names: HashMap<String, Resource<'d>>,
    /// What the profiles' names say, as [`name_key`].
    profile_names: HashSet<String>,
    /// What looks up the ARN of a role in a mapping: the mapping and the two keys, each as far as it is written out.
    role_lookups: HashSet<[Option<&'d str>; 3]>,
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
    pub(super) fn at(resource: Resource<'d>, property: &Property, value: Node<'d>) -> Self {
        Self::of(Place {
            resource,
            property: *property,
            name: property.path,
            takes: property.takes,
            value,
            path: value.path(),
            via: Vec::new(),
            is_merged: false,
            is_inside: false,
        })
    }

    /// The place in a message: the property and its resource.
    pub(super) fn name(&self) -> String {
        let name = self.place.name.replace(".*", "[]");
        format!("`{}` of `{}`", name.trim_end_matches("[]"), self.place.resource.id)
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
            resource: Some(place.resource.id.to_owned()),
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
        self.fix(title, Op::Replace(Fragment::scalar(text, Some(quote))), applicability)
    }

    /// The fix that makes the value name another resource: a change of the mention in it where that suffices, else
    /// another value. With it the node whose text changes: an alias, not what it stands for.
    pub(super) fn refer_to(
        &self,
        mention: &Mention<'d>,
        id: &str,
        form: Form,
        title: String,
    ) -> (Node<'d>, Result<Fix, Withheld>) {
        let value = self.place.value;
        if mention.is_editable() && !value.is_alias() {
            let fix = self.check_scope(id).and_then(|()| pointed_at(mention, id, form, title));
            (mention.node(), fix)
        } else {
            (value, self.replaced_by(id, form, title, Applicability::Safe))
        }
    }

    /// Whether a logical ID means something where the value is.
    fn check_scope(&self, id: &str) -> Result<(), Withheld> {
        is_in_scope(self.place.value, id).then_some(()).ok_or(Withheld::Loop)
    }

    /// The fix that puts a reference in place of all that the property is given.
    pub(super) fn replaced_by(
        &self,
        id: &str,
        form: Form,
        title: String,
        applicability: Applicability,
    ) -> Result<Fix, Withheld> {
        self.check_scope(id)?;
        let spelling = spelling_of(self.place.value.resolved());
        let id = LogicalId::read(id)?;
        let reference = match form {
            Form::Name => spelling.name_of(id),
            Form::Arn => spelling.arn_of(id),
        };
        self.fix(title, Op::Replace(reference), applicability)
    }

    /// Returns the fix that is one operation on the value.
    pub(super) fn fix(&self, title: String, op: Op, applicability: Applicability) -> Result<Fix, Withheld> {
        let value = self.place.value;
        let change = Change::Value {
            file: value.file(),
            node: value.id(),
            path: self.place.path.clone(),
            op,
        };
        Ok(Fix::of(value.stream(), title, vec![change], applicability)?)
    }
}

/// The fix that makes a mention name another resource.
pub(super) fn pointed_at(mention: &Mention<'_>, id: &str, form: Form, title: String) -> Result<Fix, Withheld> {
    let change = mention.point_at(id, form)?;
    let stream = mention.node().stream();
    Ok(Fix::of(stream, title, vec![change], Applicability::Safe)?)
}

impl<'t, 'd> Context<'t, 'd> {
    pub(super) fn new(template: &'t Template<'d>, options: &Options) -> Self {
        let Found { places, mut slips } = places(template);
        let role_lists = places_of(template, &ROLES);
        slips.extend(role_lists.slips);
        let objects = objects(template);
        let bare = objects.iter().filter(|place| is_bare(place)).cloned();
        let sites = |places: Vec<Place<'d>>| places.into_iter().map(Site::of).collect();
        // An empty text is no name, or every place without a value would be given the role.
        let role_name = |role: &Resource<'d>| name_key(role.property("RoleName")?).filter(|name| *name != text_key(""));
        let profile_name = |profile: &Resource<'d>| {
            let name = profile.property("InstanceProfileName")?;
            let of_role = match Said::read(name, &name.path()) {
                Said::Mention(mention) => template.resource(mention.target),
                _ => None,
            };
            of_role.map_or_else(|| name_key(name), role_name)
        };
        let roles = template.of_type(ROLE).rev();
        Self {
            template,
            sites: sites(places.into_iter().chain(bare).collect()),
            objects: sites(objects),
            slips,
            role_lists: sites(role_lists.places),
            role_items: sites(places_of(template, &ROLE_OF_PROFILE).places),
            role_names: roles.filter_map(|role| Some((role_name(role)?, *role))).collect(),
            profile_names: template.of_type(PROFILE).filter_map(profile_name).collect(),
            role_lookups: role_lookups(template),
            provisions: RefCell::new(Provisions::new(template, options)),
        }
    }

    /// The places whose value a macro makes, and the loops that are not looked into.
    pub(super) fn unseen(&self) -> Vec<Label> {
        let made = self.sites.iter().filter(|site| matches!(site.said, Said::Transform));
        let label = |site: &Site<'_>| Label {
            span: site.place.value.full_span(),
            text: format!("{} is made by a macro, which cannot be looked into", site.name()),
        };
        let confused = self.template.confused.iter().map(|one| Label {
            span: one.arguments.key().unwrap_or(one.arguments).full_span(),
            text: format!(
                "this loop is not looked into: `{}` stands for other values in another one; give each a word of its own",
                one.identifier
            ),
        });
        made.map(label).chain(confused).collect()
    }

    /// Whether a text is more likely a slip for something of the template than a name of its own: a logical ID or the
    /// name of a role.
    pub(super) fn means_something_else(&self, text: &str) -> bool {
        self.role(text).is_some() || self.profile(text).is_some() || self.role_named(text).is_some()
    }

    /// The role of the template whose `RoleName` is this text.
    pub(super) fn role_named(&self, name: &str) -> Option<Resource<'d>> {
        self.role_names.get(&text_key(name)).copied()
    }

    /// The role of the template whose `RoleName` says the same as `value`, if no profile bears that name.
    pub(super) fn role_named_as(&self, value: Node<'_>) -> Option<Resource<'d>> {
        let name = name_key(value).filter(|name| !self.profile_names.contains(name))?;
        self.role_names.get(&name).copied()
    }

    /// Whether a value is looked up in a mapping where the ARN of a role is.
    pub(super) fn looks_up_role(&self, value: Node<'d>) -> bool {
        looked_up(value).is_some_and(|keys| self.role_lookups.contains(&keys))
    }

    /// Whether a profile bears this name.
    pub(super) fn is_profile_name(&self, name: &str) -> bool {
        self.profile_names.contains(&text_key(name))
    }

    /// The role of the template that bears this logical ID, or that a loop repeats under it.
    pub(super) fn role(&self, id: &str) -> Option<Resource<'d>> {
        let resource = self.template.resource(id)?;
        (resource.kind == ROLE).then_some(*resource)
    }

    /// The role of this logical ID, or those that one with the words of loops in it stands for where `user` is, if all of
    /// them are roles; each with its logical ID.
    pub(super) fn roles(&self, id: &str, user: Node<'d>) -> Vec<(String, Resource<'d>)> {
        self.meant(id, user, |id| self.role(id))
    }

    /// The same of profiles.
    pub(super) fn profiles(&self, id: &str, user: Node<'d>) -> Vec<(String, Resource<'d>)> {
        self.meant(id, user, |id| self.profile(id))
    }

    /// Whether this logical ID stands for roles alone, or for profiles alone, where `user` is.
    pub(super) fn is_role_or_profile(&self, id: &str, user: Node<'d>) -> bool {
        !self.roles(id, user).is_empty() || !self.profiles(id, user).is_empty()
    }

    fn meant(
        &self,
        id: &str,
        user: Node<'d>,
        find: impl Fn(&str) -> Option<Resource<'d>>,
    ) -> Vec<(String, Resource<'d>)> {
        let by_loop = || {
            // Most names are none, which the first of them tells.
            find(&first_name(user, id))?;
            names(user, id)
                .into_iter()
                .map(|name| find(&name).map(|resource| (name, resource)))
                .collect()
        };
        let itself = find(id).map(|resource| vec![(id.to_owned(), resource)]);
        itself.or_else(by_loop).unwrap_or_default()
    }

    /// The profile of the template that bears this logical ID, or that a loop repeats under it.
    pub(super) fn profile(&self, id: &str) -> Option<Resource<'d>> {
        let resource = self.template.resource(id)?;
        (resource.kind == PROFILE).then_some(*resource)
    }

    /// The profile that holds the role of this name, which is none of the template, for `user` to refer to.
    pub(super) fn profile_holding(&self, name: &str, user: &Resource<'d>) -> Option<&'d str> {
        self.provisions.borrow().holding(name, user)
    }

    /// Whether the template has this profile for the role `role`; both are logical IDs.
    pub(super) fn has_profile_for(&self, role: &'d str, profile: &str) -> bool {
        let is_holder = |found: &Resource<'d>| self.provisions.borrow().is_holder(profile, found, role);
        self.role(role).is_some_and(|found| is_holder(&found))
    }

    /// A logical ID for a new profile at `place` that begins with `stem`.
    pub(super) fn new_profile_id(&self, stem: &str, place: Node<'d>) -> String {
        self.provisions.borrow_mut().new_id(stem, place)
    }

    /// The profile of a role that goes by the logical ID `name`; one that is added spells its references as `spelling`
    /// says.
    pub(super) fn provision(&self, role: &Resource<'d>, name: &'d str, spelling: Spelling) -> Provision<'d> {
        self.provisions.borrow_mut().find(role, name, spelling)
    }
}

fn role_lookups<'d>(template: &Template<'d>) -> HashSet<[Option<&'d str>; 3]> {
    let arns = template.mapped_texts().filter(|(_, text)| is_role_arn(text));
    // Each key may be a parameter instead.
    let as_written = |[mapping, first, second]: [&'d str; 3]| {
        (0..8).map(move |bits| {
            let written = |bit: u8, key| (bits & bit != 0).then_some(key);
            [written(1, mapping), written(2, first), written(4, second)]
        })
    };
    arns.flat_map(|(keys, _)| as_written(keys)).collect()
}
