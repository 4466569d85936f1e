//! The reports for people and programs; each format has its own module.

mod diff;
mod foreign;
mod format;
mod from_check;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod paths;
mod printout;
pub mod record;
mod registry;
mod rule_page;
pub mod rules;
mod sarif;
mod source;
mod sources;
mod statistics;
mod summary;
pub mod text;
mod text_style;

use format::{Checked, Write};
pub use format::{Format, FormatError};
pub use paths::{FileName, slashed, uri as file_uri};
pub use printout::{PrintedOnce, Printout};
pub use record::FileRecord;
pub use rule_page::{HOMEPAGE, rule_url};
pub use source::{Position, SourceText, Span};
pub use sources::{OtherFile, Sources};
pub use summary::Summary;
pub use text_style::TextStyle;

/// The format of a report, and how its text is printed.
#[derive(Clone, Copy, Debug)]
pub struct ReportStyle {
    /// The format.
    pub format: &'static Format,
    /// True if the diff and the text report have colours.
    pub has_colours: bool,
    /// The parts of a finding that the text report prints.
    pub text: TextStyle,
}

/// The report of one input.
pub enum ReportPart {
    /// Output to print immediately.
    Text(Printout),
    /// A record to print at the end, with all others.
    Record(FileRecord),
}

/// A report in progress.
///
/// It keeps only the records that its format prints at the end.
pub struct ReportBuilder {
    format: &'static Format,
    records: Vec<FileRecord>,
    printed: PrintedOnce,
}

impl ReportStyle {
    /// Returns the report of one input.
    ///
    /// Without sources, it has no findings.
    pub fn part(self, record: FileRecord, sources: Option<Sources<'_>>, fixed: Option<&str>) -> ReportPart {
        match self.format.write {
            Write::Each(write) | Write::EachAndSummary(write, _) => ReportPart::Text(write(&Checked {
                record: &record,
                sources,
                fixed,
                has_colours: self.has_colours,
                text: self.text,
            })),
            Write::AtEnd(_) => ReportPart::Record(record),
            Write::Summary(_) => ReportPart::Text(Printout::default()),
        }
    }
}

impl ReportBuilder {
    /// Creates an empty report.
    pub fn new(format: &'static Format) -> Self {
        Self {
            format,
            records: Vec::new(),
            printed: PrintedOnce::default(),
        }
    }

    /// Adds the report of the next input, and returns the output to print immediately.
    pub fn add(&mut self, part: ReportPart) -> String {
        match part {
            ReportPart::Text(printout) => self.printed.text(printout),
            ReportPart::Record(record) => {
                if !record.is_empty() || self.format.lists_clean_inputs {
                    self.records.push(record);
                }
                String::new()
            }
        }
    }

    /// Returns the output to print at the end.
    ///
    /// # Errors
    ///
    /// If the findings cannot be written in this format.
    pub fn end(&self, summary: &Summary) -> Result<String, FormatError> {
        match self.format.write {
            Write::Each(_) => Ok(String::new()),
            Write::AtEnd(write) => write(&self.records, summary),
            Write::Summary(write) | Write::EachAndSummary(_, write) => Ok(write(summary)),
        }
    }
}
