//! Removes an entry of a mapping.

use super::indent::{ends_in_block_scalar, ranges_after};
use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::WHITESPACE;
use crate::yaml::{CollectionStyle, Node};

/// Removes an entry of a mapping that has others.
///
/// # Errors
///
/// If something else would be lost, or a comment above the entry would then refer to the next one.
pub(super) fn remove(key: Node<'_>, value: Node<'_>) -> Result<Edit, EditObstacle> {
    if key.has_explicit_key() || is_below_comment(key) {
        return Err(EditObstacle::CannotUnwrap);
    }
    let style = key.ancestors().nth(1).and_then(Node::collection_style);
    let span = match (style, key.neighbours()) {
        (_, [None, Some((next, _))]) => TextRange::new(key.full_span().start(), next.start_with_explicit_key()),
        (Some(CollectionStyle::Block), [Some((_, previous)), _]) => entry_lines(key, value, previous)?,
        (Some(CollectionStyle::Flow), [Some((_, previous)), _]) => {
            TextRange::new(previous.span().end(), value.span().end())
        }
        (_, [None, None]) | (None, _) => return Err(EditObstacle::CannotUnwrap),
    };
    match key.yaml_file().has_comment(span) {
        true => Err(EditObstacle::CannotUnwrap),
        false => Ok(Edit::replace(key.file(), span, "")),
    }
}

fn is_below_comment(key: Node<'_>) -> bool {
    let (stream, lines) = (key.yaml_file(), key.yaml_file().lines());
    let above = lines.number(key.span().start()).checked_sub(1);
    let is_comment = |line: TextRange| {
        let text = line.slice(stream.text()).trim_start_matches(WHITESPACE);
        text.starts_with('#') && stream.has_comment(line)
    };
    key.margin().is_some() && above.is_some_and(|number| is_comment(lines.span(number)))
}

/// Returns the lines of a block mapping's entry after the `previous` one.
fn entry_lines(key: Node<'_>, value: Node<'_>, previous: Node<'_>) -> Result<TextRange, EditObstacle> {
    let (text, lines) = (key.yaml_file().text(), key.yaml_file().lines());
    let margin = key.margin().ok_or(EditObstacle::CannotUnwrap)?;
    let inside = |line: TextRange| line.slice(text).strip_prefix(margin);
    let is_deep = |line| inside(line).is_some_and(|rest| rest.starts_with([' ', '\t']));
    if ends_in_block_scalar(previous) && ranges_after(value).any(is_deep) {
        return Err(EditObstacle::CannotUnwrap);
    }
    let first = lines.span(lines.number(key.span().start()));
    let last = lines.number(value.span().end().saturating_sub(1));
    let is_blank = |number: &usize| lines.span(*number).slice(text).trim_matches(WHITESPACE).is_empty();
    // Blank lines that would join the block scalar above are removed too.
    let removed = (last + 1..lines.count()).take_while(|number| previous.takes_blank_lines() && is_blank(number));
    let end = lines.span(removed.last().unwrap_or(last)).end();
    // An empty block scalar would take even the end of the file as content.
    if end == text.len() && previous.last_part().scalar() == Some("") && previous.takes_blank_lines() {
        return Err(EditObstacle::CannotUnwrap);
    }
    // A source without a newline at its end does not get one, unless it belongs to a block scalar.
    let is_open = end == text.len() && !text.ends_with(['\n', '\r']) && !ends_in_block_scalar(previous);
    let before = text.get(..first.start()).unwrap_or_default();
    let start = match is_open {
        true => before.trim_end_matches(WHITESPACE).len(),
        false => first.start(),
    };
    Ok(TextRange::new(start, end))
}
