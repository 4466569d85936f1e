//! What can be told of a text by its raw bytes, before anything is parsed.

/// Whether a rule can apply to a text, judged by its raw bytes; `false` is certain, `true` is not.
pub fn may_apply(text: &[u8]) -> bool {
    // An escape may hide any word.
    text.contains(&b'\\') || holds(text, b"AWS") || holds(text, b"cfn-ipfix")
}

/// Whether a text looks like a CloudFormation template, judged by its raw bytes.
pub fn looks_like_template(text: &[u8]) -> bool {
    holds(text, b"Resources") && holds(text, b"AWS::")
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part == word)
}
