//! Text that comes from outside, made fit to be shown.

use std::borrow::Cow;

/// The text with the characters escaped that act on what shows it, so that no file name and no template can speak to a
/// terminal, begin a line of its own, or look like another.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Returns whether a character is not shown but acts on what shows it: a control character, one that turns the
/// direction of writing (CVE-2021-42574), one that ends a line or a paragraph, or a byte order mark.
pub fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_acts_is_escaped_and_nothing_else() {
        for (text, shown) in [
            ("テンプレート \\ \".yaml", "テンプレート \\ \".yaml"),
            ("a\u{1b}[2J\n\r\tb", "a\\u{1b}[2J\\n\\r\\tb"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
            ("a\u{202e}lmay.\u{2028}", "a\\u{202e}lmay.\\u{2028}"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
