use super::error::LexError;
use super::scanner::Scanner;
use super::token::TokenKind;

/// Scans a number.
///
/// Terraform's scanner takes all digits, dots and exponents together, and its parser then rejects `1.2.3`. The two
/// indexes of `list.0.1` are one token.
pub(super) fn scan(scanner: &mut Scanner<'_>) -> Result<(), LexError> {
    let rest = scanner.rest();
    let len = len(rest.as_bytes());
    let number = rest.get(..len).unwrap_or_default();
    if !is_number(number) && !scanner.follows(".") {
        return Err(scanner.error(
            0,
            len,
            format!("`{number}` is not a number; quote it if it is a string"),
        ));
    }
    scanner.push(TokenKind::Number, len);
    Ok(())
}

/// Returns the length of the longest token, which does not end with a dot.
fn len(rest: &[u8]) -> usize {
    let mut end = 0;
    let mut position = 0;
    loop {
        let mut after = rest.iter().skip(position).copied();
        match (after.next(), after.next(), after.next()) {
            (Some(b'0'..=b'9'), ..) => position += 1,
            (Some(b'.'), ..) => {
                position += 1;
                continue;
            }
            (Some(b'e' | b'E'), Some(b'0'..=b'9'), _) => position += 2,
            (Some(b'e' | b'E'), Some(b'+' | b'-'), Some(b'0'..=b'9')) => position += 3,
            _ => return end,
        }
        end = position;
    }
}

/// Returns whether there is at most one dot and one exponent, in this order.
fn is_number(number: &str) -> bool {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, ""));
    mantissa.matches('.').count() <= 1 && !exponent.contains(['.', 'e', 'E'])
}
