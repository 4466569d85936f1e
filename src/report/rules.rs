//! The rules themselves, for people.

use crate::model::Rule;
use crate::rules::rules;

/// A line for each rule.
pub fn list() -> String {
    let fixability = |rule: &Rule| rule.fixability.to_string();
    let names = rules().map(|rule| rule.name.len()).max().unwrap_or(0);
    let fixes = rules().map(|rule| fixability(rule).len()).max().unwrap_or(0);
    let line = |rule: &Rule| {
        let fix = fixability(rule);
        format!("{}  {:names$}  {fix:fixes$}  {}\n", rule.code, rule.name, rule.summary)
    };
    rules().map(line).collect()
}

/// All that there is to say about a rule.
pub fn explanation(rule: &Rule) -> String {
    format!("# {} {}\n\n{}", rule.code, rule.name, rule.explanation)
}
