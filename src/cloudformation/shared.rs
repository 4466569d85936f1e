//! Checks fixes that change a value with several users.

use std::collections::{HashMap, HashSet};

use crate::model::{Finding, Fix, FixState, NoFix};
use crate::text::Edit;
use crate::yaml::{Change, Node, NodeId};

/// A finding with the node that its fix edits.
pub(super) struct Candidate<'d> {
    pub(super) finding: Finding<()>,
    pub(super) edited: Option<Node<'d>>,
    pub(super) aliases: Vec<NodeId>,
    pub(super) is_merged: bool,
    pub(super) fix: Result<Fix<Change>, NoFix>,
}

/// Withholds fixes of merged values and of values with conflicting users.
pub(super) fn check_shared(candidates: Vec<Candidate<'_>>) -> Vec<Finding<FixState<Change>>> {
    let users = Users::of(&candidates);
    let mut answers: HashMap<NodeId, Result<(), NoFix>> = HashMap::new();
    for edited in candidates.iter().filter_map(|candidate| candidate.edited) {
        answers.entry(edited.id()).or_insert_with(|| users.check_shared(edited));
    }
    let checked = candidates.into_iter().map(|candidate| {
        let Candidate {
            finding,
            edited,
            is_merged,
            fix,
            ..
        } = candidate;
        let answer = match edited {
            _ if is_merged => Err(NoFix::FromMergeKey),
            Some(edited) => answers.get(&edited.id()).cloned().unwrap_or(Ok(())),
            None => Ok(()),
        };
        let checked = fix.and_then(|fix| {
            answer?;
            edited.map_or(Ok(()), |edited| keep_anchored(edited, &fix.edits))?;
            Ok(fix)
        });
        finding.with(checked.map_or_else(FixState::NoFix, FixState::Fix))
    });
    checked.collect()
}

/// Fails if edits would change a value inside `edited` with aliases.
fn keep_anchored(edited: Node<'_>, edits: &[Edit]) -> Result<(), NoFix> {
    let is_changed = |node: &Node<'_>| edits.iter().any(|edit| touches(edit, *node));
    let inside = edited.descendants().skip(1);
    match inside.filter(is_changed).flat_map(Node::aliases).next() {
        Some(alias) => Err(shared_with(alias)),
        None => Ok(()),
    }
}

/// Returns whether an edit changes a value, its tag or its anchor.
fn touches(edit: &Edit, node: Node<'_>) -> bool {
    let span = node.full_span();
    edit.file == node.file() && edit.span.start() < span.end() && span.start() < edit.span.end()
}

fn shared_with(user: Node<'_>) -> NoFix {
    NoFix::SharedAnchor {
        user: user.inner_place(),
    }
}

/// The users of the values that are to change.
#[derive(Default)]
struct Users {
    /// The edits for each node.
    ///
    /// There is more than one list if its users do not agree.
    edits: HashMap<NodeId, HashSet<Vec<Edit>>>,
    /// The aliases through which findings reach each node.
    aliases: HashMap<NodeId, HashSet<NodeId>>,
    /// The nodes that a finding reaches without an alias.
    direct: HashSet<NodeId>,
    /// The aliases that are replaced by their own value.
    replaced: HashSet<NodeId>,
}

impl Users {
    fn of(candidates: &[Candidate<'_>]) -> Self {
        let mut users = Self::default();
        for candidate in candidates {
            // A user without a fix needs the current value.
            let (Some(edited), Ok(fix)) = (candidate.edited.map(Node::id), &candidate.fix) else {
                continue;
            };
            users.edits.entry(edited).or_default().insert(fix.edits.clone());
            users.aliases.entry(edited).or_default().extend(&candidate.aliases);
            if candidate.aliases.is_empty() {
                users.direct.insert(edited);
            }
        }
        let aliases = candidates.iter().filter_map(|candidate| {
            let edited = candidate.edited.filter(|edited| edited.is_alias())?;
            (candidate.fix.is_ok() && !candidate.is_merged).then_some(edited)
        });
        let replaced = aliases.filter(|alias| users.check_shared(*alias).is_ok());
        users.replaced = replaced.map(Node::id).collect();
        users
    }

    fn check_shared(&self, edited: Node<'_>) -> Result<(), NoFix> {
        if self.edits.get(&edited.id()).is_some_and(|edits| edits.len() > 1) {
            return Err(NoFix::ConflictingUses);
        }
        let aliases = self.aliases.get(&edited.id());
        // Brackets around a value do not affect its aliases.
        let is_kept = self.edits_of(edited).all(|edit| !touches(edit, edited));
        for anchored in edited.ancestors().skip(usize::from(is_kept)) {
            let stranger = anchored.aliases().find(|alias| {
                let is_fixed_itself = anchored == edited && self.replaced.contains(&alias.id());
                !is_fixed_itself && !aliases.is_some_and(|aliases| aliases.contains(&alias.id()))
            });
            // The location of the anchor is a user too.
            let is_original_reached = anchored.aliases().next().is_none() || self.direct.contains(&edited.id());
            if let Some(stranger) = stranger.or((!is_original_reached).then_some(anchored)) {
                return Err(shared_with(stranger));
            }
        }
        Ok(())
    }

    /// Iterates over the edits for a node.
    fn edits_of(&self, edited: Node<'_>) -> impl Iterator<Item = &Edit> {
        self.edits.get(&edited.id()).into_iter().flatten().flatten()
    }
}
