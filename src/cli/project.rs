//! Checks templates that may pass values to each other together.

use std::path::PathBuf;
use std::sync::Arc;

use cfn_ipfix::config::ConfigError;
use cfn_ipfix::files::Unreadable;
use cfn_ipfix::report::{SourceText, Sources};
use cfn_ipfix::text::FileId;
use cfn_ipfix::{CheckError, Options, ProjectFile, Report, check_project};

use super::file_outcome::FileOutcome;
use super::inputs::{InputKind, WorkItem};
use super::outcomes::{Outcomes, Writing};
use super::run_plan::RunPlan;
use super::write_together::{CheckedFile, write};

/// A file of a group.
pub(super) struct Member {
    /// The path, with `/` between names and relative to the same folder as those of the other members.
    path: String,
    item: WorkItem,
    /// True if the file is reported, and may be changed.
    is_reported: bool,
}

/// Checks the files of a group, and returns the outcomes of those that are reported, in the same order.
///
/// A file with an error is reported as if it were checked alone, and the others are checked without it.
pub(super) fn check(outcomes: &Outcomes<'_>, members: &[Member]) -> Vec<FileOutcome> {
    let files = members.iter().map(|member| ReadFile::of(outcomes.plan, member));
    let (read, unread): (Vec<_>, Vec<_>) = files.zip(0..).partition(|(file, _)| file.text.is_ok());
    let unread = unread
        .into_iter()
        .filter_map(|(file, number)| Some((number, file.unread_outcome(outcomes)?)));
    let (files, numbers): (Vec<_>, Vec<usize>) = read.into_iter().unzip();
    let project = CheckedProject::of(files);
    let read = numbers.into_iter().zip(project.outcomes(outcomes));
    let read = read.filter_map(|(number, outcome)| Some((number, outcome?)));
    let mut results: Vec<_> = unread.chain(read).collect();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, outcome)| outcome).collect()
}

/// A member with its source.
struct ReadFile<'m> {
    member: &'m Member,
    options: Result<Options, Arc<ConfigError>>,
    text: Result<Arc<str>, Unreadable>,
}

impl Member {
    /// Creates a member that is an input of the run.
    pub(super) fn reported(path: String, item: WorkItem) -> Self {
        Self {
            path,
            item,
            is_reported: true,
        }
    }

    /// Creates a member that only serves to check others.
    pub(super) fn unreported(path: String, item: WorkItem) -> Self {
        Self {
            path,
            item,
            is_reported: false,
        }
    }

    /// Returns whether errors in the file are ignored, as no rule applies to it and nobody named it.
    fn is_silent(&self) -> bool {
        let may_apply = self
            .item
            .scan
            .as_ref()
            .is_none_or(|scan| scan.may_apply || scan.shares_folder);
        self.is_discovered() && !may_apply
    }

    /// Returns whether the file was found in a folder, not named.
    fn is_discovered(&self) -> bool {
        self.item.kind == InputKind::Discovered
    }
}

impl<'m> ReadFile<'m> {
    fn of(plan: &RunPlan, member: &'m Member) -> Self {
        let input = &member.item.input;
        Self {
            member,
            options: plan.options(input.name()),
            text: input.read().map(Arc::from),
        }
    }

    /// Returns whether fixes may change the file.
    fn may_change(&self) -> bool {
        self.member.is_reported && self.options.is_ok()
    }

    /// Returns the file for the check of its group.
    fn project_file(&self) -> ProjectFile {
        ProjectFile {
            path: self.member.path.clone(),
            text: self.text.as_ref().map_or_else(|_| Arc::from(""), Arc::clone),
            may_change: self.may_change(),
            options: self.options.as_ref().cloned().unwrap_or_default(),
        }
    }

    /// Returns the outcome of a file that cannot be read; `None` if it is not reported.
    fn unread_outcome(&self, outcomes: &Outcomes<'_>) -> Option<FileOutcome> {
        let input = &self.member.item.input;
        self.member.is_reported.then(|| match (&self.options, &self.text) {
            (Err(error), _) => outcomes.misconfigured(input, Arc::clone(error)),
            (Ok(_), Err(error)) if !(self.member.is_silent() && error.error.is_content()) => {
                outcomes.unreadable(input, error)
            }
            (Ok(_), _) => outcomes.clean(input, 1),
        })
    }
}

/// A checked group, whose fixes are not written yet.
struct CheckedProject<'m> {
    files: Vec<ReadFile<'m>>,
    /// The report of each file.
    reports: Vec<Result<Report, CheckError>>,
}

impl<'m> CheckedProject<'m> {
    fn of(files: Vec<ReadFile<'m>>) -> Self {
        let project: Vec<_> = files.iter().map(ReadFile::project_file).collect();
        let reports = check_project(&project);
        Self { files, reports }
    }

    /// Writes the fixes if the run does, and returns the outcome of each file, `None` if it is not reported.
    fn outcomes(&self, outcomes: &Outcomes<'_>) -> Vec<Option<FileOutcome>> {
        let plan = outcomes.plan;
        let mut writing = match plan.is_written {
            true => write(&self.checked_files()),
            false => Vec::new(),
        }
        .into_iter();
        let diff_paths = self.files.iter().map(|file| match file.member.is_reported {
            true => plan.diff_path(&file.member.item.input),
            false => PathBuf::new(),
        });
        let diff_paths: Vec<_> = diff_paths.collect();
        let texts = self.files.iter().zip(&diff_paths).map(|(file, diff_path)| {
            let name = outcomes.name(file.member.item.input.name()).in_diff(diff_path);
            SourceText::new(name, file.text.as_deref().unwrap_or_default())
        });
        let texts: Vec<_> = texts.collect();
        let results = self.files.iter().zip(&self.reports).zip(0..);
        let results = results.map(|((file, report), id)| {
            let writing = writing.next().unwrap_or(Writing::NotWanted);
            let member = file.member;
            let input = &member.item.input;
            let sources = Sources::of_file(FileId(id), &texts)?;
            member.is_reported.then(|| match (&file.options, report) {
                (Err(error), _) => outcomes.misconfigured(input, Arc::clone(error)),
                (Ok(_), Err(_)) if member.is_silent() => outcomes.clean(input, 1),
                (Ok(_), Err(error)) => outcomes.unparsable(input, sources.own().text(), error),
                (Ok(_), Ok(report)) if member.is_discovered() && report.templates == 0 => FileOutcome::default(),
                (Ok(_), Ok(report)) if member.is_silent() && is_clean(report) => outcomes.clean(input, 1),
                (Ok(_), Ok(report)) => outcomes.templates(input, sources, report, writing),
            })
        });
        results.collect()
    }

    /// Returns the files for writing.
    fn checked_files(&self) -> Vec<CheckedFile<'_>> {
        let files = self.files.iter().zip(&self.reports);
        let files = files.map(|(file, report)| CheckedFile {
            path: file.member.item.input.name(),
            text: file.text.as_deref().ok(),
            report: report.as_ref().ok(),
            may_change: file.may_change(),
        });
        files.collect()
    }
}

/// Returns whether there is nothing to say about a file.
fn is_clean(report: &Report) -> bool {
    let is_unchanged = report.fixed().is_none();
    is_unchanged && report.findings.is_empty() && report.unchecked.is_empty() && report.suppressed == 0
}
