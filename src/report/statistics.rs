//! Counts of findings by rule.

use super::format::{Format, Write};
use super::summary::Summary;

/// One line for each rule with remaining findings, instead of the findings.
pub(super) const FORMAT: Format = Format {
    shows_notes: false,
    ..Format::new("statistics", "Counts of findings by rule", Write::Summary(table))
};

/// Returns the counts of remaining findings, with a mark if some or all are fixable.
fn table(summary: &Summary) -> String {
    let left = summary.rules().map(|(rule, counts)| {
        let (left, fixable) = (counts.findings - counts.fixed, counts.fixable - counts.fixed);
        let mark = match fixable {
            0 => "[ ]",
            _ if fixable == left => "[*]",
            _ => "[-]",
        };
        (left, mark, rule)
    });
    let mut left: Vec<_> = left.filter(|(left, ..)| *left > 0).collect();
    left.sort_by_key(|&(left, _, rule)| (std::cmp::Reverse(left), rule.code));
    let has_marks = left.iter().any(|(_, mark, _)| *mark != "[ ]");
    let width = left.first().map_or(0, |(most, ..)| most.to_string().len());
    let lines = left.into_iter().map(|(left, mark, rule)| {
        let mark = if has_marks { format!("{mark} ") } else { String::new() };
        format!("{left:width$}\t{}\t{mark}{}\n", rule.code, rule.name)
    });
    lines.collect()
}
