//! Scans strings in quotes.

use super::error::LexError;
use super::scanner::Scanner;
use super::template;
use super::token::TokenKind;

/// Scans one token, or a literal part and its end.
pub(super) fn scan(scanner: &mut Scanner<'_>) -> Result<(), LexError> {
    let len = literal_len(scanner)?;
    if len > 0 {
        scanner.push(TokenKind::StringText, len);
    }
    if scanner.rest().starts_with('"') {
        scanner.close(TokenKind::QuoteEnd, 1);
    } else {
        template::open(scanner);
    }
    Ok(())
}

/// Returns the number of bytes before the quote, the template or the end of the source.
fn literal_len(scanner: &Scanner<'_>) -> Result<usize, LexError> {
    let rest = scanner.rest();
    let mut len = 0;
    loop {
        let after = rest.get(len..).unwrap_or_default();
        let Some(plain) = after.find(['"', '\\', '$', '%', '\r', '\n']) else {
            return Ok(rest.len());
        };
        len += plain;
        let after = after.get(plain..).unwrap_or_default();
        len += match after.as_bytes().first() {
            Some(b'\\') => {
                escape_len(after).map_err(|(len_of_wrong, message)| scanner.error(len, len_of_wrong, message))?
            }
            Some(b'$' | b'%') => match template::literal_len(after) {
                Some(literal) => literal,
                None => return Ok(len),
            },
            Some(b'\r' | b'\n') => {
                return Err(scanner.error(
                    len,
                    1,
                    "a line ends inside quotes; close them, write `\\n`, or use a heredoc",
                ));
            }
            _ => return Ok(len),
        };
    }
}

/// Returns the number of bytes of an escape sequence, or those that are none and the message.
fn escape_len(rest: &str) -> Result<usize, (usize, String)> {
    let digits = match rest.chars().nth(1) {
        Some('n' | 'r' | 't' | '"' | '\\') => return Ok(2),
        Some('u') => 4,
        Some('U') => 8,
        Some('\r' | '\n') | None => return Ok(1),
        Some(c) => {
            let message = format!("`\\{c}` is not an escape sequence; write `\\\\` for a backslash");
            return Err((1 + c.len_utf8(), message));
        }
    };
    let hex = rest.get(2..2 + digits).unwrap_or_default();
    if hex.is_empty() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err((2, format!("this escape sequence needs {digits} hexadecimal digits")));
    }
    if u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).is_none() {
        return Err((2 + digits, format!("there is no character U+{hex}")));
    }
    Ok(2 + digits)
}
