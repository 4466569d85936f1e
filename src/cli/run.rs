//! One run over all inputs: many at once, told of in their order.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use cfn_ipfix::report::{Part, Report, Summary};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::done::Done;
use super::exit::Exit;
use super::inputs::{self, Item, Kind};
use super::output::{Output, complain, fail, print};
use super::plan::Plan;
use super::progress::Progress;
use super::work::Work;

/// How many inputs are checked before they are told of: enough for every thread, few enough to remember.
const AT_ONCE: usize = 512;

/// Checks all inputs and does with them what was asked for.
///
/// # Errors
///
/// If there are no threads to be had.
pub(super) fn run(plan: &Plan) -> anyhow::Result<Exit> {
    let progress = Arc::new(Progress::new(plan.is_quiet, plan.environment.is_stderr_terminal));
    let items = inputs::collect(plan, &progress);
    progress.begin(items.len());
    let work = Work::new(plan);
    let one = |item: &Item| {
        let done = work.on(item);
        progress.advance();
        done
    };
    let threads = Threads::new(plan, items.len())?;
    let mut told = Told::new(plan);
    for items in items.chunks(threads.at_once()) {
        let done = threads.map(items, one);
        let is_silent = done.iter().all(Done::is_silent);
        let tell = || done.into_iter().for_each(|done| told.add(&work, done));
        if is_silent { tell() } else { progress.suspended(tell) }
    }
    progress.end();
    let has_folders = items.iter().any(|item| item.kind == Kind::Found);
    Ok(told.end(plan, has_folders))
}

/// The threads that check. Where one is enough, that is the one there is.
struct Threads(Option<ThreadPool>);

impl Threads {
    fn new(plan: &Plan, inputs: usize) -> anyhow::Result<Self> {
        if inputs < 2 || plan.jobs() < 2 {
            return Ok(Self(None));
        }
        let number = plan.jobs().min(inputs);
        let threads = ThreadPoolBuilder::new().num_threads(number).build();
        let threads =
            threads.with_context(|| format!("cannot check {number} files at once; ask for fewer `--jobs`"))?;
        Ok(Self(Some(threads)))
    }

    /// Returns how many inputs to give them at once.
    fn at_once(&self) -> usize {
        if self.0.is_some() { AT_ONCE } else { 1 }
    }

    /// Returns what comes of each input, in their order.
    fn map(&self, items: &[Item], one: impl Fn(&Item) -> Done + Send + Sync) -> Vec<Done> {
        match &self.0 {
            Some(threads) => threads.install(|| items.par_iter().map(one).collect()),
            None => items.iter().map(one).collect(),
        }
    }
}

/// What has been told so far.
struct Told {
    exit: Exit,
    /// The configurations that cannot be used.
    broken: HashSet<PathBuf>,
    report: Option<Report>,
    output: Output,
    summary: Summary,
}

impl Told {
    fn new(plan: &Plan) -> Self {
        Self {
            exit: Exit::Clean,
            broken: HashSet::new(),
            report: plan.style.map(|style| Report::new(style.format)),
            output: Output::to(plan.output_file.as_deref()),
            summary: Summary::default(),
        }
    }

    /// Tells of the next input.
    fn add(&mut self, work: &Work<'_>, done: Done) {
        self.exit = self.exit.max(done.exit);
        self.summary.add(&done.summary);
        let broken = done.broken.filter(|broken| self.broken.insert(broken.file.clone()));
        let printed = print(&done.filtered);
        complain(&done.messages);
        let reported = self.report(done.part);
        self.check(printed.and(reported));
        if let Some(broken) = broken {
            self.add(work, work.on_broken(&broken));
        }
    }

    /// Ends the report and the messages.
    fn end(mut self, plan: &Plan, has_folders: bool) -> Exit {
        let end = self.report.as_ref().map(|report| report.end(&self.summary));
        let written = end
            .transpose()
            .map_err(Into::into)
            .and_then(|end| self.output.write(&end.unwrap_or_default()));
        let finished = written.and_then(|()| self.output.finish());
        if !plan.is_quiet && !self.summary.is_empty() {
            complain(&self.summary.text(plan.is_written, plan.is_verbose));
        } else if !plan.is_quiet && has_folders && self.exit == Exit::Clean {
            complain("No template found.\n");
        }
        self.check(finished);
        self.exit
    }

    fn report(&mut self, part: Option<Part>) -> anyhow::Result<()> {
        match (&mut self.report, part) {
            (Some(report), Some(part)) => self.output.write(&report.add(part)),
            _ => Ok(()),
        }
    }

    fn check(&mut self, written: anyhow::Result<()>) {
        if let Err(error) = written {
            self.exit = self.exit.max(fail(&error));
        }
    }
}
