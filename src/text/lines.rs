use memchr::memchr2_iter;

use super::Span;

/// The line index of a text. LF, CRLF and a lone CR each end a line, as in YAML 1.1 and 1.2.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    len: usize,
    /// The number of characters that begin before each block of bytes, so that a column on a long line costs one block.
    ///
    /// Empty for ASCII, in which every byte is a character.
    blocks: Vec<usize>,
}

/// The bytes of a block.
const BLOCK: usize = 64;

/// A place for people: line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Lines {
    /// Reads where each line of `text` begins. A byte order mark is not part of the first line.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![if text.starts_with('\u{feff}') { 3 } else { 0 }];
        let ends = memchr2_iter(b'\n', b'\r', bytes).filter(|&at| bytes.get(at..at + 2) != Some(b"\r\n"));
        starts.extend(ends.map(|at| at + 1));
        let blocks = bytes.chunks(BLOCK).scan(0, |total, block| {
            let before = *total;
            *total += count(block);
            Some(before)
        });
        Self {
            starts,
            len: text.len(),
            blocks: match text.is_ascii() {
                true => Vec::new(),
                false => blocks.collect(),
            },
        }
    }

    /// Returns how many lines there are; the empty one behind a final newline counts.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The number, from 0, of the line that holds the byte at `offset`.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The bytes of line `number` (from 0) with what ends it; the empty span at the end where there is no such line.
    pub fn span(&self, number: usize) -> Span {
        let start = self.starts.get(number).copied().unwrap_or(self.len);
        let end = self.starts.get(number + 1).copied().unwrap_or(self.len);
        Span::new(start, end)
    }

    /// The line and column of a byte of `text`, which must be the text that was read.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let number = self.number(offset);
        let start = self.span(number).start();
        let characters = match offset.saturating_sub(start) {
            ..BLOCK => count(Span::new(start, offset).bytes(text)),
            _ => self
                .characters(text, offset)
                .saturating_sub(self.characters(text, start)),
        };
        Position {
            line: number + 1,
            column: characters + 1,
        }
    }

    /// Counts the characters of `text`, which must be the text that was read, before the byte at `offset`.
    pub fn characters(&self, text: &str, offset: usize) -> usize {
        let block = offset.min(self.len) / BLOCK;
        match self.blocks.get(block) {
            Some(before) => before + count(Span::new(block * BLOCK, offset).bytes(text)),
            // The end of a text that fills its last block.
            None => match self.blocks.last() {
                Some(before) => before + count(Span::new(self.len - BLOCK, self.len).bytes(text)),
                None => offset.min(self.len),
            },
        }
    }

    /// Returns the byte at a line and a column of `text`, which must be the text that was read.
    ///
    /// Both count from 0, the column in characters.
    pub fn offset(&self, text: &str, line: usize, column: usize) -> usize {
        let start = self.span(line).start();
        if self.blocks.is_empty() {
            return (start + column).min(self.len);
        }
        let (from, characters) = match column {
            ..BLOCK => (start, column),
            _ => {
                let wanted = self.characters(text, start) + column;
                // A character has one to four bytes.
                let first = (start + column) / BLOCK;
                let last = self.blocks.len().min((start + 4 * column) / BLOCK + 1);
                let near = self.blocks.get(first..last).unwrap_or_default();
                let block = first + near.partition_point(|&before| before <= wanted).saturating_sub(1);
                let before = self.blocks.get(block).copied().unwrap_or_default();
                (block * BLOCK, wanted - before)
            }
        };
        // A block may begin inside of a character.
        let from = (from..self.len).find(|&at| text.is_char_boundary(at));
        let mut rest = text.get(from.unwrap_or(self.len)..).unwrap_or_default().chars();
        if let Some(last) = characters.checked_sub(1) {
            rest.nth(last);
        }
        self.len - rest.as_str().len()
    }
}

/// Counts the characters that begin in some bytes of UTF-8: all bytes but those that continue one.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_newline_ends_a_line_and_columns_count_characters() {
        let text = "a\r\nbあc\rd\n";
        let lines = Lines::new(text);
        let at = |needle| lines.position(text, text.find(needle).unwrap());
        assert_eq!(lines.count(), 4);
        assert_eq!(at('a'), Position { line: 1, column: 1 });
        assert_eq!(at('c'), Position { line: 2, column: 3 });
        assert_eq!(at('d'), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}ab";
        assert_eq!(Lines::new(text).position(text, 4), Position { line: 1, column: 2 });
    }

    #[test]
    fn places_lead_to_bytes_and_back_on_lines_of_any_length() {
        let long = "あb\u{1f600}".repeat(BLOCK);
        let text = format!("\u{feff}{long}\n{long}\r\nab\n{long}");
        for text in [text.as_str(), &"a".repeat(2 * BLOCK), &"あ".repeat(BLOCK)] {
            let lines = Lines::new(text);
            for (number, (at, _)) in text.char_indices().enumerate() {
                let Position { line, column } = lines.position(text, at);
                let start = lines.span(line - 1).start();
                if at >= start {
                    assert_eq!(column, 1 + text[start..at].chars().count());
                    assert_eq!(lines.offset(text, line - 1, column - 1), at);
                }
                assert_eq!(lines.characters(text, at), number);
            }
            assert_eq!(lines.characters(text, text.len()), text.chars().count());
            assert_eq!(lines.offset(text, lines.count(), 1), text.len());
        }
    }
}
