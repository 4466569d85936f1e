use std::ops::Range;

/// A stretch of a source text: byte offsets, `start` included, `end` not.
///
/// A newtype so that a number of characters can never slice a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`; an `end` before `start` gives the empty span at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The empty span at `offset`, the place of an insertion.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The offset of the first byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// The offset behind the last byte.
    pub fn end(self) -> usize {
        self.end
    }

    /// Returns whether no byte lies inside.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// As the standard range, in bytes.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The text that the span covers; empty where the span does not fit `text`.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Returns the bytes that the span covers; none if the span does not fit `text`.
    pub(super) fn bytes(self, text: &str) -> &[u8] {
        text.as_bytes().get(self.range()).unwrap_or_default()
    }
}
