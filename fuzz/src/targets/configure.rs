use std::path::Path;

use cfn_ipfix::config::{Config, Overrides};

use crate::bounds::bounded;
use crate::seeds;
use crate::target::Target;
use crate::words;

/// Parses any configuration; an error has a position in it.
pub const CONFIGURE: Target = Target {
    name: "configure",
    check,
    seeds: || seeds::files("fuzz/seeds/configure"),
    head: 0,
    words: &words::TEMPLATE,
};

/// Paths of templates that patterns may match.
const TEMPLATES: &[&str] = &[
    "/project/a.yaml",
    "/project/tests/vendor/日本 [1]!.json",
    "/elsewhere/a.yaml",
    "/project",
];

fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let parsed = bounded(text.len(), || {
        Config::parse("/project/.cfn-ipfix.yaml".into(), "/project".into(), text)
    });
    match parsed {
        Ok(config) => bounded(text.len(), || {
            for template in TEMPLATES.iter().map(Path::new) {
                let options = config.options(template, &Overrides::default());
                let overrides = Overrides {
                    unsafe_fixes: Some(!options.unsafe_fixes),
                    ..Overrides::default()
                };
                assert_ne!(config.options(template, &overrides).unsafe_fixes, options.unsafe_fixes);
            }
        }),
        Err(problem) => assert!(text.get(problem.span.range()).is_some(), "{problem:?}"),
    }
}
