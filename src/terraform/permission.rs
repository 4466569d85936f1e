//! Decides whether a fix may change what it changes: other files, override files, shared local values.

use std::collections::{HashMap, HashSet};

use super::change::Change;
use super::file::{ModuleFile, is_of_opentofu};
use super::source::address_of_block;
use super::unit::{SlotExpr, Unit};
use crate::model::{ChosenProfile, NoFix, Slot, SlotId, Takes, Wants};
use crate::text::{FileId, FileRange};

/// The limits of what the fixes of a module may change.
pub(super) struct Permission<'u, 's> {
    unit: &'u Unit<'s>,
    infos: &'u [ModuleFile],
    /// The kinds of profile slots that one expression in a local value serves.
    takes: HashMap<FileRange, Vec<Takes>>,
}

impl<'u, 's> Permission<'u, 's> {
    /// Collects what the slots of a module share.
    pub(super) fn of(unit: &'u Unit<'s>, infos: &'u [ModuleFile]) -> Self {
        let mut takes: HashMap<FileRange, Vec<Takes>> = HashMap::new();
        for slot in unit.model.slots.iter().filter(|slot| slot.wants == Wants::Profile) {
            takes.entry(slot.place).or_default().push(slot.takes);
        }
        Self { unit, infos, takes }
    }

    /// Fails if the changes of a fix may not be made; `slot` is what they are for, if it is a slot.
    pub(super) fn check(&self, slot: Option<SlotId>, changes: &[Change]) -> Result<(), NoFix> {
        changes.iter().try_for_each(|change| self.check_file(change))?;
        slot.map_or(Ok(()), |slot| self.check_overrides(slot, changes))
    }

    /// Fails if a file cannot be read, which may contain anything.
    pub(super) fn check_readable(&self) -> Result<(), NoFix> {
        let mut files = self.unit.module.files.iter().zip(self.infos);
        let unreadable = files.find(|(file, info)| file.error().is_some() || info.text.is_none());
        unreadable.map_or(Ok(()), |(_, info)| Err(NoFix::UnreadableFile(info.name.clone())))
    }

    /// Fails if the value is a local one that is also used elsewhere, or for another attribute.
    pub(super) fn check_local(&self, slot: &Slot<'_>, written: &SlotExpr<'_>) -> Result<(), NoFix> {
        for used in &written.outcome.locals {
            let all = self.unit.local_uses.get(used).copied().unwrap_or_default();
            let own = self.unit.profile_uses.get(used).map_or(0, HashSet::len);
            let mut whole = used.clone();
            whole.attribute = None;
            let is_whole_used = used.attribute.is_some() && self.unit.local_uses.contains_key(&whole);
            if all != own || is_whole_used || slot.wants != Wants::Profile {
                return Err(NoFix::LocalUsedElsewhere(used.address.clone()));
            }
        }
        let takes = self.takes.get(&slot.place).map_or(&[][..], Vec::as_slice);
        let are_both = takes.contains(&Takes::Name) && takes.contains(&Takes::Arn);
        match are_both && slot.wants == Wants::Profile {
            true => Err(NoFix::ConflictingUses),
            false => Ok(()),
        }
    }

    /// Fails if Terraform reads the file of a reference, but not that of its target.
    ///
    /// A module for both tools has files of both.
    pub(super) fn check_tools(&self, user: FileId, target: FileId) -> Result<(), NoFix> {
        let of = |id| self.info(id).filter(|info| is_of_opentofu(&info.name));
        match of(target) {
            Some(target) if of(user).is_none() => Err(NoFix::OnlyInOpenTofu(target.name.clone())),
            _ => Ok(()),
        }
    }

    fn check_file(&self, change: &Change) -> Result<(), NoFix> {
        match self.info(change.file()) {
            Some(info) if !info.may_change => Err(NoFix::OtherFile(info.name.clone())),
            _ => Ok(()),
        }
    }

    /// Fails if an override file changes what a fix involves, or an unreadable file may contain it.
    fn check_overrides(&self, slot: SlotId, changes: &[Change]) -> Result<(), NoFix> {
        let unit = self.unit;
        let inserts = changes.iter().any(|change| change.path().is_none());
        let changes_local = unit
            .slots
            .get(slot.0)
            .is_some_and(|slot| !slot.outcome.locals.is_empty());
        if inserts || changes_local {
            self.check_readable()?;
        }
        for (file, info) in unit.module.files.iter().zip(self.infos) {
            if !file.is_override {
                continue;
            }
            let slot = unit.model.slot(slot);
            let roles = slot.value.reference().map(|reference| reference.id);
            let chosen = slot
                .served_by
                .iter()
                .filter_map(|&choice| match unit.model.choice(choice).profile {
                    ChosenProfile::Existing { profile, .. } => Some(unit.model.get(profile).id),
                    _ => None,
                });
            let own = unit.model.get(slot.resource).id;
            let involved: Vec<_> = std::iter::once(own).chain(roles).chain(chosen).collect();
            let blocks = file.body().map_or(&[][..], |body| &body.blocks);
            let overridden = blocks.iter().find_map(|block| {
                let address = address_of_block(block)?;
                involved.iter().find(|id| **id == address)
            });
            let has_locals = blocks.iter().any(|block| block.block_type.text == "locals");
            let is_local = || unit.slots.iter().any(|slot| !slot.outcome.locals.is_empty());
            match overridden {
                Some(id) => {
                    return Err(NoFix::Overridden {
                        file: info.name.clone(),
                        id: (*id).to_owned(),
                    });
                }
                None if has_locals && is_local() => {
                    return Err(NoFix::Overridden {
                        file: info.name.clone(),
                        id: "locals".to_owned(),
                    });
                }
                None => {}
            }
        }
        Ok(())
    }

    fn info(&self, id: FileId) -> Option<&ModuleFile> {
        self.infos.get(usize::try_from(id.0).ok()?)
    }
}
