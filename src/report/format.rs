use super::printout::Printout;
use super::record::FileRecord;
use super::sources::Sources;
use super::summary::Summary;
use super::text_style::TextStyle;

/// An output format.
///
/// Each has its own module and one line in the registry.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// The sentence in the help, without a period.
    pub help: &'static str,
    /// True if the report shows findings.
    ///
    /// Otherwise, they go to standard error.
    pub shows_findings: bool,
    /// True if the report shows notes and unchecked values.
    ///
    /// Otherwise, they go to standard error.
    pub shows_notes: bool,
    /// True if the report lists inputs without findings too.
    pub lists_clean_inputs: bool,
    pub(super) write: Write,
}

/// The function that writes a format, by when it is called.
#[derive(Clone, Copy, Debug)]
pub(super) enum Write {
    /// Each input, as soon as it is checked.
    Each(fn(&Checked<'_>) -> Printout),
    /// Each input, as soon as it is checked, and the counts of all inputs at the end.
    EachAndSummary(fn(&Checked<'_>) -> Printout, fn(&Summary) -> String),
    /// One document for all inputs, at the end.
    AtEnd(fn(&[FileRecord], &Summary) -> Result<String, FormatError>),
    /// The counts of all inputs, at the end.
    Summary(fn(&Summary) -> String),
}

/// A checked input for formats that write each input immediately.
pub(super) struct Checked<'c> {
    pub(super) record: &'c FileRecord,
    pub(super) sources: Option<Sources<'c>>,
    /// The source after fixing, if there are fixes.
    pub(super) fixed: Option<&'c str>,
    pub(super) has_colours: bool,
    pub(super) text: TextStyle,
}

/// A report that cannot be written in its format.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FormatError(#[from] quick_junit::SerializeError);

impl Format {
    /// Creates a format for programs.
    ///
    /// It shows findings and notes, and does not list clean inputs.
    pub(super) const fn new(name: &'static str, help: &'static str, write: Write) -> Self {
        Self {
            name,
            help,
            shows_findings: true,
            shows_notes: true,
            lists_clean_inputs: false,
            write,
        }
    }
}

/// Compares formats by name.
impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}
