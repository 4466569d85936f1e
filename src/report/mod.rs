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

/// What a report tells of one input.
pub(crate) enum Part {
    /// What stands by itself, and can be given out at once.
    Text(String),
    /// What is told at the end, along with all the rest.
    Record(Record),
}

/// A report in the making. Nothing is kept that can be given out.
pub(crate) struct Report {
    format: Format,
    records: Vec<Record>,
}

impl Format {
    /// Whether an input is told of in which there is nothing to tell.
    pub(crate) fn tells_of_all(self) -> bool {
        self == Self::Junit
    }
}

impl Style {
    /// What is told of one input, with its text and the fixed one as far as there are any.
    pub(crate) fn part(self, record: Record, source: Option<&Source<'_>>, fixed: Option<&str>) -> Part {
        match (self.format, source, fixed) {
            (Format::Diff, Some(source), Some(fixed)) => Part::Text(self.diff(source, fixed)),
            (Format::Diff, ..) => Part::Text(String::new()),
            (Format::Text, ..) => Part::Text(self.text(&record, source)),
            (Format::Jsonl, ..) => Part::Text(json::lines(&record)),
            (Format::Github, ..) => Part::Text(github::commands(&record)),
            (Format::Json | Format::Sarif | Format::Gitlab | Format::Junit, ..) => Part::Record(record),
        }
    }

    /// Without colours nothing may come between the text and its reader: what looks like a colour in a template must
    /// reach `git apply` as it is.
    fn diff(self, source: &Source<'_>, fixed: &str) -> String {
        let diff = diff::unified(source.input.name(), source.text, fixed);
        if self.has_colours { diff::coloured(&diff) } else { diff }
    }

    fn text(self, record: &Record, source: Option<&Source<'_>>) -> String {
        let text = text::record(record, source, self.is_verbose);
        if self.has_colours {
            text
        } else {
            anstream::adapter::strip_str(&text).to_string()
        }
    }
}

impl Report {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            records: Vec::new(),
        }
    }

    /// Takes in what is told of the next input; what of it is to be given out now.
    pub(crate) fn add(&mut self, part: Part) -> String {
        match part {
            Part::Text(text) => text,
            Part::Record(record) => {
                if !record.is_empty() || self.format.tells_of_all() {
                    self.records.push(record);
                }
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
        Ok(match self.format {
            Format::Diff | Format::Text | Format::Jsonl | Format::Github => String::new(),
            Format::Json => json::document(&self.records, summary),
            Format::Sarif => sarif::document(&self.records),
            Format::Gitlab => gitlab::document(&self.records),
            Format::Junit => junit::document(&self.records)?,
        })
    }
}
