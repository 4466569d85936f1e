use super::format::Format;
use super::{diff, github, gitlab, json, junit, markdown, sarif, statistics, text};

impl Format {
    /// The unified diff.
    pub const DIFF: &'static Self = &diff::FORMAT;

    /// The findings, one on each line; on a terminal with details.
    pub const TEXT: &'static Self = &text::FORMAT;

    /// One JSON object.
    pub const JSON: &'static Self = &json::FORMAT;

    /// Counts by rule, which `--statistics` selects.
    pub const STATISTICS: &'static Self = &statistics::FORMAT;

    /// All formats, in the order of the help.
    pub const ALL: [&'static Self; 9] = [
        Self::DIFF,
        Self::TEXT,
        Self::JSON,
        &json::LINES_FORMAT,
        &sarif::FORMAT,
        &github::FORMAT,
        &gitlab::FORMAT,
        &junit::FORMAT,
        &markdown::FORMAT,
    ];

    /// Returns the format with this name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|format| format.name == name)
    }
}
