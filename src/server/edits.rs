//! Applies the changes that an editor sends.

use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::positions::IndexedText;

impl IndexedText {
    /// Applies changes; each refers to the text after those before it.
    pub(super) fn change(&mut self, changes: Vec<Change>) {
        let mut text = String::from(&*self.text);
        // The first line that the index no longer describes. Editors send the changes of several cursors from the last
        // to the first, for which one index is enough.
        let mut valid_lines = u32::MAX;
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => {
                    text = whole.text;
                    valid_lines = 0;
                }
                Change::TextDocumentContentChangePartial(part) => {
                    if part.range.end.line >= valid_lines || part.range.start.line >= valid_lines {
                        self.index(std::mem::take(&mut text));
                        text = String::from(&*self.text);
                    }
                    text.replace_range(self.span(part.range).range(), &part.text);
                    valid_lines = self.position(self.offset(part.range.start)).line;
                }
            }
        }
        self.index(text);
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument};

    use super::super::positions::Encoding;
    use super::*;

    /// Replaces from one line and column to another.
    fn replace(from: (u32, u32), to: (u32, u32), text: &str) -> Change {
        let position = |(line, character)| Position { line, character };
        let range = Range {
            start: position(from),
            end: position(to),
        };
        #[expect(deprecated, reason = "the type has the field")]
        Change::TextDocumentContentChangePartial(TextDocumentContentChangePartial {
            range,
            range_length: None,
            text: text.to_owned(),
        })
    }

    fn whole(text: &str) -> Change {
        let text = text.to_owned();
        Change::TextDocumentContentChangeWholeDocument(TextDocumentContentChangeWholeDocument { text })
    }

    #[test]
    fn applies_changes_one_after_the_other() {
        for (before, changes, after) in [
            ("a\nb\nc\n", vec![replace((1, 0), (1, 1), "é😀")], "a\né😀\nc\n"),
            ("é😀日", vec![replace((0, 1), (0, 3), "x")], "éx日"),
            // Several cursors, from the last to the first, and from the first to the last.
            (
                "a\nb\nc",
                vec![replace((2, 1), (2, 1), "!"), replace((0, 1), (0, 1), "!\n")],
                "a!\n\nb\nc!",
            ),
            (
                "a\nb\nc",
                vec![replace((0, 1), (0, 1), "\n"), replace((3, 1), (3, 1), "!")],
                "a\n\nb\nc!",
            ),
            // Two on one line.
            (
                "abc",
                vec![replace((0, 2), (0, 3), "C"), replace((0, 0), (0, 1), "AA")],
                "AAbC",
            ),
            (
                "abc",
                vec![replace((0, 0), (0, 1), "AA"), replace((0, 3), (0, 4), "C")],
                "AAbC",
            ),
            // CRLF stays, and a range may join lines.
            ("a\r\nb\r\nc", vec![replace((0, 1), (1, 0), "")], "ab\r\nc"),
            ("a\r\nb", vec![replace((0, 9), (0, 9), "!")], "a!\r\nb"),
            ("a", vec![replace((7, 7), (9, 9), "\n")], "a\n"),
            ("a", vec![whole("b\nc"), replace((1, 0), (1, 1), "d")], "b\nd"),
            ("abc", vec![replace((0, 2), (0, 1), "x")], "abxc"),
        ] {
            let mut content = IndexedText::new(before, Encoding::Utf16);
            content.change(changes);
            assert_eq!(&*content.text, after, "{before:?}");
            assert_eq!(
                content.position(after.len()),
                IndexedText::new(after, Encoding::Utf16).position(after.len())
            );
        }
    }
}
