use std::collections::BTreeMap;

use cfn_ipfix::hcl::{HclFile, lex};
use cfn_ipfix::model::Finding;
use cfn_ipfix::terraform::ModuleFile;
use cfn_ipfix::text::{Edit, File, FileId, FileRange, TextRange};
use cfn_ipfix::{CheckError, Options, Report, check_module};

use crate::laws::{by_rule, is_suppression};

/// The names of the files; the flags say which.
const NAMES: [[&str; 3]; 4] = [
    ["main.tf", "iam.tf", "ec2.tf.json"],
    ["main.tf.json", "iam.tf", "ec2.tf"],
    ["main.tf", "main_override.tf", "main.tofu"],
    ["main.tofu", "iam.tofu.json", "override.tf.json"],
];

/// A Terraform module.
pub(crate) struct Module {
    files: Vec<ModuleFile>,
    /// The files of each local module that it calls.
    child: Option<Vec<ModuleFile>>,
}

/// The reports of the files, in order.
type Reports = Vec<Result<Report, CheckError>>;

impl Module {
    /// Splits a source at NUL characters into at most three files.
    ///
    /// The upper half of `flags` says what they are called, whether the last one may change, and whether it is a file of
    /// the modules that the first ones call.
    pub(crate) fn of(text: &str, flags: u8, options: Options) -> Self {
        let names = NAMES[usize::from(flags >> 4 & 3)];
        let files = text
            .splitn(names.len(), '\0')
            .zip(names)
            .map(|(text, name)| ModuleFile {
                name: name.to_owned(),
                text: Some(text.into()),
                may_change: true,
                options,
            });
        let mut files: Vec<_> = files.collect();
        let mut child = None;
        if files.len() > 1 {
            let last = files.last_mut().expect("there are several files");
            last.may_change = flags & 0x40 == 0;
            if flags & 0x80 != 0 {
                child = files.pop().map(|file| vec![file]);
            }
        }
        Self { files, child }
    }

    /// Checks the module.
    pub(crate) fn check(&self) -> Reports {
        check_module(&self.files, &|_| self.child.clone())
    }

    /// Asserts that the reports match the fixed files.
    ///
    /// All ranges are in their files. A second run finds the remaining findings, and fixes none of them.
    ///
    /// # Panics
    ///
    /// Panics if the reports do not match.
    pub(crate) fn assert_honest(&self, reports: &Reports) {
        for (file, report) in self.files.iter().zip(reports) {
            match report {
                Ok(report) => self.assert_ranges(report),
                Err(error) => {
                    let text = file.text.as_deref().unwrap_or_default();
                    assert!(text.get(error.span().range()).is_some(), "{error:?}");
                    continue;
                }
            }
        }
        let fixed = self.fixed(reports);
        let is_fixed = self
            .files
            .iter()
            .zip(&fixed.files)
            .any(|(before, after)| before.text != after.text);
        let findings = |reports: &Reports| -> Vec<Finding> {
            let reports = reports.iter().flatten();
            reports.flat_map(|report| report.findings.clone()).collect()
        };
        if !is_fixed {
            let remaining = reports.iter().flatten().map(|report| report.remaining().count());
            assert_eq!(
                remaining.sum::<usize>(),
                findings(reports).len(),
                "findings count as fixed, but there is no fixed file"
            );
            return;
        }
        let again = fixed.check();
        for (before, after) in reports.iter().zip(&again) {
            assert_eq!(before.is_ok(), after.is_ok(), "{after:?} in\n{}", fixed.shown());
            let fixed_again = after.as_ref().ok().and_then(Report::fixed);
            assert_eq!(fixed_again, None, "a second run fixes more in\n{}", fixed.shown());
        }
        assert_eq!(
            by_rule(reports.iter().flatten().flat_map(Report::remaining)),
            by_rule(findings(&again).iter()),
            "in\n{}",
            fixed.shown()
        );
    }

    /// Asserts that fixes change nothing else, byte for byte.
    ///
    /// Lines without a fixed finding or an edit are the same, and so are comments, except suppressions. New blocks are
    /// profiles. The reported edits give the fixed files, after the fixes that follow from them.
    ///
    /// # Panics
    ///
    /// Panics if something else changed.
    pub(crate) fn assert_untouched(&self, reports: &Reports) {
        let applied: Vec<_> = reports
            .iter()
            .flatten()
            .flat_map(|report| report.findings.iter().filter(|finding| report.applies_fix_of(finding)))
            .collect();
        let edits: Vec<_> = applied
            .iter()
            .flat_map(|finding| finding.fix().into_iter().flat_map(|fix| &fix.edits))
            .collect();
        for ((id, file), report) in (0..).map(FileId).zip(&self.files).zip(reports) {
            let (Some(before), Ok(report)) = (file.text.as_deref(), report) else {
                continue;
            };
            let Some(after) = report.fixed() else { continue };
            assert!(file.may_change, "{} was changed", file.name);
            assert_ne!(before, after, "{} counts as changed", file.name);
            let places = applied.iter().map(|finding| (finding.place, ""));
            let edits_here = edits
                .iter()
                .map(|edit| (FileRange::new(edit.file, edit.span), edit.text.as_str()));
            let touched = edits_here.chain(places).filter(|(place, _)| place.file == id);
            let touched: Vec<_> = touched.map(|(place, new)| (place.span, new)).collect();
            assert_lines_kept(before, after, &touched);
            if !file.name.ends_with(".json") {
                assert_comments_kept(before, after);
                assert_new_profiles(before, after);
            }
        }
        if let Some(edited) = self.edited(&edits) {
            let followed = edited.fixed(&edited.check());
            assert_eq!(
                followed.shown(),
                self.fixed(reports).shown(),
                "the edits give other files"
            );
        }
    }

    fn assert_ranges(&self, report: &Report) {
        for finding in &report.findings {
            let related = finding.related.iter().map(|label| label.place);
            let edits = finding.fix().into_iter().flat_map(|fix| &fix.edits);
            let edits = edits.map(|edit| FileRange::new(edit.file, edit.span));
            for place in related.chain([finding.place]).chain(edits) {
                assert!(self.contains(place), "{finding:?}");
            }
        }
        for unchecked in &report.unchecked {
            assert!(self.contains(unchecked.place), "{unchecked:?}");
        }
    }

    /// Returns whether a range is in its file, on character boundaries.
    fn contains(&self, place: FileRange) -> bool {
        let file = self.files.get(place.file.0 as usize);
        let text = file.and_then(|file| file.text.as_deref());
        text.is_some_and(|text| text.get(place.span.range()).is_some())
    }

    fn fixed(&self, reports: &Reports) -> Self {
        let files = self.files.iter().zip(reports).map(|(file, report)| {
            let fixed = report.as_ref().ok().and_then(Report::fixed);
            ModuleFile {
                text: fixed.map(Into::into).or_else(|| file.text.clone()),
                ..file.clone()
            }
        });
        Self {
            files: files.collect(),
            child: self.child.clone(),
        }
    }

    /// Applies edits to the files; returns `None` if some overlap.
    fn edited(&self, edits: &[&Edit]) -> Option<Self> {
        let files = (0..).map(FileId).zip(&self.files).map(|(id, file)| {
            let text = edited(file.text.as_deref()?, id, edits)?;
            Some(ModuleFile {
                text: Some(text.into()),
                ..file.clone()
            })
        });
        Some(Self {
            files: files.collect::<Option<_>>()?,
            child: self.child.clone(),
        })
    }

    fn shown(&self) -> String {
        let files = self.files.iter();
        files
            .map(|file| format!("--- {}\n{}\n", file.name, file.text.as_deref().unwrap_or_default()))
            .collect()
    }
}

/// Asserts that all lines without a byte of `touched` are still there, in order.
///
/// Each range has its replacement.
fn assert_lines_kept(before: &str, after: &str, touched: &[(TextRange, &str)]) {
    // A file may have each kind of newline, and a new line the one of its neighbours.
    let mut remaining = after.split(['\n', '\r']);
    let mut start = 0;
    for line in before.split(['\n', '\r']) {
        let end = start + line.len();
        let is_touched = touched.iter().any(|(span, new)| {
            let is_after = span.start() == end && new.starts_with(['\n', '\r']);
            let is_before = span.end() == start && new.ends_with(['\n', '\r']);
            let adds_lines = span.is_empty() && (is_after || is_before);
            !adds_lines && span.start() <= end && start <= span.end()
        });
        if !is_touched {
            assert!(
                remaining.any(|other| other == line),
                "the line `{line}` is lost in\n{after}"
            );
        }
        start += line.len() + 1;
    }
}

fn assert_comments_kept(before: &str, after: &str) {
    let [before, after_comments] = [before, after].map(|text| -> Vec<&str> {
        let tokens = lex(text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        let comments = tokens.iter().filter(|token| token.kind.is_comment());
        comments.map(|token| token.span.slice(text).trim_end()).collect()
    });
    let mut remaining = after_comments.iter();
    for comment in before.iter().filter(|comment| !is_suppression(comment)) {
        let is_kept = remaining.any(|other| other == comment);
        assert!(is_kept, "the comment `{comment}` is lost in\n{after}");
    }
}

fn assert_new_profiles(before: &str, after: &str) {
    let [old, new] = [before, after].map(|text| {
        let file = HclFile::parse(&File::new(FileId::default(), text));
        let file = file.unwrap_or_else(|error| panic!("{error:?} in\n{text}"));
        let blocks = file.body().blocks.iter().map(|block| {
            let labels = block.labels.iter().map(|label| label.text.clone());
            [block.block_type.text.clone()].into_iter().chain(labels).collect()
        });
        blocks.collect::<Vec<Vec<String>>>()
    });
    let mut counts = BTreeMap::new();
    for block in &old {
        *counts.entry(block).or_insert(0) += 1;
    }
    for block in &new {
        let count = counts.entry(block).or_insert(0);
        let is_profile = block.get(1).is_some_and(|kind| kind.ends_with("_iam_instance_profile"));
        assert!(*count > 0 || is_profile, "{block:?} is new in\n{after}");
        *count -= i32::from(*count > 0);
    }
    let lost = counts.iter().find(|(_, count)| **count > 0);
    assert_eq!(lost, None, "a block is lost in\n{after}");
}

/// Applies edits to a file; returns `None` if some overlap.
fn edited(text: &str, file: FileId, edits: &[&Edit]) -> Option<String> {
    let mut edits: Vec<_> = edits.iter().filter(|edit| edit.file == file).collect();
    edits.sort();
    edits.dedup();
    let mut result = String::new();
    let mut done = 0;
    let mut last = None;
    for edit in edits {
        if last == Some(edit.span) {
            return None;
        }
        result += text.get(done..edit.span.start())?;
        result += &edit.text;
        done = edit.span.end();
        last = Some(edit.span);
    }
    result += text.get(done..)?;
    Some(result)
}
