//! Wraps a value in a mapping.

use std::iter;

use super::brackets::{Brackets, braces_around};
use super::enclose::{Levels, obstacle};
use super::indent::{deeper, lines_from, step};
use super::model::column_of;
use super::scalar::is_over_lines;
use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Layout, Node, Quote};

/// Makes `value` the only entry, `name`, of a mapping in its place.
///
/// # Errors
///
/// If it is written so that this cannot be done by adding text alone.
pub(super) fn wrap(value: Node<'_>, name: &str) -> Result<Vec<Edit>, Obstacle> {
    if value.has_tag_elsewhere() {
        return Err(Obstacle::Comment);
    }
    let parent = value.ancestors().nth(1).ok_or(obstacle(value))?;
    let span = value.full_span();
    // A pair in a list between brackets has no lines for what is below it.
    let mut around = parent.ancestors();
    let layout = match around.any(|node| node.layout() == Some(Layout::Flow)) {
        true => Layout::Flow,
        false => Layout::Block,
    };
    match (layout, value.key()) {
        (Layout::Flow, key) => {
            let quote = key.or(first_key(parent)).map_or(Quote::Plain, Node::quote);
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
        (Layout::Block, Some(key)) => wrap_below(key, value, name),
        (Layout::Block, None) => wrap_beside(parent, value, name),
    }
}

/// Puts the entry on a line of its own below `key`, and every line of the value as much further right.
fn wrap_below(key: Node<'_>, value: Node<'_>, name: &str) -> Result<Vec<Edit>, Obstacle> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    if value.scalar().is_some() && is_over_lines(value) {
        return Err(Obstacle::SeveralLines);
    }
    // A key beside the dash of a list stands as far right as the keys below it.
    let margin = key.indent().ok_or(obstacle(value))?;
    let first = lines.number(span.start());
    let is_beside = first == lines.number(key.span().start());
    let newline = key.newline();
    let entry = key.quote().around(name);
    let (unit, head) = if is_beside {
        let unit = " ".repeat(step(key));
        let gap = Span::new(value.behind_colon().ok_or(obstacle(value))?, span.start());
        let head = Edit::replace(value.file(), gap, format!("{newline}{margin}{unit}{entry}: "));
        (unit, head)
    } else {
        let own = Span::new(lines.span(first).start(), span.start()).slice(text);
        if !own.trim().is_empty() {
            return Err(obstacle(value));
        }
        let unit = own
            .strip_prefix(margin.as_str())
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let head = Edit::insert(value.file(), span.start(), format!("{entry}:{newline}{own}{unit}"));
        (" ".repeat(further_than_start(value, unit.len())), head)
    };
    Ok(iter::once(head).chain(deeper(value, &unit)).collect())
}

/// Puts the entry before `value`, an item of a list: beside it, or where there are more keys in it on the line above; and
/// every other line of the value one step further right.
fn wrap_beside(parent: Node<'_>, value: Node<'_>, name: &str) -> Result<Vec<Edit>, Obstacle> {
    if value.layout().is_none() && is_over_lines(value) {
        return Err(Obstacle::SeveralLines);
    }
    let unit = " ".repeat(further_than_start(value, step(value)));
    let entry = first_key(parent).map_or(Quote::Plain, Node::quote).around(name);
    // Behind an anchor or a tag its lines are below it as they are.
    let begins_with_key = value.span().start() == value.full_span().start();
    let lead = match value.layout() {
        Some(Layout::Block) if begins_with_key => {
            let indent = value.indent().ok_or(Obstacle::Unusual)?;
            format!("{entry}:{}{indent}{unit}", value.newline())
        }
        _ => format!("{entry}: "),
    };
    let head = Edit::insert(value.file(), value.full_span().start(), lead);
    Ok(iter::once(head).chain(deeper(value, &unit)).collect())
}

/// Returns how much further right the lines of a value must be, at least `step`, for none of them to be as far left as
/// where its anchor or tag begins.
fn further_than_start(value: Node<'_>, step: usize) -> usize {
    let text = value.stream().text();
    let lines = lines_from(value, 1).map(|line| line.slice(text));
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let least = lines.map(|line| line.len() - line.trim_start().len()).min();
    least.map_or(step, |least| {
        step.max((column_of(value, value.full_span().start()) + 1).saturating_sub(least))
    })
}

fn first_key(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors()
        .find_map(|node| node.entries().next().map(|(key, _)| key))
}
