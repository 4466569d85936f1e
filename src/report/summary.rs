//! What the inputs came to, one by one and all together.

use serde::Serialize;

use crate::Report;

/// What some inputs came to.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    templates: usize,
    files_with_findings: usize,
    findings: usize,
    fixable: usize,
    fixed: usize,
    /// How many fixes wait for `--unsafe-fixes`.
    held_back: usize,
    /// How many findings comments and metadata keep from being told.
    suppressed: usize,
    /// How many values were not checked.
    unchecked: usize,
}

impl Summary {
    /// Counts the findings of one input before fixes.
    pub fn of(report: &Report) -> Self {
        Self {
            templates: report.templates,
            files_with_findings: usize::from(!report.findings.is_empty()),
            findings: report.findings.len(),
            fixable: mended(report),
            fixed: 0,
            held_back: report.held_back().count(),
            suppressed: report.suppressed,
            unchecked: report.unchecked.len(),
        }
    }

    /// A template in which there is nothing to find.
    pub fn of_clean_template() -> Self {
        Self {
            templates: 1,
            ..Self::default()
        }
    }

    /// Takes note that what can be mended has been.
    pub fn mark_fixed(&mut self) {
        self.fixed = self.fixable;
    }

    /// Counts what other inputs came to.
    pub fn add(&mut self, other: &Self) {
        self.templates += other.templates;
        self.files_with_findings += other.files_with_findings;
        self.findings += other.findings;
        self.fixable += other.fixable;
        self.fixed += other.fixed;
        self.held_back += other.held_back;
        self.suppressed += other.suppressed;
        self.unchecked += other.unchecked;
    }

    /// Returns whether no input held a template.
    pub fn is_empty(&self) -> bool {
        self.templates == 0
    }

    /// Returns what was found and what became of it; `is_written` tells a run that writes from one that only shows.
    /// With `is_verbose`, also what is suppressed.
    pub fn text(&self, is_written: bool, is_verbose: bool) -> String {
        let findings = count(self.findings, "finding");
        let files = count(self.files_with_findings, "file");
        let left = self.findings - self.fixed;
        let mut text = match self {
            Self {
                findings: 0, templates, ..
            } => format!("Nothing to fix in {}", count(*templates, "template")),
            _ if is_written && left == 0 => format!("{findings} in {files}, all fixed"),
            Self { fixed, .. } if is_written => format!("{findings} in {files}: {fixed} fixed, {left} left"),
            Self { fixable: 0, .. } => format!("{findings} in {files}, none fixable"),
            Self { fixable, .. } => format!("{findings} in {files}, {fixable} fixable with `--write`"),
        };
        if self.unchecked > 0 {
            text.push_str(&format!("; {} not checked", count(self.unchecked, "value")));
        }
        text.push_str(".\n");
        if self.held_back > 0 {
            let (fixes, them) = match self.held_back {
                1 => ("1 unsafe fix".to_owned(), "it"),
                number => (format!("{number} unsafe fixes"), "them"),
            };
            text.push_str(&format!("{fixes} not applied; `--unsafe-fixes` applies {them}.\n"));
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
