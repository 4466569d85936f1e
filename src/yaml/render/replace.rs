//! Replaces a value.

use super::brackets::{Brackets, is_pair};
use super::indent::indent_width;
use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::{CollectionStyle, NewValue, Node, ScalarStyle};

/// Replaces a value by a new one.
///
/// # Errors
///
/// If something would be lost, or the value is written in an unusual way.
pub(super) fn replace(value: Node<'_>, new_value: &NewValue) -> Result<Edit, EditObstacle> {
    let (span, lead) = replaceable(value, matches!(new_value, NewValue::Mapping { .. }))?;
    let (brackets, keys) = (Brackets::around(value), value.key_quote());
    let in_block = match new_value {
        NewValue::Mapping { entries, one_line } => {
            entry_in_block(value, span, *one_line).map(|span_and_lead| (entries, span_and_lead))
        }
        _ => None,
    };
    let ((span, lead), text) = match in_block {
        Some((entries, span_and_lead)) => {
            let entries = entries.iter();
            let text = entries.map(|(name, value)| brackets.key(keys, name) + &brackets.write(value, 1, keys));
            (span_and_lead, text.collect())
        }
        None => ((span, lead.to_owned()), brackets.write(new_value, 0, keys)),
    };
    // This covers comments between the key and its value too.
    if value.yaml_file().has_comment(span) {
        return Err(EditObstacle::Comment);
    }
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}

/// Returns the range to replace, and the blanks before the new value.
///
/// A value below its key is replaced by one on the key's line. A mapping stays below if a comment is on the key's line,
/// or if the new value `may_stay_below`, as another mapping may.
fn replaceable(value: Node<'_>, may_stay_below: bool) -> Result<(TextRange, &'static str), EditObstacle> {
    if value.has_properties_elsewhere() {
        return Err(EditObstacle::Comment);
    }
    if value.scalar_style() == ScalarStyle::Block || value.is_anchored() {
        return Err(EditObstacle::UnusualNotation);
    }
    let stream = value.yaml_file();
    let start = value.full_span().start();
    let gap = value.after_colon().map(|colon| TextRange::new(colon, start));
    let moves_up = is_block(value) && value.tag().is_none() && !may_stay_below;
    let (start, lead) = match gap {
        gap if is_list_below(value) => (gap.ok_or(EditObstacle::UnusualNotation)?.start(), " "),
        Some(gap) if moves_up && !stream.has_comment(gap) => (gap.start(), " "),
        _ => (start, ""),
    };
    let span = TextRange::new(start, value.span().end());
    if stream.has_comment(span) {
        return Err(EditObstacle::Comment);
    }
    Ok((span, lead))
}

/// Returns the range and lead of an entry that replaces a value.
///
/// The entry is part of a block.
///
/// `span` is the range of the value. Returns `None` if the entry is to have braces.
fn entry_in_block(value: Node<'_>, span: TextRange, one_line: bool) -> Option<(TextRange, String)> {
    let around = value.ancestors().nth(1).filter(|around| !is_pair(*around));
    let around = around.and_then(Node::collection_style);
    let in_place = Some((span, String::new()));
    match value.key() {
        _ if is_block(value) && !is_list_below(value) => in_place,
        _ if one_line || around != Some(CollectionStyle::Block) => None,
        _ if value.scalar().is_none() && !is_list_below(value) => None,
        None => in_place,
        Some(key) => below_key(key, value),
    }
}

/// Returns the range and lead of an entry on the line below.
///
/// The range extends from `key` to the end of the value on the key's line.
fn below_key(key: Node<'_>, value: Node<'_>) -> Option<(TextRange, String)> {
    let start = value.after_colon()?;
    let margin = format!("{}{}", key.indent()?, " ".repeat(indent_width(key)));
    let lead = format!("{}{margin}", key.newline());
    Some((TextRange::new(start, value.span().end()), lead))
}

/// Returns whether a value is a block collection.
pub(super) fn is_block(value: Node<'_>) -> bool {
    value.collection_style() == Some(CollectionStyle::Block)
}

fn is_list_below(value: Node<'_>) -> bool {
    is_block(value) && value.is_sequence() && value.tag().is_none()
}
