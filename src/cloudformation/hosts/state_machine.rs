//! The definition of a state machine of Step Functions, as an object or as JSON in a string.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>

use std::collections::{HashMap, HashSet};

use memchr::memmem;

use super::host::{EmbeddedDocument, Host, NOTHING};
use crate::cloudformation::intrinsic::Call;
use crate::cloudformation::resolve::trailing_text;
use crate::cloudformation::slots::{SlotScan, task_slots};
use crate::cloudformation::substituted::{is_elsewhere, substitution_of};
use crate::cloudformation::template::{ResourceNode, Template};
use crate::model::{Property, Unchecked};
use crate::profile::{TASKS, is_state_machine};
use crate::text::NodePath;
use crate::yaml::{EmbeddedSource, Node, NodeId, Variables, YamlFile};

pub(super) const HOST: Host = Host {
    documents,
    slots,
    ..NOTHING
};

/// The properties with the definition: an object, and a string.
const DEFINITION: &str = "Definition";
const DEFINITION_STRING: &str = "DefinitionString";

/// The property with the values of variables in the definition.
const SUBSTITUTIONS: &str = "DefinitionSubstitutions";

fn documents(file: &YamlFile) -> Vec<EmbeddedDocument<'_>> {
    if memmem::find(file.text().as_bytes(), DEFINITION_STRING.as_bytes()).is_none() {
        return Vec::new();
    }
    let values = file
        .all()
        .filter(|node| node.key().and_then(Node::scalar) == Some(DEFINITION_STRING));
    let documents = values.filter_map(|value| {
        let body = value.ancestors().nth(2)?;
        let resource_type = body.get("Type")?.resolved().scalar()?;
        let source =
            source_of(value.resolved()).filter(|source| is_state_machine(resource_type) && has_slots(source.scalar))?;
        let id = body.key().and_then(Node::scalar).unwrap_or_default();
        Some(EmbeddedDocument {
            source,
            is_expected: |root| root.get("States").is_some(),
            name: Some(format!("the definition of `{id}`")),
        })
    });
    documents.collect()
}

/// Returns the string of a definition, if the value is one string.
fn source_of(value: Node<'_>) -> Option<EmbeddedSource<'_>> {
    let scalar = match Call::read(value).filter(|call| call.name == "Sub") {
        None => value,
        Some(call) => {
            let argument = call.plain_argument()?;
            argument.items().next().unwrap_or(argument).resolved()
        }
    };
    let variables = match substitution_of(scalar) {
        None => Variables::None,
        Some(call) if call.has_own_variables => Variables::Unknown,
        Some(_) => Variables::Names,
    };
    let is_plain = scalar.scalar().is_some() && (scalar.tag().is_none() || variables != Variables::None);
    is_plain.then(|| EmbeddedSource::whole(scalar, variables))
}

/// Returns whether a string names a parameter that takes a profile.
fn has_slots(value: Node<'_>) -> bool {
    let mut texts = value.descendants().filter_map(Node::scalar);
    texts.any(|text| {
        TASKS
            .iter()
            .any(|task| text.contains(task.property.object().unwrap_or(task.property.path)))
    })
}

fn slots<'d>(template: &Template<'d>, scan: &mut SlotScan<'d>) {
    let machines = template.resources.values();
    for machine in machines.filter(|resource| is_state_machine(resource.resource_type)) {
        let properties = || machine.path().key("Properties");
        if let Some(definition) = machine.property(DEFINITION) {
            find_in_definition(definition, &properties().key(DEFINITION), machine, scan);
        }
        let Some(string) = machine.property(DEFINITION_STRING) else {
            continue;
        };
        match source_of(string) {
            Some(source) => {
                if let Some(&root) = template.hosted.documents.get(&source.scalar.id()) {
                    find_in_definition(root, &root.path(), machine, scan);
                }
            }
            None if has_slots(string) || is_elsewhere(string) => scan.unknown.push(Unchecked {
                place: string.place(),
                origin: format!("definition of `{}`", machine.id),
                message: format!(
                    "the definition of `{}` is not one string, and is not analysed",
                    machine.id
                ),
            }),
            None => {}
        }
    }
}

fn find_in_definition<'d>(root: Node<'d>, path: &NodePath, machine: &ResourceNode<'d>, scan: &mut SlotScan<'d>) {
    let first = scan.slots.len();
    let (states, calls) = states(root, path);
    for call in calls
        .into_iter()
        .filter(|call| has_slots(*call) || (*call == root && is_elsewhere(*call)))
    {
        scan.unknown.push(unknown(call, machine, "comes from a function"));
    }
    for (state, path) in states {
        let action = state.get("Resource").map(Node::resolved);
        let known = action.and_then(trailing_text).filter(|text| !text.contains("${"));
        for key in ["Parameters", "Arguments"] {
            let Some(parameters) = state.get(key) else { continue };
            match &known {
                Some(action) => {
                    for task in TASKS.iter().filter(|task| is_action(action, task.action)) {
                        task_slots(parameters, path.key(key), *machine, task.property, scan);
                        scan.unknown
                            .extend(of_input(parameters.resolved(), task.property, machine));
                    }
                }
                None if action.is_some() && has_slots(parameters) => {
                    scan.unknown
                        .push(unknown(parameters, machine, "belongs to an action that is not known"));
                }
                None => {}
            }
        }
    }
    leave_out_calls(root, machine, scan, first);
    follow_substitutions(root, machine, scan, first);
}

fn unknown(place: Node<'_>, machine: &ResourceNode<'_>, reason: &str) -> Unchecked {
    Unchecked {
        place: place.place(),
        origin: format!("definition of `{}`", machine.id),
        message: format!(
            "a part of the definition of `{}` {reason}, and is not analysed",
            machine.id
        ),
    }
}

/// Leaves out values in a string that look like functions, which CloudFormation does not call there.
fn leave_out_calls<'d>(root: Node<'d>, machine: &ResourceNode<'d>, scan: &mut SlotScan<'d>, first: usize) {
    if root.yaml_file().id() == machine.key.yaml_file().id() {
        return;
    }
    let found = scan.slots.split_off(first);
    let (texts, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|slot| {
        let value = slot.value.resolved();
        value.scalar().is_some() && value.tag().is_none()
    });
    scan.slots.extend(texts);
    scan.unknown.extend(others.into_iter().map(|slot| Unchecked {
        place: slot.value.place(),
        origin: format!("definition of `{}`", machine.id),
        message: format!("{} is not a string", slot.display()),
    }));
}

/// Returns whether the ARN of a resource ends with an action and possibly the way to wait for it.
fn is_action(resource: &str, action: &str) -> bool {
    let waiting = [".sync", ".sync:2", ".waitForTaskToken"];
    let called = waiting.iter().find_map(|suffix| resource.strip_suffix(suffix));
    let before = called.unwrap_or(resource).strip_suffix(action);
    before.is_some_and(|before| before.ends_with(":states:::"))
}

/// A state with its path.
type State<'d> = (Node<'d>, NodePath);

/// Returns the states of a definition and of the definitions in them, and functions in their places.
fn states<'d>(root: Node<'d>, path: &NodePath) -> (Vec<State<'d>>, Vec<Node<'d>>) {
    let (mut found, mut calls) = (Vec::new(), Vec::new());
    let mut pending = vec![(root.resolved(), path.clone())];
    let mut seen: HashSet<NodeId> = HashSet::new();
    let is_call = |node: Node<'_>| Call::read(node).is_some();
    while let Some((definition, path)) = pending.pop() {
        let states = definition.get("States").map(Node::resolved);
        let around = [Some(definition), states]
            .into_iter()
            .flatten()
            .find(|node| is_call(*node));
        if let Some(call) = around {
            calls.push(call);
            continue;
        }
        let Some(states) = states.filter(|_| seen.insert(definition.id())) else {
            continue;
        };
        for (key, state) in states.entries() {
            let (state, path) = (
                state.resolved(),
                path.key("States").key(key.scalar().unwrap_or_default()),
            );
            if is_call(state) {
                calls.push(state);
                continue;
            }
            for name in ["Iterator", "ItemProcessor"] {
                pending.extend(state.get(name).map(|inner| (inner.resolved(), path.key(name))));
            }
            let branches = state.get("Branches").map(Node::resolved);
            calls.extend(branches.filter(|branches| is_call(*branches)));
            let branches = branches.into_iter().flat_map(Node::items).enumerate();
            pending.extend(branches.map(|(at, branch)| (branch.resolved(), path.key("Branches").index(at))));
            found.push((state, path));
        }
    }
    (found, calls)
}

/// Reports a parameter that is read from the input of its state, or not given as the task takes it.
fn of_input(parameters: Node<'_>, property: Property, machine: &ResourceNode<'_>) -> Option<Unchecked> {
    let mut node = parameters;
    for key in property.path.split('.') {
        let (key, _) = key.split_once('[').unwrap_or((key, ""));
        let read = node.entry(&format!("{key}.$")).map(|(key, _)| key);
        if let Some(read) = read {
            return Some(Unchecked {
                place: read.place(),
                origin: format!("input of `{}`", machine.id),
                message: format!(
                    "`{}` of `{}` is read from the input of its state",
                    read.scalar()?,
                    machine.id
                ),
            });
        }
        if !node.is_mapping() || Call::read(node).is_some() {
            return Some(unknown(node, machine, "is not an object"));
        }
        node = node.get(key)?.resolved();
    }
    None
}

/// Follows slots whose value is a variable of the definition to the value of that variable.
///
/// The definition may use a variable elsewhere too, and there want the role. Then it is not analysed.
fn follow_substitutions<'d>(root: Node<'d>, machine: &ResourceNode<'d>, scan: &mut SlotScan<'d>, first: usize) {
    let Some(values) = machine.property(SUBSTITUTIONS) else {
        return;
    };
    let path = machine.path().key("Properties").key(SUBSTITUTIONS);
    let found = scan.slots.split_off(first);
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for text in root.descendants().filter_map(Node::scalar) {
        let starts = text.match_indices("${").filter_map(|(at, _)| text.get(at + 2..));
        for name in starts.filter_map(|rest| Some(rest.split_once('}')?.0)) {
            *uses.entry(name).or_default() += 1;
        }
    }
    for mut slot in found {
        let value = slot.value.resolved();
        // `Fn::Sub` replaces a variable before the substitutions do.
        let is_plain = value.tag().is_none() && value.yaml_file().variables() == Variables::None;
        let text = value.scalar().filter(|_| is_plain);
        let name = text.and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
        let value = name.and_then(|name| Some((name, values.get(name)?)));
        let Some((name, value)) = value else {
            scan.slots.push(slot);
            continue;
        };
        if uses.get(name) == Some(&1) {
            slot.path = path.key(name);
            slot.value = value;
            scan.slots.push(slot);
        } else {
            scan.unknown.push(Unchecked {
                place: slot.value.place(),
                origin: format!("variable `${{{name}}}`"),
                message: format!(
                    "{} is the variable `${{{name}}}`, which the definition also uses elsewhere",
                    slot.display()
                ),
            });
        }
    }
}
