/// Returns whether bytes are UTF-16, with or without a byte order mark.
///
/// Without one, the first character must be ASCII, so that one of its two bytes is zero.
/// <https://yaml.org/spec/1.2.2/#52-character-encodings>
pub fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [0, other, ..] | [other, 0, ..] => *other != 0 && bytes.len().is_multiple_of(2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_utf16_by_its_mark_or_its_zeros() {
        let encoded = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            for text in ["\u{feff}日本", "\u{feff}", "Resources: {}", "{", "# 日本"] {
                assert!(is_utf16(&encoded(text, bytes)), "{text}");
            }
        }
        for bytes in [
            b"".as_slice(),
            b"R",
            b"Re",
            b"\0",
            b"\0\0",
            b"\0\0\x01\0",
            b"a\0b",
            "日".as_bytes(),
        ] {
            assert!(!is_utf16(bytes), "{bytes:?}");
        }
    }
}
