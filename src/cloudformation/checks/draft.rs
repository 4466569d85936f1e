use crate::cloudformation::lower::CheckWish;
use crate::cloudformation::slots::SlotNode;
use crate::model::{Applicability, Draft, NoFix, Proposal, Spot, Verdict, Wish};
use crate::yaml::{Change, Node};

/// A safe fix by one change.
pub(super) fn safe(title: impl Into<String>, change: Change) -> Proposal<Vec<Change>> {
    Proposal {
        title: title.into(),
        applicability: Applicability::Safe,
        steps: vec![change],
    }
}

/// Finds a mistake in a slot; its fix changes the text of `edited`.
pub(super) fn draft(
    verdict: Verdict,
    slot: &SlotNode<'_>,
    edited: Node<'_>,
    fix: Result<Proposal<Vec<Change>>, NoFix>,
) -> Draft<CheckWish> {
    let spot = Spot {
        resource: Some(slot.resource.id.to_owned()),
        place: slot.value.place(),
        path: slot.path.clone(),
        on_update: slot.property.on_update,
    };
    verdict.at(spot).with(Wish::Language(CheckWish {
        fix,
        edited: edited.id(),
        aliases: slot.aliases.iter().map(|alias| alias.id()).collect(),
        is_merged: slot.is_merged,
    }))
}
