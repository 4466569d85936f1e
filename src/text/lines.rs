use memchr::memchr2_iter;

use super::Span;

/// Where the lines of a text begin. LF, CRLF and a lone CR each end a line, as in YAML 1.1 and 1.2.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    len: usize,
}

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
        Self {
            starts,
            len: text.len(),
        }
    }

    /// How many lines there are; the empty one behind a final newline counts.
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
        Position {
            line: number + 1,
            column: Span::new(start, offset).slice(text).chars().count() + 1,
        }
    }
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
}
