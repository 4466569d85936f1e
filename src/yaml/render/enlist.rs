//! Wraps a value in a sequence.

use std::iter;

use super::brackets::Brackets;
use super::enclose::{Levels, obstacle};
use super::indent::{deeper, step};
use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Layout, Node, Quote};

/// Makes `value` the only item of a sequence in its place.
///
/// # Errors
///
/// If it is written so that this cannot be done by adding text alone.
pub(super) fn enlist(value: Node<'_>) -> Result<Vec<Edit>, Obstacle> {
    if value.has_tag_elsewhere() {
        return Err(Obstacle::Comment);
    }
    if value.quote() == Quote::Block {
        return Err(Obstacle::SeveralLines);
    }
    let span = value.full_span();
    match (value.layout(), is_one_line(value)) {
        (Some(Layout::Block), _) if value.is_mapping() && value.tag().is_none() && !value.is_anchored() => {
            let dash = Edit::insert(value.file(), span.start(), "- ");
            Ok(iter::once(dash).chain(deeper(value, "  ")).collect())
        }
        (Some(Layout::Block), _) => Err(Obstacle::Unusual),
        (_, false) => {
            let levels = Levels::of(value).ok_or(obstacle(value))?;
            Ok(levels.enclose(["[", "]"], ""))
        }
        (_, true) if is_torn_by_brackets(value) => Ok(vec![enlist_below(value)?]),
        (_, true) => {
            let [open, close] = Brackets::around(value).around_item();
            Ok(vec![
                Edit::insert(value.file(), span.start(), open),
                Edit::insert(value.file(), span.end(), close),
            ])
        }
    }
}

/// Puts `value`, which stands beside its key, below it as the only item of a list.
fn enlist_below(value: Node<'_>) -> Result<Edit, Obstacle> {
    let key = value.key().ok_or(Obstacle::Unusual)?;
    let (text, margin) = (value.stream().text(), key.indent().ok_or(Obstacle::Unusual)?);
    let colon = value.behind_colon().ok_or(Obstacle::Unusual)?;
    let gap = Span::new(colon, value.full_span().start());
    let is_beside = gap.slice(text).trim_matches([' ', '\t']).is_empty();
    let unit = " ".repeat(step(key));
    let dash = format!("{}{margin}{unit}- ", key.newline());
    match is_beside {
        true => Ok(Edit::replace(value.file(), gap, dash)),
        false => Err(Obstacle::Unusual),
    }
}

/// Returns whether brackets around a value would end it early: a text without quotes, with a bracket or a comma in it.
fn is_torn_by_brackets(value: Node<'_>) -> bool {
    let text = value.scalar().unwrap_or_default();
    value.quote() == Quote::Plain && text.contains(['[', ']', '{', '}', ','])
}

/// Returns whether a node stands on one line together with its tag and anchor.
fn is_one_line(node: Node<'_>) -> bool {
    !node.full_span().slice(node.stream().text()).contains(['\n', '\r'])
}
