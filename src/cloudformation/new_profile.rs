//! New instance profiles, inserted after their roles.

use std::borrow::Cow;

use super::template::ResourceNode;
use super::unit::Unit;
use crate::model::{ChoiceId, ChosenProfile, NewProfile, NoFix, ServedRole};
use crate::profile::PROFILE;
use crate::text::{NodePath, TextRange};
use crate::yaml::{Change, NewValue, Node, Op, ScalarStyle};

/// Adds a chosen profile; returns `None` if it exists.
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
    let is_settings = unit
        .template
        .hosted
        .settings
        .is_some_and(|settings| settings.key == after.key);
    if is_settings {
        return Err(NoFix::NoPlace);
    }
    if let Some(path) = &unit.template.hosted.unreadable {
        return Err(NoFix::UnreadableFile(path.clone()));
    }
    check_can_insert_after(after.body, after.id)?;
    let properties = match &choice.role {
        ServedRole::Resource(_) => properties_for(unit, after, profile)?,
        ServedRole::Outside(role) => {
            let roles = NewValue::Sequence(vec![NewValue::scalar(role, None)]);
            vec![("Roles".to_owned(), roles)]
        }
    };
    Ok(Some(entry(after, profile, properties)))
}

fn properties_for(
    unit: &Unit<'_>,
    role: &ResourceNode<'_>,
    profile: &NewProfile<'_>,
) -> Result<Vec<(String, NewValue)>, NoFix> {
    if !is_written_in_place(role) {
        return Err(NoFix::RoleFromAlias(role.id.to_owned()));
    }
    let no_copy = |key| NoFix::CannotCopy {
        role: role.id.to_owned(),
        key,
    };
    // The copy is written without escapes, on one line.
    let is_simple = |node: Node<'_>| {
        node.scalar()
            .is_none_or(|name| node.scalar_style().around(name) == node.source())
    };
    if !role.attribute("Condition").is_none_or(is_simple) {
        return Err(no_copy("Condition"));
    }
    let id = unit
        .logical_id(role.id)
        .map_err(|_| NoFix::RoleIdByLetters(role.id.to_owned()))?;
    let name = unit.calls.spelling_for(role).name_of(id);
    let mut properties = Vec::new();
    if profile.has_path {
        let path = copy_of_path(role).ok_or_else(|| no_copy("Path"))?;
        properties.push(("Path".to_owned(), path));
    }
    if profile.is_named {
        properties.push(("InstanceProfileName".to_owned(), name.clone()));
    }
    properties.push(("Roles".to_owned(), NewValue::Sequence(vec![name])));
    Ok(properties)
}

/// Builds the change that inserts a profile after another resource.
///
/// The entries have that resource's order.
fn entry(after: &ResourceNode<'_>, profile: &NewProfile<'_>, properties: Vec<(String, NewValue)>) -> Change {
    let mut entries = vec![("Type".to_owned(), NewValue::scalar(PROFILE, None))];
    if let Some(condition) = profile.condition {
        let copy = copy_of_condition(after.attribute("Condition"), &after.path(), condition);
        entries.push(("Condition".to_owned(), copy));
    }
    let properties = NewValue::Mapping {
        entries: properties,
        one_line: false,
    };
    entries.push(("Properties".to_owned(), properties));
    let position = |name: &str| after.body.entries().position(|(key, _)| key.scalar() == Some(name));
    entries.sort_by_key(|(name, _)| position(name).unwrap_or(usize::MAX));
    Change::Value {
        node: after.key.id(),
        path: after.path(),
        op: Op::InsertAfter {
            within: None,
            key: profile.id.clone(),
            value: NewValue::Mapping {
                entries,
                one_line: false,
            },
        },
    }
}

/// Copies the condition of the resource or the output at a path, as it is `written` there.
///
/// A plain scalar that YAML 1.1 readers take for another type, such as `NO`, keeps its style. Otherwise it would differ
/// from the original's condition.
pub(super) fn copy_of_condition(written: Option<Node<'_>>, path: &NodePath, condition: &str) -> NewValue {
    let written = written.filter(|node| node.scalar() == Some(condition));
    let is_odd = |node: &Node<'_>| {
        node.scalar_style() == ScalarStyle::Plain && ScalarStyle::Plain.for_text(condition) != ScalarStyle::Plain
    };
    match written.filter(is_odd) {
        Some(node) => NewValue::Copy {
            text: format!(": {}", node.source()),
            path: path.key("Condition"),
        },
        None => NewValue::scalar(condition, None),
    }
}

/// Returns whether the role is written under its own key.
///
/// It has neither aliases nor merge keys, and its path contains no anchors.
fn is_written_in_place(role: &ResourceNode<'_>) -> bool {
    let is_own = |node: Node<'_>| node.get("<<").is_none() && !node.is_alias();
    let body_is_own = role.body.key() == Some(role.key);
    let properties = role.body.get("Properties");
    let path = properties.and_then(|properties| properties.get("Path"));
    let has_anchors = path.is_some_and(|path| path.descendants().skip(1).any(Node::is_anchored));
    body_is_own && is_own(role.body) && properties.is_none_or(is_own) && !has_anchors
}

/// Fails if the entry with this key ends the file with a block scalar.
///
/// An entry after it would change the scalar.
pub(super) fn check_can_insert_after(body: Node<'_>, key: &str) -> Result<(), NoFix> {
    let text = body.yaml_file().text();
    let rest = text.get(body.span().end()..).unwrap_or_default();
    let last = body.last_part();
    let value = last.scalar().unwrap_or_default();
    let is_open = match value.strip_suffix('\n') {
        Some(lines) => rest.is_empty() || lines.is_empty() || lines.ends_with('\n'),
        None => rest.is_empty() && !value.is_empty(),
    };
    match last.scalar_style() == ScalarStyle::Block && rest.trim().is_empty() && is_open {
        true => Err(NoFix::BlockScalarAtEof(key.to_owned())),
        false => Ok(()),
    }
}

/// Copies the role's path as written.
///
/// The copy has no comments, which are about the role, and no anchor, which would capture later aliases. Returns `None`
/// for a tag without a value, and for an explicit key without a colon.
fn copy_of_path(role: &ResourceNode<'_>) -> Option<NewValue> {
    let properties = role.body.get("Properties")?;
    let (key, value) = properties.entry("Path")?;
    let stream = key.yaml_file();
    let gap = TextRange::new(key.span().end(), value.span().start());
    let gap = stream.uncommented(gap, std::iter::empty());
    let is_tag_alone = value.tag().is_some() && value.collection_style().is_none() && value.source().is_empty();
    // Lines between brackets may be indented too little for a block mapping.
    let has_other_lines = role.body.collection_style() != properties.collection_style() && !value.is_one_line();
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
    Some(NewValue::Copy {
        text: gap.to_owned() + &stream.uncommented(value.span(), value.descendants()),
        path: role.path().key("Properties").key("Path"),
    })
}

/// Returns the source between a key and its value, from the colon.
///
/// A colon that begins a line follows an explicit key, which the copy does not have. Otherwise, returns the whole
/// `gap`.
fn from_colon(gap: &str) -> &str {
    let begins_line = |&(at, _): &(usize, &str)| {
        let before = gap.get(..at).unwrap_or_default();
        let margin = before.rfind(['\r', '\n']).and_then(|end| before.get(end..));
        margin.is_some_and(|margin| margin.trim().is_empty())
    };
    let colon = gap.match_indices(':').find(begins_line);
    colon.and_then(|(at, _)| gap.get(at..)).unwrap_or(gap)
}
