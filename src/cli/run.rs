//! Checks all inputs in parallel and reports them in order.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use cfn_ipfix::report::{PrintedOnce, ReportBuilder, ReportPart, Summary};
use cfn_ipfix::text::printable::printable;

use super::checker::Checker;
use super::exit::Exit;
use super::file_outcome::FileOutcome;
use super::inputs::{self, WorkItem};
use super::output::{Output, eprint, fail, print};
use super::progress::Progress;
use super::project_groups;
use super::run_plan::RunPlan;
use super::scan::Scanner;
use super::threads::Threads;
use super::work::{self, InOrder, WorkUnit};

const WARNING: Style = AnsiColor::BrightYellow.on_default().bold();

/// Checks all inputs, reports them and writes fixes, as planned.
///
/// # Errors
///
/// If no threads can be created.
pub(super) fn run(plan: &RunPlan) -> anyhow::Result<Exit> {
    let progress = Arc::new(Progress::new(plan.is_quiet, plan.environment.is_stderr_terminal));
    let scanner = Scanner::new(plan);
    let mut items = inputs::collect(plan, &scanner, &progress);
    let others = project_groups::others(plan, &items, &progress);
    let groups = project_groups::find(plan, &scanner, &mut items, others, &progress)?;
    let is_expected = items.is_empty() || items.iter().any(WorkItem::is_expected);
    let mut reporter = Reporter::new(plan);
    let lists_all = plan.style.is_some_and(|style| style.format.lists_clean_inputs);
    let units = work::group(items, groups, plan.named_inputs.len() > 1, |item| {
        let clean = item.clean_templates(plan).filter(|_| !lists_all);
        clean.map(|templates| reporter.count_clean(templates)).is_some()
    });
    progress.begin_checking(units.iter().map(WorkUnit::len).sum());
    let threads = Threads::new(plan, units.len())?;
    let checker = Checker::new(plan);
    let check = |unit: &WorkUnit| {
        let outcomes = checker.check(unit);
        progress.advance(outcomes.len());
        unit.in_place(outcomes)
    };
    let mut order = InOrder::default();
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

    /// Counts an input that has nothing to report.
    fn count_clean(&mut self, templates: usize) {
        self.summary.add(&Summary::of_clean_file(templates));
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
