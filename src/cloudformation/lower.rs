//! Lowers intents to changes of the file.

use std::collections::HashMap;

use super::calls::is_json;
use super::ids::usual_id;
use super::loops::{is_in_scope, names};
use super::new_profile::addition;
use super::outputs::refer;
use super::project_file::ProjectView;
use super::repoint::repointed;
use super::resolve::{RefSyntax, ResolvedValue, ResourceRef};
use super::shared::{Candidate, check_shared};
use super::slots::{Notation, SlotValue};
use super::spelling::LogicalId;
use super::suppressions::unsuppress;
use super::unit::Unit;
use crate::model::{
    Applicability, ArnKind, ChoiceId, ChosenProfile, Draft, Finding, Fix, FixDraft, FixRequest, FixState, Intent,
    NameOrArn, NoFix, Passing, ServedRole, Severity, SlotId, Target,
};
use crate::text::EditObstacle;
use crate::yaml::{Change, NewValue, Node, NodeId, Op, ScalarStyle, YamlFile, render};

/// The fix that a check of CloudFormation itself requests.
#[derive(Clone, Debug)]
pub struct CheckFix {
    /// The fix, or the reason for having no fix.
    pub(super) fix: Result<FixDraft<Vec<Change>>, NoFix>,
    /// The node that a fix edits.
    pub(super) edited: NodeId,
    /// The aliases on the path to it.
    pub(super) aliases: Vec<NodeId>,
    /// True if the path leads through a merge key.
    pub(super) is_merged: bool,
}

/// Renders the fixes of all drafts of one rule.
///
/// `project` has all templates and files, if the template is not checked alone.
pub(super) fn fixes<'s>(
    unit: &Unit<'s>,
    project: Option<ProjectView<'_, 's>>,
    drafts: Vec<Draft<CheckFix>>,
) -> Vec<Finding<FixState<Change>>> {
    let mut lowering = Lowering {
        unit,
        project,
        added: HashMap::new(),
    };
    let candidates = drafts.into_iter().map(|draft| lowering.candidate(draft)).collect();
    check_shared(candidates)
}

struct Lowering<'u, 's> {
    unit: &'u Unit<'s>,
    /// The project, if the template is one of it.
    project: Option<ProjectView<'u, 's>>,
    /// The profiles that were added so far.
    added: HashMap<ChoiceId, Result<Option<Change>, NoFix>>,
}

impl<'u, 's> Lowering<'u, 's> {
    fn candidate(&mut self, draft: Draft<CheckFix>) -> Candidate<'s> {
        let (finding, request) = draft.split();
        let candidate = match request {
            FixRequest::Language(request) => Candidate {
                finding,
                edited: self.unit.node(request.edited),
                aliases: request.aliases,
                is_merged: request.is_merged,
                fix: request.fix.and_then(|fix_draft| {
                    let mut fix = unwritten(fix_draft.title, fix_draft.applicability);
                    for change in fix_draft.content {
                        self.write_into(&mut fix, change)?;
                    }
                    Ok(fix)
                }),
            },
            FixRequest::Rule { slot, fix } => {
                let passing = slot.and_then(|slot| self.unit.model.slot(slot).passing.as_deref());
                let slot = slot.map(|slot| &self.unit.slot(slot).slot);
                let mut edited = slot.map(|slot| slot.value);
                let blocked = passing.and_then(|passing| passing.blocked.clone());
                let fix = fix.and_then(|fix_draft| {
                    blocked.map_or(Ok(()), Err)?;
                    let mut fix = unwritten(fix_draft.title, fix_draft.applicability);
                    for intent in &fix_draft.content {
                        self.lower(intent, &mut edited, &mut fix)?;
                    }
                    self.check_files(&mut fix)?;
                    Ok(fix)
                });
                let (finding, fix) = match passing {
                    Some(passing) => passed(finding, fix, passing),
                    None => (finding, fix),
                };
                Candidate {
                    finding,
                    edited,
                    aliases: slot.map_or(Vec::new(), |slot| slot.aliases.iter().map(|alias| alias.id()).collect()),
                    is_merged: slot.is_some_and(|slot| slot.is_merged),
                    fix,
                }
            }
        };
        let fix = candidate.fix.and_then(|fix| {
            self.check_unambiguous(&fix, &candidate.aliases)?;
            Ok(fix)
        });
        Candidate { fix, ..candidate }
    }

    /// Fails if a duplicate key is in a changed value or on a path to one.
    fn check_unambiguous(&self, fix: &Fix<Change>, aliases: &[NodeId]) -> Result<(), NoFix> {
        let changed = fix.changes.iter().filter_map(|change| match change {
            Change::Value { node, .. } => Some(self.file_of(change)?.node(*node)),
            Change::Comment { .. } => None,
        });
        let aliases = aliases.iter().filter_map(|&id| self.unit.node(id));
        let mut nodes = changed.chain(aliases);
        let duplicate = nodes.find_map(|node| node.duplicate_above().or(node.duplicate_inside()));
        duplicate.map_or(Ok(()), |keys| Err(duplicate_key(keys)))
    }

    /// Returns all templates of the project, none if the template is checked alone.
    fn units(&self) -> &'u [Unit<'s>] {
        self.project.map_or(&[], |project| project.units)
    }

    /// Adds a change and its edits to a fix.
    fn write_into(&self, fix: &mut Fix<Change>, change: Change) -> Result<(), NoFix> {
        let file = self.file_of(&change).ok_or(EditObstacle::UnusualNotation)?;
        fix.edits.extend(render(file, &change)?);
        fix.changes.push(change);
        Ok(())
    }

    /// Returns the text that a change is for.
    fn file_of(&self, change: &Change) -> Option<&'s YamlFile> {
        let units = std::iter::once(self.unit).chain(self.units());
        units.into_iter().find_map(|unit| unit.text(change.stream()))
    }

    /// Fails if a fix changes a file that may not change; names the other files in its title.
    fn check_files(&self, fix: &mut Fix<Change>) -> Result<(), NoFix> {
        let mut others: Vec<&str> = Vec::new();
        for change in &fix.changes {
            let Some(files) = self.project.map(|project| project.files) else {
                continue;
            };
            let path = files.path(change.file());
            if files.get(change.file()).is_some_and(|file| !file.may_change) {
                return Err(NoFix::OtherFile(path.to_owned()));
            }
            let is_own = self.unit.text(change.stream()).is_some();
            if !is_own && !others.contains(&path) {
                others.push(path);
            }
        }
        if !others.is_empty() {
            let names = others.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>();
            fix.title
                .push_str(&format!("; deploy {} first, or together", names.join(" and ")));
        }
        Ok(())
    }

    /// Adds the changes of an intent to a fix; sets `edited` to the node that it edits.
    fn lower(&mut self, intent: &Intent, edited: &mut Option<Node<'s>>, fix: &mut Fix<Change>) -> Result<(), NoFix> {
        let change = self.change_of(intent, edited, fix)?;
        change.map_or(Ok(()), |change| self.write_into(fix, change))
    }

    /// Returns the last change of an intent; adds those before it to a fix.
    fn change_of(
        &mut self,
        intent: &Intent,
        edited: &mut Option<Node<'s>>,
        fix: &mut Fix<Change>,
    ) -> Result<Option<Change>, NoFix> {
        match intent {
            Intent::PointAt { slot, target, form } | Intent::ReplaceWithReference { slot, target, form }
                if self.unit.is_given(*slot) && !self.is_own(target) =>
            {
                let id = self.id_of(target, *slot)?;
                self.refer_outside(*slot, &id, target, *form, fix).map(|()| None)
            }
            Intent::PointAt { slot, target, form } => {
                self.check_target(target)?;
                let id = self.id_of(target, *slot)?;
                let (node, change) = self
                    .unit
                    .repoint(self.unit.slot(*slot), &id, *form, self.has_path(target));
                *edited = Some(node);
                change.map(Some)
            }
            Intent::ReplaceWithReference { slot, target, form } => {
                self.check_target(target)?;
                let id = self.id_of(target, *slot)?;
                self.unit.refer(self.unit.slot(*slot), &id, *form).map(Some)
            }
            Intent::ReplaceWithText { slot, text } => self.unit.write(self.unit.slot(*slot), text).map(Some),
            Intent::ProvideProfile(choice) => {
                let (unit, units) = (self.unit, self.units());
                let added = self.added.entry(*choice);
                added.or_insert_with(|| addition_for(unit, units, *choice)).clone()
            }
            Intent::RemoveSuppression { suppression, entries } => {
                let written = self.unit.suppressions[suppression.0];
                let read = &self.unit.model.suppressions[suppression.0];
                unsuppress(written, read, entries).map(Some)
            }
        }
    }

    /// Points a slot with a value of another template to another value of that template.
    fn refer_outside(
        &self,
        slot: SlotId,
        id: &str,
        target: &Target,
        form: NameOrArn,
        fix: &mut Fix<Change>,
    ) -> Result<(), NoFix> {
        let unknown = || NoFix::UnknownProfile;
        let outside = self.unit.outside.as_ref().ok_or_else(unknown)?;
        let given = outside.given.get(&slot).ok_or_else(unknown)?;
        let resource = outside.resources.get(id).ok_or_else(unknown)?;
        let project = self.project.ok_or_else(unknown)?;
        let provider = project.units.get(resource.template).ok_or_else(unknown)?;
        let role = match target {
            Target::Profiles(_) => provider.model.role(&given.id),
            Target::Resource(_) => None,
        };
        let condition = provider.condition_of_target(&resource.id, role);
        let slot = self.unit.slot(slot);
        let reference = refer(project, slot, given, resource, condition, form)?;
        for change in reference.changes {
            self.write_into(fix, change)?;
        }
        if !reference.is_safe {
            fix.applicability = Applicability::Unsafe;
        }
        Ok(())
    }

    /// Fails if a duplicate key is in a resource that a target stands for.
    ///
    /// For a new profile, this is the role that it holds.
    fn check_target(&self, target: &Target) -> Result<(), NoFix> {
        let (unit, model) = (self.unit, &self.unit.model);
        self.check_unchanged(target)?;
        let referred = match target {
            Target::Resource(id) => vec![unit.template.resource(id, &model.repeats)],
            Target::Profiles(choices) => {
                let choices = choices.iter().map(|&choice| model.choice(choice));
                let referred = choices.map(|choice| match (&choice.profile, &choice.role) {
                    (ChosenProfile::Existing { profile, .. }, _) => Some(*profile),
                    (_, ServedRole::Resource(role)) => Some(*role),
                    (_, ServedRole::Outside(_)) => None,
                });
                referred
                    .map(|id| unit.template.resources.get_index(id?.0).map(|(_, node)| node))
                    .collect()
            }
        };
        let mut bodies = referred.into_iter().flatten().map(|resource| resource.body);
        let duplicate = bodies.find_map(Node::duplicate_inside);
        duplicate.map_or(Ok(()), |keys| Err(duplicate_key(keys)))
    }

    /// Fails if another part of the template changes the role or the profile that a target stands for.
    fn check_unchanged(&self, target: &Target) -> Result<(), NoFix> {
        let (template, model) = (&self.unit.template, &self.unit.model);
        if template.changes.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = match target {
            Target::Resource(id) => vec![id.as_str()],
            Target::Profiles(choices) => {
                let choices = choices.iter().map(|&choice| model.choice(choice));
                let resources = choices.flat_map(|choice| {
                    let profile = match &choice.profile {
                        ChosenProfile::Existing { profile, .. } => Some(*profile),
                        ChosenProfile::New(_) | ChosenProfile::Unavailable(_) => None,
                    };
                    let role = match choice.role {
                        ServedRole::Resource(role) => Some(role),
                        ServedRole::Outside(_) => None,
                    };
                    [profile, role]
                });
                resources.flatten().map(|id| model.get(id).id).collect()
            }
        };
        let changed = template.changes.iter().find(|change| ids.contains(&change.id));
        changed.map_or(Ok(()), |change| Err(NoFix::ChangedElsewhere(change.id.to_owned())))
    }

    /// Returns whether a target is an existing profile of the template.
    fn is_own(&self, target: &Target) -> bool {
        let model = &self.unit.model;
        let is_own = |choice: &ChoiceId| match &model.choice(*choice).profile {
            ChosenProfile::Existing { profile, .. } => !model.is_outside(*profile),
            ChosenProfile::New(_) | ChosenProfile::Unavailable(_) => false,
        };
        match target {
            Target::Profiles(choices) => choices.iter().all(is_own),
            Target::Resource(_) => false,
        }
    }

    /// Returns whether the ARN of a target profile has a path.
    fn has_path(&self, target: &Target) -> bool {
        match target {
            Target::Resource(_) => false,
            Target::Profiles(choices) => choices.iter().any(|&choice| self.unit.model.choice(choice).has_path),
        }
    }

    /// Returns the logical ID for a slot.
    ///
    /// If a loop expands the current ID to several roles, the new ID must expand to their profiles.
    fn id_of(&self, target: &Target, slot: SlotId) -> Result<String, NoFix> {
        let choices = match target {
            Target::Resource(id) => return Ok(id.clone()),
            Target::Profiles(choices) => choices,
        };
        let model = &self.unit.model;
        let chosen = choices.iter().map(|&choice| model.chosen_id(model.choice(choice)));
        let Some(reference) = model.slot(slot).value.reference() else {
            let mut chosen = chosen;
            return chosen.next().ok_or(NoFix::SeveralRoles)?.map(str::to_owned);
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
            .ok_or(NoFix::SeveralRoles)
    }
}

/// Adds a chosen profile, in the template of its role.
fn addition_for(unit: &Unit<'_>, units: &[Unit<'_>], choice: ChoiceId) -> Result<Option<Change>, NoFix> {
    let chosen = unit.model.choice(choice);
    let (ServedRole::Resource(role), ChosenProfile::New(_)) = (&chosen.role, &chosen.profile) else {
        return addition(unit, choice);
    };
    let id = unit.model.get(*role).id;
    let outside = unit.outside.as_ref().and_then(|outside| outside.resources.get(id));
    let Some(outside) = outside else {
        return addition(unit, choice);
    };
    let provider = units.get(outside.template).ok_or(NoFix::UnknownRole)?;
    addition(provider, outside.choice.ok_or(NoFix::UnknownRole)?)
}

/// Adds what other templates say about a slot to a finding and its fix.
fn passed(
    mut finding: Finding<()>,
    mut fix: Result<Fix<Change>, NoFix>,
    passing: &Passing,
) -> (Finding<()>, Result<Fix<Change>, NoFix>) {
    finding.related.extend(passing.ends.iter().cloned());
    if passing.is_likely {
        finding.severity = Severity::Warning;
        if let Ok(fix) = &mut fix {
            fix.applicability = Applicability::Unsafe;
        }
    }
    (finding, fix)
}

fn duplicate_key([first, second]: [Node<'_>; 2]) -> NoFix {
    NoFix::DuplicateKey {
        key: second.resolved().scalar().unwrap_or_default().to_owned(),
        first: first.place(),
        second: second.place(),
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
    /// Returns whether a slot has a value of another template.
    fn is_given(&self, slot: SlotId) -> bool {
        let outside = self.outside.as_ref();
        outside.is_some_and(|outside| outside.given.contains_key(&slot))
    }

    /// Changes the target of the reference in a slot.
    ///
    /// It returns the edited node too.
    ///
    /// It edits only the reference if that suffices, otherwise the whole value. The edited node is an alias rather than
    /// its target.
    pub(super) fn repoint(
        &self,
        slot: &SlotValue<'s>,
        id: &str,
        form: NameOrArn,
        has_path: bool,
    ) -> (Node<'s>, Result<Change, NoFix>) {
        let value = slot.slot.value;
        match &slot.resolved {
            ResolvedValue::Reference(resource_ref) if resource_ref.is_editable() && !value.is_alias() => {
                let change = self
                    .check_scope(value, id)
                    .and_then(|()| renamed_reference(slot, resource_ref, self.logical_id(id)?, form));
                (resource_ref.node(), change)
            }
            // The source around the name must be that of a profile's ARN.
            ResolvedValue::BuiltArn(arn)
                if arn.kind == ArnKind::Profile && arn.folder.is_empty() && form == NameOrArn::Arn =>
            {
                match arn.resource_ref() {
                    Some(resource_ref) if resource_ref.is_editable() && !value.is_alias() && !has_path => {
                        let id = self.logical_id(id);
                        (
                            resource_ref.node(),
                            id.and_then(|id| renamed_reference(slot, resource_ref, id, NameOrArn::Name)),
                        )
                    }
                    _ => (value, self.refer(slot, id, form)),
                }
            }
            _ => (value, self.refer(slot, id, form)),
        }
    }

    /// Replaces the whole value of a slot by a reference.
    pub(super) fn refer(&self, slot: &SlotValue<'s>, id: &str, form: NameOrArn) -> Result<Change, NoFix> {
        let value = slot.slot.value;
        check_only(slot)?;
        self.check_scope(value, id)?;
        let logical_id = self.logical_id(id)?;
        let reference = match slot.slot.notation() {
            Notation::Call => {
                let spelling = self.calls.spelling_of(value.resolved());
                match form {
                    NameOrArn::Name => spelling.name_of(logical_id),
                    NameOrArn::Arn => spelling.arn_of(logical_id),
                }
            }
            Notation::Variable => {
                let variable = format!("${{{}}}", logical_id.variable(form)?);
                NewValue::scalar(variable, Some(ScalarStyle::Double))
            }
            Notation::Backquotes if !is_json(value) => logical_id.in_backquotes(form),
            Notation::Backquotes | Notation::None => return Err(EditObstacle::PlainString.into()),
        };
        Ok(slot.change(Op::Replace(reference)))
    }

    /// Replaces the whole value of a slot by a string.
    fn write(&self, slot: &SlotValue<'s>, text: &str) -> Result<Change, NoFix> {
        let value = slot.slot.value;
        check_only(slot)?;
        let quote = match value.scalar() {
            Some(_) if value.tag().is_none() => value.scalar_style(),
            _ => self.calls.spelling_of(value.resolved()).quote(),
        };
        Ok(slot.change(Op::Replace(NewValue::scalar(text, Some(quote)))))
    }

    /// Returns a logical ID in the style of its resource's key.
    pub(super) fn logical_id<'i>(&self, id: &'i str) -> Result<LogicalId<'i>, NoFix> {
        let key = self.template.resources.get(id).map(|resource| resource.key);
        LogicalId::read(id, key.is_none_or(|key| key.scalar_style() != ScalarStyle::Plain))
    }

    /// Fails if a logical ID contains variables not defined at `value`.
    fn check_scope(&self, value: Node<'_>, id: &str) -> Result<(), NoFix> {
        is_in_scope(value, id).then_some(()).ok_or(NoFix::OutsideLoop)
    }
}

/// Fails if the value has other branches, which must not change.
fn check_only(slot: &SlotValue<'_>) -> Result<(), NoFix> {
    (!slot.is_branch).then_some(()).ok_or(NoFix::OtherBranches)
}

impl SlotValue<'_> {
    /// Changes the value of the slot.
    pub(super) fn change(&self, op: Op) -> Change {
        Change::Value {
            node: self.slot.value.id(),
            path: self.slot.path.clone(),
            op,
        }
    }
}

/// Changes the target of a reference inside the value of a slot.
fn renamed_reference(
    slot: &SlotValue<'_>,
    resource_ref: &ResourceRef<'_>,
    id: LogicalId<'_>,
    form: NameOrArn,
) -> Result<Change, NoFix> {
    let op = match (&resource_ref.syntax, id) {
        (RefSyntax::Call(reference), id) => Op::SetContent(repointed(reference, id, form)),
        (RefSyntax::Variable { range, .. }, id) => Op::Splice {
            range: range.clone(),
            text: id.variable(form)?,
        },
        (RefSyntax::PartOfArn(_), _) => return Err(EditObstacle::UnusualNotation.into()),
    };
    let mut path = slot.slot.path.clone();
    path.steps.extend(resource_ref.steps().ok_or(EditObstacle::Alias)?);
    Ok(Change::Value {
        node: resource_ref.node().id(),
        path,
        op,
    })
}
