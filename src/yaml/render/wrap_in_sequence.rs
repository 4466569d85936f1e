//! Wraps a value in a sequence.

use std::iter;

use super::brackets::Brackets;
use super::enclose::{Levels, obstacle};
use super::indent::{indent_deeper, indent_width};
use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::{CollectionStyle, Node, ScalarStyle};

/// Wraps `value` in a sequence, as its only item.
///
/// # Errors
///
/// If the style of the value does not allow this by insertions alone.
pub(super) fn wrap_in_sequence(value: Node<'_>) -> Result<Vec<Edit>, EditObstacle> {
    if value.has_properties_elsewhere() {
        return Err(EditObstacle::Comment);
    }
    if value.scalar_style() == ScalarStyle::Block {
        return Err(EditObstacle::Multiline);
    }
    let span = value.full_span();
    match (value.collection_style(), is_one_line(value)) {
        (Some(CollectionStyle::Block), _) if value.is_mapping() && value.tag().is_none() && !value.is_anchored() => {
            let dash = Edit::insert(value.file(), span.start(), "- ");
            Ok(iter::once(dash).chain(indent_deeper(value, "  ")).collect())
        }
        (Some(CollectionStyle::Block), _) => Err(EditObstacle::UnusualNotation),
        (_, false) => {
            let levels = Levels::of(value).ok_or(obstacle(value))?;
            Ok(levels.enclose(["[", "]"], ""))
        }
        (_, true) if needs_quotes_in_brackets(value) => Ok(vec![wrap_in_sequence_below(value)?]),
        (_, true) => {
            let [open, close] = Brackets::around(value).around_item();
            Ok(vec![
                Edit::insert(value.file(), span.start(), open),
                Edit::insert(value.file(), span.end(), close),
            ])
        }
    }
}

/// Moves `value` from its key's line below, as a list item.
fn wrap_in_sequence_below(value: Node<'_>) -> Result<Edit, EditObstacle> {
    let key = value.key().ok_or(EditObstacle::UnusualNotation)?;
    let (text, margin) = (
        value.yaml_file().text(),
        key.indent().ok_or(EditObstacle::UnusualNotation)?,
    );
    let colon = value.after_colon().ok_or(EditObstacle::UnusualNotation)?;
    let gap = TextRange::new(colon, value.full_span().start());
    let is_same_line = gap.slice(text).trim_matches([' ', '\t']).is_empty();
    let unit = " ".repeat(indent_width(key));
    let dash = format!("{}{margin}{unit}- ", key.newline());
    match is_same_line {
        true => Ok(Edit::replace(value.file(), gap, dash)),
        false => Err(EditObstacle::UnusualNotation),
    }
}

/// Returns whether brackets around a value would end it early.
///
/// This is the case for a plain scalar with a bracket or a comma in it.
fn needs_quotes_in_brackets(value: Node<'_>) -> bool {
    let text = value.scalar().unwrap_or_default();
    value.scalar_style() == ScalarStyle::Plain && text.contains(['[', ']', '{', '}', ','])
}

/// Returns whether a node is on one line, tag and anchor included.
fn is_one_line(node: Node<'_>) -> bool {
    !node.full_span().slice(node.yaml_file().text()).contains(['\n', '\r'])
}
