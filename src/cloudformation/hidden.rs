//! Finds the parts of a template that macros, modules and template languages hide.

use super::intrinsic::Call;
use super::placeholder::{replaced_variable, template_variable, template_variable_of};
use super::slots::has_slots;
use super::template::{ResourceNode, Template};
use crate::model::Unchecked;
use crate::profile::{PROFILE, ROLE};
use crate::text::printable::excerpt;
use crate::yaml::Node;

/// Returns the hidden parts of a template, each with the reason.
pub(super) fn hidden(template: &Template<'_>) -> Vec<Unchecked> {
    let transforms = template.root.entries().flat_map(|(key, value)| match key.scalar() {
        Some("Transform") => each(value).filter_map(of_transform).collect(),
        Some("Fn::Transform") => vec![by_macro(key, value, "the template")],
        _ => Vec::new(),
    });
    let section = template
        .sections("Resources")
        .filter(|section| !template.hosted.is_included(*section));
    let section = section.filter_map(of_section);
    let entries = template.incomplete.iter().filter_map(|&key| of_entry(key));
    let resources = template.resources.values().filter_map(of_resource);
    let missing = template.hosted.included.iter().map(|included| included.missing.clone());
    let unknown = template.hosted.unknown.iter().cloned().chain(missing);
    let unknown = unknown.chain(template.changes.iter().filter_map(of_change));
    transforms
        .chain(section)
        .chain(entries)
        .chain(resources)
        .chain(unknown)
        .collect()
}

/// Names the macro in the argument of `Fn::Transform`.
pub(super) fn macro_name(argument: Option<Node<'_>>) -> String {
    let name = argument.and_then(|argument| argument.resolved().get("Name")?.resolved().scalar());
    name.map_or_else(|| "macro".to_owned(), |name| format!("macro `{name}`"))
}

/// Iterates over the items of a list, or over a single value.
fn each(value: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let single = Some(value).filter(|value| !value.resolved().is_sequence());
    value.resolved().items().chain(single)
}

/// Returns why a template with a macro is not checked completely.
///
/// AWS's own macros add no role and no profile, except the one that includes a file.
fn of_transform(transform: Node<'_>) -> Option<Unchecked> {
    let node = transform.resolved();
    let name = node.scalar().or_else(|| node.get("Name")?.resolved().scalar())?;
    let is_known = name.is_empty() || (name.starts_with("AWS::") && name != "AWS::Include");
    (!is_known).then(|| Unchecked {
        place: transform.place(),
        origin: format!("macro `{name}`"),
        message: format!("the macro `{name}` may change the whole template, and is not analysed"),
    })
}

/// Returns why the whole section of resources is not checked.
fn of_section(section: Node<'_>) -> Option<Unchecked> {
    let node = section.resolved();
    if let Some(variable) = template_variable_of(node) {
        return Some(by_variable(section, "`Resources`", variable));
    }
    let is_macro = node.tag().is_some_and(|tag| tag.name == "!Transform");
    is_macro.then(|| by_macro(section, node, "`Resources`"))
}

/// Returns why an entry without a type is not checked.
fn of_entry(key: Node<'_>) -> Option<Unchecked> {
    let body = key.value()?.resolved();
    let id = key.scalar().unwrap_or_default();
    // A function that includes a file may have its name in short.
    if id == "Fn::Transform" || (id == "Transform" && body.get("Name").is_some()) {
        return Some(by_macro(key, body, "`Resources`"));
    }
    if let Some(variable) = template_variable_of(key).or_else(|| template_variable_of(body)) {
        return Some(by_variable(key, "a resource", variable));
    }
    match Call::read(body) {
        Some(call) if call.name == "Transform" => Some(by_macro(key, call.argument, &format!("`{id}`"))),
        _ => Some(by_macro(key, body.get("Fn::Transform")?, &format!("`{id}`"))),
    }
}

/// Returns why a change of a role or a profile is not checked.
fn of_change(change: &ResourceNode<'_>) -> Option<Unchecked> {
    [ROLE, PROFILE].contains(&change.resource_type).then(|| Unchecked {
        place: change.key.place(),
        origin: format!("change of `{}`", change.id),
        message: format!(
            "`{}` is changed here, in another part of the template; the change is not analysed",
            change.id
        ),
    })
}

/// Returns why a resource with a type is not checked.
fn of_resource(resource: &ResourceNode<'_>) -> Option<Unchecked> {
    let ResourceNode {
        key, id, resource_type, ..
    } = *resource;
    if resource_type.ends_with("::MODULE") {
        return Some(Unchecked {
            place: key.place(),
            origin: format!("module `{id}`"),
            message: format!("`{id}` is the module `{resource_type}`, whose resources are not analysed"),
        });
    }
    let of_outer = || replaced_variable(resource.body.get("Type")?).or_else(|| replaced_variable(key));
    if let Some(variable) = template_variable(resource_type).or_else(of_outer) {
        return Some(by_variable(key, &format!("`{id}`"), variable));
    }
    let argument = resource
        .body
        .get("Fn::Transform")
        .filter(|_| has_slots(resource_type))?;
    Some(by_macro(key, argument, &format!("`{id}`")))
}

fn by_macro(place: Node<'_>, argument: Node<'_>, what: &str) -> Unchecked {
    Unchecked {
        place: place.place(),
        origin: macro_name(Some(argument)),
        message: format!("a part of {what} comes from a macro, which is not analysed"),
    }
}

fn by_variable(place: Node<'_>, what: &str, variable: &str) -> Unchecked {
    let variable = excerpt(variable);
    Unchecked {
        place: place.place(),
        origin: format!("template variable `{variable}`"),
        message: format!(
            "{what} is made by the template variable `{variable}`, which is replaced before CloudFormation reads the template"
        ),
    }
}
