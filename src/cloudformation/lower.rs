//! Intents as changes of the file.

use std::collections::HashMap;

use super::ids::usual_id;
use super::loops::{is_in_scope, names};
use super::new_profile::addition;
use super::repoint::repointed;
use super::shared::{Candidate, check_shared};
use super::slots::SlotValue;
use super::spelling::LogicalId;
use super::suppressions::unsuppress;
use super::unit::Unit;
use super::value::{Mention, Said, Written};
use crate::model::{
    Applicability, ArnKind, ChoiceId, Draft, Finding, Fix, Form, Intent, NoFix, Proposal, Remedy, SlotId, Target, Wish,
};
use crate::yaml::{Change, Fragment, Node, NodeId, Op, Quote, render};

/// The remedy that a check of CloudFormation itself asks for.
#[derive(Clone, Debug)]
pub struct CheckWish {
    /// The fix, or why there is none.
    pub(super) fix: Result<Proposal<Vec<Change>>, NoFix>,
    /// The node whose text a fix changes.
    pub(super) edited: NodeId,
    /// The aliases through which it was reached.
    pub(super) aliases: Vec<NodeId>,
    /// Whether it was reached through a merge key.
    pub(super) is_merged: bool,
}

/// Writes the fixes of all drafts of one rule.
pub(super) fn fixes(unit: &Unit<'_>, drafts: Vec<Draft<CheckWish>>) -> Vec<Finding<Remedy<Change>>> {
    let mut lowering = Lowering {
        unit,
        added: HashMap::new(),
    };
    let candidates = drafts.into_iter().map(|draft| lowering.candidate(draft)).collect();
    check_shared(candidates)
}

struct Lowering<'u, 's> {
    unit: &'u Unit<'s>,
    /// The profiles that were written so far.
    added: HashMap<ChoiceId, Result<Option<Change>, NoFix>>,
}

impl<'u, 's> Lowering<'u, 's> {
    fn candidate(&mut self, draft: Draft<CheckWish>) -> Candidate<'s> {
        let (finding, wish) = draft.split();
        match wish {
            Wish::Language(wish) => Candidate {
                finding,
                edited: Some(self.unit.stream().node(wish.edited)),
                aliases: wish.aliases,
                is_merged: wish.is_merged,
                fix: wish.fix.and_then(|proposal| {
                    let mut fix = unwritten(proposal.title, proposal.applicability);
                    for change in proposal.steps {
                        self.write_into(&mut fix, change)?;
                    }
                    Ok(fix)
                }),
            },
            Wish::Rule { slot, fix } => {
                let slot = slot.map(|slot| &self.unit.slot(slot).slot);
                let mut edited = slot.map(|slot| slot.value);
                let fix = fix.and_then(|proposal| {
                    let mut fix = unwritten(proposal.title, proposal.applicability);
                    for intent in &proposal.steps {
                        if let Some(change) = self.lower(intent, &mut edited)? {
                            self.write_into(&mut fix, change)?;
                        }
                    }
                    Ok(fix)
                });
                Candidate {
                    finding,
                    edited,
                    aliases: slot.map_or(Vec::new(), |slot| slot.aliases.iter().map(|alias| alias.id()).collect()),
                    is_merged: slot.is_some_and(|slot| slot.is_merged),
                    fix,
                }
            }
        }
    }

    /// Adds a change and its edits to a fix.
    fn write_into(&self, fix: &mut Fix<Change>, change: Change) -> Result<(), NoFix> {
        fix.edits.extend(render(self.unit.stream(), &change)?);
        fix.changes.push(change);
        Ok(())
    }

    /// Lowers an intent; `edited` becomes the node whose text changes.
    fn lower(&mut self, intent: &Intent, edited: &mut Option<Node<'s>>) -> Result<Option<Change>, NoFix> {
        match intent {
            Intent::Repoint { slot, target, form } => {
                let id = self.id_of(target, *slot)?;
                let (node, change) = self
                    .unit
                    .repoint(self.unit.slot(*slot), &id, *form, self.has_path(target));
                *edited = Some(node);
                change.map(Some)
            }
            Intent::Refer { slot, target, form } => {
                let id = self.id_of(target, *slot)?;
                self.unit.refer(self.unit.slot(*slot), &id, *form).map(Some)
            }
            Intent::Write { slot, text } => self.unit.write(self.unit.slot(*slot), text).map(Some),
            Intent::Provide(choice) => {
                let unit = self.unit;
                let added = self.added.entry(*choice);
                added.or_insert_with(|| addition(unit, *choice)).clone()
            }
            Intent::Unsuppress { suppression, entries } => {
                let written = self.unit.suppressions[suppression.0];
                let read = &self.unit.model.suppressions[suppression.0];
                unsuppress(written, read, entries).map(Some)
            }
        }
    }

    /// Returns whether the ARN of a profile to refer to has a path before its name.
    fn has_path(&self, target: &Target) -> bool {
        match target {
            Target::Resource(_) => false,
            Target::Profiles(choices) => choices.iter().any(|&choice| self.unit.model.choice(choice).has_path),
        }
    }

    /// Returns the logical ID to write into a slot. Where a loop makes the names of several roles of what is written, it
    /// must make those of their profiles of the ID.
    fn id_of(&self, target: &Target, slot: SlotId) -> Result<String, NoFix> {
        let choices = match target {
            Target::Resource(id) => return Ok(id.clone()),
            Target::Profiles(choices) => choices,
        };
        let model = &self.unit.model;
        let chosen = choices.iter().map(|&choice| model.chosen_id(model.choice(choice)));
        let Some(reference) = model.slot(slot).value.reference() else {
            let mut chosen = chosen;
            return chosen.next().ok_or(NoFix::Several)?.map(str::to_owned);
        };
        let named = reference.targets.iter().zip(chosen);
        let ids = named.map(|(role, id)| Ok(model.in_loop_of(&role.name, id?)));
        let ids = ids.collect::<Result<Vec<_>, NoFix>>()?;
        if reference.itself().is_some()
            && let [id] = ids.as_slice()
        {
            return Ok(id.clone());
        }
        let id = usual_id(reference.id);
        (names(self.unit.slot(slot).slot.value, &id) == ids)
            .then_some(id)
            .ok_or(NoFix::Several)
    }
}

/// Returns a fix without changes.
fn unwritten(title: String, applicability: Applicability) -> Fix<Change> {
    Fix {
        title,
        applicability,
        changes: Vec::new(),
        edits: Vec::new(),
    }
}

impl<'s> Unit<'s> {
    /// Changes the reference in a slot to name another resource: only the reference itself if that suffices, else all of
    /// the value. With it the node whose text changes: an alias, not what it stands for.
    pub(super) fn repoint(
        &self,
        slot: &SlotValue<'s>,
        id: &str,
        form: Form,
        has_path: bool,
    ) -> (Node<'s>, Result<Change, NoFix>) {
        let value = slot.slot.value;
        match &slot.said {
            Said::Mention(mention) if mention.is_editable() && !value.is_alias() => {
                let change = self
                    .check_scope(value, id)
                    .and_then(|()| point_at(slot, mention, self.logical_id(id)?, form));
                (mention.node(), change)
            }
            // The text around the name is that of the profile's ARN.
            Said::BuiltArn(arn) if arn.kind == ArnKind::Profile && arn.folder.is_empty() && form == Form::Arn => {
                match arn.mention() {
                    Some(mention) if mention.is_editable() && !value.is_alias() && !has_path => {
                        let id = self.logical_id(id);
                        (
                            mention.node(),
                            id.and_then(|id| point_at(slot, mention, id, Form::Name)),
                        )
                    }
                    _ => (value, self.refer(slot, id, form)),
                }
            }
            _ => (value, self.refer(slot, id, form)),
        }
    }

    /// Replaces all that a slot is given by a reference.
    pub(super) fn refer(&self, slot: &SlotValue<'s>, id: &str, form: Form) -> Result<Change, NoFix> {
        let value = slot.slot.value;
        check_only(slot)?;
        self.check_scope(value, id)?;
        let spelling = self.calls.spelling_of(value.resolved());
        let id = self.logical_id(id)?;
        let reference = match form {
            Form::Name => spelling.name_of(id),
            Form::Arn => spelling.arn_of(id),
        };
        Ok(slot.change(Op::Replace(reference)))
    }

    /// Replaces all that a slot is given by a text.
    fn write(&self, slot: &SlotValue<'s>, text: &str) -> Result<Change, NoFix> {
        let value = slot.slot.value;
        check_only(slot)?;
        let quote = match value.scalar() {
            Some(_) if value.tag().is_none() => value.quote(),
            _ => self.calls.spelling_of(value.resolved()).quote(),
        };
        Ok(slot.change(Op::Replace(Fragment::scalar(text, Some(quote)))))
    }

    /// Reads a logical ID, to be written as its resource has it.
    pub(super) fn logical_id<'i>(&self, id: &'i str) -> Result<LogicalId<'i>, NoFix> {
        let key = self.template.resources.get(id).map(|resource| resource.key);
        LogicalId::read(id, key.is_none_or(|key| key.quote() != Quote::Plain))
    }

    /// Fails if a logical ID has loop variables that mean nothing where a value is.
    fn check_scope(&self, value: Node<'_>, id: &str) -> Result<(), NoFix> {
        is_in_scope(value, id).then_some(()).ok_or(NoFix::Loop)
    }
}

/// Fails if the value of a slot has other contents too, which are not to change.
fn check_only(slot: &SlotValue<'_>) -> Result<(), NoFix> {
    (!slot.is_branch).then_some(()).ok_or(NoFix::Branch)
}

impl SlotValue<'_> {
    /// Changes the value of the slot.
    pub(super) fn change(&self, op: Op) -> Change {
        Change::Value {
            file: self.slot.value.file(),
            node: self.slot.value.id(),
            path: self.slot.path.clone(),
            op,
        }
    }
}

/// Changes a reference inside the value of a slot to name another resource.
fn point_at(slot: &SlotValue<'_>, mention: &Mention<'_>, id: LogicalId<'_>, form: Form) -> Result<Change, NoFix> {
    let op = match (&mention.written, id) {
        (Written::Reference(reference), id) => Op::Amend(repointed(reference, id, form)),
        (Written::Variable { .. }, LogicalId::Worded(_)) => return Err(NoFix::LoopVariable),
        (Written::Variable { range, .. }, LogicalId::Plain(id) | LogicalId::Bare(id)) => Op::Splice {
            range: range.clone(),
            text: match form {
                Form::Name => id.to_owned(),
                Form::Arn => format!("{id}.Arn"),
            },
        },
        (Written::PartOfArn(_), _) => return Err(crate::text::Obstacle::Unusual.into()),
    };
    let mut path = slot.slot.path.clone();
    path.steps.extend(mention.steps().ok_or(crate::text::Obstacle::Alias)?);
    Ok(Change::Value {
        file: mention.node().file(),
        node: mention.node().id(),
        path,
        op,
    })
}
