//! The rules themselves, for people.

use crate::rules::{RULES, Rule};

/// A line for each rule.
pub fn list() -> String {
    let width = |text: fn(&Rule) -> &str| RULES.iter().map(|rule| text(rule).len()).max().unwrap_or(0);
    let (names, fixes) = (width(|rule| rule.name), width(|rule| rule.fix));
    RULES
        .iter()
        .map(|rule| {
            format!(
                "{}  {:names$}  {:fixes$}  {}\n",
                rule.code, rule.name, rule.fix, rule.summary
            )
        })
        .collect()
}

/// All that there is to say about a rule.
pub fn explanation(rule: &Rule) -> String {
    format!("# {} {}\n\n{}", rule.code, rule.name, rule.explanation)
}
