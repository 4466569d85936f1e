//! Findings before it is known who else uses the texts that their fixes change.

use std::collections::{HashMap, HashSet};

use super::{Finding, Remedy, Withheld};
use crate::text::Edit;
use crate::yaml::{Node, NodeId};

/// A finding, the node whose text its fix changes, and how that node was reached.
pub(super) struct Proposal<'d> {
    pub(super) finding: Finding,
    pub(super) edited: Node<'d>,
    pub(super) via: Vec<NodeId>,
    pub(super) is_merged: bool,
}

/// The findings, their fixes withheld where a text comes from a merge key or has users who do not want it to change
/// like this.
pub(super) fn settle(proposals: Vec<Proposal<'_>>) -> Vec<Finding> {
    let users = Users::of(&proposals);
    let mut verdicts = HashMap::new();
    for proposal in &proposals {
        let edited = proposal.edited;
        verdicts.entry(edited.id()).or_insert_with(|| users.agree_on(edited));
    }
    let settled = proposals.into_iter().map(|proposal| {
        let mut finding = proposal.finding;
        let verdict = match verdicts.get(&proposal.edited.id()) {
            _ if proposal.is_merged => Err(Withheld::Merged),
            Some(verdict) => verdict.clone(),
            None => Ok(()),
        };
        if let Remedy::Fix(fix) = &finding.remedy
            && let Err(withheld) = verdict.and_then(|()| keep_anchored(proposal.edited, &fix.edits))
        {
            finding.remedy = Remedy::Withheld(withheld);
        }
        finding
    });
    settled.collect()
}

/// Fails where edits would change a text inside `edited` that aliases stand for.
fn keep_anchored(edited: Node<'_>, edits: &[Edit]) -> Result<(), Withheld> {
    let is_changed = |node: &Node<'_>| {
        let (start, end) = (node.span().start(), node.span().end());
        edits
            .iter()
            .any(|edit| edit.span.start() < end && start < edit.span.end())
    };
    let inside = edited.descendants().skip(1);
    match inside.filter(is_changed).flat_map(Node::aliases).next() {
        Some(alias) => Err(Withheld::Shared {
            line: alias.stream().position(alias.span().start()).line,
        }),
        None => Ok(()),
    }
}

/// Who uses the texts that are to change.
#[derive(Default)]
struct Users {
    /// What is to become of each text: more than one thing where its users do not agree.
    edits: HashMap<NodeId, HashSet<Vec<Edit>>>,
    /// For each text, the aliases through which a finding was reached.
    via: HashMap<NodeId, HashSet<NodeId>>,
    /// The texts that a finding was reached at where they stand, through no alias.
    direct: HashSet<NodeId>,
    /// The aliases that give way to a text of their own.
    replaced: HashSet<NodeId>,
}

impl Users {
    fn of(proposals: &[Proposal<'_>]) -> Self {
        let mut users = Self::default();
        for proposal in proposals {
            let edited = proposal.edited.id();
            let edits = proposal.finding.fix().map(|fix| fix.edits.clone());
            users.edits.entry(edited).or_default().extend(edits);
            users.via.entry(edited).or_default().extend(&proposal.via);
            if proposal.via.is_empty() {
                users.direct.insert(edited);
            }
        }
        let aliases = proposals.iter().filter(|proposal| proposal.edited.is_alias());
        let replaced = aliases.filter(|alias| {
            let is_fixed = alias.finding.fix().is_some() && !alias.is_merged;
            is_fixed && users.agree_on(alias.edited).is_ok()
        });
        users.replaced = replaced.map(|alias| alias.edited.id()).collect();
        users
    }

    fn agree_on(&self, edited: Node<'_>) -> Result<(), Withheld> {
        if self.edits.get(&edited.id()).is_some_and(|edits| edits.len() > 1) {
            return Err(Withheld::Torn);
        }
        let via = self.via.get(&edited.id());
        for anchored in edited.ancestors() {
            let stranger = anchored.aliases().find(|alias| {
                let is_mended_itself = anchored == edited && self.replaced.contains(&alias.id());
                !is_mended_itself && !via.is_some_and(|via| via.contains(&alias.id()))
            });
            // Where the anchor stands is a user too.
            let is_original_reached = anchored.aliases().next().is_none() || self.direct.contains(&edited.id());
            if let Some(stranger) = stranger.or((!is_original_reached).then_some(anchored)) {
                let line = stranger.stream().position(stranger.span().start()).line;
                return Err(Withheld::Shared { line });
            }
        }
        Ok(())
    }
}
