//! The sequences that strings and heredocs have in common.

use super::scanner::{Opening, Scanner};
use super::token::TokenKind;

/// Scans the start of an interpolation or a directive, if it is next.
pub(super) fn open(scanner: &mut Scanner<'_>) -> bool {
    let rest = scanner.rest();
    let kind = if rest.starts_with("${") {
        TokenKind::InterpolationStart
    } else if rest.starts_with("%{") {
        TokenKind::DirectiveStart
    } else {
        return false;
    };
    let trims = rest.get(2..).is_some_and(|inside| inside.starts_with('~'));
    scanner.open(kind, if trims { 3 } else { 2 }, Opening::Template);
    true
}

/// Returns the number of literal bytes at a `$` or `%`, `None` if a template starts.
///
/// `$${` and `%%{` are literal. Before them, `$` and `%` are literal too.
pub(super) fn literal_len(rest: &str) -> Option<usize> {
    if rest.starts_with("${") || rest.starts_with("%{") {
        None
    } else if rest.starts_with("$${") || rest.starts_with("%%{") {
        Some(3)
    } else {
        Some(1)
    }
}
