/// The parts of a finding that are printed in addition to its headline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextStyle {
    /// True if source lines are printed.
    pub has_sources: bool,
    /// True if explanations are printed, such as the error of AWS and the fix.
    pub has_explanations: bool,
    /// True if an explanation is repeated for each finding.
    pub repeats: bool,
    /// True if codes of rules link to their pages.
    pub has_links: bool,
}

impl TextStyle {
    /// Returns the style of a report.
    ///
    /// Without a terminal, findings are one line each, unless details are requested.
    pub fn of_report(is_terminal: bool, is_verbose: bool) -> Self {
        let is_detailed = is_terminal || is_verbose;
        Self {
            has_sources: is_detailed,
            has_explanations: is_detailed,
            repeats: is_verbose,
            has_links: is_terminal,
        }
    }

    /// Returns the style of messages on standard error.
    ///
    /// They explain the diff or the fixes, so they always have explanations.
    pub fn of_messages(is_terminal: bool, is_verbose: bool) -> Self {
        Self {
            has_explanations: true,
            ..Self::of_report(is_terminal, is_verbose)
        }
    }
}
