use cfn_ipfix::hcl::{check_limits, lex};

use crate::bounds::bounded;
use crate::seeds;
use crate::target::Target;
use crate::words;

/// Splits any source into tokens, which cover it; an error has a position in it.
pub const LEX: Target = Target {
    name: "lex",
    check,
    seeds: || seeds::files("fuzz/seeds/lex"),
    head: 0,
    words: &words::MODULE,
};

fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let result = bounded(text.len(), || {
        let tokens = lex(text)?;
        let mut end = 0;
        for token in &tokens {
            assert_eq!(token.span.start(), end);
            assert!(text.get(token.span.range()).is_some_and(|written| !written.is_empty()));
            end = token.span.end();
        }
        assert_eq!(end, text.len());
        check_limits(&tokens, text)
    });
    if let Err(error) = result {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
}
