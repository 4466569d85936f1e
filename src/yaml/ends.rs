//! Where scalars end, of which the parser tells only where they begin.

/// How many bytes of `rest` a plain scalar of this value takes; over several lines its blanks are folded.
pub(super) fn plain_end(rest: &str, value: &str) -> usize {
    if rest.starts_with(value) {
        return value.len();
    }
    let mut end = 0;
    for word in value.split_whitespace() {
        let tail = rest.get(end..).unwrap_or_default();
        match tail.find(word) {
            Some(at) => end += at + word.len(),
            None => break,
        }
    }
    end
}

/// How many bytes a scalar in single quotes takes at the start of `rest`.
pub(super) fn single_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\'' && bytes.next_if(|&(_, next)| next == b'\'').is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// How many bytes a scalar in double quotes takes at the start of `rest`.
pub(super) fn double_quoted_end(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
