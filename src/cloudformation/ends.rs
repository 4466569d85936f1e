//! Reads what a template takes from other templates and gives to them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::intrinsic::{Attribute, Call, RefCall};
use super::links::{NESTED_STACKS, export_name, export_of, import_name, imports, locations_of};
use super::resolve::{BuiltName, ResolvedValue, ValuePart, parts_of, parts_of_argument};
use super::slots::SlotValue;
use super::template::{ResourceNode, Template};
use super::tested::TestedParameters;
use super::unit::Unit;
use crate::model::{ArnKind, GivenPart, NameOrArn, Reference, ResourceId, Slot, Takes, Value, Wants};
use crate::profile::PROFILE;
use crate::project::{ImportEnd, OutputEnd, ParameterEnd, PassedEnd, SlotEnd, StackEnd, TemplateEnds, ValueEnd};
use crate::text::FileRange;
use crate::yaml::{Node, NodeId};

/// Returns the ends of a template, which is in the file with this index, and may be reported.
pub(super) fn ends_of(unit: &Unit<'_>, file: usize, is_reported: bool) -> TemplateEnds {
    let template = &unit.template;
    if unit.yaml_file().is_embedded() {
        // A template in a string has stacks of its own, whose values do not pass to others.
        return TemplateEnds {
            file: usize::MAX,
            ..TemplateEnds::default()
        };
    }
    let uses = Uses::of(template);
    let mut tested = TestedParameters::of(template);
    let entries = |section: &str| {
        let section = template.root.get(section).map(Node::resolved);
        section.into_iter().flat_map(Node::entries)
    };
    let parameters = entries("Parameters").filter_map(|(key, body)| {
        let name = key.scalar()?;
        let end = ParameterEnd {
            has_default: body.resolved().get("Default").is_some(),
            slots: Vec::new(),
            uses: uses.of_parameters.get(name).cloned().unwrap_or_default(),
        };
        Some((name.to_owned(), end))
    });
    let outputs = entries("Outputs").filter_map(|(key, output)| {
        let export = export_of(output).map(|name| parts_of(name.resolved()));
        let value = output.resolved().get("Value")?;
        let condition = output
            .resolved()
            .get("Condition")
            .and_then(|condition| condition.resolved().scalar());
        let end = OutputEnd {
            value: unit.value_end(&ResolvedValue::read(value.resolved()), value),
            place: value.place(),
            condition: condition.map(str::to_owned),
            has_own_name: export.as_deref().is_some_and(begins_with_stack_name),
            export: export.as_deref().map(export_name),
        };
        Some((key.scalar()?.to_owned(), end))
    });
    let mut ends = TemplateEnds {
        file,
        is_reported,
        parameters: parameters.collect(),
        stacks: nested_stacks(template)
            .map(|stack| stack_end(stack, unit, &uses, &mut tested))
            .collect(),
        outputs: outputs.collect(),
        may_have_others: ["Parameters", "Outputs"]
            .iter()
            .any(|name| may_have_others(template.root, name)),
        imports: imports(template.root).map(|call| import_end(&call)).collect(),
        profile_names: profile_names(unit),
    };
    for (slot, written) in unit.model.slots.iter().zip(&unit.slots) {
        if let Some((parameter, end)) = slot_end(slot, written, unit, &mut tested)
            && let Some(parameter) = ends.parameters.get_mut(parameter)
        {
            parameter.slots.push(end);
        }
    }
    ends
}

/// Returns the nested stacks of a template.
pub(super) fn nested_stacks<'t, 'd>(template: &'t Template<'d>) -> impl Iterator<Item = &'t ResourceNode<'d>> {
    let is_nested = |resource: &&ResourceNode<'_>| is_nested_stack(resource.resource_type);
    template.resources.values().filter(is_nested)
}

/// Returns the mapping of the values that are passed to a nested stack.
pub(super) fn passed_values<'d>(stack: &ResourceNode<'d>) -> Option<Node<'d>> {
    stack.attribute("Properties")?.get("Parameters")
}

/// Returns the name of an output, if a reference to a nested stack is to one.
pub(super) fn output_of(attribute: Attribute<'_>) -> Option<&str> {
    match attribute {
        Attribute::GetAtt(attribute) => attribute.strip_prefix("Outputs."),
        Attribute::Ref | Attribute::Missing => None,
    }
}

impl<'s> Unit<'s> {
    /// Returns the end of a value, which is a role or a profile of the template, or comes from elsewhere.
    pub(super) fn value_end(&self, resolved: &ResolvedValue<'s>, user: Node<'_>) -> ValueEnd {
        let of_resource = |resource: ResourceId, form: NameOrArn| {
            let found = self.model.get(resource);
            match (found.role(), found.profile()) {
                (None, None) => ValueEnd::Unknown,
                (role, _) => ValueEnd::Resource {
                    id: found.id.to_owned(),
                    is_role: role.is_some(),
                    form,
                },
            }
        };
        match resolved {
            ResolvedValue::Reference(to) => {
                let output = output_of(to.attribute);
                let stack = self.template.resources.get(to.target);
                if let Some(output) = output
                    && stack.is_some_and(|stack| is_nested_stack(stack.resource_type))
                {
                    return ValueEnd::Output {
                        stack: to.target.to_owned(),
                        output: output.to_owned(),
                    };
                }
                if to.attribute == Attribute::Ref && self.template.parameters.is_own_text(to.target) {
                    return ValueEnd::Parameter(to.target.to_owned());
                }
                let reference = self.reference(to, user).filter(|reference| !reference.is_from_arn);
                let itself = reference.as_ref().and_then(Reference::itself);
                match (itself, reference.map(|reference| reference.gives)) {
                    (Some(resource), Some(GivenPart::Name)) => of_resource(resource, NameOrArn::Name),
                    (Some(resource), Some(GivenPart::Arn)) => of_resource(resource, NameOrArn::Arn),
                    _ => ValueEnd::Unknown,
                }
            }
            ResolvedValue::BuiltArn(arn) if arn.folder.is_empty() => {
                let BuiltName::Reference(to) = &arn.name else {
                    return ValueEnd::Unknown;
                };
                let reference = self.reference(to, user).filter(|to| to.gives == GivenPart::Name);
                let itself = reference.as_ref().and_then(Reference::itself);
                let is_of_kind = |id: &ResourceId| {
                    let named = self.model.get(*id);
                    let is_kind = match arn.kind {
                        ArnKind::Role => named.role().is_some(),
                        ArnKind::Profile => named.profile().is_some(),
                    };
                    is_kind && !named.has_path()
                };
                let itself = itself.filter(is_of_kind);
                itself.map_or(ValueEnd::Unknown, |id| of_resource(id, NameOrArn::Arn))
            }
            ResolvedValue::Unknown(parts) => match parts.as_slice() {
                [ValuePart::Unknown(node)] => {
                    let call = Call::read(node.resolved()).filter(|call| call.name == "ImportValue");
                    call.map_or(ValueEnd::Unknown, |call| ValueEnd::Import(import_end(&call)))
                }
                _ => ValueEnd::Unknown,
            },
            ResolvedValue::BuiltArn(_) | ResolvedValue::Text(_) | ResolvedValue::Transform => ValueEnd::Unknown,
        }
    }
}

/// Returns the names of profiles that come from other templates.
pub(super) fn profile_names(unit: &Unit<'_>) -> Vec<ValueEnd> {
    let resources = unit.template.resources.values();
    let profiles = resources.filter(|resource| resource.resource_type == PROFILE);
    let names = profiles.filter_map(|profile| profile.property("InstanceProfileName"));
    let ends = names.flat_map(|name| possible_ends(name, unit));
    let is_from_elsewhere = |end: &ValueEnd| match end {
        ValueEnd::Output { .. } | ValueEnd::Import(_) | ValueEnd::Parameter(_) => true,
        ValueEnd::Resource { .. } | ValueEnd::Unknown => false,
    };
    ends.filter(is_from_elsewhere).collect()
}

/// Returns the ends of all values that a value may be.
fn possible_ends<'s>(value: Node<'s>, unit: &Unit<'s>) -> Vec<ValueEnd> {
    let (first, others) = ResolvedValue::possible_values(value.resolved());
    let branches = std::iter::once(first).chain(others);
    branches.map(|branch| unit.value_end(&branch.value, value)).collect()
}

fn is_nested_stack(resource_type: &str) -> bool {
    NESTED_STACKS.iter().any(|(nested, _)| *nested == resource_type)
}

fn import_end(call: &Call<'_>) -> ImportEnd {
    let parts = parts_of_argument(call);
    ImportEnd {
        name: import_name(&parts),
        variable: match parts.first() {
            Some(ValuePart::Reference(variable)) => Some(variable.target.to_owned()),
            _ => None,
        },
    }
}

/// Returns whether a name begins with the name of the stack and a separator.
fn begins_with_stack_name(parts: &[ValuePart<'_>]) -> bool {
    match parts {
        [ValuePart::Reference(first), ValuePart::Text(next), ..] => {
            let is_separated = next.starts_with(|c: char| !c.is_alphanumeric());
            first.target == "AWS::StackName" && first.attribute == Attribute::Ref && is_separated
        }
        _ => false,
    }
}

fn slot_end<'u>(
    slot: &Slot<'_>,
    written: &'u SlotValue<'_>,
    unit: &Unit<'_>,
    tested: &mut TestedParameters<'_>,
) -> Option<(&'u str, SlotEnd)> {
    let (to, takes) = match (&written.resolved, &slot.value) {
        (ResolvedValue::Reference(to), Value::Unknown(_)) => (to, slot.takes),
        // The rest of the ARN is right for the name of a profile.
        (ResolvedValue::BuiltArn(arn), Value::Arn(_))
            if arn.kind == ArnKind::Profile && slot.wants == Wants::Profile =>
        {
            (arn.resource_ref().filter(|_| arn.folder.is_empty())?, Takes::Name)
        }
        _ => return None,
    };
    if to.attribute != Attribute::Ref || !unit.template.parameters.is_own_text(to.target) {
        return None;
    }
    // The template itself makes the profile that has the value as its name.
    if unit.model.means_own_profile(slot) {
        return None;
    }
    let resource = unit.model.get(slot.resource);
    let conditions = slot.guards.iter().map(|guard| guard.condition.as_str());
    let conditions: Vec<_> = conditions.chain(resource.condition).collect();
    let end = SlotEnd {
        wants: slot.wants,
        property: slot.property,
        takes,
        name: unit.model.slot_name(slot),
        place: slot.place,
        used_at: to.node().place(),
        is_conditional: conditions
            .iter()
            .any(|condition| tested.tests_more(condition, to.target)),
        has_guards: !conditions.is_empty(),
    };
    Some((to.target, end))
}

fn stack_end<'d>(
    stack: &ResourceNode<'d>,
    unit: &Unit<'d>,
    uses: &Uses,
    tested: &mut TestedParameters<'d>,
) -> StackEnd {
    let values = passed_values(stack);
    let passed = values.into_iter().flat_map(|values| values.resolved().entries());
    let passed = passed.filter_map(|(key, value)| Some((key.scalar()?, value)));
    let passed = passed.filter(|(name, _)| !is_macro_key(name)).map(|(name, value)| {
        let (first, others) = ResolvedValue::possible_values(value.resolved());
        let branches = std::iter::once(first).chain(others);
        let own: Vec<_> = branches
            .filter_map(|branch| match branch.value {
                ResolvedValue::Reference(to) if to.attribute == Attribute::Ref => Some((to, branch.guards)),
                _ => None,
            })
            .filter(|(to, _)| unit.template.parameters.contains(to.target))
            .collect();
        let condition = stack.attribute("Condition").and_then(Node::scalar);
        let conditional = own.iter().any(|(to, guards)| {
            let mut conditions = guards.iter().map(|guard| guard.condition.as_str()).chain(condition);
            conditions.any(|condition| tested.tests_more(condition, to.target))
        });
        let handed_on = own.iter().map(|(to, _)| (to.target.to_owned(), to.node().place()));
        PassedEnd {
            parameter: name.to_owned(),
            place: value.place(),
            values: possible_ends(value, unit),
            handed_on: handed_on.collect(),
            is_conditional: conditional,
        }
    });
    let is_plain = |values: Node<'_>| {
        let values = values.resolved();
        let mut names = values.entries().filter_map(|(key, _)| key.scalar());
        values.is_mapping() && values.tag().is_none() && !names.any(is_macro_key)
    };
    StackEnd {
        id: stack.id.to_owned(),
        locations: locations_of(stack.body),
        passed: passed.collect(),
        is_complete: values.is_none_or(is_plain),
        outputs: uses.of_outputs.get(stack.id).cloned().unwrap_or_default(),
    }
}

/// Returns whether a macro, a loop or a merge key may add to a section.
fn may_have_others(root: Node<'_>, section: &str) -> bool {
    let is_macro = |node: Node<'_>| node.entries().any(|(key, _)| key.scalar().is_some_and(is_macro_key));
    // The macros of SAM and of the language extensions add no outputs or parameters with names of their own.
    let transforms = root.get("Transform").into_iter().map(Node::resolved);
    let mut transforms = transforms.flat_map(|node| std::iter::once(node).chain(node.items().map(Node::resolved)));
    let is_other = |node: Node<'_>| node.is_mapping() || node.scalar().is_some_and(|name| !name.starts_with("AWS::"));
    root.get(section).is_some_and(|section| is_macro(section.resolved())) || transforms.any(is_other)
}

/// Returns whether a key stands for others: a loop, a macro or a merge key.
pub(super) fn is_macro_key(key: &str) -> bool {
    key == "<<" || key.starts_with("Fn::")
}

/// The uses of parameters and of the outputs of nested stacks.
#[derive(Default)]
struct Uses {
    of_parameters: HashMap<String, Vec<FileRange>>,
    of_outputs: HashMap<String, BTreeSet<String>>,
}

impl Uses {
    fn of(template: &Template<'_>) -> Self {
        let mut uses = Self::default();
        let stacks: HashSet<_> = nested_stacks(template).map(|stack| stack.id).collect();
        let mut add = |target: &str, attribute: Attribute<'_>, node: Node<'_>| {
            if template.parameters.contains(target) {
                uses.of_parameters
                    .entry(target.to_owned())
                    .or_default()
                    .push(node.place());
            } else if let Some(output) = output_of(attribute).filter(|_| stacks.contains(target)) {
                uses.of_outputs
                    .entry(target.to_owned())
                    .or_default()
                    .insert(output.to_owned());
            }
        };
        for (name, body) in entries_of(template.root, "Parameters") {
            let body = body.resolved();
            // The new value may be one that is not allowed.
            if body.get("AllowedValues").or(body.get("AllowedPattern")).is_some() {
                add(name, Attribute::Ref, body);
            }
        }
        let conditions = template.root.get("Conditions").into_iter().flat_map(Node::descendants);
        let mut is_default = HashSet::new();
        for node in conditions {
            if let Some(to) = RefCall::read(node).filter(|_| !is_default.contains(&node.id())) {
                add(to.target, to.attribute, node);
            }
            is_default.extend(compared_with_default(node, template));
        }
        let sections = ["Resources", "Outputs", "Globals", "Metadata", "Rules"];
        let sections = sections.iter().filter_map(|name| template.root.get(name));
        for node in sections.flat_map(Node::descendants) {
            if let Some(to) = RefCall::read(node) {
                add(to.target, to.attribute, node);
                continue;
            }
            if let Some(call) = Call::read(node).filter(|call| call.name == "Sub") {
                variables(&call, &mut add);
            }
        }
        uses
    }
}

/// Returns the references to parameters that a condition compares with the empty text or with their default.
///
/// A role and a profile are equal in this: they are neither.
fn compared_with_default<'d>(node: Node<'d>, template: &Template<'d>) -> Vec<NodeId> {
    let call = Call::read(node).filter(|call| call.name == "Equals");
    let items: Vec<_> = call
        .and_then(|call| call.plain_argument())
        .into_iter()
        .flat_map(Node::items)
        .collect();
    let [one, other] = items.as_slice() else {
        return Vec::new();
    };
    let is_compared = |(reference, text): &(Node<'d>, Node<'d>)| {
        let to = RefCall::read(reference.resolved());
        let text = text.resolved();
        let text = text.scalar().filter(|_| text.tag().is_none());
        let default = to.and_then(|to| template.parameters.default_of(to.target));
        to.is_some() && (text == Some("") || (text.is_some() && text == default))
    };
    let pairs = [(*one, *other), (*other, *one)];
    pairs
        .iter()
        .filter(|pair| is_compared(pair))
        .map(|(reference, _)| reference.resolved().id())
        .collect()
}

fn entries_of<'d>(root: Node<'d>, section: &str) -> impl Iterator<Item = (&'d str, Node<'d>)> {
    let section = root.get(section).map(Node::resolved);
    let entries = section.into_iter().flat_map(Node::entries);
    entries.filter_map(|(key, value)| Some((key.scalar()?, value)))
}

/// Adds the variables of an `Fn::Sub`, which may be of any length.
fn variables(call: &Call<'_>, add: &mut impl FnMut(&str, Attribute<'_>, Node<'_>)) {
    let Some(argument) = call.plain_argument() else { return };
    let mut items = argument.items();
    let text = items.next().map_or(argument, Node::resolved);
    let own = items.next().map(Node::resolved);
    let mut rest = text.scalar().unwrap_or_default();
    while let Some((name, after)) = rest.split_once("${").and_then(|(_, inside)| inside.split_once('}')) {
        rest = after;
        let name = name.trim();
        if name.starts_with('!') || own.is_some_and(|own| own.get(name).is_some()) {
            continue;
        }
        match name.split_once('.') {
            Some((target, attribute)) => add(target, Attribute::GetAtt(attribute), text),
            None => add(name, Attribute::Ref, text),
        }
    }
}
