use std::cell::Cell;

use crate::text::Lines;

/// Turns a parser's (line, column) into byte offsets.
///
/// Remembers where it was last: neighbouring places cost only the distance between them, so that a template on one
/// long line is not walked again for every token.
pub(super) struct Cursor<'t> {
    text: &'t str,
    lines: &'t Lines,
    ascii: bool,
    last: Cell<(usize, usize, usize)>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, lines: &'t Lines) -> Self {
        Self {
            text,
            lines,
            ascii: text.is_ascii(),
            last: Cell::new((usize::MAX, 0, 0)),
        }
    }

    /// The byte offset of a place given by its line, from 0, and its column in characters, from 0.
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.lines.span(line).start();
        if self.ascii {
            return (start + column).min(self.text.len());
        }
        let (last_line, last_column, last_offset) = self.last.get();
        let (from_column, from) = if last_line == line {
            (last_column, last_offset)
        } else {
            (0, start)
        };
        let offset = if column >= from_column {
            forward(self.text, from, column - from_column)
        } else {
            backward(self.text, from, from_column - column)
        };
        self.last.set((line, column, offset));
        offset
    }
}

fn forward(text: &str, from: usize, characters: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| from + at)
}

fn backward(text: &str, from: usize, characters: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    match characters.checked_sub(1) {
        None => from,
        Some(nth) => before.char_indices().nth_back(nth).map_or(0, |(at, _)| at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_walks_both_ways() {
        let text = "あいう\nえお";
        let lines = Lines::new(text);
        let cursor = Cursor::new(text, &lines);
        let offsets = [(0, 2), (0, 1), (1, 1), (1, 0), (0, 0)].map(|(l, c)| cursor.offset(l, c));
        assert_eq!(offsets, [6, 3, 13, 10, 0]);
    }
}
