//! Sets a scalar, or a part of it, inside of its quotes.

use std::ops::Range;

use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Node, Quote};

/// Gives a scalar another value, in the quotes that it has, or in some if only the new one needs them; an alias is
/// replaced by the value.
///
/// # Errors
///
/// If the scalar is written over several lines.
pub(super) fn retext(scalar: Node<'_>, value: &str) -> Result<Edit, Obstacle> {
    if is_over_lines(scalar) {
        return Err(Obstacle::SeveralLines);
    }
    let (file, span) = (scalar.file(), scalar.span());
    let is_plain = |text| Quote::Plain.for_text(text) == Quote::Plain;
    Ok(match scalar.quote() {
        Quote::Single | Quote::Double => Edit::replace(file, Span::new(span.start() + 1, span.end() - 1), value),
        _ if is_plain(value) || !(scalar.is_alias() || is_plain(scalar.source())) => Edit::replace(file, span, value),
        quote => Edit::replace(file, span, quote.for_text(value).around(value)),
    })
}

/// Gives a scalar another value, without quotes; an alias is replaced by the value.
///
/// # Errors
///
/// If the scalar is written over several lines.
pub(super) fn set_bare(scalar: Node<'_>, value: &str) -> Result<Edit, Obstacle> {
    match is_over_lines(scalar) {
        true => Err(Obstacle::SeveralLines),
        false => Ok(Edit::replace(scalar.file(), scalar.span(), value)),
    }
}

/// Replaces some bytes of a scalar's value.
///
/// # Errors
///
/// If the value is not in the text as it is.
pub(super) fn splice(scalar: Node<'_>, range: &Range<usize>, text: &str) -> Result<Edit, Obstacle> {
    let quotes = match scalar.quote() {
        Quote::Plain => 0,
        Quote::Single | Quote::Double => 1,
        Quote::Block => return Err(Obstacle::SeveralLines),
    };
    if scalar.scalar() != Some(scalar.quote().inside(scalar.source())) {
        return Err(Obstacle::SeveralLines);
    }
    let start = scalar.span().start() + quotes;
    let span = Span::new(start + range.start, start + range.end);
    Ok(Edit::replace(scalar.file(), span, text))
}

/// Returns whether a scalar is a block scalar or goes over several lines.
pub(super) fn is_over_lines(scalar: Node<'_>) -> bool {
    scalar.quote() == Quote::Block || !scalar.is_one_line()
}
