//! What the arguments come to: what to check and where the report goes, or why that makes no sense.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use cfn_ipfix::cloudformation::prefilter;
use cfn_ipfix::config::{Configs, Overrides, Patterns};
use cfn_ipfix::files::{self, Identity, Input, Walker};
use cfn_ipfix::report::{self, Format};
use cfn_ipfix::text::printable::printable;
use clap::CommandFactory;
use clap::error::ErrorKind;

use super::args::Args;
use super::endings::has_ending;
use super::environment::Environment;

/// A run, ready to begin.
pub(super) struct Plan {
    /// What the command line and its list name: standard input, files and folders.
    pub(super) named: Vec<Input>,
    takes_hidden: bool,
    takes_ignored: bool,
    jobs: OnceLock<usize>,
    pub(super) configs: Arc<Configs>,
    /// What goes over them.
    pub(super) overrides: Overrides,
    /// Whether what is excluded is left out even where it is named.
    pub(super) is_exclusion_forced: bool,
    /// What is reported beside the messages on standard error, if anything is.
    pub(super) style: Option<report::Style>,
    /// Where the report goes, if not to standard output.
    pub(super) output_file: Option<PathBuf>,
    pub(super) is_written: bool,
    pub(super) is_quiet: bool,
    pub(super) is_verbose: bool,
    pub(super) environment: Environment,
}

impl Plan {
    /// # Errors
    ///
    /// If there is nothing to check, or the arguments do not go together.
    pub(super) fn of(args: &Args, environment: Environment) -> Result<Self, clap::Error> {
        let named = named(args, environment.is_stdin_terminal)?;
        let format = format(args, &named)?;
        let output_file = args.output_file().map(Path::to_owned);
        if let Some(path) = &output_file {
            check_output_file(path, format, &named)?;
        }
        let exclude = Patterns::new(&args.exclude).map_err(|problem| refusal(ErrorKind::ValueValidation, problem))?;
        let has_colours = output_file.is_none() && environment.has_stdout_colours;
        let configs = Configs::new(args.configuration(), exclude, environment.working_folder.clone());
        Ok(Self {
            named,
            takes_hidden: args.hidden,
            takes_ignored: args.no_ignore,
            jobs: args.jobs.map(OnceLock::from).unwrap_or_default(),
            configs: Arc::new(configs),
            overrides: args.overrides(),
            is_exclusion_forced: args.force_exclude,
            style: format.map(|format| report::Style {
                format,
                has_colours,
                is_verbose: args.verbose,
            }),
            output_file,
            is_written: args.write,
            is_quiet: args.quiet,
            is_verbose: args.verbose,
            environment,
        })
    }

    /// Returns how many inputs are checked at once. Asking the machine takes longer than some templates do, so one
    /// input must not come to this.
    pub(super) fn jobs(&self) -> usize {
        let possible = || std::thread::available_parallelism().map_or(1, usize::from);
        *self.jobs.get_or_init(possible)
    }

    /// Returns how folders are walked.
    pub(super) fn walker(&self) -> Walker {
        Walker {
            takes_hidden: self.takes_hidden,
            takes_ignored: self.takes_ignored,
            threads: self.jobs(),
        }
    }

    /// Returns whether standard output takes the fixed template of an input.
    pub(super) fn is_filter(&self, input: &Input) -> bool {
        self.is_written && is_stdin(input)
    }
}

fn named(args: &Args, is_stdin_terminal: bool) -> Result<Vec<Input>, clap::Error> {
    let stdin = || Input::Stdin(args.stdin_filename.clone());
    if args.paths.is_empty() && args.files_from.is_none() {
        if is_stdin_terminal {
            let problem = "no template given; name one or a folder of some, or pipe one in";
            return Err(refusal(ErrorKind::MissingRequiredArgument, problem));
        }
        return Ok(vec![stdin()]);
    }
    let mut named = Vec::with_capacity(args.paths.len());
    for path in &args.paths {
        if path != Path::new("-") {
            named.push(Input::File(path.clone()));
        } else if !named.iter().any(is_stdin) {
            named.push(stdin());
        }
    }
    if let Some(list) = &args.files_from {
        if list == Path::new("-") && named.iter().any(is_stdin) {
            return Err(conflict(
                "`--files-from -` reads names from standard input, and `-` is a template there; leave one of them out",
            ));
        }
        let names = files::names(&read(list)?).map_err(|problem| {
            let list = list.to_string_lossy();
            refusal(ErrorKind::InvalidValue, format!("{}: {problem}", printable(&list)))
        });
        named.extend(names?.into_iter().map(Input::File));
    }
    Ok(named)
}

/// Reads a list of names.
fn read(list: &Path) -> Result<Vec<u8>, clap::Error> {
    let mut bytes = Vec::new();
    let read = if list == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(list)
    };
    read.map_err(|error| {
        let list = list.to_string_lossy();
        let problem = format!("`--files-from {}` cannot be read: {error}", printable(&list));
        refusal(ErrorKind::Io, problem)
    })
}

/// The form of the report: what was asked for, or the diff where the run itself is to show what would change.
fn format(args: &Args, named: &[Input]) -> Result<Option<Format>, clap::Error> {
    let is_filter = args.write && named.iter().any(is_stdin);
    let has_room = !is_filter || args.output_file().is_some();
    match args.output_format {
        Some(Format::Diff) if args.check => Err(conflict(
            "`--check` prints no diff; leave it out, or choose another `--output-format`",
        )),
        Some(format) if args.diff && format != Format::Diff => Err(conflict(
            "`--diff` prints the diff, where another `--output-format` prints its report; leave one of them out",
        )),
        Some(_) if !has_room => Err(conflict(
            "as a filter, `--write -` prints the fixed template, so the report needs a file of its own; name one with `--output-file`",
        )),
        None if args.diff && !has_room => Err(conflict(
            "as a filter, `--write -` prints the fixed template, so there is no room for `--diff`; leave one of them out",
        )),
        Some(format) => Ok(Some(format)),
        None if args.check || (args.write && !args.diff) => Ok(None),
        None => Ok(Some(Format::Diff)),
    }
}

fn check_output_file(path: &Path, format: Option<Format>, named: &[Input]) -> Result<(), clap::Error> {
    if format.is_none() {
        return Err(conflict(
            "without `--output-format` there is no report for `--output-file`; choose one",
        ));
    }
    let Some(output) = Identity::of(path) else {
        return Ok(());
    };
    let is_output = |input: &Input| match input {
        Input::Stdin(_) => false,
        Input::File(path) => Identity::of(path).is_some_and(|input| input == output),
    };
    // What a folder holds is not known yet.
    let is_template = || fs::read(path).is_ok_and(|bytes| prefilter::looks_like_template(&bytes));
    if named.iter().any(is_output) || (has_ending(path) && path.is_file() && is_template()) {
        return Err(conflict(
            "`--output-file` names a template; the report would take its place, so name another file",
        ));
    }
    Ok(())
}

fn is_stdin(input: &Input) -> bool {
    matches!(input, Input::Stdin(_))
}

fn conflict(problem: &str) -> clap::Error {
    refusal(ErrorKind::ArgumentConflict, problem)
}

fn refusal(kind: ErrorKind, problem: impl std::fmt::Display) -> clap::Error {
    Args::command().error(kind, problem)
}
