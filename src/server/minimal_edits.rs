//! Finds the smallest edits that turn one text into another, so that cursors and undo steps stay.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::text::TextRange;

/// A part of a text, and its replacement.
pub(super) type Replacement<'t> = (TextRange, &'t str);

/// The maximum number of pairs of lines that are compared to find which line became which.
const MAX_LINE_PAIRS: usize = 4096;

/// The maximum number of words in a line whose changes are found apart from each other.
const MAX_WORDS: usize = 4096;

/// Returns the edits from `before` to `after`, in order and apart from each other.
///
/// They replace whole words.
pub(super) fn minimal_edits<'t>(before: &str, after: &'t str) -> Vec<Replacement<'t>> {
    let (old, new) = (Pieces::of_lines(before), Pieces::of_lines(after));
    let mut edits: Vec<Changed> = Vec::new();
    for changed in differences(&old, &new) {
        for (from, to) in paired(&old, &new, changed) {
            match (from.len(), to.len()) {
                (1, 1) => edits.extend(changed_words(&old, &new, from.start, to.start)),
                _ => edits.push((old.span(&from), new.span(&to))),
            }
        }
    }
    edits.dedup_by(|next, edit| {
        let touches = next.0.start() == edit.0.end();
        if touches {
            *edit = (joined(edit.0, next.0), joined(edit.1, next.1));
        }
        touches
    });
    edits.into_iter().map(|(from, to)| (from, to.slice(after))).collect()
}

/// A part of the old text, and the part of the new text that replaces it.
type Changed = (TextRange, TextRange);

fn joined(first: TextRange, second: TextRange) -> TextRange {
    TextRange::new(first.start(), second.end())
}

/// A text in pieces: the lines of a text with their line breaks, or the words of a line.
struct Pieces<'t> {
    pieces: Vec<&'t str>,
    /// The start of each piece, and the end of the last one.
    starts: Vec<usize>,
}

impl<'t> Pieces<'t> {
    fn of_lines(text: &'t str) -> Self {
        Self::of(text.split_inclusive('\n').collect(), 0)
    }

    /// Splits a line at `start` into words, blanks and other characters.
    ///
    /// CR and LF are not split, because the protocol has no position between them.
    fn of_words(line: &'t str, start: usize) -> Self {
        let mut words = Vec::new();
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let same: fn(char) -> bool = match first {
                c if is_in_word(c) => is_in_word,
                c if c.is_whitespace() => char::is_whitespace,
                _ => |_| false,
            };
            let len = rest.find(|c| !same(c)).unwrap_or(rest.len()).max(first.len_utf8());
            let (word, after) = rest.split_at(len);
            words.push(word);
            rest = after;
        }
        Self::of(words, start)
    }

    fn of(pieces: Vec<&'t str>, start: usize) -> Self {
        let ends = pieces.iter().scan(start, |end, piece| {
            *end += piece.len();
            Some(*end)
        });
        Self {
            starts: std::iter::once(start).chain(ends).collect(),
            pieces,
        }
    }

    fn span(&self, pieces: &Range<usize>) -> TextRange {
        let end = self.starts.last().copied().unwrap_or_default();
        let start = |piece: usize| self.starts.get(piece).copied().unwrap_or(end);
        TextRange::new(start(pieces.start), start(pieces.end))
    }
}

fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns the pieces that differ.
fn differences(old: &Pieces<'_>, new: &Pieces<'_>) -> Vec<(Range<usize>, Range<usize>)> {
    let operations = capture_diff_slices(Algorithm::Myers, &old.pieces, &new.pieces);
    let changed = operations
        .iter()
        .filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    changed
        .map(|operation| (operation.old_range(), operation.new_range()))
        .collect()
}

/// Finds the lines that became one another, so that lines added between them are no part of their edits.
///
/// The lines between two such pairs are replaced together.
fn paired(
    old: &Pieces<'_>,
    new: &Pieces<'_>,
    changed: (Range<usize>, Range<usize>),
) -> Vec<(Range<usize>, Range<usize>)> {
    let (from, to) = changed;
    let (before, after) = (old.pieces.get(from.clone()), new.pieces.get(to.clone()));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    if before.len() * after.len() > MAX_LINE_PAIRS {
        return vec![(from, to)];
    }
    // The most bytes that pairs of the lines from these on can have in common, row by row from the last.
    let mut best = vec![vec![0; after.len() + 1]; before.len() + 1];
    let get = |best: &[Vec<usize>], row: usize, column: usize| {
        best.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0)
    };
    for (row, line) in before.iter().enumerate().rev() {
        for (column, other) in after.iter().enumerate().rev() {
            let apart = get(&best, row + 1, column).max(get(&best, row, column + 1));
            let together = match common_len(line, other) {
                0 => 0,
                common => common + get(&best, row + 1, column + 1),
            };
            if let Some(cell) = best.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = apart.max(together);
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    let mut gap = (from.start, to.start);
    while let (Some(line), Some(other)) = (before.get(row), after.get(column)) {
        let score = get(&best, row, column);
        if score == get(&best, row, column + 1) {
            column += 1;
        } else if score == get(&best, row + 1, column) {
            row += 1;
        } else {
            debug_assert!(common_len(line, other) > 0, "only similar lines are paired");
            let (at, to_at) = (from.start + row, to.start + column);
            pairs.push((gap.0..at, gap.1..to_at));
            pairs.push((at..at + 1, to_at..to_at + 1));
            (row, column) = (row + 1, column + 1);
            gap = (at + 1, to_at + 1);
        }
    }
    pairs.push((gap.0..from.end, gap.1..to.end));
    pairs.retain(|(from, to)| !from.is_empty() || !to.is_empty());
    pairs
}

/// Returns the number of bytes at the start and the end that two lines have in common.
///
/// Returns 0 for lines that are not similar: less than half of the longer one is in common.
fn common_len(line: &str, other: &str) -> usize {
    let shorter = line.len().min(other.len());
    let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(one, two)| one == two).count();
    let start = same(&mut line.bytes().zip(other.bytes()));
    let end = same(&mut line.bytes().rev().zip(other.bytes().rev())).min(shorter - start);
    let common = start + end;
    if 2 * common < line.len().max(other.len()) {
        0
    } else {
        common
    }
}

/// Returns the words of a line.
fn words<'t>(lines: &Pieces<'t>, number: usize) -> Option<Pieces<'t>> {
    Some(Pieces::of_words(lines.pieces.get(number)?, *lines.starts.get(number)?))
}

/// Returns the words that differ in a line and the one that it became.
fn changed_words(old: &Pieces<'_>, new: &Pieces<'_>, from: usize, to: usize) -> Vec<Changed> {
    let (Some(old), Some(new)) = (words(old, from), words(new, to)) else {
        return Vec::new();
    };
    let changed = if old.pieces.len().max(new.pieces.len()) <= MAX_WORDS {
        differences(&old, &new)
    } else {
        let start = old.pieces.iter().zip(&new.pieces).take_while(|(one, two)| one == two);
        let start = start.count();
        let rest = old.pieces.len().min(new.pieces.len()) - start;
        let end = old.pieces.iter().rev().zip(new.pieces.iter().rev()).take(rest);
        let end = end.take_while(|(one, two)| one == two).count();
        vec![(start..old.pieces.len() - end, start..new.pieces.len() - end)]
    };
    let spans = changed.iter().map(|(from, to)| (old.span(from), new.span(to)));
    spans.filter(|(from, to)| !from.is_empty() || !to.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(before: &str, edits: &[Replacement<'_>]) -> String {
        let mut text = before.to_owned();
        for (span, replacement) in edits.iter().rev() {
            text.replace_range(span.range(), replacement);
        }
        text
    }

    #[test]
    fn replaces_only_the_parts_that_differ() {
        for (before, after, expected) in [
            ("a: b\nc\n", "a: b\nc\n", vec![]),
            ("a: Role\nc\n", "a: Profile\nc\n", vec![("Role", "Profile")]),
            (
                "b: !Ref A_B, !Ref A_B\n",
                "b: !Ref A_C, !Ref A_C\n",
                vec![("A_B", "A_C"), ("A_B", "A_C")],
            ),
            // The line that changes is not a part of the insertion before or after it.
            (
                "S: {p: !Ref R}\n",
                "N: new\nS: {p: !Ref N}\n",
                vec![("", "N: new\n"), ("R", "N")],
            ),
            (
                "S: {p: !Ref R}\nz\n",
                "S: {p: !Ref N}\nN: new\nz\n",
                vec![("R", "N"), ("", "N: new\n")],
            ),
            (
                "a: {p: 1}\nb: {p: 1}\n",
                "a: {p: 2}\nb: {p: 2}\n",
                vec![("1", "2"), ("1", "2")],
            ),
            ("a\r\nb\r\n", "a\r\nx\r\nb\r\n", vec![("", "x\r\n")]),
            ("é😀日\n", "é😁日\n", vec![("😀", "😁")]),
            ("a1\nb1\nc\n", "a2\nb2\nc\n", vec![("a1", "a2"), ("b1", "b2")]),
            ("a", "a\nb", vec![("", "\nb")]),
            ("a\nb\nc\n", "c\n", vec![("a\nb\n", "")]),
            ("", "a", vec![("", "a")]),
            // No edit begins or ends between CR and LF, where the protocol has no position.
            ("a\r\n", "a\n", vec![("\r\n", "\n")]),
            ("a\r\n", "a\r", vec![("\r\n", "\r")]),
        ] {
            let edits = minimal_edits(before, after);
            assert_eq!(apply(before, &edits), after);
            let parts: Vec<_> = edits.iter().map(|(span, text)| (span.slice(before), *text)).collect();
            assert_eq!(parts, expected, "{before:?}");
        }
    }
}
