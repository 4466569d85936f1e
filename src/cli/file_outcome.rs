//! The outcome of one input, before it is printed.

use std::sync::Arc;

use cfn_ipfix::config::ConfigError;
use cfn_ipfix::report::{Printout, ReportPart, Summary};

use super::exit::Exit;

/// The outcome of one input.
pub(super) struct FileOutcome {
    pub(super) exit: Exit,
    /// The template that a filter prints, fixed or unchanged.
    pub(super) filter_output: Vec<u8>,
    /// The messages for standard error.
    pub(super) messages: Printout,
    /// The part for the report.
    pub(super) part: Option<ReportPart>,
    pub(super) summary: Summary,
    /// The invalid configuration that prevented the check.
    pub(super) invalid_config: Option<Arc<ConfigError>>,
}

impl FileOutcome {
    /// Returns whether there is nothing to print.
    pub(super) fn is_silent(&self) -> bool {
        let has_part = matches!(&self.part, Some(ReportPart::Text(printout)) if !printout.is_empty());
        self.filter_output.is_empty() && self.messages.is_empty() && !has_part && self.invalid_config.is_none()
    }
}

impl Default for FileOutcome {
    fn default() -> Self {
        Self {
            exit: Exit::Clean,
            filter_output: Vec::new(),
            messages: Printout::default(),
            part: None,
            summary: Summary::default(),
            invalid_config: None,
        }
    }
}
