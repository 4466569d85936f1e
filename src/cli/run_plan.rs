//! Converts the arguments into the plan of a run, or reports why they are invalid.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use cfn_ipfix::Options;
use cfn_ipfix::cloudformation::{prefilter, shares_folder};
use cfn_ipfix::config::{ConfigError, Configs, Overrides, Patterns};
use cfn_ipfix::files::{self, FileLanguage, Identity, Input, Repositories, Walker, is_checked_in_folders};
use cfn_ipfix::model::Severity;
use cfn_ipfix::report::record::FindingRecord;
use cfn_ipfix::report::{self, Format, TextStyle};
use cfn_ipfix::terraform;
use cfn_ipfix::text::printable::printable;
use clap::CommandFactory;
use clap::error::ErrorKind;

use super::args::Args;
use super::environment::Environment;

/// The plan of a run.
pub(super) struct RunPlan {
    /// The inputs that the user names: standard input, files and folders.
    pub(super) named_inputs: Vec<Input>,
    takes_hidden: bool,
    takes_ignored: bool,
    jobs: OnceLock<usize>,
    pub(super) configs: Arc<Configs>,
    /// The options that override the configurations.
    overrides: Overrides,
    /// True if excludes apply to named inputs too.
    pub(super) is_exclusion_forced: bool,
    /// The report, if there is one besides the messages on standard error.
    pub(super) style: Option<report::ReportStyle>,
    /// The file that the report is written to, unless it is standard output.
    pub(super) output_file: Option<PathBuf>,
    /// The folder that the paths of the diff are relative to.
    diff_folder: PathBuf,
    /// The lowest severity that fails the run, if any does.
    fail_on: Option<Severity>,
    pub(super) is_written: bool,
    pub(super) is_quiet: bool,
    pub(super) is_verbose: bool,
    pub(super) environment: Environment,
}

impl RunPlan {
    /// Plans a run.
    ///
    /// # Errors
    ///
    /// If there is nothing to check, or the arguments conflict.
    pub(super) fn of(args: &Args, environment: Environment) -> Result<Self, clap::Error> {
        let named_inputs = named_inputs(args)?;
        let format = report_format(args, &named_inputs)?;
        let output_file = args.output_file().map(Path::to_owned);
        if let Some(path) = &output_file {
            check_output_file(path, format, &named_inputs)?;
        }
        let exclude =
            Patterns::new(&args.exclude).map_err(|problem| usage_error(ErrorKind::ValueValidation, problem))?;
        let is_printed = output_file.is_none();
        let style = format.map(|format| report::ReportStyle {
            format,
            has_colours: is_printed && environment.has_stdout_colours,
            text: TextStyle::of_report(is_printed && environment.is_stdout_terminal, args.verbose),
        });
        let configs = Configs::new(args.configuration(), exclude, environment.working_folder.clone());
        let diff_folder = match format {
            Some(format) if format == Format::DIFF => diff_folder(&configs, &environment.working_folder, &named_inputs),
            _ => environment.working_folder.clone(),
        };
        Ok(Self {
            named_inputs,
            takes_hidden: args.hidden,
            takes_ignored: args.no_ignore,
            jobs: args.jobs.map(OnceLock::from).unwrap_or_default(),
            configs: Arc::new(configs),
            overrides: args.overrides(),
            is_exclusion_forced: args.force_exclude,
            style,
            diff_folder,
            fail_on: args.fail_on(),
            output_file,
            is_written: args.write,
            is_quiet: args.quiet,
            is_verbose: args.verbose,
            environment,
        })
    }

    /// Returns the number of inputs to check in parallel.
    ///
    /// The number of CPUs is read only if needed: reading it can take longer than checking a template.
    pub(super) fn jobs(&self) -> usize {
        let available = || std::thread::available_parallelism().map_or(1, usize::from);
        *self.jobs.get_or_init(available)
    }

    /// Returns the options for an input.
    ///
    /// # Errors
    ///
    /// If its configuration is invalid.
    pub(super) fn options(&self, path: &Path) -> Result<Options, Arc<ConfigError>> {
        let path = self.configs.absolute(path);
        Ok(self.configs.of(&path)?.options(&path, &self.overrides))
    }

    /// Returns the folder whose templates are checked with a named one; `None` if it is checked without others.
    ///
    /// It is the repository of the file, else the folder of its configuration, else its own. The files of some folders are
    /// one template, and are always checked together.
    pub(super) fn project_folder(&self, path: &Path, repositories: &mut Repositories) -> Option<PathBuf> {
        let path = self.configs.absolute(path);
        if shares_folder(&path) {
            return path.parent().map(Path::to_owned);
        }
        // An invalid configuration is reported when the file is checked.
        let config = self.configs.of(&path).ok()?;
        if !config.uses_project(&self.overrides) {
            return None;
        }
        let repository = repositories.of(&path);
        let folder = repository
            .as_deref()
            .or_else(|| config.folder())
            .or_else(|| path.parent());
        folder.map(Path::to_owned)
    }

    /// Returns the path of a file from the working folder, by its absolute path.
    pub(super) fn relative(&self, path: &Path) -> PathBuf {
        let working_folder = &self.environment.working_folder;
        let mut above = PathBuf::new();
        for folder in working_folder.ancestors().filter(|folder| folder.parent().is_some()) {
            if let Ok(below) = path.strip_prefix(folder) {
                return above.join(below);
            }
            above.push("..");
        }
        path.to_owned()
    }

    /// Returns the walker for folders.
    pub(super) fn walker(&self) -> Walker {
        Walker {
            takes_hidden: self.takes_hidden,
            takes_ignored: self.takes_ignored,
            threads: self.jobs(),
        }
    }

    /// Returns the path of an input in the diff.
    pub(super) fn diff_path(&self, input: &Input) -> PathBuf {
        let path = absolute_path(&self.configs, &self.environment.working_folder, input);
        match path.strip_prefix(&self.diff_folder) {
            Ok(path) => path.to_owned(),
            Err(_) => path,
        }
    }

    /// Returns the folder in which the diff applies, if it is not the working folder.
    pub(super) fn other_diff_folder(&self) -> Option<&Path> {
        (self.diff_folder != self.environment.working_folder).then_some(&self.diff_folder)
    }

    /// Returns whether a finding results in the exit status of findings.
    pub(super) fn fails_for(&self, finding: &FindingRecord) -> bool {
        !finding.fixed && self.fail_on.is_some_and(|lowest| finding.severity >= lowest)
    }

    /// Returns whether the fixed template of an input is printed on standard output.
    pub(super) fn is_filter(&self, input: &Input) -> bool {
        self.is_written && is_stdin(input)
    }
}

fn named_inputs(args: &Args) -> Result<Vec<Input>, clap::Error> {
    let stdin = || Input::Stdin(args.stdin_filename().into());
    if args.paths.is_empty() && args.files_from.is_none() {
        return default_inputs(args);
    }
    let mut inputs = Vec::with_capacity(args.paths.len());
    for path in &args.paths {
        if path != Path::new("-") {
            inputs.push(Input::File(path.clone()));
        } else if !inputs.iter().any(is_stdin) {
            inputs.push(stdin());
        }
    }
    if let Some(list) = &args.files_from {
        if list == Path::new("-") && inputs.iter().any(is_stdin) {
            return Err(conflict(
                "`--files-from -` reads names from standard input, and `-` is a template there; leave one of them out",
            ));
        }
        let names = files::read_list(&read_names(list)?).map_err(|problem| {
            let list = list.to_string_lossy();
            usage_error(ErrorKind::InvalidValue, format!("{}: {problem}", printable(&list)))
        });
        inputs.extend(names?.into_iter().map(Input::File));
    }
    Ok(inputs)
}

/// Returns the inputs if no path is given.
fn default_inputs(args: &Args) -> Result<Vec<Input>, clap::Error> {
    let missing = |problem| Err(usage_error(ErrorKind::MissingRequiredArgument, problem));
    match (args.write, args.has_stdin_filename()) {
        (true, _) => missing("`--write` needs a path: `.` for the working directory, or `-` for standard input"),
        (false, true) => missing("`--stdin-filename` is the name of standard input, which is read for the path `-`"),
        (false, false) => Ok(vec![Input::File(".".into())]),
    }
}

/// Returns the nearest folder that contains the working folder and all named inputs.
fn diff_folder(configs: &Configs, working_folder: &Path, inputs: &[Input]) -> PathBuf {
    let mut folder = working_folder;
    for input in inputs {
        if folder.parent().is_none() {
            break;
        }
        let path = absolute_path(configs, working_folder, input);
        folder = folder
            .ancestors()
            .find(|folder| path.starts_with(folder))
            .unwrap_or(folder);
    }
    folder.to_owned()
}

/// Returns the absolute path of an input.
///
/// Outside the working folder, symbolic links are resolved, because git does not follow them.
fn absolute_path(configs: &Configs, working_folder: &Path, input: &Input) -> PathBuf {
    let path = configs.absolute(input.name());
    // On Windows, a resolved path begins with `\\?\`, unlike the paths of git and the working folder.
    if cfg!(windows) || path.starts_with(working_folder) {
        return path;
    }
    fs::canonicalize(&path).unwrap_or(path)
}

/// Reads a list of paths.
fn read_names(list: &Path) -> Result<Vec<u8>, clap::Error> {
    let mut bytes = Vec::new();
    let read = if list == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(list)
    };
    read.map_err(|error| {
        let list = list.to_string_lossy();
        let problem = format!("`--files-from {}` cannot be read: {error}", printable(&list));
        usage_error(ErrorKind::Io, problem)
    })
}

/// Returns the requested format, or the diff if the run shows what would change.
fn report_format(args: &Args, inputs: &[Input]) -> Result<Option<&'static Format>, clap::Error> {
    let is_filter = args.write && inputs.iter().any(is_stdin);
    let can_print = !is_filter || args.output_file().is_some();
    let format = match args.output_format {
        // Each JSON report contains the statistics.
        Some(format) if args.statistics && format == Format::JSON => Some(format),
        Some(format) if args.statistics && format != Format::TEXT => {
            return Err(conflict(format_args!(
                "`--statistics` is a table or part of `--output-format json`; leave out `{}`",
                format.name
            )));
        }
        _ if args.statistics => Some(Format::STATISTICS),
        format => format,
    };
    match format {
        Some(format) if args.check && format == Format::DIFF => Err(conflict(
            "`--check` prints no diff; leave it out, or choose another `--output-format`",
        )),
        Some(format) if args.diff && format != Format::DIFF => Err(conflict(
            "`--diff` prints the diff, where another `--output-format` prints its report; leave one of them out",
        )),
        Some(_) if !can_print => Err(conflict(
            "as a filter, `--write -` prints the fixed template, so the report needs a file of its own; name one with `--output-file`",
        )),
        None if args.diff && !can_print => Err(conflict(
            "as a filter, `--write -` prints the fixed template, so there is no room for `--diff`; leave one of them out",
        )),
        Some(format) => Ok(Some(format)),
        None if args.check => Ok(Some(Format::TEXT)),
        None if args.write && !args.diff => Ok(None),
        None => Ok(Some(Format::DIFF)),
    }
}

fn check_output_file(path: &Path, format: Option<&'static Format>, inputs: &[Input]) -> Result<(), clap::Error> {
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
    // The files in folders are not known yet.
    if inputs.iter().any(is_output) || is_found_in_folders(path) {
        return Err(conflict(
            "`--output-file` names a template or a Terraform file; the report would take its place, so name another file",
        ));
    }
    Ok(())
}

/// Returns whether a run over a folder may check the file at a path, which may be a link with any name.
fn is_found_in_folders(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else {
        return false;
    };
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_terraform = FileLanguage::of(&target) == FileLanguage::Terraform;
    // A hard link does not show the other names of its file.
    let has_other_names = files::has_other_names(&metadata);
    let may_be_found = metadata.is_file() && (has_other_names || is_checked_in_folders(&target));
    let looks_checked = |bytes: Vec<u8>| {
        let is_module_file = has_other_names && terraform::prefilter::may_apply(&bytes);
        is_module_file || prefilter::looks_like_template(&bytes)
    };
    may_be_found && (is_terraform || fs::read(path).is_ok_and(looks_checked))
}

fn is_stdin(input: &Input) -> bool {
    matches!(input, Input::Stdin(_))
}

fn conflict(problem: impl std::fmt::Display) -> clap::Error {
    usage_error(ErrorKind::ArgumentConflict, problem)
}

fn usage_error(kind: ErrorKind, problem: impl std::fmt::Display) -> clap::Error {
    Args::command().error(kind, problem)
}
