//! Builds the outcome of an input: its messages, its part of the report and its exit status.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use cfn_ipfix::config::{ConfigError, ConfigErrorKind};
use cfn_ipfix::files::{Input, Unreadable};
use cfn_ipfix::report::record::ErrorKind;
use cfn_ipfix::report::{FileName, FileRecord, SourceText, Sources, Summary};
use cfn_ipfix::text::FileId;
use cfn_ipfix::{CheckError, Report};

use super::exit::Exit;
use super::file_outcome::FileOutcome;
use super::messages::Messages;
use super::run_plan::RunPlan;

/// Builds the outcomes of a run.
pub(super) struct Outcomes<'p> {
    pub(super) plan: &'p RunPlan,
    messages: Messages,
}

/// The result of writing the fixes of an input.
pub(super) enum Writing {
    /// The run does not write.
    NotWanted,
    /// The fixes are written, apart from those of these files.
    Done(Arc<HashSet<FileId>>),
    /// The file was not written, for this reason.
    Failed(String),
}

impl Writing {
    /// All fixes are written.
    pub(super) fn done() -> Self {
        Self::Done(Arc::default())
    }
}

impl<'p> Outcomes<'p> {
    pub(super) fn new(plan: &'p RunPlan) -> Self {
        Self {
            plan,
            messages: Messages::of(plan),
        }
    }

    /// Returns the outcome of a file of templates that was checked alone.
    pub(super) fn templates_alone(&self, input: &Input, text: &str, report: &Report, writing: Writing) -> FileOutcome {
        let diff_path = self.plan.diff_path(input);
        let source = SourceText::new(self.name(input.name()).in_diff(&diff_path), text);
        self.templates(input, Sources::of_template(&source), report, writing)
    }

    /// Returns the outcome of a checked file of templates.
    pub(super) fn templates(
        &self,
        input: &Input,
        sources: Sources<'_>,
        report: &Report,
        writing: Writing,
    ) -> FileOutcome {
        let record = FileRecord::of_templates(&sources, report);
        let skipped = match (report.templates, input) {
            (0, Input::File(_)) => self.messages.skipped_file(&record),
            _ => String::new(),
        };
        let checked = Checked {
            sources,
            fixed: report.fixed(),
            record,
            summary: Summary::of(report),
        };
        self.checked(input, checked, writing, skipped)
    }

    /// Returns the outcome of a checked Terraform file.
    pub(super) fn terraform_file(
        &self,
        input: &Input,
        sources: Sources<'_>,
        report: &Report,
        writing: Writing,
    ) -> FileOutcome {
        let checked = Checked {
            sources,
            fixed: report.fixed(),
            record: FileRecord::of_report(&sources, report),
            summary: Summary::of_terraform_file(report),
        };
        self.checked(input, checked, writing, String::new())
    }

    /// Returns the outcome of a file without findings, by the number of its templates.
    pub(super) fn clean(&self, input: &Input, templates: usize) -> FileOutcome {
        let style = self.plan.style.filter(|style| style.format.lists_clean_inputs);
        let record = || FileRecord::empty(self.name(input.name()));
        FileOutcome {
            part: style.map(|style| style.part(record(), None, None)),
            summary: Summary::of_clean_file(templates),
            ..FileOutcome::default()
        }
    }

    /// Returns the outcome of an input that is not checked.
    pub(super) fn skipped(&self, input: &Input, reason: String) -> FileOutcome {
        let record = FileRecord::of_note(self.name(input.name()), reason);
        FileOutcome {
            filter_output: self.pass_through(input),
            ..self.report_only(record, None, Exit::Clean)
        }
    }

    /// Returns the outcome of an input that cannot be read.
    pub(super) fn unreadable(&self, input: &Input, error: &Unreadable) -> FileOutcome {
        let Unreadable { error, bytes } = error;
        let name = self.name(input.name());
        let record = FileRecord::of_failure(name, ErrorKind::Unreadable, None, error.to_string());
        let exit = if error.is_content() {
            Exit::Unparsable
        } else {
            Exit::Failure
        };
        FileOutcome {
            filter_output: self.filter_output(input, bytes),
            ..self.report_only(record, None, exit)
        }
    }

    /// Returns the outcome of an input that cannot be parsed.
    pub(super) fn unparsable(&self, input: &Input, text: &str, error: &CheckError) -> FileOutcome {
        let source = SourceText::new(self.name(input.name()), text);
        let record = FileRecord::of_check_error(&source, error);
        FileOutcome {
            filter_output: self.filter_output(input, text.as_bytes()),
            ..self.report_only(record, Some(&source), Exit::Unparsable)
        }
    }

    /// Returns the outcome of an input whose configuration is invalid.
    pub(super) fn misconfigured(&self, input: &Input, error: Arc<ConfigError>) -> FileOutcome {
        FileOutcome {
            exit: Exit::Failure,
            filter_output: self.pass_through(input),
            invalid_config: Some(error),
            ..FileOutcome::default()
        }
    }

    /// Returns the report of an invalid configuration.
    pub(super) fn invalid_config(&self, error: &ConfigError) -> FileOutcome {
        let name = self.name(&error.file);
        let source = SourceText::new(name, &error.text);
        let span = match &error.kind {
            ConfigErrorKind::Unreadable(_) => None,
            ConfigErrorKind::Invalid(problem) => Some(source.span(problem.span)),
        };
        let record = FileRecord::of_failure(name, ErrorKind::Misconfigured, span, error.kind.to_string());
        self.report_only(record, Some(&source), Exit::Failure)
    }

    /// Returns the name of a file in reports.
    pub(super) fn name<'n>(&self, path: &'n Path) -> FileName<'n> {
        FileName::new(path, &self.plan.environment.working_folder)
    }

    fn checked(&self, input: &Input, checked: Checked<'_>, writing: Writing, skipped: String) -> FileOutcome {
        let Checked {
            sources,
            mut fixed,
            mut record,
            mut summary,
        } = checked;
        let mut messages = self.messages.findings(&record, &sources);
        messages.extend([self.messages.notes(&record), skipped]);
        match writing {
            Writing::NotWanted => {}
            Writing::Done(unwritten) => {
                record.mark_fixed(&unwritten);
                summary.count_fixed(&record);
            }
            Writing::Failed(problem) => {
                record.add_error(ErrorKind::Unwritable, None, problem);
                fixed = None;
            }
        }
        messages.extend([self.messages.errors(&record, Some(sources.own()))]);
        FileOutcome {
            exit: self.exit(input, &record),
            filter_output: self.filter_output(input, fixed.unwrap_or(sources.own().text()).as_bytes()),
            messages,
            part: self.plan.style.map(|style| style.part(record, Some(sources), fixed)),
            summary,
            invalid_config: None,
        }
    }

    fn exit(&self, input: &Input, record: &FileRecord) -> Exit {
        match record.errors.as_slice() {
            errors if errors.iter().any(|error| error.kind == ErrorKind::Unwritable) => Exit::Failure,
            _ if self.plan.is_filter(input) => Exit::Clean,
            [_, ..] => Exit::Failure,
            [] if record.findings.iter().any(|finding| self.plan.fails_for(finding)) => Exit::Findings,
            [] => Exit::Clean,
        }
    }

    /// Returns the unchanged input, if the run filters it.
    fn pass_through(&self, input: &Input) -> Vec<u8> {
        if !self.plan.is_filter(input) {
            return Vec::new();
        }
        input.bytes().unwrap_or_else(|Unreadable { bytes, .. }| bytes)
    }

    /// Returns the output of an input, if the run filters it.
    fn filter_output(&self, input: &Input, bytes: &[u8]) -> Vec<u8> {
        if self.plan.is_filter(input) {
            bytes.to_owned()
        } else {
            Vec::new()
        }
    }

    /// Returns an outcome that has only notes or errors.
    fn report_only(&self, record: FileRecord, source: Option<&SourceText<'_>>, exit: Exit) -> FileOutcome {
        FileOutcome {
            exit,
            messages: (self.messages.notes(&record) + &self.messages.errors(&record, source)).into(),
            part: self.plan.style.map(|style| style.part(record, None, None)),
            ..FileOutcome::default()
        }
    }
}

/// The result of a check, before its fixes are written.
struct Checked<'s> {
    sources: Sources<'s>,
    /// The source with the fixes, if there are any.
    fixed: Option<&'s str>,
    record: FileRecord,
    summary: Summary,
}
