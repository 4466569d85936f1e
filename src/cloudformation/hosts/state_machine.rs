//! The definition of a state machine of Step Functions, as an object or as JSON in a string.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>

use std::collections::HashSet;

use memchr::memmem;

use super::host::{EmbeddedDocument, Host, NOTHING};
use crate::cloudformation::intrinsic::Call;
use crate::cloudformation::resolve::trailing_text;
use crate::cloudformation::slots::{SlotScan, task_slots};
use crate::cloudformation::substituted::substitution_of;
use crate::cloudformation::template::{ResourceNode, Template};
use crate::model::Unchecked;
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
    let sections = file.documents().filter_map(|root| root.get("Resources"));
    let resources = sections.flat_map(|section| section.resolved().entries());
    let documents = resources.filter_map(|(key, body)| {
        let body = body.resolved();
        let resource_type = body.get("Type")?.resolved().scalar()?;
        let value = body.get("Properties")?.resolved().get(DEFINITION_STRING)?;
        let source =
            source_of(value.resolved()).filter(|source| is_state_machine(resource_type) && has_slots(source.scalar))?;
        Some(EmbeddedDocument {
            source,
            is_expected: |root| root.get("States").is_some(),
            name: Some(format!("the definition of `{}`", key.scalar().unwrap_or_default())),
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
            None if has_slots(string) => scan.unknown.push(Unchecked {
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
    for (state, path) in states(root, path) {
        let action = state
            .get("Resource")
            .and_then(|resource| trailing_text(resource.resolved()));
        let Some(action) = action else { continue };
        for task in TASKS.iter().filter(|task| is_action(&action, task.action)) {
            for key in ["Parameters", "Arguments"] {
                if let Some(parameters) = state.get(key) {
                    task_slots(parameters, path.key(key), *machine, task.property, scan);
                    scan.unknown
                        .extend(of_input(parameters.resolved(), task.property.last_key(), machine));
                }
            }
        }
    }
    follow_substitutions(root, machine, scan, first);
}

/// Returns whether the ARN of a resource ends with an action and possibly the way to wait for it.
fn is_action(resource: &str, action: &str) -> bool {
    let waiting = [".sync", ".sync:2", ".waitForTaskToken"];
    let called = waiting.iter().find_map(|suffix| resource.strip_suffix(suffix));
    let before = called.unwrap_or(resource).strip_suffix(action);
    before.is_some_and(|before| before.ends_with(":states:::"))
}

/// Returns the states of a definition and of the definitions in them, each with its path.
fn states<'d>(root: Node<'d>, path: &NodePath) -> Vec<(Node<'d>, NodePath)> {
    let mut found = Vec::new();
    let mut pending = vec![(root.resolved(), path.clone())];
    let mut seen: HashSet<NodeId> = HashSet::new();
    while let Some((definition, path)) = pending.pop() {
        let Some(states) = definition.get("States").filter(|_| seen.insert(definition.id())) else {
            continue;
        };
        for (key, state) in states.resolved().entries() {
            let (state, path) = (
                state.resolved(),
                path.key("States").key(key.scalar().unwrap_or_default()),
            );
            for name in ["Iterator", "ItemProcessor"] {
                pending.extend(state.get(name).map(|inner| (inner.resolved(), path.key(name))));
            }
            let branches = state
                .get("Branches")
                .into_iter()
                .flat_map(|branches| branches.resolved().items());
            let branches = branches.enumerate();
            pending.extend(branches.map(|(at, branch)| (branch.resolved(), path.key("Branches").index(at))));
            found.push((state, path));
        }
    }
    found
}

/// Reports a parameter that is read from the input of its state.
fn of_input(parameters: Node<'_>, key: &str, machine: &ResourceNode<'_>) -> Option<Unchecked> {
    let (key, _) = parameters.entry(&format!("{key}.$"))?;
    Some(Unchecked {
        place: key.place(),
        origin: format!("input of `{}`", machine.id),
        message: format!(
            "`{}` of `{}` is read from the input of its state",
            key.scalar()?,
            machine.id
        ),
    })
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
    for mut slot in found {
        let text = slot.value.resolved().scalar();
        let name = text.and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
        let value = name.and_then(|name| Some((name, values.get(name)?)));
        let Some((name, value)) = value else {
            scan.slots.push(slot);
            continue;
        };
        let variable = format!("${{{name}}}");
        let texts = root.descendants().filter_map(Node::scalar);
        let uses: usize = texts.map(|text| text.matches(&variable).count()).sum();
        if uses == 1 {
            slot.path = path.key(name);
            slot.value = value;
            scan.slots.push(slot);
        } else {
            scan.unknown.push(Unchecked {
                place: slot.value.place(),
                origin: format!("variable `{variable}`"),
                message: format!(
                    "{} is the variable `{variable}`, which the definition also uses elsewhere",
                    slot.display()
                ),
            });
        }
    }
}
