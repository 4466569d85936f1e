//! What a person or a program gets to see: one file a format.

mod diff;
mod format;
mod from_check;
mod github;
mod gitlab;
mod json;
mod junit;
mod paths;
pub mod record;
pub mod rules;
mod sarif;
mod source;
mod summary;
pub mod text;

pub use format::Format;
pub use paths::FileName;
pub use record::Record;
pub use source::{Position, Source, Span};
pub use summary::Summary;

/// How a report is to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Its format.
    pub format: Format,
    /// Whether the diff and the text have colours.
    pub has_colours: bool,
    /// Whether the text has the source lines, and everything else that there is to say.
    pub is_verbose: bool,
}

/// What a report tells of one input.
pub enum Part {
    /// What stands by itself, and can be given out at once.
    Text(String),
    /// What is told at the end, along with all the rest.
    Record(Record),
}

/// A report that cannot be written in its format.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unwritten(#[from] quick_junit::SerializeError);

/// A report in the making. Nothing is kept that can be given out.
pub struct Report {
    format: Format,
    records: Vec<Record>,
}

impl Style {
    /// Returns the report of one input, with its source and its fixed source if there are any.
    pub fn part(self, record: Record, source: Option<&Source<'_>>, fixed: Option<&str>) -> Part {
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
        let diff = diff::unified(source.name.given, source.text, fixed);
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
    /// Begins a report.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            records: Vec::new(),
        }
    }

    /// Takes in what is told of the next input; what of it is to be given out now.
    pub fn add(&mut self, part: Part) -> String {
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

    /// Returns the end of the report.
    ///
    /// # Errors
    ///
    /// If the findings cannot be written in this form.
    pub fn end(&self, summary: &Summary) -> Result<String, Unwritten> {
        Ok(match self.format {
            Format::Diff | Format::Text | Format::Jsonl | Format::Github => String::new(),
            Format::Json => json::document(&self.records, summary),
            Format::Sarif => sarif::document(&self.records),
            Format::Gitlab => gitlab::document(&self.records),
            Format::Junit => junit::document(&self.records)?,
        })
    }
}
