//! Wraps a value in a mapping.

use std::iter;

use super::brackets::{Brackets, braces_around};
use super::enclose::{Levels, obstacle};
use super::entry_style::column_of;
use super::indent::{indent_deeper, indent_width, lines_from};
use super::scalar::spans_lines;
use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::WHITESPACE;
use crate::yaml::{CollectionStyle, Node, ScalarStyle};

/// Wraps `value` in a mapping, as its only entry `name`.
///
/// # Errors
///
/// If the style of the value does not allow this by insertions alone.
pub(super) fn wrap_in_mapping(value: Node<'_>, name: &str) -> Result<Vec<Edit>, EditObstacle> {
    if value.has_properties_elsewhere() {
        return Err(EditObstacle::Comment);
    }
    let parent = value.ancestors().nth(1).ok_or(obstacle(value))?;
    let span = value.full_span();
    // A pair in a flow sequence has no lines for an entry below it.
    let mut around = parent.ancestors();
    let style = match around.any(|node| node.collection_style() == Some(CollectionStyle::Flow)) {
        true => CollectionStyle::Flow,
        false => CollectionStyle::Block,
    };
    match (style, value.key()) {
        (CollectionStyle::Flow, key) => {
            let quote = key.or(first_key(parent)).map_or(ScalarStyle::Plain, Node::scalar_style);
            let brackets = Brackets::around(value);
            let entry = brackets.key(quote, name);
            if let Some(levels) = Levels::of(value) {
                return Ok(levels.enclose(["{", "}"], &entry));
            }
            let [open, close] = brackets.around_entry();
            let [inner_open, inner_close] = braces_around(value);
            Ok(vec![
                Edit::insert(value.file(), span.start(), format!("{open}{entry}{inner_open}")),
                Edit::insert(value.file(), span.end(), format!("{inner_close}{close}")),
            ])
        }
        (CollectionStyle::Block, Some(key)) => wrap_below(key, value, name),
        (CollectionStyle::Block, None) => wrap_on_same_line(parent, value, name),
    }
}

/// Puts the entry on its own line below `key`.
///
/// Every line of the value is indented deeper by the same amount.
fn wrap_below(key: Node<'_>, value: Node<'_>, name: &str) -> Result<Vec<Edit>, EditObstacle> {
    let (text, lines) = (value.yaml_file().text(), value.yaml_file().lines());
    let span = value.full_span();
    if value.scalar().is_some() && spans_lines(value) {
        return Err(EditObstacle::Multiline);
    }
    // A key on the line of a list's dash aligns with the keys below it.
    let margin = key.indent().ok_or(obstacle(value))?;
    let first = lines.number(span.start());
    let is_same_line = first == lines.number(key.span().start());
    let newline = key.newline();
    let entry = key.scalar_style().around(name);
    let (unit, lead_edit) = if is_same_line {
        let unit = " ".repeat(indent_width(key));
        let gap = TextRange::new(value.after_colon().ok_or(obstacle(value))?, span.start());
        let lead_edit = Edit::replace(value.file(), gap, format!("{newline}{margin}{unit}{entry}: "));
        (unit, lead_edit)
    } else {
        let own = TextRange::new(lines.span(first).start(), span.start()).slice(text);
        if !own.trim_matches(WHITESPACE).is_empty() {
            return Err(obstacle(value));
        }
        let unit = own
            .strip_prefix(margin.as_str())
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let lead_edit = Edit::insert(value.file(), span.start(), format!("{entry}:{newline}{own}{unit}"));
        (" ".repeat(extra_indent(value, unit.len())), lead_edit)
    };
    Ok(iter::once(lead_edit).chain(indent_deeper(value, &unit)).collect())
}

/// Puts the entry before `value`, an item of a list.
///
/// It is on the same line, or on the line above if the item has several keys. The other lines of the value are indented
/// one level deeper.
fn wrap_on_same_line(parent: Node<'_>, value: Node<'_>, name: &str) -> Result<Vec<Edit>, EditObstacle> {
    if value.collection_style().is_none() && spans_lines(value) {
        return Err(EditObstacle::Multiline);
    }
    let unit = " ".repeat(extra_indent(value, indent_width(value)));
    let entry = first_key(parent)
        .map_or(ScalarStyle::Plain, Node::scalar_style)
        .around(name);
    // After an anchor or a tag, its lines are already below it.
    let begins_with_key = value.span().start() == value.full_span().start();
    let lead = match value.collection_style() {
        Some(CollectionStyle::Block) if begins_with_key => {
            let indent = value.indent().ok_or(EditObstacle::UnusualNotation)?;
            format!("{entry}:{}{indent}{unit}", value.newline())
        }
        _ => format!("{entry}: "),
    };
    let lead_edit = Edit::insert(value.file(), value.full_span().start(), lead);
    Ok(iter::once(lead_edit).chain(indent_deeper(value, &unit)).collect())
}

/// Returns the indentation to add to a value, at least `width`.
///
/// With it, each line is indented deeper than the value's anchor or tag.
fn extra_indent(value: Node<'_>, width: usize) -> usize {
    let text = value.yaml_file().text();
    let lines = lines_from(value, 1).map(|line| line.slice(text));
    let lines = lines.filter(|line| !line.trim_start_matches(WHITESPACE).starts_with('#'));
    let least = lines
        .map(|line| line.len() - line.trim_start_matches(WHITESPACE).len())
        .min();
    least.map_or(width, |least| {
        width.max((column_of(value, value.full_span().start()) + 1).saturating_sub(least))
    })
}

fn first_key(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors()
        .find_map(|node| node.entries().next().map(|(key, _)| key))
}
