//! The command line: arguments in, exit status out. What is done with a template is the library's business.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;
use cfn_ipfix::rules::{self, Rule, Selection};
use cfn_ipfix::{Options, Outcome, ProfileName, Report, check};
use clap::{CommandFactory, Parser, ValueEnum, error::ErrorKind};

use crate::exit::Exit;
use crate::files::{Input, Unreadable, replace};
use crate::report::text::{self, Source, Summary};
use crate::report::{self, diff};

/// Finds IAM roles used where CloudFormation wants an instance profile, and mends the template.
///
/// Without `--write` nothing is changed: the unified diff goes to standard output, findings and a summary to standard
/// error.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
struct Args {
    /// Templates to check, YAML or JSON; `-` is standard input, as is no path with piped input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Fix the files in place; with `-` print the fixed template, as a filter
    #[arg(short, long, help_heading = "What to do")]
    write: bool,

    /// Print the diff beside `--write`
    #[arg(long, help_heading = "What to do")]
    diff: bool,

    /// Print the findings only, no diff
    #[arg(long, conflicts_with_all = ["write", "diff"], help_heading = "What to do")]
    check: bool,

    /// Apply fixes too that may be wrong
    #[arg(long, help_heading = "How to fix")]
    unsafe_fixes: bool,

    /// When to give new profiles the name of their role: where it has a `RoleName`, never, always; never a taken name
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        value_name = "auto|none|role",
        help_heading = "How to fix"
    )]
    profile_name: Naming,

    /// Look for these rules only, by code or name
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "What to find")]
    select: Vec<&'static Rule>,

    /// Do not look for these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "What to find")]
    ignore: Vec<&'static Rule>,

    /// Print the rules and exit
    #[arg(long, help_heading = "What to find")]
    list_rules: bool,

    /// Print what a rule finds, why that is bad, and what its fix does, and exit
    #[arg(long, value_name = "RULE", value_parser = parse_rule, help_heading = "What to find")]
    explain: Option<&'static Rule>,

    /// What to call standard input in messages and in the diff
    #[arg(long, value_name = "NAME", default_value = "stdin", help_heading = "What to print")]
    stdin_filename: PathBuf,

    /// When to use colours; auto follows the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        value_name = "auto|always|never",
        help_heading = "What to print"
    )]
    color: Colour,

    /// Print errors and what was asked for, no findings and no summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "What to print")]
    quiet: bool,

    /// Print the source lines of each finding
    #[arg(short, long, help_heading = "What to print")]
    verbose: bool,
}

const AFTER_HELP: &str = "\
Exit status:
  0  nothing to fix, or everything was fixed
  1  something would change, or a finding remains
  2  the command line, reading or writing failed, or a fix was thrown away
  3  a template could not be parsed
  Of several templates the highest counts. As a filter, 0 whenever the template was readable.

Examples:
  cfn-ipfix template.yaml               show what would change
  cfn-ipfix template.yaml | git apply   change it by way of git
  cfn-ipfix --write template.yaml       change it
  cfn-ipfix --write - < old > new       change it on the way";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Naming {
    Auto,
    None,
    Role,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// Does what the command line asks for.
pub(crate) fn run() -> Exit {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    choose_colour(args.color);
    if let Some(text) = text_asked_for(&args) {
        // Whoever closed the pipe does not want to read it.
        let _ = print(text.as_bytes());
        return Exit::Clean;
    }
    let inputs = match inputs(&args) {
        Ok(inputs) => inputs,
        Err(error) => return refuse(&error),
    };
    let mut run = Run::new(&args);
    let mut exit = Exit::Clean;
    for input in &inputs {
        match run.process(input) {
            Ok(one) => exit = exit.max(one),
            Err(error) => {
                complain(&format!("error: {error:#}\n"));
                exit = exit.max(Exit::Failure);
            }
        }
    }
    run.summarise();
    exit
}

/// Prints what clap has to say: help and version to standard output, complaints to standard error.
fn refuse(error: &clap::Error) -> Exit {
    // Whoever closed the pipe does not want to read it.
    let _ = error.print();
    if error.use_stderr() { Exit::Failure } else { Exit::Clean }
}

fn parse_rule(name: &str) -> Result<&'static Rule, rules::UnknownRule> {
    rules::rule(name)
}

fn choose_colour(colour: Colour) {
    let choice = match colour {
        Colour::Auto => ColorChoice::Auto,
        Colour::Always => ColorChoice::Always,
        Colour::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// What is printed in place of a run.
fn text_asked_for(args: &Args) -> Option<String> {
    match args.explain {
        Some(rule) => Some(report::rules::explanation(rule)),
        None => args.list_rules.then(report::rules::list),
    }
}

/// What to check.
fn inputs(args: &Args) -> Result<Vec<Input>, clap::Error> {
    let inputs = named_inputs(args)?;
    if args.write && args.diff && inputs.iter().any(|input| matches!(input, Input::Stdin(_))) {
        let problem = "as a filter, `--write -` prints the fixed template, so there is no room for `--diff`; leave one of them out";
        return Err(Args::command().error(ErrorKind::ArgumentConflict, problem));
    }
    Ok(inputs)
}

fn named_inputs(args: &Args) -> Result<Vec<Input>, clap::Error> {
    let stdin = || Input::Stdin(args.stdin_filename.clone());
    let usage = |problem| Args::command().error(ErrorKind::MissingRequiredArgument, problem);
    if args.paths.is_empty() {
        if io::stdin().is_terminal() {
            return Err(usage("no template given; name one, or pipe one in"));
        }
        return Ok(vec![stdin()]);
    }
    let inputs = args.paths.iter().map(|path| match path.to_str() {
        Some("-") => stdin(),
        _ => Input::File(path.clone()),
    });
    Ok(inputs.collect())
}

fn selection(args: &Args) -> Selection {
    let selected = match args.select.as_slice() {
        [] => Selection::ALL,
        rules => rules
            .iter()
            .fold(Selection::NONE, |selection, rule| selection.with(rule)),
    };
    args.ignore
        .iter()
        .fold(selected, |selection, rule| selection.without(rule))
}

/// One run over all inputs.
struct Run<'a> {
    args: &'a Args,
    options: Options,
    summary: Summary,
}

impl<'a> Run<'a> {
    fn new(args: &'a Args) -> Self {
        let profile_name = match args.profile_name {
            Naming::Auto => ProfileName::Auto,
            Naming::None => ProfileName::None,
            Naming::Role => ProfileName::Role,
        };
        Self {
            args,
            options: Options {
                profile_name,
                selection: selection(args),
                unsafe_fixes: args.unsafe_fixes,
            },
            summary: Summary::default(),
        }
    }

    /// Checks one input and does with it what was asked for; an error is one of standard output.
    fn process(&mut self, input: &Input) -> anyhow::Result<Exit> {
        let is_filter = self.args.write && matches!(input, Input::Stdin(_));
        let text = match input.read() {
            Ok(text) => text,
            Err(Unreadable { error, bytes }) => {
                complain(&text::failure(input, &error));
                if is_filter {
                    print(&bytes)?;
                }
                return Ok(if error.is_content() {
                    Exit::Unparsable
                } else {
                    Exit::Failure
                });
            }
        };
        let source = Source::new(input, &text);
        let report = match check(&text, &self.options) {
            Ok(report) => report,
            Err(error) => {
                complain(&text::unparsable(&source, &error));
                if is_filter {
                    print(text.as_bytes())?;
                }
                return Ok(Exit::Unparsable);
            }
        };
        self.tell(&source, &report);
        match input {
            _ if !self.args.write => self.show(&source, &report),
            Input::Stdin(_) => {
                print(report.fixed().unwrap_or(&text).as_bytes())?;
                self.summary.fixed += report.findings.len() - report.remaining().count();
                Ok(Exit::Clean)
            }
            Input::File(path) => self.write(path, &source, &report),
        }
    }

    /// Prints the findings, and why fixes were thrown away.
    fn tell(&mut self, source: &Source<'_>, report: &Report) {
        self.summary.templates += report.templates;
        self.summary.findings += report.findings.len();
        self.summary.files_with_findings += usize::from(!report.findings.is_empty());
        self.summary.fixable += report.findings.len() - report.remaining().count();
        self.summary.held_back += report.held_back().count();
        if !self.args.quiet {
            for finding in &report.findings {
                complain(&text::finding(source, finding, self.args.verbose));
            }
            for label in &report.unseen {
                complain(&text::unseen(source, label));
            }
            if report.templates == 0 {
                let why = "skipped: it has no mapping `Resources`, so it is no template";
                complain(&text::remark(source.input, why));
            }
        }
        // Otherwise each finding has told.
        if let (Outcome::Refused(refusal), true) = (&report.outcome, self.args.quiet) {
            complain(&text::failure(source.input, refusal));
        }
    }

    fn show(&self, source: &Source<'_>, report: &Report) -> anyhow::Result<Exit> {
        if let (Some(fixed), false) = (report.fixed(), self.args.check) {
            print_diff(source, fixed)?;
        }
        Ok(match report.outcome {
            Outcome::Refused(_) => Exit::Failure,
            _ if report.findings.is_empty() => Exit::Clean,
            _ => Exit::Findings,
        })
    }

    fn write(&mut self, path: &Path, source: &Source<'_>, report: &Report) -> anyhow::Result<Exit> {
        if let Some(fixed) = report.fixed() {
            if let Err(error) = replace(path, source.text, fixed) {
                complain(&text::failure(source.input, &error));
                return Ok(Exit::Failure);
            }
            self.summary.fixed += report.findings.len() - report.remaining().count();
            if self.args.diff {
                print_diff(source, fixed)?;
            }
        }
        Ok(match report.outcome {
            Outcome::Refused(_) => Exit::Failure,
            _ if report.remaining().next().is_none() => Exit::Clean,
            _ => Exit::Findings,
        })
    }

    fn summarise(&self) {
        let is_empty = self.summary.templates == 0;
        if !self.args.quiet && !is_empty {
            complain(&self.summary.text(self.args.write));
        }
    }
}

/// Prints the diff, coloured where that was asked for. Without colours nothing may come between the text and its reader:
/// what looks like a colour in a template must reach `git apply` as it is.
fn print_diff(source: &Source<'_>, fixed: &str) -> anyhow::Result<()> {
    let diff = diff::unified(source.input.name(), source.text, fixed);
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => print(diff.as_bytes()),
        _ => print(diff::coloured(&diff).as_bytes()),
    }
}

/// Writes to standard output. A reader that has seen enough is no error, and what is left to do is done all the same.
fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

fn complain(text: &str) {
    // There is nowhere left to say that standard error is closed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
