use crate::chance::Chance;
use crate::seeds::Seed;
use crate::vary;
use crate::words::Words;

/// A part of the tool, with the laws that any input must keep.
pub struct Target {
    pub name: &'static str,
    /// Asserts the laws for one input.
    pub check: fn(&[u8]),
    /// The inputs to begin with, sorted by name.
    pub seeds: fn() -> Vec<Seed>,
    /// Number of bytes at the start of an input that encode options; the rest is a source.
    pub head: usize,
    pub words: &'static Words,
}

impl Target {
    /// Mutates an input in place and returns its new length.
    ///
    /// Half of the time, `mutate_bytes` does, the engine's function. Else lines and words of the source change.
    pub fn mutate(
        &self,
        input: &mut [u8],
        [len, max_len]: [usize; 2],
        seed: u32,
        mutate_bytes: impl FnOnce(&mut [u8], usize, usize) -> usize,
    ) -> usize {
        let mut chance = Chance::new(seed.into());
        let source = input.get(self.head..len).and_then(|text| str::from_utf8(text).ok());
        let (Some(source), true) = (source, chance.below(2) == 0) else {
            return mutate_bytes(input, len, max_len);
        };
        let mut source = source.to_owned();
        for _ in 0..=chance.below(3) {
            source = vary::lines(&source, &mut chance, self.words);
        }
        let max_len = max_len.min(input.len()).saturating_sub(self.head);
        source.truncate(vary::boundary(&source, max_len));
        let end = self.head + source.len();
        input[self.head..end].copy_from_slice(source.as_bytes());
        end
    }

    /// Returns a variation of an input that is at most `max_len` bytes long.
    ///
    /// It depends on the arguments only. `other` is an input to take parts from.
    pub fn variation(&self, input: &[u8], other: &[u8], max_len: usize, chance: &mut Chance) -> Vec<u8> {
        let (head, source) = input.split_at(self.head.min(input.len()));
        let other = String::from_utf8_lossy(other.get(self.head..).unwrap_or_default());
        let mut source = String::from_utf8_lossy(source).into_owned();
        for _ in 0..=chance.below(6) {
            source = match chance.below(2) {
                0 => vary::lines(&source, chance, self.words),
                _ => vary::characters(&source, &other, chance, self.words),
            };
        }
        let mut input = vary::options(head, chance);
        source.truncate(vary::boundary(&source, max_len.saturating_sub(input.len())));
        input.extend(source.into_bytes());
        input
    }
}
