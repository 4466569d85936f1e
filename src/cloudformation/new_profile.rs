//! New instance profiles, written after the role that they are for.

use std::borrow::Cow;

use super::template::ResourceNode;
use super::unit::Unit;
use crate::model::{ChoiceId, ChosenProfile, NewProfile, NoFix, ServedRole};
use crate::profile::PROFILE;
use crate::text::Span;
use crate::yaml::{Change, Fragment, Node, Op, Quote};

/// Adds a chosen profile; `None` if it is there.
///
/// # Errors
///
/// If it can only be added by hand.
pub(super) fn addition(unit: &Unit<'_>, choice: ChoiceId) -> Result<Option<Change>, NoFix> {
    let choice = unit.model.choice(choice);
    let ChosenProfile::New(profile) = &choice.profile else {
        return Ok(None);
    };
    let after = unit.resource(profile.after);
    check_room_after(after)?;
    let properties = match &choice.role {
        ServedRole::Resource(_) => properties_for(unit, after, profile)?,
        ServedRole::Outside(role) => {
            let roles = Fragment::Sequence(vec![Fragment::scalar(role, None)]);
            vec![("Roles".to_owned(), roles)]
        }
    };
    Ok(Some(entry(after, profile, properties)))
}

fn properties_for(
    unit: &Unit<'_>,
    role: &ResourceNode<'_>,
    profile: &NewProfile<'_>,
) -> Result<Vec<(String, Fragment)>, NoFix> {
    if !is_written_in_place(role) {
        return Err(NoFix::RoleElsewhere(role.id.to_owned()));
    }
    let no_copy = |key| NoFix::NoCopy {
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
    let id = unit
        .logical_id(role.id)
        .map_err(|_| NoFix::RoleByLetters(role.id.to_owned()))?;
    let name = unit.calls.spelling_for(role).name_of(id);
    let mut properties = Vec::new();
    if profile.has_path {
        let path = copy_of_path(role).ok_or_else(|| no_copy("Path"))?;
        properties.push(("Path".to_owned(), path));
    }
    if profile.is_named {
        properties.push(("InstanceProfileName".to_owned(), name.clone()));
    }
    properties.push(("Roles".to_owned(), Fragment::Sequence(vec![name])));
    Ok(properties)
}

/// Writes a profile after another resource, with its entries in the order of that resource.
fn entry(after: &ResourceNode<'_>, profile: &NewProfile<'_>, properties: Vec<(String, Fragment)>) -> Change {
    let mut entries = vec![("Type".to_owned(), Fragment::scalar(PROFILE, None))];
    if let Some(condition) = profile.condition {
        entries.push(("Condition".to_owned(), copy_of_condition(after, condition)));
    }
    let properties = Fragment::Mapping {
        entries: properties,
        one_line: false,
    };
    entries.push(("Properties".to_owned(), properties));
    let position = |name: &str| after.body.entries().position(|(key, _)| key.scalar() == Some(name));
    entries.sort_by_key(|(name, _)| position(name).unwrap_or(usize::MAX));
    Change::Value {
        file: after.key.file(),
        node: after.key.id(),
        path: after.path(),
        op: Op::InsertAfter {
            key: profile.id.clone(),
            value: Fragment::Mapping {
                entries,
                one_line: false,
            },
        },
    }
}

/// Copies the condition of a resource; a plain scalar that readers of YAML 1.1 take for something else, such as `NO`, as it
/// is written, or it would be another value than the resource's.
fn copy_of_condition(resource: &ResourceNode<'_>, condition: &str) -> Fragment {
    let written = resource
        .attribute("Condition")
        .filter(|node| node.scalar() == Some(condition));
    let is_odd = |node: &Node<'_>| node.quote() == Quote::Plain && Quote::Plain.for_text(condition) != Quote::Plain;
    match written.filter(is_odd) {
        Some(node) => Fragment::Copy {
            text: format!(": {}", node.source()),
            path: resource.path().key("Condition"),
        },
        None => Fragment::scalar(condition, None),
    }
}

/// Returns whether the role is written under its own logical ID, with properties that are all its own.
fn is_written_in_place(role: &ResourceNode<'_>) -> bool {
    let is_own = |node: Node<'_>| node.get("<<").is_none() && !node.is_alias();
    let body_is_own = role.body.key() == Some(role.key);
    let properties = role.body.get("Properties");
    let path = properties.and_then(|properties| properties.get("Path"));
    let has_anchors = path.is_some_and(|path| path.descendants().skip(1).any(Node::is_anchored));
    body_is_own && is_own(role.body) && properties.is_none_or(is_own) && !has_anchors
}

/// Fails if a resource ends in a block scalar that the end of the file ends: an entry after it would change it.
fn check_room_after(resource: &ResourceNode<'_>) -> Result<(), NoFix> {
    let text = resource.body.stream().text();
    let rest = text.get(resource.body.span().end()..).unwrap_or_default();
    let last = resource.body.last_part();
    let value = last.scalar().unwrap_or_default();
    let is_open = match value.strip_suffix('\n') {
        Some(lines) => rest.is_empty() || lines.is_empty() || lines.ends_with('\n'),
        None => rest.is_empty() && !value.is_empty(),
    };
    match last.quote() == Quote::Block && rest.trim().is_empty() && is_open {
        true => Err(NoFix::OpenEnd(resource.id.to_owned())),
        false => Ok(()),
    }
}

/// Copies the role's path as it is written, without its comments, which are about the role, and its anchor, or aliases
/// below would stand for the copy; `None` if it is a tag without a value, or an explicit key without a colon.
fn copy_of_path(role: &ResourceNode<'_>) -> Option<Fragment> {
    let properties = role.body.get("Properties")?;
    let (key, value) = properties.entries().find(|(key, _)| key.scalar() == Some("Path"))?;
    let stream = key.stream();
    let gap = Span::new(key.span().end(), value.span().start());
    let gap = stream.uncommented(gap, std::iter::empty());
    let is_tag_alone = value.tag().is_some() && value.layout().is_none() && value.source().is_empty();
    // Lines between brackets may be indented too little for a mapping without brackets.
    let has_other_lines = role.body.layout() != properties.layout() && !value.is_one_line();
    if is_tag_alone || has_other_lines || !gap.contains(':') {
        return None;
    }
    let gap = from_colon(&gap);
    let gap = match gap.split_once('&') {
        Some((before, anchor)) if value.is_anchored() => {
            let after = anchor.trim_start_matches(|c: char| !c.is_whitespace());
            match before.trim_end_matches(' ') {
                above if above.ends_with(['\r', '\n']) => {
                    Cow::Owned(format!("{before}{}", after.trim_start_matches(' ')))
                }
                same_line => Cow::Owned(format!("{same_line}{after}")),
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

/// Returns the text between a key and its value from the colon on, if that begins a line: so it does after an explicit key,
/// which a copy is not.
fn from_colon(gap: &str) -> &str {
    let begins_line = |&(at, _): &(usize, &str)| {
        let before = gap.get(..at).unwrap_or_default();
        let margin = before.rfind(['\r', '\n']).and_then(|end| before.get(end..));
        margin.is_some_and(|margin| margin.trim().is_empty())
    };
    let colon = gap.match_indices(':').find(begins_line);
    colon.and_then(|(at, _)| gap.get(at..)).unwrap_or(gap)
}
