//! Reports the values that cannot be checked, with the reasons.

use super::address::{address_of, only_attribute, path_of};
use super::calls::Reach;
use super::file::{Content, ParsedFile};
use super::iam::IamTypes;
use super::prefilter::{local_sources, may_apply};
use super::slots::{arguments, possible_arguments};
use super::source::DeclaredContent;
use super::unit::Unit;
use crate::hcl::{Expr, ExprKind, Traversal};
use crate::model::{GivenPart, Model, Slot, Unchecked, Value, Wants, slot_name};
use crate::profile::{SERVICE_LINKED_ROLE, TERRAFORM_PROFILE, TERRAFORM_ROLE, terraform_profile_properties};
use crate::text::{FileRange, TextRange};

/// Returns everything in a module that is not checked, in the order of the files.
pub(super) fn unchecked(unit: &Unit<'_>) -> Vec<Unchecked> {
    let slots = unit.model.slots.iter().zip(&unit.slots);
    let values = slots.filter(|(slot, written)| slot.wants != Wants::Role && written.wrong.is_none());
    let values = values.filter_map(|(slot, written)| of_slot(slot, written.outcome.expr, &unit.model));
    let files = unit.module.files.iter().flat_map(of_file);
    let mut found: Vec<_> = values
        .chain(of_calls(unit))
        .chain(of_blocks(unit))
        .chain(of_lookups(unit))
        .chain(files)
        .collect();
    found.sort_by_key(|one| one.place);
    found.dedup();
    found
}

fn of_slot(slot: &Slot<'_>, value: &Expr, model: &Model<'_>) -> Option<Unchecked> {
    let (short, long) = match &slot.value {
        Value::Reference(reference) => {
            let is_reported = match slot.wants {
                Wants::Profile => model.is_to_role_or_profile(reference),
                Wants::Role | Wants::RoleOfProfile => !model.roles_of(reference).is_empty(),
            };
            let is_known = is_reported || reference.gives != GivenPart::Attribute;
            let is_linked = reference
                .itself()
                .is_some_and(|id| model.get(id).resource_type == SERVICE_LINKED_ROLE);
            if is_linked || (model.is_to_role_or_profile(reference) && is_known) {
                return None;
            }
            of_resource(reference.id, model)
        }
        Value::Unknown(_) => match value.traversal().and_then(address_of) {
            Some((id, _)) if IamTypes::at(&id).is_some() && model.resource(&id).is_some() => of_resource(&id, model),
            _ => of_unknown(value),
        },
        Value::Text(_) | Value::Arn(_) | Value::Macro => return None,
    };
    Some(Unchecked {
        place: slot.place,
        origin: short,
        message: format!("{} comes from {long}", model.slot_name(slot)),
    })
}

fn of_resource(id: &str, model: &Model<'_>) -> (String, String) {
    match id {
        _ if model.profile(id).is_some() || model.role(id).is_some() => (
            format!("attribute of `{id}`"),
            format!("an attribute of `{id}` that is not known"),
        ),
        _ if id.starts_with("module.") => (format!("output of `{id}`"), format!("an output of `{id}`")),
        _ if id.starts_with("local.") => (format!("`{id}`"), format!("`{id}`, whose value is not known")),
        _ if id.starts_with("data.") => (
            format!("`{id}`"),
            format!("the data source `{id}`, which is not part of the module"),
        ),
        _ => (
            format!("`{id}` (neither role nor profile)"),
            format!("`{id}`, which is neither a role nor an instance profile"),
        ),
    }
}

fn of_unknown(value: &Expr) -> (String, String) {
    match &value.kind {
        ExprKind::Traversal(traversal) => of_traversal(traversal),
        ExprKind::Call(call) => (
            format!("function `{}`", call.name),
            format!("the function `{}`, which is not analysed", call.name),
        ),
        ExprKind::Template(_) => (
            "string with parts".to_owned(),
            "a string that is put together".to_owned(),
        ),
        _ => ("expression".to_owned(), "an expression that is not analysed".to_owned()),
    }
}

fn of_traversal(traversal: &Traversal) -> (String, String) {
    let variable = traversal.variable().map(|word| word.text.as_str());
    match (variable, address_of(traversal)) {
        (Some("var"), _) => {
            let name = traversal.attribute(0).unwrap_or_default();
            (
                format!("variable `{name}`"),
                format!("the variable `{name}`, which is given outside of the module"),
            )
        }
        (Some(name), Some(_)) if matches!(traversal.attribute(0), Some("key" | "value")) => (
            format!("iterator `{name}`"),
            format!("the iterator `{name}` of a dynamic block, which is not analysed"),
        ),
        (_, Some((address, skipped))) => match only_attribute(traversal, skipped) {
            // A block that is repeated has a variable with its type and these attributes.
            Some(_) if address.ends_with(".value") || address.ends_with(".key") => {
                (format!("`{address}`"), format!("`{address}`, which is not analysed"))
            }
            Some(_) if !address.starts_with("module.") => (
                format!("`{address}` (not declared)"),
                format!("`{address}`, which the module does not declare"),
            ),
            _ => (
                format!("value in `{address}`"),
                format!("a value in `{address}`, which is not analysed"),
            ),
        },
        (Some(name), None) => (format!("`{name}`"), format!("`{name}`, which is not analysed")),
        (None, None) => ("expression".to_owned(), "an expression that is not analysed".to_owned()),
    }
}

/// Reports the values in blocks of which it is not known whether they take a profile.
fn of_blocks<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = Unchecked> + 'u {
    unit.declared.iter().flat_map(|declared| {
        let DeclaredContent::Resource(resource_type, block) = declared.content else {
            return Vec::new();
        };
        let properties = terraform_profile_properties(resource_type).filter(|property| property.path.contains('='));
        let found = properties.flat_map(|property| {
            let key = property.path.rsplit('.').next().unwrap_or_default();
            let found = possible_arguments(&block.body, property, &path_of(""));
            found.into_iter().map(move |argument| (key, argument))
        });
        let unchecked = found.map(|(key, argument)| Unchecked {
            place: FileRange::new(declared.file, argument.value.span),
            origin: "block whose arguments are not literal".to_owned(),
            message: format!(
                "{} may take an instance profile; the arguments of its block that decide it are not literal",
                slot_name(key, declared.address)
            ),
        });
        unchecked.collect()
    })
}

/// Reports the profiles that data sources look up by the name of a role, since they may not exist.
fn of_lookups<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = Unchecked> + 'u {
    unit.declared.iter().filter_map(|declared| {
        let DeclaredContent::Data(TERRAFORM_PROFILE, block) = declared.content else {
            return None;
        };
        let name = &block.body.attribute("name")?.value;
        let (role, _) = address_of(name.traversal()?)?;
        unit.model.role(&role)?;
        Some(Unchecked {
            place: FileRange::new(declared.file, name.span),
            origin: format!("profile with the name of `{role}`"),
            message: format!(
                "{} is that of the role `{role}`; whether an instance profile has it too is not known",
                slot_name("name", declared.address)
            ),
        })
    })
}

/// Reports the arguments of calls that may be a profile.
fn of_calls<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = Unchecked> + 'u {
    unit.unchecked_arguments.iter().map(|argument| {
        let name = slot_name(argument.name, argument.call);
        let reason = match argument.reach {
            Reach::Slot(_) | Reach::Shared => "is used where a profile is taken and elsewhere, which is not analysed",
            Reach::Indirect => "is used where a profile is taken, through an expression that is not analysed",
            Reach::Overridden => "is changed by an override file, or used with one, which is not analysed",
            Reach::Unread => "is used in a module that is not analysed",
        };
        Unchecked {
            place: argument.place,
            origin: format!("argument of `{}`", argument.call),
            message: format!("{name} {reason}"),
        }
    })
}

/// Reports what is not analysed in an override file, and a file that OpenTofu ignores.
fn of_file(file: &ParsedFile) -> Vec<Unchecked> {
    let at = |span| FileRange::new(file.id(), span);
    let bytes = file.text().as_bytes();
    let has_role = || file.text().contains(TERRAFORM_ROLE);
    let is_relevant = || may_apply(bytes) || has_role() || local_sources(bytes).next().is_some();
    if matches!(file.content, Content::Ignored) && is_relevant() {
        return vec![Unchecked {
            place: at(TextRange::at(0)),
            origin: "file that OpenTofu ignores".to_owned(),
            message: "OpenTofu ignores this file because of the one that ends in `.tofu`, so it is not checked"
                .to_owned(),
        }];
    }
    let blocks = file.body().map_or(&[][..], |body| &body.blocks);
    let resources = blocks
        .iter()
        .filter(|block| file.is_override && block.block_type.text == "resource");
    let arguments = resources.flat_map(|block| {
        let resource_type = block.labels.first().map_or("", |label| label.text.as_str());
        let of_profile = IamTypes::of_profile(resource_type).map(|types| types.role_of_profile);
        let properties = terraform_profile_properties(resource_type).chain(of_profile);
        let found = properties.flat_map(|property| arguments(&block.body, property, &path_of("")));
        found.map(|argument| argument.value.span).collect::<Vec<_>>()
    });
    let unchecked = arguments.map(|span| Unchecked {
        place: at(span),
        origin: "override file".to_owned(),
        message: "this value is in an override file, which is not analysed".to_owned(),
    });
    unchecked.collect()
}
