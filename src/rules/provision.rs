//! The profile that stands in for each role, and the text that adds it where the template has none.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Options, Withheld};
use crate::fix::Fix;
use crate::profile::{Match, NewProfile, PROFILE, Profiles};
use crate::template::{LogicalId, Resource, Spelling, Template};
use crate::text::{Edit, Span};
use crate::yaml::{Change, Fragment, Node, Op, Quote, render};

/// The profile for each role, found or designed when the first rule asks and shared from then on.
pub(super) struct Provisions<'t, 'd> {
    template: &'t Template<'d>,
    profiles: Profiles<'t, 'd>,
    options: Options,
    by_role: HashMap<&'d str, Provision<'d>>,
}

/// The edits that add a profile, and their change.
pub(super) type Addition = (Vec<Edit>, Change);

/// A profile to refer to, and how it comes to be there.
#[derive(Clone)]
pub(super) struct Provision<'d> {
    pub(super) found: Match<'d>,
    /// Whether its ARN has a path before its name.
    pub(super) has_path: bool,
    /// What adds it, if it is not there, or why that can only be done by hand.
    addition: Result<Option<Addition>, Withheld>,
}

impl<'t, 'd> Provisions<'t, 'd> {
    pub(super) fn new(template: &'t Template<'d>, options: &Options) -> Self {
        Self {
            template,
            profiles: Profiles::of(template),
            options: *options,
            by_role: HashMap::new(),
        }
    }

    pub(super) fn new_id(&mut self, stem: &str, place: Node<'_>) -> String {
        self.profiles.new_id(stem, place)
    }

    /// The profile of the template that holds the role of this name, which is none of the template.
    pub(super) fn holding(&self, name: &str, user: &Resource<'d>) -> Option<&'d str> {
        self.profiles.holding(name, user)
    }

    /// Whether a profile of the template would do for a role that goes by the logical ID `name`.
    pub(super) fn is_holder(&self, profile: &str, role: &Resource<'d>, name: &'d str) -> bool {
        match self.profiles.existing(role, name) {
            Some(Match::Existing { id, others, .. }) => id == profile || others.contains(&profile),
            Some(Match::New(_)) | None => false,
        }
    }

    /// The profile of a role that goes by the logical ID `name`, which a loop may have made of its own.
    pub(super) fn find(&mut self, role: &Resource<'d>, name: &'d str, spelling: Spelling) -> Provision<'d> {
        if name != role.id
            && let Some(found) = self.profiles.existing(role, name)
        {
            return Provision::of(found, role, self.template, spelling);
        }
        match self.by_role.entry(role.id) {
            Entry::Occupied(provision) => provision.get().clone(),
            Entry::Vacant(place) => {
                let found = self.profiles.find_match(role, self.options.profile_name);
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
            Match::Existing { .. } => Ok(None),
            Match::New(profile) => addition(role, profile, spelling).map(Some),
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
    pub(super) fn add_to(&self, fix: &mut Fix) -> Result<(), Withheld> {
        if let Some((edits, change)) = self.addition.clone()? {
            fix.edits.extend(edits);
            fix.changes.push(change);
        }
        Ok(())
    }
}

/// Whether the role is written under its own logical ID, with properties that are all its own.
fn is_written_in_place(role: &Resource<'_>) -> bool {
    let is_own = |node: Node<'_>| node.get("<<").is_none() && !node.is_alias();
    let body_is_own = role.body.key() == Some(role.key);
    let properties = role.body.get("Properties");
    let path = properties.and_then(|properties| properties.get("Path"));
    let has_anchors = path.is_some_and(|path| path.descendants().skip(1).any(Node::is_anchored));
    body_is_own && is_own(role.body) && properties.is_none_or(is_own) && !has_anchors
}

/// Sees to it that a profile can be put behind a resource.
///
/// # Errors
///
/// If its last text is a block scalar that the end of the file ends: what came behind it would change it.
pub(super) fn room_behind(resource: &Resource<'_>) -> Result<(), Withheld> {
    let text = resource.body.stream().text();
    let rest = text.get(resource.body.span().end()..).unwrap_or_default();
    let last = resource.body.last_part();
    let value = last.scalar().unwrap_or_default();
    let is_open = match value.strip_suffix('\n') {
        Some(lines) => rest.is_empty() || lines.is_empty() || lines.ends_with('\n'),
        None => rest.is_empty() && !value.is_empty(),
    };
    match last.quote() == Quote::Block && rest.trim().is_empty() && is_open {
        true => Err(Withheld::OpenEnd(resource.id.to_owned())),
        false => Ok(()),
    }
}

fn addition(role: &Resource<'_>, profile: &NewProfile<'_>, spelling: Spelling) -> Result<Addition, Withheld> {
    room_behind(role)?;
    if !is_written_in_place(role) {
        return Err(Withheld::RoleElsewhere(role.id.to_owned()));
    }
    let no_copy = |key| Withheld::NoCopy {
        role: role.id.to_owned(),
        key,
    };
    // It is written again without escapes, on one line.
    let is_simple = |node: Node<'_>| {
        node.scalar()
            .is_none_or(|name| node.quote().around(name) == node.source())
    };
    if !role.attribute("Condition").is_none_or(is_simple) {
        return Err(no_copy("Condition"));
    }
    let name = spelling.name_of(LogicalId::read(role.id)?);
    let mut properties = Vec::new();
    if profile.has_path {
        properties.push(("Path".to_owned(), copy_of_path(role).ok_or_else(|| no_copy("Path"))?));
    }
    if profile.is_named {
        properties.push(("InstanceProfileName".to_owned(), name.clone()));
    }
    properties.push(("Roles".to_owned(), Fragment::Sequence(vec![name])));
    new_profile(role, &profile.id, profile.condition, properties)
}

/// A profile behind another resource, under its condition or another one.
pub(super) fn new_profile(
    before: &Resource<'_>,
    id: &str,
    condition: Option<&str>,
    properties: Vec<(String, Fragment)>,
) -> Result<Addition, Withheld> {
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
    let change = Change::Value {
        file: before.key.file(),
        node: before.key.id(),
        path: before.path(),
        op: Op::InsertAfter {
            key: id.to_owned(),
            value,
        },
    };
    Ok((render(before.key.stream(), &change)?, change))
}

/// The role's path as it is written, but for its comments, which speak of the role, and its anchor: aliases below would
/// come to stand for the copy; `None` where it is a tag without a value, or a marked key without a colon.
fn copy_of_path(role: &Resource<'_>) -> Option<Fragment> {
    let properties = role.body.get("Properties")?;
    let (key, value) = properties.entries().find(|(key, _)| key.scalar() == Some("Path"))?;
    let stream = key.stream();
    let gap = Span::new(key.span().end(), value.span().start());
    let gap = stream.uncommented(gap, std::iter::empty());
    let is_tag_alone = value.tag().is_some() && value.layout().is_none() && value.source().is_empty();
    // Lines between brackets may be too far left for a mapping that has none.
    let has_other_lines = role.body.layout() != properties.layout() && !value.is_one_line();
    if is_tag_alone || has_other_lines || !gap.contains(':') {
        return None;
    }
    let gap = behind_mark(&gap);
    let gap = match gap.split_once('&') {
        Some((before, anchor)) if value.is_anchored() => {
            let behind = anchor.trim_start_matches(|c: char| !c.is_whitespace());
            match before.trim_end_matches(' ') {
                above if above.ends_with(['\r', '\n']) => {
                    Cow::Owned(format!("{before}{}", behind.trim_start_matches(' ')))
                }
                beside => Cow::Owned(format!("{beside}{behind}")),
            }
        }
        _ => Cow::Borrowed(gap),
    };
    let is_aligned = gap.trim() == ":" && !gap.contains(['\n', '\r']) && gap.contains("  ");
    let gap = match &*gap {
        gap if !is_aligned => gap,
        gap if gap.starts_with(' ') => " : ",
        _ => ": ",
    };
    Some(Fragment::Copy {
        text: gap.to_owned() + &stream.uncommented(value.span(), value.descendants()),
        path: role.path().key("Properties").key("Path"),
    })
}

/// What stands between a key and its value from the colon on, if that begins a line: so it does behind a key that is marked
/// by a `?`, which a copy is not.
fn behind_mark(gap: &str) -> &str {
    let begins_line = |&(at, _): &(usize, &str)| {
        let before = gap.get(..at).unwrap_or_default();
        let margin = before.rfind(['\r', '\n']).and_then(|end| before.get(end..));
        margin.is_some_and(|margin| margin.trim().is_empty())
    };
    let colon = gap.match_indices(':').find(begins_line);
    colon.and_then(|(at, _)| gap.get(at..)).unwrap_or(gap)
}
