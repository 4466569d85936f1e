//! Checks all inputs in parallel and reports them in order.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use cfn_ipfix::report::{PrintedOnce, ReportBuilder, ReportPart, Summary};
use cfn_ipfix::text::printable::printable;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::checker::Checker;
use super::exit::Exit;
use super::file_outcome::FileOutcome;
use super::inputs::{self, WorkItem};
use super::output::{Output, eprint, fail, print};
use super::progress::Progress;
use super::run_plan::RunPlan;
use super::work::{self, InOrder, UnitOutcome, WorkUnit};

/// Number of units that are checked before they are reported.
///
/// It is enough for every thread, and few enough to keep in memory.
const BATCH_SIZE: usize = 512;

const WARNING: Style = AnsiColor::BrightYellow.on_default().bold();

/// Checks all inputs, reports them and writes fixes, as planned.
///
/// # Errors
///
/// If no threads can be created.
pub(super) fn run(plan: &RunPlan) -> anyhow::Result<Exit> {
    let progress = Arc::new(Progress::new(plan.is_quiet, plan.environment.is_stderr_terminal));
    let items = inputs::collect(plan, &progress);
    progress.begin(items.len());
    let is_expected = items.is_empty() || items.iter().any(WorkItem::is_expected);
    let units = work::group(items, plan.named_inputs.len() > 1);
    let checker = Checker::new(plan);
    let check = |unit: &WorkUnit| {
        let outcomes = checker.check(unit);
        progress.advance(outcomes.len());
        unit.in_place(outcomes)
    };
    let threads = Threads::new(plan, units.len())?;
    let mut order = InOrder::default();
    let mut reporter = Reporter::new(plan);
    for batch in units.chunks(threads.batch_size()) {
        let outcomes = order.add(threads.map(batch, check));
        let is_silent = outcomes.iter().all(FileOutcome::is_silent);
        let report = || outcomes.into_iter().for_each(|outcome| reporter.add(&checker, outcome));
        if is_silent {
            report();
        } else {
            progress.suspended(report);
        }
    }
    progress.end();
    Ok(reporter.end(plan, is_expected))
}

/// The threads that check inputs; `None` if the main thread is enough.
struct Threads(Option<ThreadPool>);

impl Threads {
    fn new(plan: &RunPlan, units: usize) -> anyhow::Result<Self> {
        if units < 2 || plan.jobs() < 2 {
            return Ok(Self(None));
        }
        let number = plan.jobs().min(units);
        let threads = ThreadPoolBuilder::new().num_threads(number).build();
        let threads =
            threads.with_context(|| format!("cannot check {number} files at once; ask for fewer `--jobs`"))?;
        Ok(Self(Some(threads)))
    }

    /// Returns the number of units to check before they are reported.
    fn batch_size(&self) -> usize {
        if self.0.is_some() { BATCH_SIZE } else { 1 }
    }

    /// Returns the outcome of each unit, in their order.
    fn map(&self, units: &[WorkUnit], check: impl Fn(&WorkUnit) -> UnitOutcome + Send + Sync) -> Vec<UnitOutcome> {
        match &self.0 {
            Some(threads) => threads.install(|| units.par_iter().map(check).collect()),
            None => units.iter().map(check).collect(),
        }
    }
}

/// Reports the outcomes of the inputs, one by one.
struct Reporter {
    exit: Exit,
    /// The invalid configurations that were reported.
    invalid_configs: HashSet<PathBuf>,
    report: Option<ReportBuilder>,
    output: Output,
    /// True if a part of the report was printed.
    is_reported: bool,
    /// The explanations that were printed on standard error.
    explained: PrintedOnce,
    summary: Summary,
}

impl Reporter {
    fn new(plan: &RunPlan) -> Self {
        Self {
            exit: Exit::Clean,
            invalid_configs: HashSet::new(),
            report: plan.style.map(|style| ReportBuilder::new(style.format)),
            output: Output::to(plan.output_file.as_deref()),
            is_reported: false,
            explained: PrintedOnce::default(),
            summary: Summary::default(),
        }
    }

    /// Reports the outcome of the next input.
    fn add(&mut self, checker: &Checker<'_>, outcome: FileOutcome) {
        self.exit = self.exit.max(outcome.exit);
        self.summary.add(&outcome.summary);
        let invalid_config = outcome
            .invalid_config
            .filter(|error| self.invalid_configs.insert(error.file.clone()));
        let printed = print(&outcome.filter_output);
        eprint(&self.explained.text(outcome.messages));
        let reported = self.report(outcome.part);
        self.fail_on_error(printed.and(reported));
        if let Some(error) = invalid_config {
            self.add(checker, checker.report_invalid_config(&error));
        }
    }

    /// Ends the report and the messages, and returns the exit status.
    ///
    /// Warns if a template is expected and none was checked.
    fn end(mut self, plan: &RunPlan, is_expected: bool) -> Exit {
        let end = self.report.as_ref().map(|report| report.end(&self.summary));
        let written = end
            .transpose()
            .map_err(Into::into)
            .and_then(|end| self.output.write(&end.unwrap_or_default()));
        let finished = written.and_then(|()| self.output.finish());
        if !plan.is_quiet && !self.summary.is_empty() {
            eprint(&self.summary.text(plan.is_written, plan.is_verbose));
        } else if !plan.is_quiet && is_expected && self.exit == Exit::Clean {
            eprint(&format!(
                "{WARNING}warning{WARNING:#}: No template found, so nothing was checked.\n"
            ));
        }
        if let Some(folder) = plan.other_diff_folder().filter(|_| self.is_reported && !plan.is_quiet) {
            eprint(&apply_hint(folder));
        }
        self.fail_on_error(finished);
        self.exit
    }

    fn report(&mut self, part: Option<ReportPart>) -> anyhow::Result<()> {
        match (&mut self.report, part) {
            (Some(report), Some(part)) => {
                let text = report.add(part);
                self.is_reported |= !text.is_empty();
                self.output.write(&text)
            }
            _ => Ok(()),
        }
    }

    fn fail_on_error(&mut self, result: anyhow::Result<()>) {
        if let Err(error) = result {
            self.exit = self.exit.max(fail(&error));
        }
    }
}

/// Returns a message with the command that applies the diff.
///
/// It is needed if the paths of the diff are not relative to the working directory.
fn apply_hint(folder: &Path) -> String {
    let folder = printable(&folder.to_string_lossy()).to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%:,\\".contains(c);
    let quoted = match folder.chars().all(is_plain) {
        true => folder.clone(),
        false => format!("'{}'", folder.replace('\'', r"'\''")),
    };
    format!("The paths of the diff are relative to {folder}; `| git -C {quoted} apply` applies it.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_the_folder_in_the_command() {
        for (folder, command) in [
            ("/", "git -C / apply"),
            ("/home/user/repo-1", "git -C /home/user/repo-1 apply"),
            ("/my stacks", "git -C '/my stacks' apply"),
            ("/it's", r"git -C '/it'\''s' apply"),
            ("/$HOME", "git -C '/$HOME' apply"),
        ] {
            let hint = apply_hint(Path::new(folder));
            assert!(hint.contains(&format!("`| {command}`")), "{hint}");
        }
    }
}
