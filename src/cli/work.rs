//! What is done with one input, by itself and on any thread: it is read, checked and mended, and what there is to say of
//! it is made ready. Nothing is printed here.

use std::io;
use std::sync::Arc;

use cfn_ipfix::rules::prefilter;
use cfn_ipfix::text::{File, FileId};
use cfn_ipfix::{CheckError, Options, check_file};

use super::inputs::{ENDINGS, Item, Kind};
use super::plan::Plan;
use crate::config::{Broken, Why};
use crate::exit::Exit;
use crate::files::{Input, ReadError, ReplaceError, Unreadable, decode, replace};
use crate::report::record::ErrorKind;
use crate::report::{Format, Part, Record, Source, Summary, text};

/// What is done with one input after the other.
pub(super) struct Work<'p> {
    pub(super) plan: &'p Plan,
}

/// What came of one input.
pub(super) struct Done {
    pub(super) exit: Exit,
    /// What a filter prints: the template, fixed or as it was.
    pub(super) filtered: Vec<u8>,
    /// For standard error.
    pub(super) messages: String,
    /// For the report.
    pub(super) part: Option<Part>,
    pub(super) summary: Summary,
    /// The configuration that kept the input from being checked.
    pub(super) broken: Option<Arc<Broken>>,
}

impl Done {
    /// Whether there is nothing to print.
    pub(super) fn is_silent(&self) -> bool {
        let has_part = matches!(&self.part, Some(Part::Text(text)) if !text.is_empty());
        self.filtered.is_empty() && self.messages.is_empty() && !has_part && self.broken.is_none()
    }
}

impl Work<'_> {
    pub(super) fn on(&self, item: &Item) -> Done {
        let input = &item.input;
        match &item.kind {
            Kind::Named => self.named(input),
            Kind::Found => self.found(input),
            Kind::Excluded(excluder) => self.left(input, format!("skipped: {excluder} excludes it")),
            Kind::Empty => self.left(input, empty()),
            Kind::Unreadable(kind) => self.unreadable(input, &io::Error::from(*kind).into()),
        }
    }

    /// What there is to say of a configuration that cannot be used.
    pub(super) fn on_broken(&self, broken: &Broken) -> Done {
        let file = Input::File(broken.file.clone());
        let source = Source::new(&file, &broken.text);
        let span = match &broken.why {
            Why::Unreadable(_) => None,
            Why::Problem(problem) => Some(source.span(problem.span)),
        };
        let record = Record::of_failure(&file, ErrorKind::Misconfigured, span, broken.why.to_string());
        self.told(record, Some(&source), Exit::Failure)
    }

    /// An input that is checked whatever it holds.
    fn named(&self, input: &Input) -> Done {
        let options = match self.options(input) {
            Ok(options) => options,
            Err(broken) => return self.misconfigured(input, broken),
        };
        match input.read() {
            Ok(text) => {
                let file = File::new(FileId::default(), text);
                match check_file(&file, &options) {
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
    fn found(&self, input: &Input) -> Done {
        let options = match self.options(input) {
            Ok(options) => options,
            Err(broken) => return self.misconfigured(input, broken),
        };
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
                match check_file(&file, &options) {
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

    fn options(&self, input: &Input) -> Result<Options, Arc<Broken>> {
        let path = self.plan.configs.absolute(input.name());
        let config = self.plan.configs.of(&path)?;
        Ok(config.options(&path, &self.plan.overrides))
    }

    fn misconfigured(&self, input: &Input, broken: Arc<Broken>) -> Done {
        Done {
            exit: Exit::Failure,
            filtered: self.passed_on(input),
            broken: Some(broken),
            ..Done::default()
        }
    }

    fn left(&self, input: &Input, why: String) -> Done {
        Done {
            filtered: self.passed_on(input),
            ..self.told(Record::of_note(input, why), None, Exit::Clean)
        }
    }

    fn unreadable(&self, input: &Input, error: &ReadError) -> Done {
        let record = Record::of_failure(input, ErrorKind::Unreadable, None, error.to_string());
        let exit = if error.is_content() {
            Exit::Unparsable
        } else {
            Exit::Failure
        };
        self.told(record, None, exit)
    }

    fn unparsable(&self, input: &Input, text: &str, error: &CheckError) -> Done {
        let source = Source::new(input, text);
        let span = source.span(error.span());
        let record = Record::of_failure(input, ErrorKind::Unparsable, Some(span), error.to_string());
        Done {
            filtered: self.filtered(input, text),
            ..self.told(record, Some(&source), Exit::Unparsable)
        }
    }

    /// A template in which there is nothing to find.
    fn clean(&self, input: &Input) -> Done {
        let style = self.plan.style.filter(|style| style.format.tells_of_all());
        Done {
            part: style.map(|style| style.part(Record::empty(input), None, None)),
            summary: Summary::of_clean_template(),
            ..Done::default()
        }
    }

    fn checked(&self, input: &Input, text: &str, report: &cfn_ipfix::Report) -> Done {
        let source = Source::new(input, text);
        let mut record = Record::of_report(&source, report);
        let mut summary = Summary::of(report);
        let mut messages = self.findings(&record, &source) + &self.notes(&record);
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
        messages += &self.errors(&record, Some(&source));
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

    /// What there is to say where nothing was found.
    fn told(&self, record: Record, source: Option<&Source<'_>>, exit: Exit) -> Done {
        Done {
            exit,
            messages: self.notes(&record) + &self.errors(&record, source),
            part: self.plan.style.map(|style| style.part(record, source, None)),
            ..Done::default()
        }
    }

    /// Whether standard error is the place for findings: a diff does not tell them, every other report does.
    fn tells_findings(&self) -> bool {
        let is_reported = self.plan.style.is_some_and(|style| style.format != Format::Diff);
        !self.plan.is_quiet && !is_reported
    }

    fn findings(&self, record: &Record, source: &Source<'_>) -> String {
        let told = record.findings.iter().filter(|_| self.tells_findings());
        told.map(|finding| text::finding(source, finding, self.plan.is_verbose))
            .collect()
    }

    fn notes(&self, record: &Record) -> String {
        let told = record.notes.iter().filter(|_| self.tells_findings());
        told.map(text::note).collect()
    }

    fn errors(&self, record: &Record, source: Option<&Source<'_>>) -> String {
        let is_text = self.plan.style.is_some_and(|style| style.format == Format::Text);
        if is_text && self.plan.output_file.is_none() {
            // Whoever reads both streams would read the same lines twice.
            return String::new();
        }
        // Each finding has told why its fix was thrown away.
        let told = |kind| kind != ErrorKind::Refused || !self.tells_findings();
        let errors = record.errors.iter().filter(|error| told(error.kind));
        errors.map(|error| text::error(error, source)).collect()
    }
}

impl Default for Done {
    fn default() -> Self {
        Self {
            exit: Exit::Clean,
            filtered: Vec::new(),
            messages: String::new(),
            part: None,
            summary: Summary::default(),
            broken: None,
        }
    }
}

/// Why there is nothing to check in a folder.
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
