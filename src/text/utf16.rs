/// An index of the UTF-16 units of a source, in which editors count columns.
#[derive(Clone, Debug)]
pub struct Utf16Index {
    len: usize,
    /// Number of units of the characters that begin before each block of bytes.
    ///
    /// Empty for ASCII, in which every byte is a unit.
    blocks: Vec<usize>,
}

/// Number of bytes in a block.
const BLOCK: usize = 64;

impl Utf16Index {
    /// Indexes the units of `text`.
    pub fn new(text: &str) -> Self {
        let blocks = text.as_bytes().chunks(BLOCK).scan(0, |total, block| {
            let before = *total;
            *total += units(block);
            Some(before)
        });
        Self {
            len: text.len(),
            blocks: match text.is_ascii() {
                true => Vec::new(),
                false => blocks.collect(),
            },
        }
    }

    /// Counts the units before the byte at `offset`.
    ///
    /// `text` must be the indexed source.
    pub fn units(&self, text: &str, offset: usize) -> usize {
        let offset = offset.min(self.len);
        let Some(last) = self.blocks.len().checked_sub(1) else {
            return offset;
        };
        let block = (offset / BLOCK).min(last);
        let before = self.blocks.get(block).copied().unwrap_or_default();
        before + units(text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }

    /// Returns the offset of the character that contains the unit with this number, from 0.
    ///
    /// `text` must be the indexed source. A number after the last unit results in the end of the source.
    pub fn offset(&self, text: &str, unit: usize) -> usize {
        if self.blocks.is_empty() {
            return unit.min(self.len);
        }
        let block = self.blocks.partition_point(|&before| before <= unit).saturating_sub(1);
        let mut before = self.blocks.get(block).copied().unwrap_or_default();
        // A block may begin inside a character, which is counted in the block before.
        let start = (block * BLOCK..self.len).find(|&at| text.is_char_boundary(at));
        let mut at = start.unwrap_or(self.len);
        for character in text.get(at..).unwrap_or_default().chars() {
            before += character.len_utf16();
            if before > unit {
                return at;
            }
            at += character.len_utf8();
        }
        self.len
    }
}

/// Counts the UTF-16 units of the characters that begin in some bytes of UTF-8.
///
/// Characters of four bytes have two units, all others one.
fn units(bytes: &[u8]) -> usize {
    let units = |&byte: &u8| usize::from(byte & 0b1100_0000 != 0b1000_0000) + usize::from(byte >= 0xF0);
    bytes.iter().map(units).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_offsets_to_units_and_back() {
        let mixed = "aé日😀\r\n".repeat(BLOCK);
        for text in ["", "a", &"a".repeat(2 * BLOCK), &"😀".repeat(BLOCK), &mixed] {
            let index = Utf16Index::new(text);
            for (at, character) in text.char_indices() {
                let unit = text[..at].encode_utf16().count();
                assert_eq!(index.units(text, at), unit, "{at}");
                for inside in 0..character.len_utf16() {
                    assert_eq!(index.offset(text, unit + inside), at, "{at}");
                }
            }
            let units = text.encode_utf16().count();
            assert_eq!(index.units(text, text.len()), units);
            assert_eq!(index.offset(text, units), text.len());
            assert_eq!(index.offset(text, usize::MAX), text.len());
        }
    }
}
