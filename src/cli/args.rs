//! The command-line arguments, as clap parses them.

use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use cfn_ipfix::ProfileName;
use cfn_ipfix::config::{self, ConfigSource, Overrides};
use cfn_ipfix::model::{Rule, Severity, UnknownRule};
use cfn_ipfix::report::{self, Format};
use cfn_ipfix::rules::{self, AwsError};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, ValueEnum};
use clap_complete::Shell;

/// Finds and fixes IAM roles used where AWS wants an instance profile, in CloudFormation and Terraform.
///
/// Without `--write`, no file is changed: the unified diff goes to standard output, findings and a summary to
/// standard error.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_long_help = after_help(report::HOMEPAGE))]
pub(super) struct Args {
    /// Files or directories to check; `-` reads standard input
    ///
    /// Without a path, the files in the working directory and below are checked. `--write` needs a path. A Terraform
    /// file is checked with the others in its directory, which are not changed unless they are passed too.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Fix the files in place
    ///
    /// With `-`, the fixed source is printed, as a filter.
    #[arg(short, long, visible_alias = "fix")]
    pub(super) write: bool,

    /// Print findings on standard output, no diff
    #[arg(long, conflicts_with_all = ["write", "diff"])]
    pub(super) check: bool,

    /// Print the diff with `--write` too
    #[arg(long)]
    pub(super) diff: bool,

    /// Also apply unsafe fixes
    ///
    /// `--no-unsafe-fixes` overrides the configuration.
    #[arg(long, overrides_with = "no_unsafe_fixes")]
    unsafe_fixes: bool,

    #[arg(long, hide = true, overrides_with = "unsafe_fixes")]
    no_unsafe_fixes: bool,

    /// When a new instance profile gets the name of its role: auto, none or role [default: auto]
    ///
    /// `auto`: if the role has a name of its own; `none`: never; `role`: always. A name that another profile may have is never
    /// used.
    #[arg(
        long,
        value_enum,
        hide_short_help = true,
        hide_possible_values = true,
        value_name = "WHEN"
    )]
    instance_profile_name: Option<Naming>,

    /// Lowest severity that fails: error, warning or never
    ///
    /// A finding of this severity or a higher one results in exit status 1. Statuses 2 and 3 stay as they are.
    #[arg(
        long,
        value_enum,
        default_value = "warning",
        hide_possible_values = true,
        value_name = "SEVERITY"
    )]
    fail_on: FailOn,

    /// Number of files to check at once [default: the number of CPUs]
    #[arg(short, long, value_name = "N", value_parser = parse_jobs, hide_short_help = true)]
    pub(super) jobs: Option<usize>,

    /// Enable only these rules, by code or name
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "Rule selection")]
    select: Vec<&'static Rule>,

    /// Disable these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', value_parser = parse_rule, help_heading = "Rule selection")]
    ignore: Vec<&'static Rule>,

    /// Print the rules and exit
    #[arg(long, help_heading = "Rule selection")]
    pub(super) list_rules: bool,

    /// Explain a rule, or an error message of AWS, and exit
    #[arg(long, value_name = "RULE|MESSAGE", value_parser = parse_explained, help_heading = "Rule selection")]
    pub(super) explain: Option<Explained>,

    /// Also check the paths in FILE
    ///
    /// Paths are newline- or NUL-separated. `-` reads them from standard input.
    #[arg(long, value_name = "FILE", help_heading = "File selection")]
    pub(super) files_from: Option<PathBuf>,

    /// Skip files and directories that match; may be repeated
    ///
    /// The pattern has the syntax of `.gitignore`.
    #[arg(long, value_name = "PATTERN", value_parser = parse_pattern, help_heading = "File selection")]
    pub(super) exclude: Vec<String>,

    /// Apply excludes to paths passed explicitly too
    #[arg(long, help_heading = "File selection")]
    pub(super) force_exclude: bool,

    /// Check passed templates with others of their repository
    ///
    /// Values may pass between them. The others are not changed. Templates in a directory that is passed are always
    /// checked together. `--no-project` overrides the configuration.
    #[arg(long, overrides_with = "no_project", help_heading = "File selection")]
    project: bool,

    #[arg(long, hide = true, overrides_with = "project")]
    no_project: bool,

    /// Also check hidden files and directories
    #[arg(long, help_heading = "File selection")]
    pub(super) hidden: bool,

    /// Also check files that `.gitignore` excludes
    ///
    /// The same applies to `.ignore`, `.git/info/exclude` and git's `core.excludesFile`.
    #[arg(long, help_heading = "File selection")]
    pub(super) no_ignore: bool,

    /// File name of standard input in messages and the diff [default: stdin]
    ///
    /// The name decides the language. A Terraform file is checked with the others in its directory.
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "File selection")]
    stdin_filename: Option<PathBuf>,

    /// Use this configuration file for every file
    ///
    /// Its patterns are relative to the working directory. By default, the nearest `.cfn-ipfix.yaml` above each file
    /// applies.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "isolated",
        help_heading = "Configuration"
    )]
    config: Option<PathBuf>,

    /// Ignore all configuration files
    #[arg(long, help_heading = "Configuration")]
    isolated: bool,

    /// Format of the report
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(), help_heading = "Output")]
    pub(super) output_format: Option<&'static Format>,

    /// Write the report to this file
    ///
    /// `-` writes to standard output.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output_file: Option<PathBuf>,

    /// Print counts by rule instead of findings
    #[arg(long, conflicts_with = "diff", help_heading = "Output")]
    pub(super) statistics: bool,

    /// When to use colours: auto, always or never
    ///
    /// `auto` follows the terminal, NO_COLOR and CLICOLOR_FORCE.
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    color: Colour,

    /// Print only the report, errors and skipped files
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,

    /// Print all details
    ///
    /// The source and the explanation of each finding, each value that was not checked, and the number of suppressed
    /// findings.
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,

    /// Run as a language server, for an editor
    ///
    /// The server exchanges messages of the Language Server Protocol with the editor on standard input and output.
    #[arg(long, exclusive = true, hide_short_help = true, help_heading = "Miscellaneous")]
    pub(super) lsp: bool,

    /// Print a completion script for this shell and exit
    #[arg(
        long,
        value_enum,
        value_name = "SHELL",
        hide_short_help = true,
        help_heading = "Miscellaneous"
    )]
    pub(super) completions: Option<Shell>,

    /// Print the manual page and exit
    #[arg(long, hide_short_help = true, help_heading = "Miscellaneous")]
    pub(super) man: bool,
}

/// Returns the end of the help, with a link to the documentation if there is a homepage.
fn after_help(homepage: &str) -> String {
    match homepage {
        "" => AFTER_HELP.to_owned(),
        _ => format!("{AFTER_HELP}\n\nDocumentation: {homepage}"),
    }
}

const AFTER_HELP: &str = "\
Exit status:
  0  nothing to fix, or everything was fixed
  1  something would change, or a finding remains
  2  invalid arguments or configuration, an I/O error, or a discarded fix
  3  a file cannot be parsed
  The highest status of several files counts. A filter exits with 0 if it can read and parse its
  input and configuration.

Examples:
  cfn-ipfix                             print what would change in the working directory and below
  cfn-ipfix template.yaml               print what would change
  cfn-ipfix template.yaml | git apply   fix it through git
  cfn-ipfix --check template.yaml       print findings
  cfn-ipfix --write template.yaml       fix it
  cfn-ipfix --write .                   fix all files in the working directory and below
  cfn-ipfix --write - < old > new       fix it as a filter";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Naming {
    Auto,
    None,
    Role,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

impl Args {
    /// Returns the options that override the configuration.
    pub(super) fn overrides(&self) -> Overrides {
        let choice = |yes, no| match (yes, no) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        };
        Overrides {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            unsafe_fixes: choice(self.unsafe_fixes, self.no_unsafe_fixes),
            project: choice(self.project, self.no_project),
            profile_name: self.instance_profile_name.map(|name| match name {
                Naming::Auto => ProfileName::Auto,
                Naming::None => ProfileName::None,
                Naming::Role => ProfileName::Role,
            }),
        }
    }

    /// Returns the source of the configuration.
    pub(super) fn configuration(&self) -> ConfigSource {
        match &self.config {
            Some(file) => ConfigSource::File(file.clone()),
            None if self.isolated => ConfigSource::None,
            None => ConfigSource::Nearest,
        }
    }

    /// Returns the file that the report is written to, unless it is standard output.
    pub(super) fn output_file(&self) -> Option<&Path> {
        self.output_file.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Returns the name of standard input.
    pub(super) fn stdin_filename(&self) -> &Path {
        self.stdin_filename.as_deref().unwrap_or(Path::new("stdin"))
    }

    /// Returns whether standard input was given a name.
    pub(super) fn has_stdin_filename(&self) -> bool {
        self.stdin_filename.is_some()
    }

    /// Returns the lowest severity that fails the run, if any does.
    pub(super) fn fail_on(&self) -> Option<Severity> {
        match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Never => None,
        }
    }

    pub(super) fn colours(&self) -> ColorChoice {
        match self.color {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        }
    }
}

/// The highest number of jobs: more would only wait, and a system may not have as many threads.
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

fn format_parser() -> impl TypedValueParser<Value = &'static Format> {
    let values = Format::ALL.map(|format| PossibleValue::new(format.name).help(format.help));
    PossibleValuesParser::new(values).try_map(|name| Format::by_name(&name).ok_or("there is no such format"))
}

/// The subject of an explanation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Explained {
    Rule(&'static Rule),
    Error(&'static AwsError),
}

/// Parses a rule or an error message; only messages contain spaces.
fn parse_explained(text: &str) -> Result<Explained, String> {
    if !text.trim().contains(char::is_whitespace) {
        return parse_rule(text).map(Explained::Rule).map_err(|error| error.to_string());
    }
    let known = rules::aws_errors_in(text).into_iter().next();
    known.map(Explained::Error).ok_or_else(|| {
        "this message is not among the errors that the rules are about; check the template that failed: `cfn-ipfix TEMPLATE`".to_owned()
    })
}

fn parse_rule(name: &str) -> Result<&'static Rule, UnknownRule> {
    rules::rule(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_the_homepage_at_the_end_of_the_help() {
        assert_eq!(after_help(""), AFTER_HELP);
        assert!(after_help("https://example.com").ends_with("\n\nDocumentation: https://example.com"));
    }
}
