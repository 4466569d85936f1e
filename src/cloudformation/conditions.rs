//! The section `Conditions`:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>.

use super::intrinsic::{Call, RefCall};
use super::key::value_key;
use super::parameters::Parameters;
use crate::model::{Conditions, Formula};
use crate::yaml::Node;

/// Reads the `Conditions` sections.
pub(super) fn conditions<'d>(sections: impl Iterator<Item = Node<'d>>, parameters: &Parameters<'d>) -> Conditions {
    let mut read = Conditions::default();
    for (name, value) in sections.flat_map(Node::entries) {
        if let Some(name) = name.scalar() {
            read.add(name, formula(value, 0));
        }
    }
    for (name, values) in parameters.limited() {
        read.limit(name, values.into_iter().map(str::to_owned));
    }
    read
}

/// Reads the name of the condition of an `Fn::If`.
pub(super) fn condition_of<'d>(value: Node<'d>) -> Option<&'d str> {
    condition_name(Call::read(value)?.plain_argument()?.items().next()?)
}

fn condition_name(value: Node<'_>) -> Option<&str> {
    let value = value.resolved();
    let call = Call::read(value).filter(|call| call.name == "Condition");
    match call {
        Some(call) => call.plain_argument()?.scalar(),
        None => value.scalar().filter(|_| value.tag().is_none()),
    }
}

fn formula(value: Node<'_>, depth: usize) -> Formula {
    const MAX_DEPTH: usize = 32;
    let value = value.resolved();
    let opaque = || Formula::Opaque(value_key(value).unwrap_or_else(|| format!("{:?}", value.id())));
    if let Some(name) = in_mapping(value) {
        return Formula::Named(name.to_owned());
    }
    let Some(call) = Call::read(value).filter(|_| depth < MAX_DEPTH) else {
        return opaque();
    };
    let Some(argument) = call.plain_argument() else {
        return opaque();
    };
    let all = || {
        argument
            .items()
            .map(|item| formula(item, depth + 1))
            .collect::<Vec<_>>()
    };
    match (call.name, argument.items().len()) {
        ("Condition", 0) => argument
            .scalar()
            .map_or_else(opaque, |name| Formula::Named(name.to_owned())),
        ("And", 1..) => Formula::All(all()),
        ("Or", 1..) => Formula::Any(all()),
        ("Not", 1) => Formula::Not(Box::new(Formula::All(all()))),
        ("Equals", 2) => {
            let sides: Vec<_> = argument.items().map(Node::resolved).collect();
            equal(&sides).unwrap_or_else(opaque)
        }
        _ => opaque(),
    }
}

/// Reads `{Condition: NAME}`.
fn in_mapping(value: Node<'_>) -> Option<&str> {
    let mut entries = value.entries();
    match (entries.next(), entries.next()) {
        (Some((key, name)), None) if key.scalar() == Some("Condition") => name.resolved().scalar(),
        _ => None,
    }
}

fn equal(sides: &[Node<'_>]) -> Option<Formula> {
    let [one, other] = sides else { return None };
    let text = |node: Node<'_>| node.scalar().filter(|_| node.tag().is_none()).map(str::to_owned);
    let (variable, value) = match (text(*one), text(*other)) {
        (Some(one), Some(other)) => return Some(Formula::Constant(one == other)),
        (Some(value), None) => (*other, value),
        (None, Some(value)) => (*one, value),
        (None, None) => return None,
    };
    let variable = match RefCall::read(variable) {
        Some(reference) if !reference.is_get_att() => reference.target.to_owned(),
        _ => value_key(variable)?,
    };
    Some(Formula::Equal { variable, value })
}
