//! Small templates whose fixes would do harm, and the result that each must have: `tests/no-harm/EXPECTED.tsv`.

use std::path::{Path, PathBuf};

use cfn_ipfix::model::{Finding, Remedy};
use cfn_ipfix::{Options, Report, check};

use crate::judge::judge;

/// A template and its expected result.
pub(crate) struct Case {
    file: String,
    is_unsafe: bool,
    /// The results that would do, one of which must come.
    expected: Vec<Expected>,
}

/// A result of a check.
#[derive(Debug)]
enum Expected {
    /// A fix is made, after which something refers to this resource or it is added.
    FixedBy(String),
    /// No fix is made.
    NoFix,
    /// A finding of this rule is reported.
    Finding(String),
    /// A finding of this rule is still there after the fixes.
    Stays(String),
    /// The message of a finding has this word.
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

    /// Checks the template; fails if it does not come out as expected.
    pub(crate) fn comes_out(&self) -> Result<(), String> {
        let before = std::fs::read_to_string(folder().join(&self.file)).unwrap();
        let options = Options {
            unsafe_fixes: self.is_unsafe,
            ..Options::default()
        };
        let report = check(&before, &options).map_err(|error| error.to_string())?;
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
            Some(("stays", rule)) => Self::Stays(rule.to_owned()),
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
            Self::NoFix => report.fixed().is_none() && report.findings.iter().all(is_withheld),
            Self::Finding(rule) => report.findings.iter().any(|finding| finding.rule.code == rule),
            Self::Stays(rule) => report.remaining().any(|finding| finding.rule.code == rule),
            Self::Says(word) => {
                let has_word = |message: &str| message.split(' ').any(|other| other == word);
                report.findings.iter().any(|finding| has_word(&finding.message))
            }
            Self::Unchecked => !report.unchecked.is_empty(),
        }
    }
}

/// Returns whether a finding says why it has no fix.
fn is_withheld(finding: &Finding) -> bool {
    matches!(finding.remedy, Remedy::Withheld(_))
}

fn summary(report: &Report) -> Vec<String> {
    let finding = |finding: &Finding| format!("{} {} {:?}", finding.rule.code, finding.message, finding.remedy);
    report.findings.iter().map(finding).collect()
}
