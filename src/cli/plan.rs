//! What the arguments come to: what to check and where the report goes, or why that makes no sense.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;

use anstream::AutoStream;
use clap::CommandFactory;
use clap::error::ErrorKind;

use super::args::Args;
use super::output::Output;
use crate::config::{Choice, Overrides};
use crate::files::Input;
use crate::report::{self, Format};

/// A run, ready to begin.
pub(super) struct Plan {
    pub(super) inputs: Vec<Input>,
    pub(super) configuration: Choice,
    /// What goes over it.
    pub(super) overrides: Overrides,
    /// Whether what it excludes is left out even where it is named.
    pub(super) is_exclusion_forced: bool,
    /// What is reported beside the messages on standard error, if anything is.
    pub(super) style: Option<report::Style>,
    pub(super) output: Output,
    pub(super) is_written: bool,
    pub(super) is_quiet: bool,
    pub(super) is_verbose: bool,
}

impl Plan {
    /// # Errors
    ///
    /// If there is nothing to check, or the arguments do not go together.
    pub(super) fn of(args: &Args) -> Result<Self, clap::Error> {
        let inputs = inputs(args)?;
        let format = format(args, &inputs)?;
        let output = match args.output_file() {
            None => Output::Stdout,
            Some(path) => {
                check_output_file(path, format, &inputs)?;
                Output::file(path)
            }
        };
        Ok(Self {
            inputs,
            configuration: args.configuration(),
            overrides: args.overrides(),
            is_exclusion_forced: args.force_exclude,
            style: format.map(|format| report::Style {
                format,
                has_colours: output.is_stdout() && AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
                is_verbose: args.verbose,
            }),
            output,
            is_written: args.write,
            is_quiet: args.quiet,
            is_verbose: args.verbose,
        })
    }

    /// Whether standard output takes the fixed template of an input.
    pub(super) fn is_filter(&self, input: &Input) -> bool {
        self.is_written && is_stdin(input)
    }
}

fn inputs(args: &Args) -> Result<Vec<Input>, clap::Error> {
    let stdin = || Input::Stdin(args.stdin_filename.clone());
    if args.paths.is_empty() {
        if io::stdin().is_terminal() {
            let problem = "no template given; name one, or pipe one in";
            return Err(Args::command().error(ErrorKind::MissingRequiredArgument, problem));
        }
        return Ok(vec![stdin()]);
    }
    let inputs = args.paths.iter().map(|path| match path.to_str() {
        Some("-") => stdin(),
        _ => Input::File(path.clone()),
    });
    Ok(inputs.collect())
}

/// The form of the report: what was asked for, or the diff where the run itself is to show what would change.
fn format(args: &Args, inputs: &[Input]) -> Result<Option<Format>, clap::Error> {
    let is_filter = args.write && inputs.iter().any(is_stdin);
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

fn check_output_file(path: &Path, format: Option<Format>, inputs: &[Input]) -> Result<(), clap::Error> {
    if format.is_none() {
        return Err(conflict(
            "without `--output-format` there is no report for `--output-file`; choose one",
        ));
    }
    let Ok(path) = fs::canonicalize(path) else {
        return Ok(());
    };
    let is_path = |input: &Input| match input {
        Input::Stdin(_) => false,
        Input::File(input) => fs::canonicalize(input).is_ok_and(|input| input == path),
    };
    if inputs.iter().any(is_path) {
        return Err(conflict(
            "`--output-file` names a template that is to be checked; the report would take its place, so name another file",
        ));
    }
    Ok(())
}

fn is_stdin(input: &Input) -> bool {
    matches!(input, Input::Stdin(_))
}

fn conflict(problem: &str) -> clap::Error {
    Args::command().error(ErrorKind::ArgumentConflict, problem)
}
