//! Lowers intents to changes of the files.

use super::address::{address_in_text, address_of, has_index, is_each_value, is_instance, only_attribute, path_of};
use super::change::Change;
use super::edits::replace;
use super::file::{Content, ModuleFile};
use super::iam::attribute_of;
use super::new_profile::addition;
use super::permission::Permission;
use super::suppressions::unsuppress;
use super::unit::{SlotExpr, Unit};
use crate::hcl::{self, Expr, StepKind, Traversal};
use crate::model::{
    Applicability, ChosenProfile, Draft, Finding, Fix, FixDraft, FixRequest, FixState, Intent, NameKey, NameOrArn,
    NoFix, Slot, SlotId, Target,
};
use crate::text::{Edit, EditObstacle, FileId, NodePath};
use crate::yaml;

/// The fix that a check of Terraform itself requests.
pub type CheckFix = Result<FixDraft<Vec<Change>>, NoFix>;

/// Renders the fixes of all drafts of one rule.
pub(super) fn fixes(
    unit: &Unit<'_>,
    infos: &[ModuleFile],
    drafts: Vec<Draft<CheckFix>>,
) -> Vec<Finding<FixState<Change>>> {
    // Most rules find nothing in most modules.
    if drafts.is_empty() {
        return Vec::new();
    }
    let mut lowering = Lowering {
        unit,
        permission: Permission::of(unit, infos),
    };
    drafts.into_iter().map(|draft| lowering.finding(draft)).collect()
}

struct Lowering<'u, 's> {
    unit: &'u Unit<'s>,
    permission: Permission<'u, 's>,
}

impl<'u, 's> Lowering<'u, 's> {
    fn finding(&mut self, draft: Draft<CheckFix>) -> Finding<FixState<Change>> {
        let (mut finding, request) = draft.split();
        let (slot, fix) = match request {
            FixRequest::Language(fix) => (
                None,
                fix.and_then(|draft| self.permission.check_readable().map(|()| draft)),
            ),
            FixRequest::Rule { slot, fix } => (slot, fix.and_then(|draft| self.lower_all(draft))),
        };
        let fix = fix.and_then(|draft| self.fix(draft, slot));
        let is_generated = self
            .unit
            .module
            .file(finding.place.file)
            .is_some_and(|file| match &file.content {
                Content::Json(json) => json.is_generated(),
                _ => false,
            });
        if is_generated {
            finding
                .message
                .push_str("; a program generates this file, so change its source");
        }
        finding.with(match fix {
            Ok(mut fix) => {
                if is_generated {
                    fix.applicability = Applicability::Unsafe;
                }
                FixState::Fix(fix)
            }
            Err(reason) => FixState::NoFix(reason),
        })
    }

    /// Renders changes, if they may be made.
    fn fix(&self, draft: FixDraft<Vec<Change>>, slot: Option<SlotId>) -> Result<Fix<Change>, NoFix> {
        self.permission.check(slot, &draft.content)?;
        let edits: Result<Vec<Vec<Edit>>, NoFix> = draft.content.iter().map(|change| self.render(change)).collect();
        Ok(Fix {
            title: draft.title,
            applicability: draft.applicability,
            edits: edits?.into_iter().flatten().collect(),
            changes: draft.content,
        })
    }

    fn render(&self, change: &Change) -> Result<Vec<Edit>, NoFix> {
        let file = |id| self.unit.module.file(id).map(|file| &file.content);
        Ok(match change {
            Change::Hcl(change) => match file(change.file) {
                Some(Content::Hcl(file)) => vec![hcl::render(file, change)],
                _ => Vec::new(),
            },
            Change::Json(change) => match file(change.file()) {
                Some(Content::Json(file)) => yaml::render(file.yaml(), change)?,
                _ => Vec::new(),
            },
        })
    }

    fn lower_all(&mut self, draft: FixDraft<Vec<Intent>>) -> Result<FixDraft<Vec<Change>>, NoFix> {
        let mut changes = Vec::new();
        for intent in &draft.content {
            changes.extend(self.lower(intent)?);
        }
        Ok(FixDraft {
            title: draft.title,
            applicability: draft.applicability,
            content: changes,
        })
    }

    fn lower(&mut self, intent: &Intent) -> Result<Option<Change>, NoFix> {
        match intent {
            Intent::PointAt { slot, target, form } => {
                self.check_is_read(*slot, target)?;
                let address = self.address(target)?;
                self.point_at(*slot, &address, *form).map(Some)
            }
            Intent::ReplaceWithReference { slot, target, form } => {
                self.check_is_read(*slot, target)?;
                let address = self.address(target)?;
                let text = self.reference(*slot, &address, *form)?;
                self.replace_value(*slot, &text).map(Some)
            }
            Intent::ReplaceWithText { slot, text } => self.replace_value(*slot, &format!("\"{text}\"")).map(Some),
            Intent::ProvideProfile(choice) => addition(self.unit, *choice),
            Intent::RemoveSuppression { suppression, entries } => {
                let written = self.unit.suppressions.get(suppression.0).copied();
                let read = self.unit.model.suppressions.get(suppression.0);
                Ok(written.zip(read).map(|(written, read)| {
                    let file = self.unit.module.file(read.place.file);
                    unsuppress(&written, read, entries, file.map_or("", |file| file.text()))
                }))
            }
        }
    }

    fn address(&self, target: &Target) -> Result<String, NoFix> {
        match target {
            Target::Resource(id) => Ok(id.clone()),
            Target::Profiles(choices) => {
                let choice = *choices.first().ok_or(NoFix::SeveralRoles)?;
                self.unit
                    .model
                    .chosen_id(self.unit.model.choice(choice))
                    .map(str::to_owned)
            }
        }
    }

    /// Fails if Terraform would not find the target of a new reference, which is the first profile of several.
    fn check_is_read(&self, slot: SlotId, target: &Target) -> Result<(), NoFix> {
        let model = &self.unit.model;
        let declared = match target {
            Target::Resource(id) => model.resource(id),
            Target::Profiles(choices) => choices.first().and_then(|choice| match &model.choice(*choice).profile {
                ChosenProfile::Existing { profile, .. } => Some(*profile),
                ChosenProfile::New(profile) => Some(profile.after),
                ChosenProfile::Unavailable(_) => None,
            }),
        };
        let target = declared.and_then(|id| self.unit.declared(id));
        match (self.slot(slot), target) {
            (Some((_, written)), Some(target)) => self.permission.check_tools(written.outcome.file, target.file),
            _ => Ok(()),
        }
    }

    /// Returns a new reference, which has an index only if the string in its place has one.
    fn reference(&self, slot: SlotId, address: &str, form: NameOrArn) -> Result<String, NoFix> {
        let model = &self.unit.model;
        let resource = model.resource(address);
        let written = || address_in_text(self.slot(slot)?.1.outcome.expr.text()?);
        let index = match resource.and_then(|id| model.get(id).condition) {
            Some(_) => written()
                .filter(|written| written.address == address)
                .and_then(|written| written.index)
                .ok_or_else(|| NoFix::NeedsIndex(address.to_owned()))?,
            None => String::new(),
        };
        Ok(format!("{address}{index}.{}", attribute_of(address, form)))
    }

    /// Replaces the traversal in a slot by one to another resource, with the same indices.
    fn point_at(&self, id: SlotId, address: &str, form: NameOrArn) -> Result<Change, NoFix> {
        let (slot, written) = self.slot(id).ok_or(NoFix::OtherBranches)?;
        let expr = written.outcome.expr;
        let Some(traversal) = expr.traversal() else {
            return self
                .reference(id, address, form)
                .and_then(|text| self.replace_value(id, &text));
        };
        self.permission.check_local(slot, written)?;
        let model = &self.unit.model;
        let repetition = |address: &str| model.resource(address).map(|id| model.get(id).condition);
        if let Some(each) = written.each.filter(|_| is_each_value(traversal)) {
            // A new profile has the keys of its role.
            let is_other = repetition(address).is_some_and(|new| repetition(each) != Some(new));
            return match is_other || self.holds_other_instance(each, address) {
                true => Err(NoFix::NeedsIndex(address.to_owned())),
                false => {
                    let text = format!("{address}[each.key].{}", attribute_of(address, form));
                    self.replaced(slot, written, &text)
                }
            };
        }
        let (old, skipped) = address_of(traversal).ok_or(NoFix::OtherBranches)?;
        if self.holds_other_instance(&old, address) {
            return Err(NoFix::NeedsIndex(address.to_owned()));
        }
        // A new profile has the repetition of its role.
        let is_other = repetition(address).is_some_and(|new| repetition(&old) != Some(new));
        if is_other && has_index(traversal, skipped) {
            return match repetition(address).flatten() {
                Some(_) => Err(NoFix::NeedsIndex(address.to_owned())),
                // All instances have one profile, or all profiles one role.
                None if is_instance(traversal, skipped) => {
                    let text = format!("{address}.{}", attribute_of(address, form));
                    self.replaced(slot, written, &text)
                }
                None => Err(EditObstacle::UnusualNotation.into()),
            };
        }
        // Only an instance has attributes.
        let is_whole = only_attribute(traversal, skipped) == Some(None) && !has_index(traversal, skipped);
        if is_whole && repetition(&old).flatten().is_some() {
            return Err(NoFix::NeedsIndex(address.to_owned()));
        }
        let source = self.unit.source(written.outcome.file, expr.span);
        let text = repointed(source, expr, traversal, (address, skipped), attribute_of(address, form));
        let text = text.ok_or(EditObstacle::UnusualNotation)?;
        self.replaced(slot, written, &text)
    }

    /// Returns whether an instance of a profile may hold another instance of a role than the one with its own index.
    fn holds_other_instance(&self, profile: &str, role: &str) -> bool {
        let model = &self.unit.model;
        let is_repeated = |id| model.get(id).condition.is_some();
        let role = model
            .role(role)
            .filter(|id| is_repeated(*id))
            .map(|id| model.get(id).id);
        let held = model.profile(profile).and_then(|id| model.get(id).profile());
        matches!((held, role), (Some(held), Some(role)) if held.holds != Some(NameKey::Reference(role)))
    }

    fn replace_value(&self, id: SlotId, text: &str) -> Result<Change, NoFix> {
        let (slot, written) = self.slot(id).ok_or(NoFix::OtherBranches)?;
        self.permission.check_local(slot, written)?;
        self.replaced(slot, written, text)
    }

    fn slot(&self, id: SlotId) -> Option<(&'u Slot<'s>, &'u SlotExpr<'s>)> {
        Some((self.unit.model.slots.get(id.0)?, self.unit.slots.get(id.0)?))
    }

    fn replaced(&self, slot: &Slot<'_>, written: &SlotExpr<'_>, text: &str) -> Result<Change, NoFix> {
        let path = match written.outcome.locals.last() {
            // Slots that share a value make one change.
            Some(local) => path_of(&local.address).index(written.outcome.expr.span.start()),
            None => slot.path.clone(),
        };
        self.replace_expr(written.outcome.file, written.outcome.expr, path, text)
    }

    fn replace_expr(&self, file: FileId, expr: &Expr, path: NodePath, text: &str) -> Result<Change, NoFix> {
        let file = self.unit.module.file(file).ok_or(NoFix::OtherBranches)?;
        replace(file, expr, path, text)
    }
}

/// Returns the source of a traversal with another address and another attribute.
///
/// `skipped` is the number of steps in the address.
pub(super) fn repointed(
    source: &str,
    expr: &Expr,
    traversal: &Traversal,
    (address, skipped): (&str, usize),
    attribute: &str,
) -> Option<String> {
    let start = expr.span.start();
    let root = traversal.variable()?;
    let words = std::iter::once(root.span).chain(traversal.steps.iter().take(skipped).map(|step| step.span));
    // `resource` may be before the type, and stays.
    let words = words.skip(usize::from(root.text == "resource"));
    let mut edits: Vec<_> = words.zip(address.split('.')).collect();
    let mut rest = traversal.steps.iter().skip(skipped);
    let last = rest.find(|step| matches!(step.kind, StepKind::Attribute(_)));
    edits.extend(last.map(|step| (step.span, attribute)));
    let mut text = String::with_capacity(source.len() + 16);
    let mut done = 0;
    for (span, new) in edits {
        text.push_str(source.get(done..span.start().checked_sub(start)?)?);
        text.push_str(new);
        done = span.end().checked_sub(start)?;
    }
    text.push_str(source.get(done..)?);
    if last.is_none() {
        text = format!("{text}.{attribute}");
    }
    Some(text)
}
