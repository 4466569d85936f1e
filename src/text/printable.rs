//! Escapes untrusted strings for output.

use std::borrow::Cow;

/// Escapes the characters that act on a terminal or viewer.
///
/// No file name and no template can then control a terminal, begin a line of its own, or look like another.
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

/// Returns whether a character acts on a terminal or viewer.
///
/// These are control characters, those that change the direction of writing (CVE-2021-42574), those that end a line or
/// a paragraph, and the byte order mark.
pub fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

/// Returns the beginning of a string, for a message.
///
/// A longer string ends in `…`.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    const MAX_CHARACTERS: usize = 60;
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, printable};

    #[test]
    fn excerpt_is_cut_between_characters() {
        let sixty = "あ".repeat(60);
        assert_eq!(excerpt(&sixty), sixty);
        assert_eq!(excerpt(&"あ".repeat(61)), format!("{sixty}…"));
    }

    #[test]
    fn escapes_only_characters_that_act_on_a_terminal() {
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
