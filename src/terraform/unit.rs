//! A module with its model, and the expressions from which the model was read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::address::path_of;
use super::calls::{ChildModules, Reach};
use super::declarations::Declarations;
use super::iam::IamTypes;
use super::indirect::IndirectUses;
use super::labels::Labels;
use super::passed::{UncheckedArgument, unchecked_arguments};
use super::resolve::{LocalUse, Outcome, is_nothing, outcomes};
use super::slots::{Argument, arguments};
use super::source::{Declared, DeclaredContent, ParsedModule};
use super::suppressions::WrittenComment;
use super::value::{key_of, value_of};
use super::wrong_reference::{WrongReference, wrong_reference};
use crate::model::{Model, ModelError, ProfileName, Property, Resource, ResourceId, Scope, ScopeId, Slot, Wants};
use crate::profile::{Profiles, SERVICE_LINKED_ROLE, terraform_profile_properties, terraform_role_properties};
use crate::text::{FileId, FileRange, TextRange};

/// The type of a role that a service creates for itself.
const LINKED_ROLE: &str = "aws_iam_service_linked_role";

/// A module with its model.
#[derive(Debug)]
pub struct Unit<'s> {
    /// The model that the rules read.
    pub(super) model: Model<'s>,
    /// The files.
    pub(super) module: &'s ParsedModule,
    /// The declarations of the resources of the model.
    pub(super) declared: Vec<Declared<'s>>,
    /// The expressions in the slots of the model.
    pub(super) slots: Vec<SlotExpr<'s>>,
    /// The arguments of slots, with the properties that they have.
    pub(super) arguments: Vec<SlotArgument<'s>>,
    /// The arguments of calls that may reach a place that takes a profile in a way that is not analysed.
    pub(super) unchecked_arguments: Vec<UncheckedArgument<'s>>,
    /// The number of references to each local value.
    pub(super) local_uses: HashMap<LocalUse, usize>,
    /// The references to each local value that lead to where a profile is taken.
    pub(super) profile_uses: HashMap<LocalUse, HashSet<FileRange>>,
    /// The suppressions of the model in the source.
    pub(super) suppressions: Vec<WrittenComment>,
}

/// The expression in a slot.
#[derive(Clone, Debug)]
pub(super) struct SlotExpr<'s> {
    /// The expression, which may be in a local value.
    pub(super) outcome: Outcome<'s>,
    /// The range of the whole argument.
    pub(super) argument: TextRange,
    /// The address of the resource whose instances are `each.value`.
    pub(super) each: Option<&'s str>,
    /// The mistake that only Terraform can contain, if it takes a profile.
    pub(super) wrong: Option<WrongReference>,
}

/// An argument that takes a profile or a role.
#[derive(Clone, Debug)]
pub(super) struct SlotArgument<'s> {
    pub(super) wants: Wants,
    pub(super) resource: ResourceId,
    pub(super) property: Property,
    /// The name of the argument in messages.
    pub(super) name: &'s str,
    pub(super) file: FileId,
    pub(super) argument: Argument<'s>,
}

impl<'s> Unit<'s> {
    /// Reads a module.
    ///
    /// # Errors
    ///
    /// If two roles or profiles have one address.
    pub(super) fn read(
        module: &'s ParsedModule,
        name: ProfileName,
        children: &ChildModules<'_>,
    ) -> Result<Self, ModelError> {
        let declarations = Declarations::of(module)?;
        let indirect = IndirectUses::of(&declarations);
        let resources = declarations
            .iter()
            .map(|declared| (declared.address, resource(declared, &declarations, &indirect)));
        let mut model = Model::new(resources.collect(), vec![Scope::default()], Default::default());
        model.used_elsewhere = declarations.used_elsewhere();
        let calls = declarations.iter().filter_map(|declared| match declared.content {
            DeclaredContent::Call(block) => Some(block),
            _ => None,
        });
        model.profile_names_elsewhere = Some(Arc::new(children.profile_names(calls)));
        let mut unit = Self {
            arguments: slot_arguments(&declarations, children),
            unchecked_arguments: unchecked_arguments(&declarations, &model, children),
            local_uses: declarations.local_uses(),
            profile_uses: HashMap::new(),
            model,
            module,
            declared: declarations.iter().copied().collect(),
            slots: Vec::new(),
            suppressions: Vec::new(),
        };
        unit.add_slots(&declarations);
        let mut labels = Labels::of(module);
        Profiles::of(&unit.model).choose(&mut unit.model, name, &mut labels);
        Ok(unit)
    }

    /// Returns the declaration of a resource.
    pub(super) fn declared(&self, id: ResourceId) -> Option<&Declared<'s>> {
        self.declared.get(id.0)
    }

    /// Returns the source of a range.
    pub(super) fn source(&self, file: FileId, span: TextRange) -> &'s str {
        self.module.file(file).map_or("", |file| span.slice(file.text()))
    }

    /// Returns the lines on which arguments begin, with the offsets of values in them that begin on later lines.
    pub(super) fn later_parts(&self) -> Vec<(FileId, usize, usize)> {
        let slots = self.slots.iter().map(|slot| (&slot.outcome, slot.argument));
        let parts = slots.filter_map(|(outcome, argument)| {
            let lines = self.module.file(outcome.file)?.lines()?;
            let (line, start) = (lines.number(argument.start()), outcome.expr.span.start());
            let is_inside = argument.range().contains(&start) && lines.number(start) > line;
            is_inside.then_some((outcome.file, line, start))
        });
        parts.collect()
    }

    fn add_slots(&mut self, declarations: &Declarations<'s>) {
        for argument in &self.arguments {
            let found = outcomes(argument.argument.value, argument.file, &declarations.locals);
            if argument.wants == Wants::Profile {
                for outcome in &found {
                    for (used, reference) in outcome.locals.iter().zip(&outcome.references) {
                        self.profile_uses.entry(used.clone()).or_default().insert(*reference);
                    }
                }
            }
            let wanted: Vec<_> = found.into_iter().filter(|outcome| !is_nothing(outcome.expr)).collect();
            let is_only = wanted.len() == 1;
            let user = self.declared.get(argument.resource.0);
            let each = user.and_then(|user| declarations.chained(user));
            let each = each.map(|declared| declared.address);
            for (at, outcome) in wanted.into_iter().enumerate() {
                let path = match is_only {
                    true => argument.argument.path.clone(),
                    false => argument.argument.path.index(at),
                };
                let value = value_of(outcome.expr, &self.model, each);
                self.model.slots.push(Slot {
                    wants: argument.wants,
                    resource: argument.resource,
                    also_of: Vec::new(),
                    property: argument.property,
                    name: argument.name,
                    takes: argument.property.takes,
                    key: key_of(&value),
                    value,
                    is_misnamed: false,
                    may_deny: false,
                    is_writable: true,
                    list: None,
                    guards: Vec::new(),
                    place: FileRange::new(outcome.file, outcome.expr.span),
                    path,
                    served_by: Vec::new(),
                    passing: None,
                });
                let takes_profile = argument.wants == Wants::Profile;
                self.slots.push(SlotExpr {
                    each,
                    wrong: takes_profile
                        .then(|| wrong_reference(outcome.expr, declarations))
                        .flatten(),
                    outcome,
                    argument: argument.argument.value.span,
                });
            }
        }
    }
}

fn resource<'s>(declared: &Declared<'s>, declarations: &Declarations<'s>, indirect: &IndirectUses) -> Resource<'s> {
    Resource {
        id: declared.address,
        resource_type: match declared.content {
            DeclaredContent::Resource(LINKED_ROLE, _) => SERVICE_LINKED_ROLE,
            DeclaredContent::Resource(resource_type, _) | DeclaredContent::Data(resource_type, _) => resource_type,
            DeclaredContent::Call(_) => "module",
            DeclaredContent::Local(_) => "local",
        },
        place: declared.place(),
        scope: ScopeId::default(),
        construct: None,
        condition: declarations.repetition(declared),
        provider: declarations.provider(declared),
        uses: vec![declarations.uses(declared)],
        may_use: indirect.by(declared, declarations),
        repetitions: 1,
        details: declarations.details(declared),
    }
}

/// Returns the arguments that take a profile or a role, those for profiles first.
fn slot_arguments<'s>(declarations: &Declarations<'s>, children: &ChildModules<'_>) -> Vec<SlotArgument<'s>> {
    let mut found = Vec::new();
    for (at, declared) in declarations.iter().enumerate() {
        let is_replaced = |property: &Property| {
            let replaced = &declarations.overridden;
            replaced.has(declared.address, property.first_key())
        };
        let mut add = |wants, property: Property, argument: Argument<'s>, name: &'s str| {
            found.push(SlotArgument {
                wants,
                resource: ResourceId(at),
                property,
                name,
                file: declared.file,
                argument,
            });
        };
        let path = path_of(declared.address);
        match declared.content {
            DeclaredContent::Resource(resource_type, block) => {
                let properties = terraform_profile_properties(resource_type);
                for property in properties.filter(|property| !is_replaced(property)) {
                    for argument in arguments(&block.body, property, &path) {
                        add(Wants::Profile, *property, argument, property.path);
                    }
                }
                let types = IamTypes::of_profile(resource_type);
                if let Some(types) = types.filter(|types| !is_replaced(types.role_of_profile)) {
                    let property = types.role_of_profile;
                    for argument in arguments(&block.body, property, &path) {
                        add(Wants::RoleOfProfile, *property, argument, property.path);
                    }
                }
                for property in terraform_role_properties(resource_type).filter(|property| !is_replaced(property)) {
                    for argument in arguments(&block.body, &property, &path) {
                        add(Wants::Role, property, argument, property.path);
                    }
                }
            }
            DeclaredContent::Call(block) => {
                for passed in children.passed(block, block, &path) {
                    if let Reach::Slot(property) = passed.reach {
                        add(Wants::Profile, property, passed.argument, passed.name);
                    }
                }
            }
            DeclaredContent::Data(..) | DeclaredContent::Local(_) => {}
        }
    }
    found
}
