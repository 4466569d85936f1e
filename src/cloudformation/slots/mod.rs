//! Finds the properties of the tables in a template.

mod entries;
mod slot;
mod walk;

use std::collections::{HashMap, HashSet};

use super::resolve::ResolvedValue;
use super::template::{ResourceNode, Template};
use crate::model::{Property, Takes};
use crate::profile::{AUTHENTICATION_ROLE, OPTION_SETTINGS, PROFILE, ROLE, role_properties};
use crate::text::NodePath;
use crate::yaml::Node;

pub(super) use entries::{is_name_or_arn, merged, name_or_arn};
pub(super) use slot::{MiscasedKey, Notation, SlotNode, SlotScan, SlotValue};
use walk::{Nesting, Walk, rows};
pub(super) use walk::{is_text, may_give_object};

/// Finds every slot that takes an instance profile, in resource order.
///
/// Both branches of an `Fn::If` are followed everywhere: at the property, at the objects around it, and at the lists
/// that contain them. If an unexpected object or list contains a value, both that collection and the value are slots.
pub(super) fn profile_slots<'d>(template: &Template<'d>) -> SlotScan<'d> {
    let mut scan = SlotScan::default();
    for &resource in template.all_parts() {
        for property in rows(resource.resource_type) {
            Walk::run(resource, *property, property.path, Nesting::Lenient, &mut scan);
        }
    }
    let mut seen = HashSet::new();
    scan.miscased.retain(|miscased| seen.insert(miscased.key.id()));
    let mut seen = HashSet::new();
    scan.opaque.retain(|opaque| seen.insert(opaque.value.id()));
    scan
}

/// Finds every slot for an object with a name or an ARN.
///
/// [`SlotNode::takes`] says which of them the object may have.
pub(super) fn object_slots<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut objects = Vec::new();
    for &resource in template.all_parts() {
        let mut rows = rows(resource.resource_type).filter(|row| row.object().is_some());
        let Some(row) = rows.next() else { continue };
        let takes = match rows.next() {
            Some(_) => Takes::Either,
            None => row.takes,
        };
        let mut scan = SlotScan::default();
        let object = row.object().unwrap_or(row.path);
        Walk::run(resource, *row, object, Nesting::Lenient, &mut scan);
        objects.extend(scan.slots.into_iter().map(|slot| SlotNode { takes, ..slot }));
    }
    objects
}

/// Finds the slots that take a role and may have another value.
///
/// They are in resource order.
pub(super) fn role_slots<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut slots = Vec::new();
    let mut known: HashMap<&str, Vec<Property>> = HashMap::new();
    for &resource in template.resources.values() {
        let properties = known
            .entry(resource.resource_type)
            .or_insert_with(|| role_properties(resource.resource_type).collect());
        let mut scan = SlotScan::default();
        for &property in properties.iter() {
            Walk::run(resource, property, property.path, Nesting::Strict, &mut scan);
        }
        if let Some(metadata) = resource.body.get("Metadata") {
            let (property, path) = (AUTHENTICATION_ROLE, resource.path().key("Metadata"));
            Walk::run_from(
                metadata,
                path,
                resource,
                property,
                property.path,
                Nesting::Strict,
                &mut scan,
            );
        }
        // Most have a role, and there are many of them.
        slots.extend(
            scan.slots
                .into_iter()
                .filter(|slot| !refers_to_role(slot.value, template)),
        );
    }
    slots.extend(global_slots(template));
    slots
}

fn refers_to_role(value: Node<'_>, template: &Template<'_>) -> bool {
    let (first, others) = ResolvedValue::possible_values(value.resolved());
    let ResolvedValue::Reference(resource_ref) = first.value else {
        return false;
    };
    let target = template.resources.get(resource_ref.target);
    others.is_empty() && target.is_some_and(|target| target.resource_type == ROLE)
}

/// Finds the role in the `Globals` section of a SAM template.
///
/// Functions without their own role take it; it is a slot of the first of them, and also of the others.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
fn global_slots<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut scan = SlotScan::default();
    let globals = || template.root.get("Globals")?.resolved().get("Function");
    if let Some(node) = globals() {
        let functions = template.of_type(FUNCTION).copied();
        let mut functions = functions.filter(|function| function.property("Role").is_none() && !ignores_role(function));
        let role = role_properties(FUNCTION).find(|property| property.path == "Role");
        if let (Some(function), Some(role)) = (functions.next(), role) {
            let path = template.root.path().key("Globals").key("Function");
            Walk::run_from(node, path, function, role, role.path, Nesting::Strict, &mut scan);
            let others: Vec<_> = functions.collect();
            scan.slots.iter_mut().for_each(|slot| slot.also_of.clone_from(&others));
        }
    }
    scan.slots
}

/// Returns whether a function does not take the role of the `Globals` section.
///
/// <https://github.com/aws/serverless-application-model/blob/develop/docs/globals.rst>
fn ignores_role(function: &ResourceNode<'_>) -> bool {
    let ignored = function.body.get("IgnoreGlobals").map(Node::resolved);
    ignored.is_some_and(|ignored| {
        let mut keys = ignored.items().filter_map(Node::scalar);
        ignored.scalar() == Some("*") || keys.any(|key| key == "Role")
    })
}

/// Finds the slots of a parameter of a nested stack, which takes what `property` does at its end.
pub(super) fn passed_slots<'d>(
    stack: ResourceNode<'d>,
    values: Node<'d>,
    parameter: &'d str,
    property: Property,
    takes: Takes,
) -> Vec<SlotNode<'d>> {
    let mut scan = SlotScan::default();
    let path = stack.path().key("Properties").key("Parameters");
    Walk::run_from(values, path, stack, property, parameter, Nesting::Strict, &mut scan);
    let slots = scan.slots.into_iter().map(|slot| SlotNode { takes, ..slot });
    slots.collect()
}

/// Finds the slots in a section of options of Elastic Beanstalk, below `root`.
pub(super) fn option_slots<'d>(root: Node<'d>, section: Node<'d>, settings: ResourceNode<'d>, scan: &mut SlotScan<'d>) {
    let [in_mapping, in_list] = OPTION_SETTINGS;
    let (node, path, property) = match section.resolved().is_sequence() {
        true => (root, root.path(), in_list),
        false => (section, section.path(), in_mapping),
    };
    Walk::run_from(node, path, settings, property, property.path, Nesting::Lenient, scan);
}

/// Finds the slots of a parameter of a task in a state machine.
pub(super) fn task_slots<'d>(
    parameters: Node<'d>,
    path: NodePath,
    machine: ResourceNode<'d>,
    property: Property,
    scan: &mut SlotScan<'d>,
) {
    Walk::run_from(
        parameters,
        path,
        machine,
        property,
        property.path,
        Nesting::Lenient,
        scan,
    );
}

/// Finds the slots of one property, in resource order.
pub(super) fn slots_of<'d>(template: &Template<'d>, property: &Property) -> SlotScan<'d> {
    let mut scan = SlotScan::default();
    for &resource in template.of_type(property.resource) {
        Walk::run(resource, *property, property.path, Nesting::Strict, &mut scan);
    }
    scan
}

/// Returns whether a resource of this type may have a profile, or the role of a profile.
pub(super) fn has_slots(resource_type: &str) -> bool {
    resource_type == PROFILE || rows(resource_type).next().is_some()
}

/// Returns whether a property may hold a profile or its role.
pub(super) fn may_hold_slots(resource_type: &str, properties: Node<'_>) -> bool {
    let mut keys = properties.resolved().entries().filter_map(|(key, _)| key.scalar());
    keys.any(|key| {
        let mut rows = rows(resource_type);
        resource_type == PROFILE || rows.any(|row| row.first_key().eq_ignore_ascii_case(key))
    })
}

/// The type of a function in SAM.
const FUNCTION: &str = "AWS::Serverless::Function";
