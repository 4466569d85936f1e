//! What all inputs together came to.

use cfn_ipfix::Report;
use serde::Serialize;

/// What all inputs together came to.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    templates: usize,
    files_with_findings: usize,
    findings: usize,
    fixable: usize,
    fixed: usize,
    /// How many fixes wait for `--unsafe-fixes`.
    held_back: usize,
    /// How many findings comments and metadata keep from being told.
    suppressed: usize,
}

impl Summary {
    /// Counts what was found in one input.
    pub(crate) fn add(&mut self, report: &Report) {
        self.templates += report.templates;
        self.findings += report.findings.len();
        self.files_with_findings += usize::from(!report.findings.is_empty());
        self.fixable += mended(report);
        self.held_back += report.held_back().count();
        self.suppressed += report.suppressed;
    }

    /// Counts what was mended in one input.
    pub(crate) fn add_fixed(&mut self, report: &Report) {
        self.fixed += mended(report);
    }

    /// Whether no input held a template.
    pub(crate) fn is_empty(&self) -> bool {
        self.templates == 0
    }

    /// What was found and what became of it; `is_written` tells a run that writes from one that only shows. With
    /// `is_verbose`, also what is suppressed.
    pub(crate) fn text(&self, is_written: bool, is_verbose: bool) -> String {
        let findings = count(self.findings, "finding");
        let files = count(self.files_with_findings, "file");
        let left = self.findings - self.fixed;
        let mut text = match self {
            Self {
                findings: 0, templates, ..
            } => format!("Nothing to fix in {}.\n", count(*templates, "template")),
            _ if is_written && left == 0 => format!("{findings} in {files}, all fixed.\n"),
            Self { fixed, .. } if is_written => format!("{findings} in {files}: {fixed} fixed, {left} left.\n"),
            Self { fixable: 0, .. } => format!("{findings} in {files}, none fixable.\n"),
            Self { fixable, .. } => format!("{findings} in {files}, {fixable} fixable with `--write`.\n"),
        };
        if self.held_back > 0 {
            let fixes = match self.held_back {
                1 => "1 fix is".to_owned(),
                number => format!("{number} fixes are"),
            };
            text.push_str(&format!(
                "{fixes} held back that may be wrong; `--unsafe-fixes` applies them.\n"
            ));
        }
        if is_verbose && self.suppressed > 0 {
            text.push_str(&format!("{} suppressed.\n", count(self.suppressed, "finding")));
        }
        text
    }
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn mended(report: &Report) -> usize {
    report.findings.iter().filter(|finding| report.mends(finding)).count()
}
