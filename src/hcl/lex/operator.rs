use super::error::LexError;
use super::scanner::Scanner;
use super::token::TokenKind;

/// The operators that are not brackets, those that start with another one first.
const OPERATORS: &[&str] = &[
    "...", "==", "=>", "!=", "<=", ">=", "&&", "||", "::", "=", "!", "<", ">", ":", ".", ",", "?", "+", "-", "*", "/",
    "%",
];

/// Scans an operator, which starts with `first`.
pub(super) fn scan(scanner: &mut Scanner<'_>, first: char) -> Result<(), LexError> {
    let rest = scanner.rest();
    let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) else {
        return Err(scanner.error(0, first.len_utf8(), not_in_hcl(first)));
    };
    scanner.push(TokenKind::Operator, operator.len());
    Ok(())
}

fn not_in_hcl(c: char) -> String {
    match c {
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => {
            format!("`{c}` does not quote a string in HCL; write `\"` instead")
        }
        '`' => "HCL has no backticks; write a heredoc for a string of several lines".to_owned(),
        ';' => "HCL has no semicolons; start a new line instead".to_owned(),
        '&' => "HCL has no `&`; write `&&` for a logical and".to_owned(),
        '|' => "HCL has no `|`; write `||` for a logical or".to_owned(),
        '^' | '~' => format!("HCL has no operator `{c}`"),
        '\u{feff}' => "a byte order mark, which may only start a file; remove it".to_owned(),
        _ if c.is_control() || c.is_whitespace() => {
            format!(
                "the character U+{:04X}, which HCL allows only in strings; remove it",
                u32::from(c)
            )
        }
        _ => format!("the character `{c}`, which HCL allows only in strings"),
    }
}
