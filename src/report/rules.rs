//! The list of rules and the explanations of rules and errors, for people.

use crate::model::Rule;
use crate::rules::{AwsError, rules};

/// Returns a line for each rule.
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

/// Returns the full explanation of a rule.
pub fn explanation(rule: &Rule) -> String {
    format!("# {} {}\n\n{}", rule.code, rule.name, rule.explanation)
}

/// Returns the explanation of an error of AWS.
///
/// It contains the correction and the rules that find the mistake, the most likely first.
pub fn causes(error: &AwsError) -> String {
    let AwsError {
        service,
        message,
        correction,
        ..
    } = error;
    let mut text = format!("{service}: {message}\n\nTo fix it, {correction}. The rules that find the mistake:\n\n");
    for rule in error.rules {
        text.push_str(&format!("{}  {}: {}\n", rule.code, rule.name, rule.summary));
    }
    if let [likely, ..] = error.rules {
        text.push_str(&format!(
            "\n`cfn-ipfix TEMPLATE` finds it. `cfn-ipfix --explain {}` explains the most likely rule.\n",
            likely.code
        ));
    }
    text
}
