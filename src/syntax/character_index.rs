/// The number of characters before each block of a text's bytes.
///
/// With it, no place on a long line costs more than one block: a template may be one line with a thousand findings.
#[derive(Clone, Debug)]
pub struct CharacterIndex {
    before: Vec<usize>,
}

/// The bytes of a block.
const BLOCK: usize = 256;

impl CharacterIndex {
    /// Counts the characters of `text`.
    pub fn new(text: &str) -> Self {
        let blocks = text.as_bytes().chunks(BLOCK);
        let before = blocks.scan(0, |total, block| {
            let before = *total;
            *total += count(block);
            Some(before)
        });
        Self {
            before: before.collect(),
        }
    }

    /// Returns how many characters of `text`, which must be the text that was read, begin before a byte.
    pub fn before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        let (before, from) = match self.before.get(block) {
            Some(&before) => (before, block * BLOCK),
            // The end of a text that fills its last block.
            None => match self.before.last() {
                Some(&before) => (before, (self.before.len() - 1) * BLOCK),
                None => (0, 0),
            },
        };
        before + count(text.as_bytes().get(from..offset).unwrap_or_default())
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
    fn characters_are_counted_before_every_byte_that_begins_one() {
        for text in ["", "a", "あb", &"あb".repeat(BLOCK), &"a".repeat(2 * BLOCK)] {
            let index = CharacterIndex::new(text);
            for (number, (at, _)) in text.char_indices().enumerate() {
                assert_eq!(index.before(text, at), number, "{text} {at}");
            }
            assert_eq!(index.before(text, text.len()), text.chars().count(), "{text}");
        }
    }
}
