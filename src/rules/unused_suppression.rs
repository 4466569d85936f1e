#![doc = include_str!("unused_suppression.md")]

use std::collections::BTreeSet;

use crate::model::{
    Check, Draft, FindingBuilder, FindingSite, FixDraft, FixRequest, Fixability, Intent, Model, OnUpdate, Rule,
    RuleFilter, Severity, Subject, SuppressionKind, UnusedSuppression,
};

pub(crate) const RULE: Rule = Rule {
    code: "IPF011",
    name: "unused-suppression",
    summary: "a comment or metadata that suppresses no finding",
    fixability: Fixability::Safe,
    subjects: &[Subject::Suppressions],
    explanation: include_str!("unused_suppression.md"),
};

pub(super) fn find(model: &Model<'_>, unused: &[UnusedSuppression]) -> Vec<Draft> {
    unused.iter().map(|unused| draft(unused, model)).collect()
}

fn draft(unused: &UnusedSuppression, model: &Model<'_>) -> Draft {
    let suppression = &model.suppressions[unused.suppression.0];
    let (codes, count) = codes(unused, &suppression.rules);
    let message = match count {
        0 => "this suppresses nothing".to_owned(),
        1 => format!("{codes} is suppressed, but finds nothing here"),
        _ => format!("{codes} are suppressed, but find nothing here"),
    };
    let title = match suppression.kind {
        _ if !unused.is_whole => format!("take {codes} out of the list"),
        SuppressionKind::Comment => "remove the comment".to_owned(),
        SuppressionKind::Metadata => "remove it from the metadata".to_owned(),
    };
    let finding = FindingBuilder {
        rule: &RULE,
        check: Check("unused"),
        severity: Severity::Warning,
        message,
        label: "there is nothing to suppress",
        related: Vec::new(),
        aws_error: None,
    };
    let site = FindingSite {
        resource: None,
        place: suppression.place,
        path: suppression.path.clone(),
        on_update: OnUpdate::Nothing,
    };
    let unsuppress = Intent::RemoveSuppression {
        suppression: unused.suppression,
        entries: if unused.is_whole {
            Vec::new()
        } else {
            unused.entries.clone()
        },
    };
    finding.at(site).about(unused.entries.clone()).with(FixRequest::Rule {
        slot: None,
        fix: Ok(FixDraft::safe(title, unsuppress)),
    })
}

/// Lists and counts the codes of the unused rules.
fn codes(unused: &UnusedSuppression, asked: &RuleFilter) -> (String, usize) {
    let named = match asked {
        RuleFilter::All => &[],
        RuleFilter::Rules(named) => named.as_slice(),
    };
    let codes = unused
        .entries
        .iter()
        .filter_map(|&entry| Some(named.get(entry)?.0.code));
    let codes: Vec<_> = codes.collect::<BTreeSet<_>>().into_iter().collect();
    let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let sentence = match codes.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => codes.concat(),
    };
    (sentence, codes.len())
}
