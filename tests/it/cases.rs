//! Templates before and after, in every newline style, and templates that stay as they are.

use cfn_ipfix::{Options, check};

use super::{files, fixed, report};

/// `NAME.before.EXT` becomes `NAME.after.EXT`; the names tell what each is about.
fn pairs(folder: &str) -> Vec<(String, String, String)> {
    let files = files(folder);
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
    assert_eq!(files.len(), 2 * pairs.len(), "a file of {folder} has no counterpart");
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
    for (name, before, after) in pairs("tests/cases") {
        for (variant, store) in VARIANTS {
            assert_eq!(fixed(&store(&before)), store(&after), "{name}, {variant}");
        }
    }
}

#[test]
fn a_second_run_finds_nothing() {
    for (name, _, after) in pairs("tests/cases") {
        assert!(report(&after).findings.is_empty(), "{name}");
    }
}

/// The same with `--unsafe-fixes`. Without it, nothing of these changes.
#[test]
fn unsafe_fixes_are_made_on_request() {
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    for (name, before, after) in pairs("tests/cases/unsafe") {
        let report = check(&before, &options).unwrap();
        assert_eq!(report.fixed(), Some(after.as_str()), "{name}");
        assert_eq!(fixed(&before), before, "{name}");
        let again = check(&after, &options).unwrap();
        assert!(again.findings.iter().all(|finding| finding.fix().is_none()), "{name}");
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

/// `examples/NAME.EXT` becomes `NAME.fixed.EXT`, with the unsafe fixes that some of them say they need; those without
/// stay as they are.
#[test]
fn every_example_comes_out_as_shown() {
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let files = files("examples");
    let examples = files.iter().filter(|(name, _)| !name.contains(".fixed."));
    for (name, template) in examples {
        let report = check(template, &options).unwrap();
        let fixed_name = name.replacen('.', ".fixed.", 1);
        let shown = files.iter().find(|(other, _)| *other == fixed_name);
        assert_eq!(report.fixed(), shown.map(|(_, shown)| shown.as_str()), "{name}");
        for code in ["IPF00", "IPF01"]
            .iter()
            .flat_map(|code| template.match_indices(code))
            .map(|(at, _)| &template[at..at + 6])
        {
            let is_found = report.findings.iter().any(|finding| finding.rule.code == code);
            assert!(is_found, "{name} speaks of {code}");
        }
    }
}
