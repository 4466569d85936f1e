//! The smallest edits that make a value say something else.

use super::brackets::Brackets;
use super::replace::{is_block, replace};
use super::scalar::{is_over_lines, retext};
use crate::text::{Edit, Span};
use crate::yaml::{Fragment, Node, Obstacle};

/// Changes what is written of a value until it says `fragment`.
///
/// Where both have the same shape, it is kept: another tag or key is written over the one that is there, another text in
/// the quotes that are there. Where they do not, the fragment is written over what differs.
///
/// # Errors
///
/// What keeps a part from being edited without a loss.
pub(super) fn amend(value: Node<'_>, fragment: &Fragment) -> Result<Vec<Edit>, Obstacle> {
    let mut edits = Vec::new();
    amend_value(value, fragment, &mut edits)?;
    Ok(edits)
}

fn amend_value(value: Node<'_>, fragment: &Fragment, edits: &mut Vec<Edit>) -> Result<(), Obstacle> {
    match (fragment, value.tag()) {
        (Fragment::Tagged { tag, value: inner }, Some(written)) => {
            amend_content(value, inner, true, edits)?;
            if written.name != *tag {
                let span = written.span.ok_or(Obstacle::Comment)?;
                edits.push(Edit::replace(value.file(), span, tag.as_str()));
            }
        }
        (Fragment::Tagged { .. }, None) | (_, Some(_)) => edits.push(replace_inside(value, fragment)?),
        (_, None) => amend_content(value, fragment, false, edits)?,
    }
    Ok(())
}

/// Amends what a value is without its tag.
fn amend_content(
    value: Node<'_>,
    fragment: &Fragment,
    is_behind_tag: bool,
    edits: &mut Vec<Edit>,
) -> Result<(), Obstacle> {
    // What an alias stands for is written elsewhere; for a text the alias can be replaced.
    let text = value
        .resolved()
        .scalar()
        .filter(|_| is_behind_tag || value.resolved().tag().is_none());
    match (fragment, text) {
        // What has quotes of its own needs no edit if it is there already. What has none is what the value is about, and
        // is written in any case, so that it does not depend on an alias.
        (
            Fragment::Scalar {
                value: new,
                quote: Some(_),
            },
            Some(old),
        ) if old == new => {}
        (Fragment::Scalar { value: new, .. }, Some(_)) => edits.push(retext(value, new)?),
        (Fragment::Sequence(items), _) if value.is_sequence() && value.items().len() == items.len() => {
            for (item, new) in value.items().zip(items) {
                amend_value(item, new, edits)?;
            }
        }
        (Fragment::Mapping { entries, .. }, _) if value.entries().len() == 1 && entries.len() == 1 => {
            for ((key, value), (name, new)) in value.entries().zip(entries) {
                amend_value(value, new, edits)?;
                if key.scalar() != Some(name) {
                    edits.push(retext(key, name)?);
                }
            }
        }
        _ if is_behind_tag => edits.push(replace_behind_tag(value, fragment)?),
        _ => edits.push(replace_inside(value, fragment)?),
    }
    Ok(())
}

/// Writes a fragment over a value behind its tag, which stays.
fn replace_behind_tag(value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    refuse_lines(value)?;
    if !is_block(value) {
        return write_over(value.span(), "", value, fragment);
    }
    let tag = value.tag().and_then(|tag| tag.span).ok_or(Obstacle::Comment)?;
    if value.is_anchored() {
        return Err(Obstacle::Unusual);
    }
    write_over(Span::new(tag.end(), value.span().end()), " ", value, fragment)
}

/// Writes a fragment in place of a value inside of what is amended; an anchor stays, if it can.
fn replace_inside(value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    refuse_lines(value)?;
    if value.is_anchored() && value.tag().is_none() && !is_block(value) {
        return write_over(value.span(), "", value, fragment);
    }
    replace(value, fragment)
}

fn refuse_lines(value: Node<'_>) -> Result<(), Obstacle> {
    match value.scalar().is_some() && is_over_lines(value) {
        true => Err(Obstacle::SeveralLines),
        false => Ok(()),
    }
}

/// Writes a fragment behind `lead` over what belongs to a value.
fn write_over(span: Span, lead: &str, value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    if span.slice(value.stream().text()).contains('#') {
        return Err(Obstacle::Comment);
    }
    let text = Brackets::around(value).write(fragment, 0, value.key_quote());
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}
