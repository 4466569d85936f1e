//! What a person or a program gets to see: one file a format.

mod diff;
mod github;
mod gitlab;
mod json;
mod junit;
mod paths;
pub(crate) mod record;
pub(crate) mod rules;
mod sarif;
mod source;
mod summary;
pub(crate) mod text;

use clap::ValueEnum;

pub(crate) use record::Record;
pub(crate) use source::Source;
pub(crate) use summary::Summary;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The unified diff; findings go to standard error. This is what a dry run prints
    Diff,
    /// A line for each finding; with `--verbose`, all that there is to say
    Text,
    /// One JSON object, whose format is documented and versioned
    Json,
    /// A line of JSON for each finding, as soon as its file is done
    Jsonl,
    /// SARIF 2.1.0 with the fixes, for code scanning and editors
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the commit
    Github,
    /// GitLab's code quality report
    Gitlab,
    #[value(help = "JUnit's XML: a test suite for each file, a failed test for each finding")]
    Junit,
}

/// How a report is to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) format: Format,
    pub(crate) has_colours: bool,
    pub(crate) is_verbose: bool,
}

/// A report in the making. Each part of its text is given out as soon as it is known, so that nothing is kept that need
/// not be.
pub(crate) struct Report {
    style: Style,
    records: Vec<Record>,
}

impl Report {
    pub(crate) fn new(style: Style) -> Self {
        Self {
            style,
            records: Vec::new(),
        }
    }

    /// Takes in one input, with its text and the fixed one as far as there are any; what can be told of it by itself.
    pub(crate) fn add(&mut self, record: Record, source: Option<&Source<'_>>, fixed: Option<&str>) -> String {
        let Style { format, .. } = self.style;
        match (format, source, fixed) {
            (Format::Diff, Some(source), Some(fixed)) => self.diff(source, fixed),
            (Format::Diff, ..) => String::new(),
            (Format::Text, ..) => self.text(&record, source),
            (Format::Jsonl, ..) => json::lines(&record),
            (Format::Github, ..) => github::commands(&record),
            (Format::Json | Format::Sarif | Format::Gitlab | Format::Junit, ..) => {
                self.records.push(record);
                String::new()
            }
        }
    }

    /// What is to be told at the end.
    ///
    /// # Errors
    ///
    /// If the findings cannot be written in this form.
    pub(crate) fn end(&self, summary: &Summary) -> anyhow::Result<String> {
        Ok(match self.style.format {
            Format::Diff | Format::Text | Format::Jsonl | Format::Github => String::new(),
            Format::Json => json::document(&self.records, summary),
            Format::Sarif => sarif::document(&self.records),
            Format::Gitlab => gitlab::document(&self.records),
            Format::Junit => junit::document(&self.records)?,
        })
    }

    /// Without colours nothing may come between the text and its reader: what looks like a colour in a template must
    /// reach `git apply` as it is.
    fn diff(&self, source: &Source<'_>, fixed: &str) -> String {
        let diff = diff::unified(source.input.name(), source.text, fixed);
        if self.style.has_colours {
            diff::coloured(&diff)
        } else {
            diff
        }
    }

    fn text(&self, record: &Record, source: Option<&Source<'_>>) -> String {
        let text = text::record(record, source, self.style.is_verbose);
        if self.style.has_colours {
            text
        } else {
            anstream::adapter::strip_str(&text).to_string()
        }
    }
}
