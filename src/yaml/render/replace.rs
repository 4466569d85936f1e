//! Replaces a value.

use super::brackets::Brackets;
use super::indent::step;
use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Fragment, Layout, Node, Quote};

/// Replaces a value by a fragment.
///
/// # Errors
///
/// If something would be lost, or the value is written in an unusual way.
pub(super) fn replace(value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    let (span, lead) = replaceable(value, matches!(fragment, Fragment::Mapping { .. }))?;
    let (brackets, keys) = (Brackets::around(value), value.key_quote());
    let in_block = match fragment {
        Fragment::Mapping { entries, one_line } => entry_in_block(value, span, *one_line).map(|place| (entries, place)),
        _ => None,
    };
    let ((span, lead), text) = match in_block {
        Some((entries, place)) => {
            let entries = entries.iter();
            let text = entries.map(|(name, value)| brackets.key(keys, name) + &brackets.write(value, 1, keys));
            (place, text.collect())
        }
        None => ((span, lead.to_owned()), brackets.write(fragment, 0, keys)),
    };
    // Between the key and its value, too.
    if span.slice(value.stream().text()).contains('#') {
        return Err(Obstacle::Comment);
    }
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}

/// All of a value's text, if nothing in it would be lost, and what is to stand before its replacement. What stands below
/// its key is replaced beside the key: a list always, a mapping unless the replacement `may_stay_below`, as another
/// mapping may, or a comment is beside the key.
fn replaceable(value: Node<'_>, may_stay_below: bool) -> Result<(Span, &'static str), Obstacle> {
    if value.has_tag_elsewhere() {
        return Err(Obstacle::Comment);
    }
    if value.quote() == Quote::Block || value.is_anchored() {
        return Err(Obstacle::Unusual);
    }
    let text = value.stream().text();
    let start = value.full_span().start();
    let gap = value.behind_colon().map(|colon| Span::new(colon, start));
    let makes_room = is_block(value) && value.tag().is_none() && !may_stay_below;
    let (start, lead) = match gap {
        gap if is_list_below(value) => (gap.ok_or(Obstacle::Unusual)?.start(), " "),
        Some(gap) if makes_room && !gap.slice(text).contains('#') => (gap.start(), " "),
        _ => (start, ""),
    };
    let span = Span::new(start, value.span().end());
    if span.slice(text).contains('#') {
        return Err(Obstacle::Comment);
    }
    Ok((span, lead))
}

/// Returns where an entry goes that stands in a block in place of the value, whose text is at `span`, and what stands
/// before it; `None` where it stands between braces.
fn entry_in_block(value: Node<'_>, span: Span, one_line: bool) -> Option<(Span, String)> {
    let around = value.ancestors().nth(1).and_then(Node::layout);
    let in_place = Some((span, String::new()));
    match value.key() {
        _ if is_block(value) && !is_list_below(value) => in_place,
        _ if one_line || around != Some(Layout::Block) => None,
        _ if value.scalar().is_none() && !is_list_below(value) => None,
        None => in_place,
        Some(key) => below_key(key, value),
    }
}

/// Returns the bytes from a key to the end of the value beside it, and the text before an entry that replaces them on the
/// line below.
fn below_key(key: Node<'_>, value: Node<'_>) -> Option<(Span, String)> {
    let start = value.behind_colon()?;
    let margin = format!("{}{}", key.indent()?, " ".repeat(step(key)));
    let lead = format!("{}{margin}", key.newline());
    Some((Span::new(start, value.span().end()), lead))
}

/// Returns whether a value is a block collection.
pub(super) fn is_block(value: Node<'_>) -> bool {
    value.layout() == Some(Layout::Block)
}

fn is_list_below(value: Node<'_>) -> bool {
    is_block(value) && value.is_sequence() && value.tag().is_none()
}
