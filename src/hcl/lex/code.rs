//! Scans bodies and expressions.

use super::error::LexError;
use super::scanner::{Opening, Scanner};
use super::token::TokenKind;
use super::{heredoc, identifier, number, operator};

/// Scans one token.
pub(super) fn scan(scanner: &mut Scanner<'_>) -> Result<(), LexError> {
    let rest = scanner.rest();
    let mut chars = rest.chars();
    let Some(first) = chars.next() else { return Ok(()) };
    match (first, chars.next()) {
        (' ' | '\t', _) => scanner.push(TokenKind::Space, blanks_len(rest)),
        ('\n', _) => scanner.push(TokenKind::Newline, 1),
        ('\r', Some('\n')) => scanner.push(TokenKind::Newline, 2),
        ('\r', _) => return Err(scanner.lone_carriage_return(0)),
        ('#', _) | ('/', Some('/')) => scanner.push(TokenKind::LineComment, line_len(rest)),
        ('/', Some('*')) => scan_block_comment(scanner)?,
        ('"', _) => scanner.open(TokenKind::QuoteStart, 1, Opening::Quote),
        ('<', Some('<')) => heredoc::open(scanner)?,
        ('0'..='9', _) => number::scan(scanner)?,
        ('{', _) => open_bracket(scanner, '}'),
        ('[', _) => open_bracket(scanner, ']'),
        ('(', _) => open_bracket(scanner, ')'),
        ('}' | ']' | ')', _) => close(scanner, first, 1)?,
        ('~', Some('}')) => close(scanner, '}', 2)?,
        _ if identifier::is_start(first) => scanner.push(TokenKind::Identifier, identifier::len(rest)),
        _ => operator::scan(scanner, first)?,
    }
    Ok(())
}

fn blanks_len(rest: &str) -> usize {
    rest.find(|c| c != ' ' && c != '\t').unwrap_or(rest.len())
}

/// Returns the number of bytes before the newline.
fn line_len(rest: &str) -> usize {
    let Some(end) = rest.find('\n') else { return rest.len() };
    let line = rest.get(..end).unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line).len()
}

fn scan_block_comment(scanner: &mut Scanner<'_>) -> Result<(), LexError> {
    let inside = scanner.rest().get(2..).unwrap_or_default();
    let Some(end) = inside.find("*/") else {
        return Err(scanner.error(0, 2, "this comment is never closed; add `*/`"));
    };
    scanner.push(TokenKind::BlockComment, 2 + end + 2);
    Ok(())
}

fn open_bracket(scanner: &mut Scanner<'_>, closer: char) {
    scanner.open(TokenKind::Operator, 1, Opening::Bracket { closer });
}

/// Closes the innermost opening with `closer`, the last of `len` bytes.
fn close(scanner: &mut Scanner<'_>, closer: char, len: usize) -> Result<(), LexError> {
    let trims = len == 2;
    match scanner.innermost() {
        Some(Opening::Template) if closer == '}' => scanner.close(TokenKind::TemplateEnd, len),
        Some(Opening::Bracket { closer: expected }) if closer == expected && !trims => {
            scanner.close(TokenKind::Operator, len);
        }
        Some(Opening::Bracket { .. }) if trims => {
            return Err(scanner.error(0, len, "`~}` closes only `${` and `%{`; write `}` instead"));
        }
        _ => {
            let extra = || scanner.error(0, len, format!("this `{closer}` closes nothing; remove it"));
            return Err(scanner.unclosed().unwrap_or_else(extra));
        }
    }
    Ok(())
}
