//! Removes an entry of a mapping.

use super::indent::{behind, ends_in_block_scalar};
use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Layout, Node};

/// Removes an entry of a mapping that has others.
///
/// # Errors
///
/// If something else would be lost, or a comment above it would come to speak of what is below.
pub(super) fn remove(key: Node<'_>, value: Node<'_>) -> Result<Edit, Obstacle> {
    let text = key.stream().text();
    if key.is_marked() || is_below_comment(key) {
        return Err(Obstacle::Reshape);
    }
    let layout = key.ancestors().nth(1).and_then(Node::layout);
    let span = match (layout, key.neighbours()) {
        (_, [None, Some((next, _))]) => Span::new(key.full_span().start(), next.start_with_mark()),
        (Some(Layout::Block), [Some((_, previous)), _]) => lines(key, value, previous)?,
        (Some(Layout::Flow), [Some((_, previous)), _]) => Span::new(previous.span().end(), value.span().end()),
        (_, [None, None]) | (None, _) => return Err(Obstacle::Reshape),
    };
    match span.slice(text).contains('#') {
        true => Err(Obstacle::Reshape),
        false => Ok(Edit::replace(key.file(), span, "")),
    }
}

fn is_below_comment(key: Node<'_>) -> bool {
    let (text, lines) = (key.stream().text(), key.stream().lines());
    let above = lines.number(key.span().start()).checked_sub(1);
    let above = above.map_or("", |number| lines.span(number).slice(text));
    key.margin().is_some() && above.trim_start().starts_with('#')
}

/// Returns the lines of a block mapping's entry, which is after the `previous` one.
fn lines(key: Node<'_>, value: Node<'_>, previous: Node<'_>) -> Result<Span, Obstacle> {
    let (text, lines) = (key.stream().text(), key.stream().lines());
    let margin = key.margin().ok_or(Obstacle::Reshape)?;
    let inside = |line: Span| line.slice(text).strip_prefix(margin);
    let is_deep = |line| inside(line).is_some_and(|rest| rest.starts_with([' ', '\t']));
    if ends_in_block_scalar(previous) && behind(value).any(is_deep) {
        return Err(Obstacle::Reshape);
    }
    let first = lines.span(lines.number(key.span().start()));
    let last = lines.number(value.span().end().saturating_sub(1));
    let is_blank = |number: &usize| lines.span(*number).slice(text).trim().is_empty();
    // Blank lines that would come to the text above go too.
    let goes = (last + 1..lines.count()).take_while(|number| previous.takes_blank_lines() && is_blank(number));
    let end = lines.span(goes.last().unwrap_or(last)).end();
    // A block scalar without text takes even the end of the file for some.
    if end == text.len() && previous.last_part().scalar() == Some("") && previous.takes_blank_lines() {
        return Err(Obstacle::Reshape);
    }
    Ok(Span::new(first.start(), end))
}
