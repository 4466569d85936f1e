//! One run over all inputs.

use std::collections::HashSet;
use std::path::PathBuf;

use cfn_ipfix::{Options, check};

use super::output::{complain, print};
use super::plan::Plan;
use crate::config::{Broken, Config, Configs, Why};
use crate::exit::Exit;
use crate::files::{Input, Unreadable, replace};
use crate::report::record::ErrorKind;
use crate::report::{Format, Record, Report, Source, Summary, text};

/// A run, and what it came to so far.
pub(super) struct Run {
    plan: Plan,
    configs: Configs,
    /// The configurations that cannot be used and have been told of.
    broken: HashSet<PathBuf>,
    report: Option<Report>,
    summary: Summary,
}

impl Run {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            configs: Configs::new(plan.configuration.clone()),
            broken: HashSet::new(),
            report: plan.style.map(Report::new),
            plan,
            summary: Summary::default(),
        }
    }

    /// Checks one input and does with it what was asked for; an error is one of standard output.
    pub(super) fn process(&mut self, input: &Input) -> anyhow::Result<Exit> {
        let path = self.configs.absolute(input.name());
        let config = match self.configs.of(&path) {
            Ok(config) => config,
            Err(broken) => return self.leave(input, &broken),
        };
        if self.plan.is_exclusion_forced && config.excludes(&path) {
            return self.skip(input, &config);
        }
        let options = config.options(&path, &self.plan.overrides);
        match input.read() {
            Ok(text) => self.check(input, &text, &options),
            Err(Unreadable { error, bytes }) => {
                if self.plan.is_filter(input) {
                    print(&bytes)?;
                }
                let record = Record::of_failure(input, ErrorKind::Unreadable, None, error.to_string());
                self.tell_errors(&record, None);
                self.add(record, None, None)?;
                Ok(if error.is_content() {
                    Exit::Unparsable
                } else {
                    Exit::Failure
                })
            }
        }
    }

    /// Ends the report and the messages; an error is one of the report's file or of standard output.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        if let Some(report) = &self.report {
            self.plan.output.write(&report.end(&self.summary)?)?;
        }
        let finished = self.plan.output.finish();
        if !self.plan.is_quiet && !self.summary.is_empty() {
            complain(&self.summary.text(self.plan.is_written, self.plan.is_verbose));
        }
        finished
    }

    /// Leaves an input as it is, because its configuration cannot be used.
    fn leave(&mut self, input: &Input, broken: &Broken) -> anyhow::Result<Exit> {
        self.pass_on(input)?;
        if self.broken.insert(broken.file.clone()) {
            let file = Input::File(broken.file.clone());
            let source = Source::new(&file, &broken.text);
            let span = match &broken.why {
                Why::Unreadable(_) => None,
                Why::Problem(problem) => Some(source.span(problem.span)),
            };
            let record = Record::of_failure(&file, ErrorKind::Misconfigured, span, broken.why.to_string());
            self.tell_errors(&record, Some(&source));
            self.add(record, Some(&source), None)?;
        }
        Ok(Exit::Failure)
    }

    /// Leaves an input out, because its configuration excludes it.
    fn skip(&mut self, input: &Input, config: &Config) -> anyhow::Result<Exit> {
        self.pass_on(input)?;
        let message = format!("skipped: {} excludes it", config.file.display());
        let record = Record::of_note(input, message);
        self.tell_findings(&record, &Source::new(input, ""));
        self.add(record, None, None)?;
        Ok(Exit::Clean)
    }

    /// As a filter, prints an input as it is.
    fn pass_on(&self, input: &Input) -> anyhow::Result<()> {
        if !self.plan.is_filter(input) {
            return Ok(());
        }
        match input.read() {
            Ok(text) => print(text.as_bytes()),
            Err(Unreadable { bytes, .. }) => print(&bytes),
        }
    }

    fn check(&mut self, input: &Input, text: &str, options: &Options) -> anyhow::Result<Exit> {
        let source = Source::new(input, text);
        let report = match check(text, options) {
            Ok(report) => report,
            Err(error) => {
                if self.plan.is_filter(input) {
                    print(text.as_bytes())?;
                }
                let span = source.span(error.span());
                let record = Record::of_failure(input, ErrorKind::Unparsable, Some(span), error.to_string());
                self.tell_errors(&record, Some(&source));
                self.add(record, Some(&source), None)?;
                return Ok(Exit::Unparsable);
            }
        };
        self.summary.add(&report);
        let mut record = Record::of_report(&source, &report);
        self.tell_findings(&record, &source);
        let mut fixed = report.fixed();
        if self.plan.is_written {
            match write(input, text, fixed) {
                Ok(()) => {
                    record.mark_fixed();
                    self.summary.add_fixed(&report);
                }
                Err(problem) => {
                    record.add_error(ErrorKind::Unwritable, None, problem);
                    fixed = None;
                }
            }
        }
        self.tell_errors(&record, Some(&source));
        let exit = self.exit(input, &record);
        self.add(record, Some(&source), fixed)?;
        Ok(exit)
    }

    fn exit(&self, input: &Input, record: &Record) -> Exit {
        match record.errors.as_slice() {
            errors if errors.iter().any(|error| error.kind == ErrorKind::Unwritable) => Exit::Failure,
            _ if self.plan.is_filter(input) => Exit::Clean,
            [_, ..] => Exit::Failure,
            [] if record.findings.iter().all(|finding| finding.fixed) => Exit::Clean,
            [] => Exit::Findings,
        }
    }

    fn add(&mut self, record: Record, source: Option<&Source<'_>>, fixed: Option<&str>) -> anyhow::Result<()> {
        match &mut self.report {
            Some(report) => self.plan.output.write(&report.add(record, source, fixed)),
            None => Ok(()),
        }
    }

    /// Whether standard error is the place for findings: a diff does not tell them, every other report does.
    fn tells_findings(&self) -> bool {
        let is_reported = self.plan.style.is_some_and(|style| style.format != Format::Diff);
        !self.plan.is_quiet && !is_reported
    }

    fn tell_findings(&self, record: &Record, source: &Source<'_>) {
        if self.tells_findings() {
            for finding in &record.findings {
                complain(&text::finding(source, finding, self.plan.is_verbose));
            }
            for note in &record.notes {
                complain(&text::note(note));
            }
        }
    }

    fn tell_errors(&self, record: &Record, source: Option<&Source<'_>>) {
        let is_text = self.plan.style.is_some_and(|style| style.format == Format::Text);
        if is_text && self.plan.output.is_stdout() {
            // Whoever reads both streams would read the same lines twice.
            return;
        }
        for error in &record.errors {
            // Each finding has told why its fix was thrown away.
            if error.kind != ErrorKind::Refused || !self.tells_findings() {
                complain(&text::error(error, source));
            }
        }
    }
}

/// Puts the fixed text, if there is one, in the place of the old; if that cannot be done, why.
fn write(input: &Input, text: &str, fixed: Option<&str>) -> Result<(), String> {
    match (input, fixed) {
        (Input::Stdin(_), _) => print(fixed.unwrap_or(text).as_bytes()).map_err(|error| format!("{error:#}")),
        (Input::File(path), Some(fixed)) => replace(path, text, fixed).map_err(|error| error.to_string()),
        (Input::File(_), None) => Ok(()),
    }
}
