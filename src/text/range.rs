use std::ops::Range;

/// A range of bytes in a source: `start` included, `end` not.
///
/// It is a newtype so that a number of characters can never slice a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRange {
    start: usize,
    end: usize,
}

impl TextRange {
    /// Creates a range; an `end` before `start` makes it empty.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Creates the empty range at `offset`, the position of an insertion.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Returns the offset of the first byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// Returns the offset after the last byte.
    pub fn end(self) -> usize {
        self.end
    }

    /// Returns whether the range is empty.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Converts the range to a [`Range`].
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the part of `text`; empty if the range does not fit.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Returns the bytes of `text`; empty if the range does not fit.
    pub(super) fn bytes(self, text: &str) -> &[u8] {
        text.as_bytes().get(self.range()).unwrap_or_default()
    }
}
