use memchr::memchr2_iter;

use super::TextRange;

/// An index of the lines of a source.
///
/// LF, CRLF and a lone CR each end a line, as in YAML 1.1 and 1.2.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
    len: usize,
    /// Number of characters that begin before each block of bytes.
    ///
    /// Finding a column on a long line then reads only one block.
    ///
    /// Empty for ASCII, in which every byte is a character.
    blocks: Vec<usize>,
}

/// Number of bytes in a block.
const BLOCK: usize = 64;

/// A position to show to users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl LineIndex {
    /// Indexes the lines of `text`.
    ///
    /// A byte order mark is not part of the first line.
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

    /// Returns the number of lines.
    ///
    /// The empty one after a final newline counts.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the number, from 0, of the line of a byte.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Returns the range of line `number` (from 0) with its newline.
    ///
    /// If no such line exists, the range is empty and at the end.
    pub fn span(&self, number: usize) -> TextRange {
        let start = self.starts.get(number).copied().unwrap_or(self.len);
        let end = self.starts.get(number + 1).copied().unwrap_or(self.len);
        TextRange::new(start, end)
    }

    /// Returns the line and column of a byte.
    ///
    /// `text` must be the indexed source.
    pub fn position(&self, text: &str, offset: usize) -> LineColumn {
        let number = self.number(offset);
        let start = self.span(number).start();
        let characters = match offset.saturating_sub(start) {
            ..BLOCK => count(TextRange::new(start, offset).bytes(text)),
            _ => self
                .characters(text, offset)
                .saturating_sub(self.characters(text, start)),
        };
        LineColumn {
            line: number + 1,
            column: characters + 1,
        }
    }

    /// Counts the characters before the byte at `offset`.
    ///
    /// `text` must be the indexed source.
    pub fn characters(&self, text: &str, offset: usize) -> usize {
        let block = offset.min(self.len) / BLOCK;
        match self.blocks.get(block) {
            Some(before) => before + count(TextRange::new(block * BLOCK, offset).bytes(text)),
            // This is the end of a source that fills its last block.
            None => match self.blocks.last() {
                Some(before) => before + count(TextRange::new(self.len - BLOCK, self.len).bytes(text)),
                None => offset.min(self.len),
            },
        }
    }

    /// Returns the offset of the byte at a line and a column.
    ///
    /// `text` must be the indexed source.
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
        // A block may begin inside a character.
        let from = (from..self.len).find(|&at| text.is_char_boundary(at));
        let mut rest = text.get(from.unwrap_or(self.len)..).unwrap_or_default().chars();
        if let Some(last) = characters.checked_sub(1) {
            rest.nth(last);
        }
        self.len - rest.as_str().len()
    }
}

/// Counts the characters that begin in some bytes of UTF-8.
///
/// These are all bytes except continuation bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_lines_at_every_newline_and_counts_columns_in_characters() {
        let text = "a\r\nbあc\rd\n";
        let lines = LineIndex::new(text);
        let at = |needle| lines.position(text, text.find(needle).unwrap());
        assert_eq!(lines.count(), 4);
        assert_eq!(at('a'), LineColumn { line: 1, column: 1 });
        assert_eq!(at('c'), LineColumn { line: 2, column: 3 });
        assert_eq!(at('d'), LineColumn { line: 3, column: 1 });
    }

    #[test]
    fn counts_no_column_for_a_byte_order_mark() {
        let text = "\u{feff}ab";
        assert_eq!(
            LineIndex::new(text).position(text, 4),
            LineColumn { line: 1, column: 2 }
        );
    }

    #[test]
    fn converts_positions_to_offsets_and_back_on_lines_of_any_length() {
        let long = "あb\u{1f600}".repeat(BLOCK);
        let text = format!("\u{feff}{long}\n{long}\r\nab\n{long}");
        for text in [text.as_str(), &"a".repeat(2 * BLOCK), &"あ".repeat(BLOCK)] {
            let lines = LineIndex::new(text);
            for (number, (at, _)) in text.char_indices().enumerate() {
                let LineColumn { line, column } = lines.position(text, at);
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
