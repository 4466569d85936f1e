//! Text that comes from outside, made fit to be shown.

use std::borrow::Cow;

/// The text with its control characters escaped, so that no file name and no template can speak to a terminal or begin
/// a line of its own.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_are_escaped_and_nothing_else() {
        for (text, shown) in [
            ("テンプレート \\ \".yaml", "テンプレート \\ \".yaml"),
            ("a\u{1b}[2J\n\r\tb", "a\\u{1b}[2J\\n\\r\\tb"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
