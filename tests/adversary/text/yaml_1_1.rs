//! Plain scalars that are not strings in YAML 1.1: <https://yaml.org/type/>.

/// Returns whether a plain scalar is a boolean, a number, a date or null.
pub(crate) fn means_no_text(plain: &str) -> bool {
    is_word(plain) || is_number(plain) || is_date(plain)
}

fn is_word(plain: &str) -> bool {
    let words = ["y", "n", "yes", "no", "true", "false", "on", "off", "null"];
    // `No` and `NO`, but not `nO`.
    let is_cased = plain.chars().all(char::is_uppercase) || plain.chars().skip(1).all(char::is_lowercase);
    matches!(plain, "" | "~") || is_cased && words.contains(&plain.to_lowercase().as_str())
}

fn is_number(plain: &str) -> bool {
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    let is_of = |text: &str, digits: &str| !text.is_empty() && text.chars().all(|c| digits.contains(c));
    let prefixed = [("0x", "0123456789abcdefABCDEF_"), ("0b", "01_")];
    let has_prefix = prefixed
        .iter()
        .any(|(prefix, digits)| unsigned.strip_prefix(prefix).is_some_and(|rest| is_of(rest, digits)));
    let first_is_digit = unsigned.starts_with(|c: char| c.is_ascii_digit());
    let is_integer = first_is_digit && is_of(unsigned, "0123456789_");
    let is_sexagesimal = first_is_digit && unsigned.contains(':') && is_of(unsigned, "0123456789_:.");
    let is_float = unsigned.replace('_', "").parse::<f64>().is_ok() && unsigned.contains(|c: char| c.is_ascii_digit());
    let lower = unsigned.to_ascii_lowercase();
    has_prefix || is_integer || is_sexagesimal || is_float || matches!(lower.as_str(), ".inf" | ".nan")
}

fn is_date(plain: &str) -> bool {
    let parts: Vec<_> = plain.split('-').collect();
    let is_digits = |part: &&str| part.chars().all(|c| c.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4
        && [year, month, day].iter().all(|part| is_digits(part))
        && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len()))
}
