//! Templates before and after, in every newline style, and templates that stay as they are.

use super::{files, fixed, report};

/// `tests/cases/NAME.before.EXT` becomes `NAME.after.EXT`; the names tell what each is about.
fn pairs() -> Vec<(String, String, String)> {
    let files = files("tests/cases");
    let pairs: Vec<_> = files
        .iter()
        .filter(|(name, _)| name.contains(".before."))
        .map(|(name, before)| {
            let after_name = name.replace(".before.", ".after.");
            let after = files.iter().find(|(other, _)| *other == after_name);
            let (_, after) = after.unwrap_or_else(|| panic!("{after_name} is missing"));
            (name.clone(), before.clone(), after.clone())
        })
        .collect();
    assert_eq!(files.len(), 2 * pairs.len(), "a file of tests/cases has no counterpart");
    pairs
}

/// Gives the lines of a text another form.
type Store = fn(&str) -> String;

/// Ways to store the same lines. A lone CR ends a line in YAML as well.
const VARIANTS: [(&str, Store); 5] = [
    ("LF", |text| text.to_owned()),
    ("CRLF", |text| text.replace('\n', "\r\n")),
    ("CR", |text| text.replace('\n', "\r")),
    ("BOM", |text| format!("\u{feff}{text}")),
    ("no final newline", |text| text.trim_end().to_owned()),
];

#[test]
fn every_case_is_fixed_in_every_newline_style() {
    for (name, before, after) in pairs() {
        for (variant, store) in VARIANTS {
            assert_eq!(fixed(&store(&before)), store(&after), "{name}, {variant}");
        }
    }
}

#[test]
fn a_second_run_finds_nothing() {
    for (name, _, after) in pairs() {
        assert!(report(&after).findings.is_empty(), "{name}");
    }
}

#[test]
fn what_is_right_or_none_of_our_business_is_untouched() {
    for (name, template) in files("tests/cases/untouched") {
        let report = report(&template);
        assert!(report.findings.is_empty(), "{name}: {:?}", report.findings);
        assert_eq!(report.fixed(), None, "{name}");
        assert!(report.templates > 0, "{name}");
    }
}

/// `examples/NAME.EXT` becomes `NAME.fixed.EXT`; the README and the documentation point at them.
#[test]
fn every_example_comes_out_as_shown() {
    let files = files("examples");
    let examples = files.iter().filter(|(name, _)| !name.contains(".fixed."));
    for (name, template) in examples {
        let fixed_name = name.replacen('.', ".fixed.", 1);
        let shown = files.iter().find(|(other, _)| *other == fixed_name);
        let shown = shown.map_or(template, |(_, shown)| shown);
        assert_eq!(&fixed(template), shown, "{name}");
    }
}
