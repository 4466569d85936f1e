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

/// Finds IAM roles used where CloudFormation wants an instance profile, and fixes the template.
///
/// Without `--write`, no file is changed: the unified diff goes to standard output, findings and a summary to
/// standard error.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Files or directories to check; `-` reads standard input, and so does no path with piped input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Fix the files in place; with `-` print the fixed template, as a filter
    #[arg(short, long, help_heading = "Mode")]
    pub(super) write: bool,

    /// Print the diff with `--write` too
    #[arg(long, help_heading = "Mode")]
    pub(super) diff: bool,

    /// Print findings only, no diff
    #[arg(long, conflicts_with_all = ["write", "diff"], help_heading = "Mode")]
    pub(super) check: bool,

    /// Number of files to check at once [default: the number of CPUs]
    #[arg(short, long, value_name = "N", value_parser = parse_jobs, help_heading = "Mode")]
    pub(super) jobs: Option<usize>,

    /// Also check the paths in FILE, newline- or NUL-separated; `-` reads standard input
    #[arg(long, value_name = "FILE", help_heading = "File selection")]
    pub(super) files_from: Option<PathBuf>,

    /// Skip files and directories that match this pattern, in the syntax of `.gitignore`; may be repeated
    #[arg(long, value_name = "PATTERN", value_parser = parse_pattern, help_heading = "File selection")]
    pub(super) exclude: Vec<String>,

    /// Apply excludes to paths passed explicitly too
    #[arg(long, help_heading = "File selection")]
    pub(super) force_exclude: bool,

    /// Also check hidden files and directories
    #[arg(long, help_heading = "File selection")]
    pub(super) hidden: bool,

    /// Also check files that `.gitignore`, `.ignore` and the like exclude
    #[arg(long, help_heading = "File selection")]
    pub(super) no_ignore: bool,

    /// Also apply unsafe fixes; `--no-unsafe-fixes` overrides the configuration
    #[arg(long, overrides_with = "no_unsafe_fixes", help_heading = "Fixes")]
    unsafe_fixes: bool,

    #[arg(long, hide = true, overrides_with = "unsafe_fixes")]
    no_unsafe_fixes: bool,

    /// Whether a new profile gets the name of its role: if the role has a `RoleName`, never, or always. A name that
    /// another profile may have is never used [default: auto]
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "auto|none|role",
        help_heading = "Fixes"
    )]
    profile_name: Option<Naming>,

    /// Use this configuration file for every template; its patterns are relative to the working directory
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "isolated",
        help_heading = "Configuration"
    )]
    config: Option<PathBuf>,

    /// Ignore all configuration files; by default, the nearest `.cfn-ipfix.yaml` above each template applies
    #[arg(long, help_heading = "Configuration")]
    isolated: bool,

    /// Enable only these rules, by code or name
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "Rule selection")]
    select: Vec<&'static Rule>,

    /// Disable these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "Rule selection")]
    ignore: Vec<&'static Rule>,

    /// Print the rules and exit
    #[arg(long, help_heading = "Rule selection")]
    pub(super) list_rules: bool,

    /// Explain a rule and exit
    #[arg(long, value_name = "RULE", value_parser = parse_rule, help_heading = "Rule selection")]
    pub(super) explain: Option<&'static Rule>,

    /// Format of the report
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(), help_heading = "Output")]
    pub(super) output_format: Option<Format>,

    /// Write the report to this file; `-` writes to standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output_file: Option<PathBuf>,

    /// File name of standard input in messages and the diff
    #[arg(long, value_name = "NAME", default_value = "stdin", help_heading = "Output")]
    pub(super) stdin_filename: PathBuf,

    /// When to use colours; `auto` follows the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        value_name = "auto|always|never",
        help_heading = "Output"
    )]
    color: Colour,

    /// Print errors and requested output only, no findings and no summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,

    /// Print the source of each finding, and each value that was not checked
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,

    /// Print a completion script for this shell and exit
    #[arg(long, value_enum, value_name = "SHELL", help_heading = "Output")]
    pub(super) completions: Option<Shell>,

    /// Print the manual page and exit
    #[arg(long, help_heading = "Output")]
    pub(super) man: bool,
}

const AFTER_HELP: &str = "\
Exit status:
  0  nothing to fix, or everything was fixed
  1  something would change, or a finding remains
  2  invalid arguments or configuration, an I/O error, or a discarded fix
  3  a template cannot be parsed
  The highest status of several templates counts. A filter exits with 0 if it can read its input and configuration.

Examples:
  cfn-ipfix template.yaml               print what would change
  cfn-ipfix template.yaml | git apply   fix it through git
  cfn-ipfix --write template.yaml       fix it
  cfn-ipfix --write .                   fix all templates below the working directory
  cfn-ipfix --write - < old > new       fix it as a filter";

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
    /// Returns what goes over the configuration.
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

    /// Returns where the configuration comes from.
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
