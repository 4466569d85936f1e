use crate::cloudformation::lower::CheckFix;
use crate::cloudformation::slots::SlotNode;
use crate::model::{Applicability, Draft, FindingBuilder, FindingSite, FixDraft, FixRequest, NoFix};
use crate::yaml::{Change, Node};

/// Builds a safe fix with one change.
pub(super) fn safe(title: impl Into<String>, change: Change) -> FixDraft<Vec<Change>> {
    FixDraft {
        title: title.into(),
        applicability: Applicability::Safe,
        content: vec![change],
    }
}

/// Builds a finding in a slot, whose fix edits the node `edited`.
pub(super) fn draft(
    finding: FindingBuilder,
    slot: &SlotNode<'_>,
    edited: Node<'_>,
    fix: Result<FixDraft<Vec<Change>>, NoFix>,
) -> Draft<CheckFix> {
    let site = FindingSite {
        resource: Some(slot.resource.id.to_owned()),
        place: slot.value.place(),
        path: slot.path.clone(),
        on_update: slot.property.on_update,
    };
    finding.at(site).with(FixRequest::Language(CheckFix {
        fix,
        edited: edited.id(),
        aliases: slot.aliases.iter().map(|alias| alias.id()).collect(),
        is_merged: slot.is_merged,
    }))
}
