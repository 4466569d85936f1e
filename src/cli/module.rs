//! Checks the Terraform files of a folder together.

use std::path::PathBuf;
use std::sync::Arc;

use cfn_ipfix::files::{Input, LocalModules, ModuleFolder, ModuleSource, OpenFiles};
use cfn_ipfix::report::{SourceText, Sources};
use cfn_ipfix::terraform::ModuleFile;
use cfn_ipfix::text::FileId;
use cfn_ipfix::{CheckError, Report, check_module};

use super::file_outcome::FileOutcome;
use super::inputs::{InputKind, WorkItem};
use super::outcomes::{Outcomes, Writing};
use super::run_plan::RunPlan;
use super::write_together::{CheckedFile, write};

/// Checks Terraform files of one folder, and returns their outcomes in the same order.
///
/// The other files of the folder and its local modules are read too, but not changed and not reported.
pub(super) fn check(outcomes: &Outcomes<'_>, local_modules: &LocalModules, items: &[WorkItem]) -> Vec<FileOutcome> {
    let inputs = items.iter().map(|item| &item.input);
    let misconfigured = inputs
        .clone()
        .find_map(|input| outcomes.plan.options(input.name()).err());
    if let Some(error) = misconfigured {
        return inputs
            .map(|input| outcomes.misconfigured(input, Arc::clone(&error)))
            .collect();
    }
    let open = OpenFiles::default();
    let folder = ModuleFolder::of_inputs(inputs.clone(), &open);
    let is_named = items.iter().any(|item| item.kind == InputKind::Named);
    // A finding in a local value may be due to a file with such words that the run leaves out; it is left out too.
    if !is_named && !folder.may_apply(local_modules) {
        return inputs.map(|input| outcomes.clean(input, 1)).collect();
    }
    let mut results = CheckedModule::of(outcomes.plan, folder.with_others(), &open).outcomes(outcomes);
    results.sort_by_key(|(item, _)| *item);
    results.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The outcomes of some items, by their numbers.
type ItemOutcomes = Vec<(usize, FileOutcome)>;

/// A checked module, whose fixes are not written yet.
struct CheckedModule {
    sources: Vec<ModuleSource>,
    /// The report of each file.
    reports: Vec<Result<Report, CheckError>>,
}

impl CheckedModule {
    fn of(plan: &RunPlan, folder: ModuleFolder<'_>, open: &OpenFiles) -> Self {
        let path = folder.path().to_owned();
        let sources = folder.sources();
        let files: Vec<_> = sources.iter().map(|source| module_file(plan, source)).collect();
        let child = |source: &str| {
            let sources = ModuleFolder::child(&path, source, open)?;
            Some(sources.iter().map(|source| module_file(plan, source)).collect())
        };
        let reports = check_module(&files, &child);
        Self { sources, reports }
    }

    /// Writes the fixes if the run does, and returns the outcomes.
    fn outcomes(&self, outcomes: &Outcomes<'_>) -> ItemOutcomes {
        let plan = outcomes.plan;
        let mut writing = match plan.is_written {
            true => write(&self.checked_files()),
            false => Vec::new(),
        }
        .into_iter();
        let diff_paths = self.sources.iter().map(|source| match source.number {
            Some(_) => plan.diff_path(&source.input),
            None => PathBuf::new(),
        });
        let diff_paths: Vec<_> = diff_paths.collect();
        let texts = self.sources.iter().zip(&diff_paths).map(|(source, diff_path)| {
            let name = outcomes.name(source.input.name()).in_diff(diff_path);
            SourceText::new(name, source.text.as_deref().unwrap_or_default())
        });
        let texts: Vec<_> = texts.collect();
        let results = self.sources.iter().zip(&self.reports).zip(0..);
        let results = results.filter_map(|((source, report), id)| {
            let writing = writing.next().unwrap_or(Writing::NotWanted);
            let input = &source.input;
            let outcome = match (&source.text, report) {
                (Err(error), _) => outcomes.unreadable(input, error),
                (Ok(text), Err(error)) => outcomes.unparsable(input, text, error),
                (Ok(_), Ok(report)) => {
                    let sources = Sources::of_file(FileId(id), &texts)?;
                    outcomes.terraform_file(input, sources, report, writing)
                }
            };
            Some((source.number?, outcome))
        });
        results.collect()
    }

    /// Returns the files for writing.
    ///
    /// Those of local modules are not among them: this run may be writing them. The fixes of standard input are not written,
    /// because a filter prints them.
    fn checked_files(&self) -> Vec<CheckedFile<'_>> {
        let files = self.sources.iter().zip(&self.reports);
        let files = files.map(|(source, report)| CheckedFile {
            path: source.input.name(),
            text: source.text.as_deref().ok(),
            report: report.as_ref().ok(),
            may_change: source.number.is_some() && matches!(source.input, Input::File(_)),
        });
        files.collect()
    }
}

fn module_file(plan: &RunPlan, source: &ModuleSource) -> ModuleFile {
    // Only a local module can have an invalid configuration here, and it is not reported.
    let options = plan.options(source.input.name()).unwrap_or_default();
    source.to_module_file(source.number.is_some(), options)
}
