//! The arguments of a check.

use std::path::{Path, PathBuf};

use cfn_ipfix::config::{Config, Overrides};
use cfn_ipfix::model::{Rule, UnknownRule};
use cfn_ipfix::report::{Format, FormatError};
use cfn_ipfix::rules::rule;
use cfn_ipfix::text::LineIndex;
use cfn_ipfix::{Options, ProfileName};
use indexmap::IndexMap;
use serde::Deserialize;

/// Sources by their paths, in the order of the caller.
pub(crate) type Files = IndexMap<String, String>;

/// The files to check, and how.
pub(crate) struct Arguments {
    /// The files to check and to fix.
    pub(crate) files: Files,
    /// Other files of Terraform modules, which are read only.
    pub(crate) context: Files,
    config: Config,
    overrides: Overrides,
    format: Option<&'static Format>,
    command: Option<Command>,
}

/// The kind of run that the package's own command makes without the program.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Command {
    /// Nothing is changed.
    Check,
    /// The caller writes the fixed files.
    Write,
}

/// An argument that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidArguments {
    #[error("invalid argument: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Rule(#[from] UnknownRule),
    #[error("invalid configuration: {line}:{column}: {message}")]
    Config {
        line: usize,
        column: usize,
        message: String,
    },
    #[error("there is no format `{0}`; the formats are {known}", known = format_names())]
    Format(String),
    #[error(transparent)]
    Report(#[from] FormatError),
}

/// The options of a caller.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct CheckOptions {
    select: Vec<String>,
    ignore: Vec<String>,
    unsafe_fixes: Option<bool>,
    instance_profile_name: Option<Naming>,
    config: Option<String>,
    context: Files,
    format: Option<String>,
    command: Option<Command>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Naming {
    Auto,
    None,
    Role,
}

impl Arguments {
    /// Parses the arguments of a check.
    ///
    /// # Errors
    ///
    /// If one is not JSON, or has an unknown option, rule, setting or format.
    pub(crate) fn parse(files: &str, options: &str) -> Result<Self, InvalidArguments> {
        let options: CheckOptions = serde_json::from_str(options)?;
        let format = options
            .format
            .map(|name| Format::by_name(&name).ok_or(InvalidArguments::Format(name)));
        Ok(Self {
            files: serde_json::from_str(files)?,
            context: options.context,
            config: config(options.config.as_deref().unwrap_or_default())?,
            overrides: Overrides {
                select: rules(&options.select)?,
                ignore: rules(&options.ignore)?,
                unsafe_fixes: options.unsafe_fixes,
                profile_name: options.instance_profile_name.map(ProfileName::from),
                project: None,
            },
            format: format.transpose()?,
            command: options.command,
        })
    }

    /// Returns the options for a file.
    pub(crate) fn options(&self, path: &Path) -> Options {
        self.config.options(path, &self.overrides)
    }

    /// Returns the format of the additional report.
    pub(crate) fn format(&self) -> Option<&'static Format> {
        self.format
    }

    /// Returns the kind of run, if the caller is the command.
    pub(crate) fn command(&self) -> Option<Command> {
        self.command
    }
}

/// Parses a configuration whose patterns are relative to the folder of the paths.
fn config(text: &str) -> Result<Config, InvalidArguments> {
    let parsed = Config::parse(PathBuf::new(), PathBuf::new(), text);
    parsed.map_err(|problem| {
        let start = LineIndex::new(text).position(text, problem.span.start());
        InvalidArguments::Config {
            line: start.line,
            column: start.column,
            message: problem.to_string(),
        }
    })
}

fn rules(names: &[String]) -> Result<Vec<&'static Rule>, UnknownRule> {
    names.iter().map(|name| rule(name)).collect()
}

fn format_names() -> String {
    Format::ALL.map(|format| format.name).join(", ")
}

impl From<Naming> for ProfileName {
    fn from(naming: Naming) -> Self {
        match naming {
            Naming::Auto => Self::Auto,
            Naming::None => Self::None,
            Naming::Role => Self::Role,
        }
    }
}
