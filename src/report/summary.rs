//! The counts of one input or of a whole run.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use serde::Serialize;

use super::record::FileRecord;
use crate::Report;
use crate::model::Rule;
use crate::rules::rules;
use crate::text::printable::{excerpt, printable};

/// The counts of some inputs.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Number of templates and Terraform files that were checked.
    templates: usize,
    /// Number of files that were checked.
    #[serde(skip)]
    files: usize,
    files_with_findings: usize,
    findings: usize,
    fixable: usize,
    fixed: usize,
    /// Number of fixes that `--unsafe-fixes` would apply.
    unsafe_not_applied: usize,
    /// Number of findings that comments and metadata suppress.
    suppressed: usize,
    /// Number of values that were not checked.
    unchecked: usize,
    /// The origins of these values, each once.
    #[serde(skip)]
    unchecked_origins: IndexSet<String>,
    /// The counts of each rule that has findings, by code.
    #[serde(skip)]
    by_rule: BTreeMap<&'static str, RuleCounts>,
}

/// The counts of one rule.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct RuleCounts {
    /// Number of findings.
    pub(super) findings: usize,
    /// Number of findings that `--write` with the same options fixes.
    pub(super) fixable: usize,
    /// Number of findings that this run fixed.
    pub(super) fixed: usize,
}

impl Summary {
    /// Counts the findings of a file of a Terraform module, before any fix is written.
    pub fn of_terraform_file(report: &Report) -> Self {
        Self {
            templates: 1,
            files: 1,
            ..Self::of(report)
        }
    }

    /// Counts the findings of a file of templates, before any fix is written.
    pub fn of(report: &Report) -> Self {
        let mut by_rule: BTreeMap<_, RuleCounts> = BTreeMap::new();
        for finding in &report.findings {
            let counts = by_rule.entry(finding.rule.code).or_default();
            counts.findings += 1;
            counts.fixable += usize::from(report.applies_fix_of(finding));
        }
        Self {
            templates: report.templates,
            files: usize::from(report.templates > 0),
            files_with_findings: usize::from(!report.findings.is_empty()),
            findings: report.findings.len(),
            fixable: by_rule.values().map(|counts| counts.fixable).sum(),
            fixed: 0,
            unsafe_not_applied: report.unsafe_not_applied().count(),
            suppressed: report.suppressed,
            unchecked: report.unchecked.len(),
            unchecked_origins: report.unchecked.iter().map(|one| one.origin.clone()).collect(),
            by_rule,
        }
    }

    /// Returns the counts of a file without findings, by the number of its templates.
    pub fn of_clean_file(templates: usize) -> Self {
        Self {
            templates,
            files: usize::from(templates > 0),
            ..Self::default()
        }
    }

    /// Counts the fixed findings of the input.
    pub fn count_fixed(&mut self, record: &FileRecord) {
        for finding in record.findings.iter().filter(|finding| finding.fixed) {
            self.fixed += 1;
            if let Some(counts) = self.by_rule.get_mut(finding.rule.code) {
                counts.fixed += 1;
            }
        }
    }

    /// Adds the counts of other inputs.
    pub fn add(&mut self, other: &Self) {
        self.templates += other.templates;
        self.files += other.files;
        self.files_with_findings += other.files_with_findings;
        self.findings += other.findings;
        self.fixable += other.fixable;
        self.fixed += other.fixed;
        self.unsafe_not_applied += other.unsafe_not_applied;
        self.suppressed += other.suppressed;
        self.unchecked += other.unchecked;
        self.unchecked_origins.extend(other.unchecked_origins.iter().cloned());
        for (code, other) in &other.by_rule {
            let counts = self.by_rule.entry(code).or_default();
            counts.findings += other.findings;
            counts.fixable += other.fixable;
            counts.fixed += other.fixed;
        }
    }

    /// Returns the first origins, and the number of the others.
    fn origins(&self) -> String {
        const MAX_ORIGINS: usize = 5;
        let first = self.unchecked_origins.iter().take(MAX_ORIGINS);
        let first: Vec<_> = first.map(|origin| excerpt(&printable(origin)).into_owned()).collect();
        match self.unchecked_origins.len().saturating_sub(MAX_ORIGINS) {
            0 => first.join(", "),
            others => format!("{} and {others} more", first.join(", ")),
        }
    }

    /// Returns whether the run wrote fixes.
    pub(super) fn is_written(&self) -> bool {
        self.fixed > 0
    }

    /// Returns whether neither a template nor a Terraform file was checked.
    pub fn is_empty(&self) -> bool {
        self.templates == 0
    }

    /// Returns the rules that have findings, with their counts.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'static Rule, RuleCounts)> {
        rules().filter_map(|rule| Some((rule, *self.by_rule.get(rule.code)?)))
    }

    /// Returns the summary for people.
    ///
    /// `is_written` says whether the run writes fixes. With `is_verbose`, suppressed findings are counted too.
    pub fn text(&self, is_written: bool, is_verbose: bool) -> String {
        let findings = count(self.findings, "finding");
        let files = count(self.files_with_findings, "file");
        let left = self.findings - self.fixed;
        let mut text = match self {
            Self { findings: 0, files, .. } => format!("Nothing to fix in {}", count(*files, "file")),
            _ if is_written && left == 0 => format!("{findings} in {files}, all fixed"),
            Self { fixed, .. } if is_written => format!("{findings} in {files}: {fixed} fixed, {left} left"),
            Self { fixable: 0, .. } => format!("{findings} in {files}, none fixable"),
            Self { fixable, .. } => format!("{findings} in {files}, {fixable} fixable with `--write`"),
        };
        if self.unchecked > 0 {
            let values = count(self.unchecked, "value");
            text.push_str(&format!("; {values} not checked: {}", self.origins()));
        }
        text.push_str(".\n");
        if self.unsafe_not_applied > 0 {
            let (fixes, them) = match self.unsafe_not_applied {
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

/// Returns a number with its noun in the singular or plural.
fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
