use cfn_ipfix::yaml::YamlFile;

use crate::bounds::bounded;
use crate::laws::assert_read;
use crate::seeds;
use crate::target::Target;
use crate::words;

/// Parses any source; an error has a position in it.
pub const PARSE: Target = Target {
    name: "parse",
    check,
    seeds: seeds::templates,
    head: 0,
    words: &words::TEMPLATE,
};

fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    match bounded(text.len(), || YamlFile::of_text(text)) {
        Ok(stream) => bounded(text.len(), || assert_read(&stream)),
        Err(error) => assert!(text.get(error.span.range()).is_some(), "{error:?}"),
    }
}
