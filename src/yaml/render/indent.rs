//! The lines of a value and their indentation.

use crate::text::{Edit, Span};
use crate::yaml::{Node, Quote};

/// Returns how much further right a key stands than the one whose mapping it is in; where that is in a list, the same
/// of the keys around it.
pub(super) fn step(key: Node<'_>) -> usize {
    let mappings = key.ancestors().skip(1).filter(|node| node.is_mapping());
    let mut steps = mappings.filter_map(|mapping| {
        let (first, _) = mapping.entries().next()?;
        first.indent()?.len().checked_sub(mapping.key()?.indent()?.len())
    });
    steps.find(|step| *step > 0).unwrap_or(2)
}

/// Every line of a value but its first further right.
pub(super) fn deeper(value: Node<'_>, unit: &str) -> impl Iterator<Item = Edit> {
    lines_from(value, 1).map(move |line| Edit::insert(value.file(), line.start(), unit))
}

/// Every line of a value from the one of this number on, its first being 0; but blank ones, unless there may be blanks of
/// a block scalar in them.
pub(super) fn lines_from(value: Node<'_>, first: usize) -> impl Iterator<Item = Span> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    let numbers = lines.number(span.start()) + first..=lines.number(span.end().saturating_sub(1));
    let keeps_blanks = has_block_scalar(value);
    numbers.map(|number| lines.span(number)).filter(move |line| {
        let line = line.slice(text);
        !line.trim().is_empty() || (keeps_blanks && line.starts_with([' ', '\t']))
    })
}

/// The lines of blanks and comments behind a value, without empty ones.
pub(super) fn behind(value: Node<'_>) -> impl Iterator<Item = Span> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let numbers = lines.number(value.span().end()) + 1..lines.count();
    let content = |line: &Span| line.slice(text).trim_start();
    let behind = numbers.map(|number| lines.span(number));
    let behind = behind.take_while(move |line| content(line).is_empty() || content(line).starts_with('#'));
    behind.filter(move |line| !line.slice(text).trim_end_matches(['\r', '\n']).is_empty())
}

/// Returns whether a value has a block scalar in it.
pub(super) fn has_block_scalar(value: Node<'_>) -> bool {
    value.descendants().any(|node| node.quote() == Quote::Block)
}

/// Returns whether what is behind a value would be part of it, if it were further right.
pub(super) fn ends_in_block_scalar(value: Node<'_>) -> bool {
    value.last_part().quote() == Quote::Block
}
