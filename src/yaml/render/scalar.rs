//! Sets a scalar, or a part of it, inside its quotes.

use std::ops::Range;

use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::{Node, ScalarStyle};

/// Replaces the value of a scalar, in its quotes.
///
/// A plain scalar gets quotes if only the new value needs them. An alias is replaced by the value.
///
/// # Errors
///
/// If the scalar spans several lines.
pub(super) fn set_scalar(scalar: Node<'_>, value: &str) -> Result<Edit, EditObstacle> {
    if spans_lines(scalar) {
        return Err(EditObstacle::Multiline);
    }
    let (file, span) = (scalar.file(), scalar.span());
    let is_plain = |text| ScalarStyle::Plain.for_text(text) == ScalarStyle::Plain;
    Ok(match scalar.scalar_style() {
        ScalarStyle::Single | ScalarStyle::Double => {
            Edit::replace(file, TextRange::new(span.start() + 1, span.end() - 1), value)
        }
        _ if is_plain(value) || !(scalar.is_alias() || is_plain(scalar.source())) => Edit::replace(file, span, value),
        quote => Edit::replace(file, span, quote.for_text(value).around(value)),
    })
}

/// Replaces the value of a scalar, without quotes.
///
/// An alias is replaced by the value.
///
/// # Errors
///
/// If the scalar spans several lines.
pub(super) fn set_bare(scalar: Node<'_>, value: &str) -> Result<Edit, EditObstacle> {
    match spans_lines(scalar) {
        true => Err(EditObstacle::Multiline),
        false => Ok(Edit::replace(scalar.file(), scalar.span(), value)),
    }
}

/// Replaces some bytes of a scalar's value.
///
/// # Errors
///
/// If the source of the scalar differs from its value.
pub(super) fn splice(scalar: Node<'_>, range: &Range<usize>, text: &str) -> Result<Edit, EditObstacle> {
    let quote_len = match scalar.scalar_style() {
        ScalarStyle::Plain => 0,
        ScalarStyle::Single | ScalarStyle::Double => 1,
        ScalarStyle::Block => return Err(EditObstacle::Multiline),
    };
    if scalar.scalar() != Some(scalar.scalar_style().inside(scalar.source())) {
        return Err(EditObstacle::Multiline);
    }
    let start = scalar.span().start() + quote_len;
    let span = TextRange::new(start + range.start, start + range.end);
    Ok(Edit::replace(scalar.file(), span, text))
}

/// Returns whether a scalar is a block scalar or spans several lines.
pub(super) fn spans_lines(scalar: Node<'_>) -> bool {
    scalar.scalar_style() == ScalarStyle::Block || !scalar.is_one_line()
}
