//! Choices out of random bytes; when no bytes are left, each choice is the first one, which is the simplest.

/// A source of choices.
pub(super) struct Choices<'b> {
    bytes: &'b [u8],
}

impl<'b> Choices<'b> {
    /// Takes the choices from `bytes`.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Chooses a number below `end`, which is at most 256.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        usize::from(*first) % end.max(1)
    }

    /// Chooses `true` once in `n` times.
    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// Chooses one of the items.
    pub(super) fn one<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}
