//! Computes and changes the indentation of values.

use crate::text::{Edit, TextRange};
use crate::yaml::WHITESPACE;
use crate::yaml::{Node, ScalarStyle};

/// Returns the indentation of a key relative to the key around it.
///
/// If the mapping is an item of a list, that of the keys around the list is used.
pub(super) fn indent_width(key: Node<'_>) -> usize {
    let mappings = key.ancestors().skip(1).filter(|node| node.is_mapping());
    let mut widths = mappings.filter_map(|mapping| {
        let (first, _) = mapping.entries().next()?;
        first.indent()?.len().checked_sub(mapping.key()?.indent()?.len())
    });
    widths.find(|width| *width > 0).unwrap_or(2)
}

/// Indents the lines of a value deeper, except its first.
pub(super) fn indent_deeper(value: Node<'_>, unit: &str) -> impl Iterator<Item = Edit> {
    lines_from(value, 1).map(move |line| Edit::insert(value.file(), line.start(), unit))
}

/// Returns the lines of a value, from number `first` on.
///
/// Its first line is number 0. Blank lines are omitted, unless a block scalar may have blanks in them.
pub(super) fn lines_from(value: Node<'_>, first: usize) -> impl Iterator<Item = TextRange> {
    let (text, lines) = (value.yaml_file().text(), value.yaml_file().lines());
    let span = value.full_span();
    let numbers = lines.number(span.start()) + first..=lines.number(span.end().saturating_sub(1));
    let keeps_blanks = has_block_scalar(value);
    numbers.map(|number| lines.span(number)).filter(move |line| {
        let line = line.slice(text);
        !line.trim_matches(WHITESPACE).is_empty() || (keeps_blanks && line.starts_with([' ', '\t']))
    })
}

/// Returns the lines of blanks and comments after a value.
///
/// Empty lines are omitted.
pub(super) fn ranges_after(value: Node<'_>) -> impl Iterator<Item = TextRange> {
    let (text, lines) = (value.yaml_file().text(), value.yaml_file().lines());
    let numbers = lines.number(value.span().end()) + 1..lines.count();
    let content = |line: &TextRange| line.slice(text).trim_start_matches(WHITESPACE);
    let after = numbers.map(|number| lines.span(number));
    let after = after.take_while(move |line| content(line).is_empty() || content(line).starts_with('#'));
    after.filter(move |line| !line.slice(text).trim_end_matches(['\r', '\n']).is_empty())
}

/// Returns whether a value has a block scalar in it.
pub(super) fn has_block_scalar(value: Node<'_>) -> bool {
    value
        .descendants()
        .any(|node| node.scalar_style() == ScalarStyle::Block)
}

/// Returns whether a value ends in a block scalar.
///
/// Lines after the value would then join it, if they were indented deeper.
pub(super) fn ends_in_block_scalar(value: Node<'_>) -> bool {
    value.last_part().scalar_style() == ScalarStyle::Block
}
