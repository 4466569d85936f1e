//! Small templates whose fixes would do harm, and the result that each must have: `tests/no-harm/EXPECTED.tsv`.

use std::path::{Path, PathBuf};

use cfn_ipfix::model::{Finding, FixState};
use cfn_ipfix::{Options, Report};

use crate::judge::judge;

/// A template and its expected result.
pub(crate) struct Case {
    file: String,
    is_unsafe: bool,
    /// The accepted results.
    expected: Vec<Expected>,
}

/// A result of a check.
#[derive(Debug)]
enum Expected {
    /// A fix adds this resource, or a reference to it.
    FixedBy(String),
    /// Nothing is fixed, and each finding has a reason.
    NoFix,
    /// A finding of this rule is reported.
    Finding(String),
    /// A finding of this rule remains after the fixes.
    Remains(String),
    /// The message of a finding contains this word.
    Says(String),
    /// Something is reported as unchecked.
    Unchecked,
}

/// Reads the table, and asserts that it names every template of the folder.
pub(crate) fn all() -> Vec<Case> {
    let table = std::fs::read_to_string(folder().join("EXPECTED.tsv")).unwrap();
    let cases: Vec<_> = table.lines().skip(1).map(Case::read).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_named = cases.iter().any(|case| case.file == name);
        assert!(is_named || name == "EXPECTED.tsv", "the table does not name {name}");
    }
    cases
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/no-harm")
}

impl Case {
    fn read(line: &str) -> Self {
        let fields: Vec<_> = line.split('\t').collect();
        let [file, options, expected, _reason] = fields.as_slice() else {
            panic!("not four columns: {line}")
        };
        Self {
            file: (*file).to_owned(),
            is_unsafe: match *options {
                "safe" => false,
                "unsafe" => true,
                other => panic!("no options: {other}"),
            },
            expected: expected.split(" or ").map(Expected::read).collect(),
        }
    }

    /// Returns the name of the test.
    pub(crate) fn title(&self) -> String {
        let options = if self.is_unsafe { "unsafe" } else { "safe" };
        format!("{}::{options}", self.file)
    }

    /// Checks the template.
    ///
    /// Returns an error if the result is not an accepted one.
    pub(crate) fn check(&self) -> Result<(), String> {
        let before = std::fs::read_to_string(folder().join(&self.file)).unwrap();
        let options = Options {
            unsafe_fixes: self.is_unsafe,
            ..Options::default()
        };
        let report = cfn_ipfix::check(&before, &options).map_err(|error| error.to_string())?;
        let after = report.fixed().unwrap_or(&before);
        if let Some(harm) = judge(&before, after).iter().find(|harm| harm.excused_by.is_none()) {
            return Err(format!("{harm:?}\n{after}"));
        }
        match self.expected.iter().any(|expected| expected.is_met(&before, &report)) {
            true => Ok(()),
            false => Err(format!("not {:?}: {:#?}\n{after}", self.expected, summary(&report))),
        }
    }
}

impl Expected {
    fn read(text: &str) -> Self {
        match text.split_once(' ') {
            Some(("fixed", rest)) => Self::FixedBy(rest.strip_prefix("by ").unwrap().to_owned()),
            Some(("no", "fix")) => Self::NoFix,
            Some(("says", word)) => Self::Says(word.to_owned()),
            Some(("remains", rule)) => Self::Remains(rule.to_owned()),
            Some(("finding", rule)) => Self::Finding(rule.to_owned()),
            None if text == "unchecked" => Self::Unchecked,
            _ => panic!("not a result: {text}"),
        }
    }

    fn is_met(&self, before: &str, report: &Report) -> bool {
        match self {
            Self::FixedBy(id) => {
                let count = |text: &str| text.match_indices(id.as_str()).count();
                report.fixed().is_some_and(|after| count(after) > count(before))
            }
            Self::NoFix => report.fixed().is_none() && report.findings.iter().all(has_no_fix),
            Self::Finding(rule) => report.findings.iter().any(|finding| finding.rule.code == rule),
            Self::Remains(rule) => report.remaining().any(|finding| finding.rule.code == rule),
            Self::Says(word) => {
                let has_word = |message: &str| message.split(' ').any(|other| other == word);
                report.findings.iter().any(|finding| has_word(&finding.message))
            }
            Self::Unchecked => !report.unchecked.is_empty(),
        }
    }
}

/// Returns whether a finding has a reason for no fix.
fn has_no_fix(finding: &Finding) -> bool {
    matches!(finding.fix_state, FixState::NoFix(_))
}

fn summary(report: &Report) -> Vec<String> {
    let finding = |finding: &Finding| format!("{} {} {:?}", finding.rule.code, finding.message, finding.fix_state);
    report.findings.iter().map(finding).collect()
}
