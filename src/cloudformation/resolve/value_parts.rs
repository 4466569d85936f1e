//! Collects the parts of a value: strings, references, and what is not known.

use super::resource_ref::{RefSyntax, ResourceRef};
use crate::cloudformation::conditions::condition_of;
use crate::cloudformation::intrinsic::{Attribute, Call, RefCall, branches};
use crate::cloudformation::placeholder::{DYNAMIC_REFERENCE, replaced_variable, serverless_variable};
use crate::model::Guard;
use crate::yaml::{Node, NodeId, Variables};

/// A part of a value; values are the concatenation of their parts.
#[derive(Clone, Debug)]
pub(in crate::cloudformation) enum ValuePart<'d> {
    /// A literal string.
    Text(String),
    /// The result of a reference.
    Reference(ResourceRef<'d>),
    /// The unknown result of this node.
    Unknown(Node<'d>),
}

/// A result of a value, in some branches.
#[derive(Clone, Debug)]
pub(in crate::cloudformation) struct Branch<T> {
    /// The branches in which it is the result.
    pub(in crate::cloudformation) guards: Vec<Guard>,
    /// The result.
    pub(in crate::cloudformation) value: T,
}

/// The limit of results for one value.
const MAX_RESULTS: usize = 16;

/// Returns the parts of a value once for each choice of its conditions.
///
/// Returns `None` if there are too many, or if they depend on more than conditions.
pub(in crate::cloudformation) fn possible_parts<'d>(value: Node<'d>) -> Option<Vec<Branch<Vec<ValuePart<'d>>>>> {
    let read = |reader: PartReader<'d>| {
        reader.has_only_conditions().then(|| Branch {
            guards: reader.guards(),
            value: merged(reader.parts),
        })
    };
    results(value, read, |_, _| false)?.into_iter().collect()
}

/// Returns the parts of a call's argument; one that depends on a condition is unknown.
///
/// After a tag, the argument is a string, or a call in long form.
pub(in crate::cloudformation) fn parts_of_argument<'d>(call: &Call<'d>) -> Vec<ValuePart<'d>> {
    let argument = call.argument;
    if call.is_long() {
        return parts_of(argument.resolved());
    }
    if let Some(text) = argument.scalar() {
        return vec![ValuePart::Text(text.to_owned())];
    }
    let mut reader = PartReader::new(argument, Vec::new());
    let inner = Call::read_long(argument);
    if inner.and_then(|inner| reader.call(argument, inner)).is_none() {
        reader.parts.push(ValuePart::Unknown(argument));
    }
    merged(reader.parts)
}

/// Returns the parts of a value; one that depends on a condition is unknown.
pub(in crate::cloudformation) fn parts_of(value: Node<'_>) -> Vec<ValuePart<'_>> {
    merged(PartReader::run(value, Vec::new()).parts)
}

/// Joins adjacent strings, and drops empty ones unless nothing else remains.
pub(in crate::cloudformation) fn merged(parts: Vec<ValuePart<'_>>) -> Vec<ValuePart<'_>> {
    let mut merged: Vec<ValuePart<'_>> = Vec::new();
    for part in parts {
        match (part, merged.last_mut()) {
            (ValuePart::Text(text), Some(ValuePart::Text(last))) => last.push_str(&text),
            (part, _) => merged.push(part),
        }
    }
    if merged.len() > 1 {
        merged.retain(|part| !matches!(part, ValuePart::Text(text) if text.is_empty()));
    }
    merged
}

/// Reads a value once for each choice of its conditions.
///
/// A result that `merge` adds to another one is dropped. Returns `None` if there are too many.
pub(super) fn results<'d, T>(
    value: Node<'d>,
    read: impl Fn(PartReader<'d>) -> T,
    merge: impl Fn(&mut T, &T) -> bool,
) -> Option<Vec<T>> {
    let mut results: Vec<T> = Vec::new();
    let mut pending = vec![PartReader::run(value, Vec::new())];
    while let Some(reader) = pending.pop() {
        let Some(question) = reader.open else {
            let result = read(reader);
            if !results.iter_mut().any(|known| merge(known, &result)) {
                results.push(result);
            }
            continue;
        };
        if results.len() + pending.len() + 2 > MAX_RESULTS {
            return None;
        }
        pending.extend([true, false].map(|answer| {
            let mut answers = reader.answers.clone();
            answers.push((question, answer));
            PartReader::run(value, answers)
        }));
    }
    Some(results)
}

/// A collector of the parts of a value.
pub(super) struct PartReader<'d> {
    /// The value, with its alias resolved.
    value: Node<'d>,
    /// The parts so far.
    pub(super) parts: Vec<ValuePart<'d>>,
    /// The remaining budget.
    ///
    /// A variable or an alias may stand for others, or even for itself.
    room: usize,
    /// The choices that are made.
    answers: Vec<(Question<'d>, bool)>,
    /// The first choice that is not made.
    open: Option<Question<'d>>,
}

/// A choice that a value depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question<'d> {
    /// The truth of a condition.
    Condition(&'d str),
    /// The choice of the first of the two values in this node.
    First(NodeId),
}

impl<'d> PartReader<'d> {
    /// The budget of one value, above the length of any ARN.
    ///
    /// An ARN has at most 2,048 characters: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>.
    const ROOM: usize = 4096;
    /// The cost of a value in addition to its characters.
    const NODE: usize = 16;

    /// Resolves a value with these choices.
    fn run(value: Node<'d>, answers: Vec<(Question<'d>, bool)>) -> Self {
        let mut reader = Self::new(value, answers);
        reader.read(value);
        reader
    }

    fn new(value: Node<'d>, answers: Vec<(Question<'d>, bool)>) -> Self {
        Self {
            value,
            parts: Vec::new(),
            room: Self::ROOM,
            answers,
            open: None,
        }
    }

    /// Returns the branches of the choices that are made.
    pub(super) fn guards(&self) -> Vec<Guard> {
        let guards = self.answers.iter().filter_map(|(question, holds)| match question {
            Question::Condition(condition) => Some(Guard {
                condition: (*condition).to_owned(),
                holds: *holds,
            }),
            Question::First(_) => None,
        });
        guards.collect()
    }

    /// Returns whether all choices are those of conditions.
    fn has_only_conditions(&self) -> bool {
        let mut questions = self.answers.iter().map(|(question, _)| question);
        questions.all(|question| matches!(question, Question::Condition(_)))
    }

    /// Resolves a node; an unknown one becomes its own part.
    fn read(&mut self, node: Node<'d>) {
        if self.try_read(node).is_none() {
            self.parts.push(ValuePart::Unknown(node));
        }
    }

    fn try_read(&mut self, node: Node<'d>) -> Option<()> {
        let node = self.follow(node)?;
        if let Some(reference) = RefCall::read(node) {
            self.resource_ref(reference.target, reference.attribute, RefSyntax::Call(reference));
            return Some(());
        }
        let Some(call) = Call::read(node) else {
            let text = node.scalar().filter(|text| !text.contains(DYNAMIC_REFERENCE))?;
            if node.yaml_file().variables() == Variables::Names {
                return self.sub(node);
            }
            if replaced_variable(node).is_some() {
                return None;
            }
            self.parts.push(ValuePart::Text(text.to_owned()));
            return Some(());
        };
        self.call(node, call)
    }

    fn call(&mut self, node: Node<'d>, call: Call<'d>) -> Option<()> {
        let argument = call.plain_argument()?;
        if call.is_long() {
            self.follow(call.argument)?;
        }
        match call.name {
            "Sub" => self.sub(argument),
            "Join" => self.join(argument),
            "Select" => self.select(node, argument),
            "FindInMap" => self.find_in_map(node, argument),
            _ => None,
        }
    }

    /// Resolves an alias, and an `Fn::If` to its branch.
    ///
    /// Returns `None` if the value is too large, or the choice is open.
    fn follow(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let mut node = node.resolved();
        loop {
            let cost = Self::NODE + node.scalar().map_or(0, str::len);
            self.room = self.room.checked_sub(cost)?;
            let Some([(yes, _), (no, _)]) = branches(node) else {
                return Some(node);
            };
            let question = condition_of(node).map_or(Question::First(node.id()), Question::Condition);
            let branch = if self.answer(question)? { yes } else { no };
            node = branch.resolved();
        }
    }

    fn answer(&mut self, question: Question<'d>) -> Option<bool> {
        let known = self.answers.iter().find(|(known, _)| *known == question);
        let answer = known.map(|(_, answer)| *answer);
        if answer.is_none() {
            self.open.get_or_insert(question);
        }
        answer
    }

    fn resource_ref(&mut self, target: &'d str, attribute: Attribute<'d>, written: RefSyntax<'d>) {
        self.parts.push(ValuePart::Reference(ResourceRef {
            target,
            attribute,
            syntax: written,
            value: self.value,
        }));
    }

    fn sub(&mut self, argument: Node<'d>) -> Option<()> {
        let (text, variables) = if argument.is_sequence() {
            let mut items = argument.items();
            (self.follow(items.next()?)?, items.next())
        } else {
            (argument, None)
        };
        let variables = match variables {
            Some(variables) => Some(self.follow(variables)?),
            None => None,
        };
        let value = text.scalar().filter(|_| replaced_variable(text).is_none())?;
        let mut rest = 0;
        while let Some(at) = value.get(rest..)?.find("${").map(|at| rest + at) {
            self.parts.push(ValuePart::Text(value.get(rest..at)?.to_owned()));
            let end = at + value.get(at..)?.find('}')?;
            let inside = value.get(at + 2..end)?;
            rest = end + 1;
            let name = inside.trim();
            if let Some((0, variable)) = value.get(at..).and_then(serverless_variable) {
                self.parts.push(ValuePart::Text(variable.to_owned()));
                rest = at + variable.len();
            } else if let Some(literal) = inside.strip_prefix('!') {
                self.parts.push(ValuePart::Text(format!("${{{literal}}}")));
            } else if let Some(own) = variables.and_then(|variables| variables.get(name)) {
                self.read(own);
            } else {
                let start = at + 2 + (inside.len() - inside.trim_start().len());
                let (target, attribute) = match name.split_once('.') {
                    Some((target, attribute)) => (target, Attribute::GetAtt(attribute)),
                    None => (name, Attribute::Ref),
                };
                let range = start..start + name.len();
                self.resource_ref(target, attribute, RefSyntax::Variable { text, range });
            }
        }
        self.parts.push(ValuePart::Text(value.get(rest..)?.to_owned()));
        Some(())
    }

    fn join(&mut self, argument: Node<'d>) -> Option<()> {
        let mut items = argument.items();
        let delimiter = self.follow(items.next()?)?.scalar();
        let list = self.follow(items.next()?)?;
        let delimiter = delimiter?;
        if !list.is_sequence() || list.tag().is_some() {
            return None;
        }
        for (at, item) in list.items().enumerate() {
            if at > 0 {
                self.parts.push(ValuePart::Text(delimiter.to_owned()));
            }
            self.read(item);
        }
        Some(())
    }

    /// Resolves the default of a lookup.
    ///
    /// It applies if the mapping has no such keys.
    fn find_in_map(&mut self, node: Node<'d>, argument: Node<'d>) -> Option<()> {
        let options = self.follow(argument.items().nth(3)?)?;
        let default = options.get("DefaultValue")?;
        let is_mapped = self.answer(Question::First(node.id()))?;
        (!is_mapped).then(|| self.read(default))
    }

    fn select(&mut self, node: Node<'d>, argument: Node<'d>) -> Option<()> {
        let mut items = argument.items();
        let index = self.follow(items.next()?)?;
        let list = self.follow(items.next()?)?;
        let index: usize = index.scalar()?.trim().parse().ok()?;
        if let Some(split) = Call::read(list).filter(|call| call.name == "Split") {
            let target = self.target_of_arn(&split).filter(|_| index == 1)?;
            self.resource_ref(target, Attribute::Ref, RefSyntax::PartOfArn(node));
            return Some(());
        }
        let item = list.items().nth(index).filter(|_| list.tag().is_none())?;
        self.read(item);
        Some(())
    }

    /// Returns the ID in an `Fn::GetAtt` that is split at its slash.
    ///
    /// For example, `arn:aws:iam::123456789012:role/name`.
    fn target_of_arn(&mut self, split: &Call<'d>) -> Option<&'d str> {
        let mut items = split.plain_argument()?.items();
        let delimiter = self.follow(items.next()?)?;
        let first = self.parts.len();
        self.read(items.next()?);
        let source = merged(self.parts.split_off(first));
        match source.as_slice() {
            [ValuePart::Reference(arn)] if arn.attribute == Attribute::GetAtt("Arn") => {
                delimiter.scalar()?.ends_with('/').then_some(arn.target)
            }
            _ => None,
        }
    }
}
