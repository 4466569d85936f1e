//! The arguments as they are typed.

use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use cfn_ipfix::ProfileName;
use cfn_ipfix::config::{self, Choice, Overrides};
use cfn_ipfix::model::{Rule, UnknownRule};
use cfn_ipfix::report::Format;
use cfn_ipfix::rules;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, ValueEnum};
use clap_complete::Shell;

/// Finds IAM roles used where CloudFormation wants an instance profile, and mends the template.
///
/// Without `--write` nothing is changed: the unified diff goes to standard output, findings and a summary to standard
/// error.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Templates to check, YAML or JSON, and folders to look for some in; `-` is standard input, as is no path with piped
    /// input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Fix the files in place; with `-` print the fixed template, as a filter
    #[arg(short, long, help_heading = "What to do")]
    pub(super) write: bool,

    /// Print the diff beside `--write`
    #[arg(long, help_heading = "What to do")]
    pub(super) diff: bool,

    /// Print the findings only, no diff
    #[arg(long, conflicts_with_all = ["write", "diff"], help_heading = "What to do")]
    pub(super) check: bool,

    /// Check this many files at once [default: as many as the machine can]
    #[arg(short, long, value_name = "N", value_parser = parse_jobs, help_heading = "What to do")]
    pub(super) jobs: Option<usize>,

    /// Check the files and folders too that FILE names, one a line, or each ended by a NUL; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Where to look")]
    pub(super) files_from: Option<PathBuf>,

    /// Leave out of folders what matches this pattern, as in a `.gitignore` in the working folder; may be repeated
    #[arg(long, value_name = "PATTERN", value_parser = parse_pattern, help_heading = "Where to look")]
    pub(super) exclude: Vec<String>,

    /// Leave out what is excluded, here or by the configuration, even where it is named
    #[arg(long, help_heading = "Where to look")]
    pub(super) force_exclude: bool,

    /// Look at hidden files and folders too
    #[arg(long, help_heading = "Where to look")]
    pub(super) hidden: bool,

    /// Look at what `.gitignore`, `.ignore` and the like leave out too
    #[arg(long, help_heading = "Where to look")]
    pub(super) no_ignore: bool,

    /// Apply fixes too that may be wrong; `--no-unsafe-fixes` does not, whatever the configuration says
    #[arg(long, overrides_with = "no_unsafe_fixes", help_heading = "How to fix")]
    unsafe_fixes: bool,

    #[arg(long, hide = true, overrides_with = "unsafe_fixes")]
    no_unsafe_fixes: bool,

    /// When to give new profiles the name of their role: where it has a `RoleName`, never, always; never a taken name
    /// [default: auto]
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "auto|none|role",
        help_heading = "How to fix"
    )]
    profile_name: Option<Naming>,

    /// Use this configuration for every template; patterns in it are relative to the working folder
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "isolated",
        help_heading = "Configuration"
    )]
    config: Option<PathBuf>,

    /// Use no configuration; without this, the nearest `.cfn-ipfix.yaml` above each template is used
    #[arg(long, help_heading = "Configuration")]
    isolated: bool,

    /// Look for these rules only, by code or name
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "What to find")]
    select: Vec<&'static Rule>,

    /// Do not look for these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "What to find")]
    ignore: Vec<&'static Rule>,

    /// Print the rules and exit
    #[arg(long, help_heading = "What to find")]
    pub(super) list_rules: bool,

    /// Print what a rule finds, why that is bad, and what its fix does, and exit
    #[arg(long, value_name = "RULE", value_parser = parse_rule, help_heading = "What to find")]
    pub(super) explain: Option<&'static Rule>,

    /// Report what is found, and with `--write` what was fixed, in this form
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(), help_heading = "What to print")]
    pub(super) output_format: Option<Format>,

    /// Write the report to this file, not to standard output; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "What to print")]
    output_file: Option<PathBuf>,

    /// What to call standard input in messages and in the diff
    #[arg(long, value_name = "NAME", default_value = "stdin", help_heading = "What to print")]
    pub(super) stdin_filename: PathBuf,

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
    pub(super) quiet: bool,

    /// Print the source lines of each finding
    #[arg(short, long, help_heading = "What to print")]
    pub(super) verbose: bool,

    /// Print a script that completes the arguments in this shell, and exit
    #[arg(long, value_enum, value_name = "SHELL", help_heading = "What to print")]
    pub(super) completions: Option<Shell>,

    /// Print the manual page, and exit
    #[arg(long, help_heading = "What to print")]
    pub(super) man: bool,
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
  cfn-ipfix --write .                   change all below the working folder
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

impl Args {
    /// What goes over the configuration.
    pub(super) fn overrides(&self) -> Overrides {
        let unsafe_fixes = match (self.unsafe_fixes, self.no_unsafe_fixes) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        };
        Overrides {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            unsafe_fixes,
            profile_name: self.profile_name.map(|name| match name {
                Naming::Auto => ProfileName::Auto,
                Naming::None => ProfileName::None,
                Naming::Role => ProfileName::Role,
            }),
        }
    }

    /// Where the configuration comes from.
    pub(super) fn configuration(&self) -> Choice {
        match &self.config {
            Some(file) => Choice::File(file.clone()),
            None if self.isolated => Choice::None,
            None => Choice::Nearest,
        }
    }

    /// The file that the report goes to, if not to standard output.
    pub(super) fn output_file(&self) -> Option<&Path> {
        self.output_file.as_deref().filter(|path| *path != Path::new("-"))
    }

    pub(super) fn colours(&self) -> ColorChoice {
        match self.color {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        }
    }
}

/// More would only wait for one another, and a system may not have them.
const MOST_JOBS: usize = 1024;

fn parse_jobs(number: &str) -> Result<usize, String> {
    match number.parse() {
        Ok(jobs @ 1..=MOST_JOBS) => Ok(jobs),
        _ => Err(format!("a number from 1 to {MOST_JOBS} is wanted")),
    }
}

fn parse_pattern(pattern: &str) -> Result<String, String> {
    config::check_pattern(pattern).map(|()| pattern.to_owned())
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|(_, name, help)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(values).try_map(|name| Format::by_name(&name).ok_or("there is no such format"))
}

fn parse_rule(name: &str) -> Result<&'static Rule, UnknownRule> {
    rules::rule(name)
}
