//! The check of one input, on any thread: it is read, checked and fixed, and everything to say about it is made ready.
//! Nothing is printed here.

use std::io;
use std::path::Path;

use cfn_ipfix::cloudformation::prefilter;
use cfn_ipfix::config::{Broken, Why};
use cfn_ipfix::files::{Input, ReadError, ReplaceError, Unreadable, decode, replace};
use cfn_ipfix::report::record::ErrorKind;
use cfn_ipfix::report::{FileName, Record, Source, Summary};
use cfn_ipfix::text::{File, FileId};
use cfn_ipfix::{CheckError, Options, check_file};

use super::done::Done;
use super::endings::ENDINGS;
use super::exit::Exit;
use super::inputs::{Item, Kind};
use super::messages::Messages;
use super::plan::Plan;

/// Checks one input after the other by the same plan.
pub(super) struct Work<'p> {
    plan: &'p Plan,
    messages: Messages,
}

impl<'p> Work<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            messages: Messages::of(plan),
        }
    }

    /// Checks an input, or makes ready why it is not checked.
    pub(super) fn on(&self, item: &Item) -> Done {
        let input = &item.input;
        match &item.kind {
            Kind::Named => self.configured(input, |options| self.named(input, options)),
            Kind::Found => self.configured(input, |options| self.found(input, options)),
            Kind::Excluded(excluder) => self.left(input, format!("skipped: {excluder} excludes it")),
            Kind::Empty => self.left(input, empty()),
            Kind::Unreadable(kind) => self.unreadable(input, &io::Error::from(*kind).into()),
        }
    }

    /// Returns what there is to say of a configuration that cannot be used.
    pub(super) fn on_broken(&self, broken: &Broken) -> Done {
        let name = self.name_of(&broken.file);
        let source = Source::new(name, &broken.text);
        let span = match &broken.why {
            Why::Unreadable(_) => None,
            Why::Problem(problem) => Some(source.span(problem.span)),
        };
        let record = Record::of_failure(name, ErrorKind::Misconfigured, span, broken.why.to_string());
        self.told(record, Some(&source), Exit::Failure)
    }

    /// Checks an input with the options that its configuration gives, if that can be used.
    fn configured(&self, input: &Input, check: impl FnOnce(&Options) -> Done) -> Done {
        let path = self.plan.configs.absolute(input.name());
        match self.plan.configs.of(&path) {
            Ok(config) => check(&config.options(&path, &self.plan.overrides)),
            Err(broken) => Done {
                exit: Exit::Failure,
                filtered: self.passed_on(input),
                broken: Some(broken),
                ..Done::default()
            },
        }
    }

    /// An input that is checked whatever it holds.
    fn named(&self, input: &Input, options: &Options) -> Done {
        match input.read() {
            Ok(text) => {
                let file = File::new(FileId::default(), text);
                match check_file(&file, options) {
                    Ok(report) => self.checked(input, &file.text, &report),
                    Err(error) => self.unparsable(input, &file.text, &error),
                }
            }
            Err(Unreadable { error, bytes }) => Done {
                filtered: self.filtered(input, bytes),
                ..self.unreadable(input, &error)
            },
        }
    }

    /// A file that is checked if it looks like a template. What cannot be said of others is not said.
    fn found(&self, input: &Input, options: &Options) -> Done {
        let bytes = match input.bytes() {
            Ok(bytes) => bytes,
            Err(Unreadable { error, .. }) => return self.unreadable(input, &error),
        };
        let is_template = prefilter::looks_like_template(&bytes);
        if !prefilter::may_apply(&bytes) {
            return if is_template {
                self.clean(input)
            } else {
                Done::default()
            };
        }
        match input.check_whole().and_then(|()| decode(bytes)) {
            Ok(text) => {
                let file = File::new(FileId::default(), text);
                match check_file(&file, options) {
                    Ok(report) if report.templates == 0 => Done::default(),
                    Ok(report) => self.checked(input, &file.text, &report),
                    // What has a logical ID twice was read as a template.
                    Err(error) if is_template || matches!(error, CheckError::Template(_)) => {
                        self.unparsable(input, &file.text, &error)
                    }
                    Err(_) => Done::default(),
                }
            }
            Err(Unreadable { error, .. }) if is_template => self.unreadable(input, &error),
            Err(_) => Done::default(),
        }
    }

    fn left(&self, input: &Input, why: String) -> Done {
        Done {
            filtered: self.passed_on(input),
            ..self.told(Record::of_note(self.name(input), why), None, Exit::Clean)
        }
    }

    fn unreadable(&self, input: &Input, error: &ReadError) -> Done {
        let record = Record::of_failure(self.name(input), ErrorKind::Unreadable, None, error.to_string());
        let exit = if error.is_content() {
            Exit::Unparsable
        } else {
            Exit::Failure
        };
        self.told(record, None, exit)
    }

    fn unparsable(&self, input: &Input, text: &str, error: &CheckError) -> Done {
        let source = Source::new(self.name(input), text);
        let span = source.span(error.span());
        let record = Record::of_failure(
            self.name(input),
            ErrorKind::Unparsable,
            Some(span),
            error.message(|place| source.line(place.span)),
        );
        Done {
            filtered: self.filtered(input, text),
            ..self.told(record, Some(&source), Exit::Unparsable)
        }
    }

    /// A template in which there is nothing to find.
    fn clean(&self, input: &Input) -> Done {
        let style = self.plan.style.filter(|style| style.format.tells_of_all());
        Done {
            part: style.map(|style| style.part(Record::empty(self.name(input)), None, None)),
            summary: Summary::of_clean_template(),
            ..Done::default()
        }
    }

    fn checked(&self, input: &Input, text: &str, report: &cfn_ipfix::Report) -> Done {
        let source = Source::new(self.name(input), text);
        let mut record = Record::of_report(&source, report);
        let mut summary = Summary::of(report);
        let mut messages = self.messages.findings(&record, &source) + &self.messages.notes(&record);
        let mut fixed = report.fixed();
        if self.plan.is_written {
            match write(input, text, fixed) {
                Ok(()) => {
                    record.mark_fixed();
                    summary.mark_fixed();
                }
                Err(problem) => {
                    record.add_error(ErrorKind::Unwritable, None, problem.to_string());
                    fixed = None;
                }
            }
        }
        messages += &self.messages.errors(&record, Some(&source));
        Done {
            exit: self.exit(input, &record),
            filtered: self.filtered(input, fixed.unwrap_or(text)),
            messages,
            part: self.plan.style.map(|style| style.part(record, Some(&source), fixed)),
            summary,
            broken: None,
        }
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

    /// As a filter, an input as it is.
    fn passed_on(&self, input: &Input) -> Vec<u8> {
        if !self.plan.is_filter(input) {
            return Vec::new();
        }
        input.bytes().unwrap_or_else(|Unreadable { bytes, .. }| bytes)
    }

    /// As a filter, what becomes of an input.
    fn filtered(&self, input: &Input, text: impl Into<Vec<u8>>) -> Vec<u8> {
        if self.plan.is_filter(input) {
            text.into()
        } else {
            Vec::new()
        }
    }

    /// Returns what there is to say where nothing was found.
    fn told(&self, record: Record, source: Option<&Source<'_>>, exit: Exit) -> Done {
        Done {
            exit,
            messages: self.messages.notes(&record) + &self.messages.errors(&record, source),
            part: self.plan.style.map(|style| style.part(record, source, None)),
            ..Done::default()
        }
    }

    fn name<'n>(&self, input: &'n Input) -> FileName<'n> {
        self.name_of(input.name())
    }

    fn name_of<'n>(&self, path: &'n Path) -> FileName<'n> {
        FileName::new(path, &self.plan.environment.working_folder)
    }
}

/// Returns why there is nothing to check in a folder.
fn empty() -> String {
    let endings = ENDINGS.map(|ending| format!(".{ending}")).join(", ");
    format!(
        "no template found: of the files in it that end in {endings}, all are hidden, ignored or excluded, or there are none"
    )
}

/// Puts the fixed text of a file, if there is one, in the place of the old.
fn write(input: &Input, text: &str, fixed: Option<&str>) -> Result<(), ReplaceError> {
    match (input, fixed) {
        (Input::File(path), Some(fixed)) => replace(path, text, fixed),
        // A filter prints it.
        (Input::Stdin(_), _) | (_, None) => Ok(()),
    }
}
