//! The arguments of calls that may reach a place that takes a profile in a way that is not analysed.

use super::address::{address_in_text, address_of, path_of};
use super::calls::{ChildModules, PassedArgument, Reach, is_profile_name};
use super::declarations::Declarations;
use super::iam::IamTypes;
use super::origins::{Iterators, iterators, origins};
use super::source::{DeclaredContent, address_of_block};
use crate::hcl::{Block, Expr};
use crate::model::Model;
use crate::profile::SERVICE_LINKED_ROLE;
use crate::text::{FileId, FileRange};

/// An argument of a call that may reach a place that takes a profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct UncheckedArgument<'s> {
    /// The address of the call.
    pub(super) call: &'s str,
    /// The name of the argument.
    pub(super) name: &'s str,
    /// Its value.
    pub(super) place: FileRange,
    /// The way from it to that place.
    pub(super) reach: Reach,
}

/// Returns the arguments of calls that are no slots, and whose value may be a role or a profile.
pub(super) fn unchecked_arguments<'s>(
    declarations: &Declarations<'s>,
    model: &Model<'s>,
    children: &ChildModules<'_>,
) -> Vec<UncheckedArgument<'s>> {
    let mut found = Vec::new();
    let mut add = |call: &'s str, file: FileId, block: &'s Block, passed: Vec<PassedArgument<'s>>| {
        if passed.is_empty() {
            return;
        }
        let iterators = iterators(&block.body);
        let unchecked = passed.into_iter().filter(|one| {
            let is_slot = matches!(one.reach, Reach::Slot(_));
            !is_slot && may_matter(one, block, &iterators, declarations, model)
        });
        found.extend(unchecked.map(|one| UncheckedArgument {
            call,
            name: one.name,
            place: FileRange::new(file, one.argument.value.span),
            reach: one.reach,
        }));
    };
    for declared in declarations.iter() {
        if let DeclaredContent::Call(block) = declared.content {
            let passed = children.passed(block, block, &path_of(declared.address));
            add(declared.address, declared.file, block, passed);
        }
    }
    for file in declarations.module.files.iter().filter(|file| file.is_override) {
        for block in file.body().map_or(&[][..], |body| &body.blocks) {
            let address = address_of_block(block);
            let Some(declared) = address.and_then(|address| declarations.get(&address)) else {
                continue;
            };
            if let DeclaredContent::Call(call) = declared.content {
                let mut passed = children.passed(call, block, &path_of(declared.address));
                passed.iter_mut().for_each(|one| one.reach = Reach::Overridden);
                add(declared.address, file.id(), block, passed);
            }
        }
    }
    found
}

/// Returns whether an argument may be a role or a profile.
///
/// Most arguments of a module that is not analysed are something else, so one of these must be in its value or its name.
fn may_matter<'s>(
    passed: &PassedArgument<'s>,
    block: &Block,
    iterators: &Iterators<'s>,
    declarations: &Declarations<'s>,
    model: &Model<'s>,
) -> bool {
    let is_unread = matches!(passed.reach, Reach::Unread);
    let is_named = || block.body.attribute(passed.name).is_some_and(is_profile_name);
    let Some(origins) = origins(passed.argument.value, iterators, &declarations.locals) else {
        return true;
    };
    (is_unread && is_named())
        || origins.into_iter().any(|origin| match concern(origin, model) {
            Concern::Iam => true,
            Concern::Unknown => !is_unread,
            Concern::Other => false,
        })
}

/// The kind of an origin of a value.
enum Concern {
    /// A role or a profile.
    Iam,
    /// It may be one.
    Unknown,
    /// Something else.
    Other,
}

fn concern(origin: &Expr, model: &Model<'_>) -> Concern {
    if let Some(text) = origin.text() {
        let is_arn = text.starts_with("arn:") && text.contains(":iam:");
        let is_iam = address_in_text(text).is_some() || is_arn || model.role_named(text).is_some();
        return if is_iam { Concern::Iam } else { Concern::Other };
    }
    let Some(traversal) = origin.traversal() else {
        return Concern::Unknown;
    };
    match address_of(traversal) {
        Some((address, _)) => {
            let linked = model
                .resource(&address)
                .filter(|id| model.get(*id).resource_type == SERVICE_LINKED_ROLE);
            if IamTypes::at(&address).is_some() || linked.is_some() {
                Concern::Iam
            } else if address.starts_with("module.") || address.starts_with("local.") {
                Concern::Unknown
            } else {
                Concern::Other
            }
        }
        None if traversal.variable().is_some_and(|word| word.text == "var") => Concern::Unknown,
        None => Concern::Other,
    }
}
