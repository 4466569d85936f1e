//! The outcome of one input, before anything of it is printed.

use std::sync::Arc;

use cfn_ipfix::config::Broken;
use cfn_ipfix::report::{Part, Summary};

use super::exit::Exit;

/// What came of one input.
pub(super) struct Done {
    pub(super) exit: Exit,
    /// What a filter prints: the template, fixed or as it was.
    pub(super) filtered: Vec<u8>,
    /// For standard error.
    pub(super) messages: String,
    /// For the report.
    pub(super) part: Option<Part>,
    pub(super) summary: Summary,
    /// The configuration that kept the input from being checked.
    pub(super) broken: Option<Arc<Broken>>,
}

impl Done {
    /// Returns whether there is nothing to print.
    pub(super) fn is_silent(&self) -> bool {
        let has_part = matches!(&self.part, Some(Part::Text(text)) if !text.is_empty());
        self.filtered.is_empty() && self.messages.is_empty() && !has_part && self.broken.is_none()
    }
}

impl Default for Done {
    fn default() -> Self {
        Self {
            exit: Exit::Clean,
            filtered: Vec::new(),
            messages: String::new(),
            part: None,
            summary: Summary::default(),
            broken: None,
        }
    }
}
