//! Scans heredocs.

use super::error::LexError;
use super::scanner::{Opening, Scanner};
use super::token::TokenKind;
use super::{identifier, template};

/// Scans the start of a heredoc, at `<<`.
pub(super) fn open(scanner: &mut Scanner<'_>) -> Result<(), LexError> {
    let rest = scanner.rest();
    let introducer = if rest.starts_with("<<-") { 3 } else { 2 };
    let name = rest.get(introducer..).unwrap_or_default();
    let (marker, after) = name.split_at_checked(identifier::len(name)).unwrap_or_default();
    let newline = newline_len(after);
    if marker.is_empty() || newline == 0 {
        let message = "a heredoc starts with `<<` and a name, and nothing after the name on the same line";
        return Err(scanner.error(0, introducer + marker.len(), message));
    }
    let opening = Opening::Heredoc {
        marker,
        is_at_line_start: true,
    };
    scanner.open(TokenKind::HeredocStart, introducer + marker.len() + newline, opening);
    Ok(())
}

/// Scans a literal part, and the template or the end after it.
pub(super) fn scan(scanner: &mut Scanner<'_>, marker: &str, mut is_at_line_start: bool) -> Result<(), LexError> {
    let len = literal_len(scanner, marker, &mut is_at_line_start)?;
    if len > 0 {
        scanner.push(TokenKind::HeredocText, len);
    }
    if is_at_line_start && let Some(end) = end_len(scanner.rest(), marker) {
        scanner.close(TokenKind::HeredocEnd, end);
    } else {
        // Text after a template does not start a line.
        scanner.set_line_start(false);
        template::open(scanner);
    }
    Ok(())
}

/// Returns the number of bytes before the end, a template or the end of the source.
fn literal_len(scanner: &Scanner<'_>, marker: &str, is_at_line_start: &mut bool) -> Result<usize, LexError> {
    let rest = scanner.rest();
    let mut len = 0;
    loop {
        let after = rest.get(len..).unwrap_or_default();
        if *is_at_line_start && end_len(after, marker).is_some() {
            return Ok(len);
        }
        let Some(plain) = after.find(['$', '%', '\r', '\n']) else {
            return Ok(rest.len());
        };
        len += plain;
        let after = after.get(plain..).unwrap_or_default();
        let newline = newline_len(after);
        *is_at_line_start = newline > 0;
        len += match after.as_bytes().first() {
            _ if newline > 0 => newline,
            Some(b'\r') => return Err(scanner.lone_carriage_return(len)),
            _ => match template::literal_len(after) {
                Some(literal) => literal,
                None => return Ok(len),
            },
        };
    }
}

/// Returns the number of bytes of the line that ends the heredoc, if it is next.
///
/// Terraform's scanner allows white space on both sides, with `<<` too, and requires the newline.
fn end_len(rest: &str, marker: &str) -> Option<usize> {
    let line = rest.get(..rest.find('\n')?)?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    (line.trim() == marker && !line.contains('\r')).then_some(line.len())
}

fn newline_len(rest: &str) -> usize {
    if rest.starts_with('\n') {
        1
    } else if rest.starts_with("\r\n") {
        2
    } else {
        0
    }
}
