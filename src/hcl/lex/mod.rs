//! Splits HCL into tokens.
//!
//! This is the second reader of an edited file: it shares no code with the parser, and follows Terraform's scanner.
//! Tokens cover the whole source, so that two sources with equal tokens differ in nothing.
//!
//! Expressions contain templates, and templates contain expressions. The scanner keeps a stack of what is open, and its
//! top decides which file reads on: `code.rs`, `quote.rs` or `heredoc.rs`.

mod code;
mod error;
mod heredoc;
mod identifier;
mod number;
mod operator;
mod quote;
mod scanner;
mod template;
mod token;

use scanner::{Opening, Scanner};

pub use error::LexError;
pub use token::{Token, TokenKind};

/// Splits a source into tokens, which cover it without gaps.
///
/// # Errors
///
/// If a part of the source is no token, or something is never closed. Tokens can be in an order that is not HCL.
pub fn lex(text: &str) -> Result<Vec<Token>, LexError> {
    let mut scanner = Scanner::new(text);
    if text.starts_with('\u{feff}') {
        scanner.push(TokenKind::Space, '\u{feff}'.len_utf8());
    }
    while !scanner.rest().is_empty() {
        match scanner.innermost() {
            Some(Opening::Quote) => quote::scan(&mut scanner)?,
            Some(Opening::Heredoc {
                marker,
                is_at_line_start,
            }) => heredoc::scan(&mut scanner, marker, is_at_line_start)?,
            Some(Opening::Bracket { .. } | Opening::Template) | None => code::scan(&mut scanner)?,
        }
    }
    scanner.finish()
}

#[cfg(test)]
mod tests;
