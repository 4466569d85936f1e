//! Resolves values through their functions: a reference, an ARN, a string.

use std::ops::Range;

use super::intrinsic::{Attribute, Call, RefCall, branches};
use super::placeholder::{DYNAMIC_REFERENCE, is_known, known_start, replaced_variable, serverless_variable};
use crate::model::{ArnKind, Guard};
use crate::text::PathSegment;
use crate::yaml::{Node, NodeId, Variables};

/// The resolved content of a value.
#[derive(Clone, Debug)]
pub(super) enum ResolvedValue<'d> {
    /// The result of one `Ref` or `Fn::GetAtt`, in whatever syntax.
    Reference(ResourceRef<'d>),
    /// An ARN that is built here.
    BuiltArn(BuiltArn<'d>),
    /// A literal string.
    Text(String),
    /// The result of a macro or `Fn::Transform`.
    Transform,
    /// Any other value, by its parts.
    Unknown(Vec<ValuePart<'d>>),
}

/// An IAM ARN built by a value.
#[derive(Clone, Debug)]
pub(super) struct BuiltArn<'d> {
    /// The type of resource that it identifies.
    pub(super) kind: ArnKind,
    /// The path between the type and the name, without its first slash.
    pub(super) folder: String,
    /// The name at the end.
    pub(super) name: BuiltName<'d>,
    /// True if it is known to be of the account of the stack.
    pub(super) is_of_stack: bool,
    /// The path and the name, by their parts.
    end: Vec<ValuePart<'d>>,
}

/// The name at the end of an ARN.
#[derive(Clone, Debug)]
pub(super) enum BuiltName<'d> {
    /// The result of a reference.
    Reference(ResourceRef<'d>),
    /// A literal name.
    Text(String),
    /// A value of unknown structure.
    Unknown,
}

/// A reference inside a value.
#[derive(Clone, Debug)]
pub(super) struct ResourceRef<'d> {
    /// The logical ID.
    pub(super) target: &'d str,
    /// The part of the resource that it returns.
    pub(super) attribute: Attribute<'d>,
    /// The syntax of the reference.
    pub(super) syntax: RefSyntax<'d>,
    /// The value that contains it, with its alias resolved.
    value: Node<'d>,
}

/// The syntax of a reference.
#[derive(Clone, Debug)]
pub(super) enum RefSyntax<'d> {
    /// A call.
    Call(RefCall<'d>),
    /// A variable of an `Fn::Sub`.
    Variable {
        /// The scalar.
        text: Node<'d>,
        /// The byte range of the logical ID in the scalar's value.
        range: Range<usize>,
    },
    /// A call that extracts the name with `Fn::Select` and `Fn::Split`.
    ///
    /// The node is the whole call.
    PartOfArn(Node<'d>),
}

/// A part of a value; values are the concatenation of their parts.
#[derive(Clone, Debug)]
pub(super) enum ValuePart<'d> {
    /// A literal string.
    Text(String),
    /// The result of a reference.
    Reference(ResourceRef<'d>),
    /// The unknown result of this node.
    Unknown(Node<'d>),
}

/// A result of a value, in some branches.
#[derive(Clone, Debug)]
pub(super) struct Branch<T> {
    /// The branches in which it is the result.
    pub(super) guards: Vec<Guard>,
    /// The result.
    pub(super) value: T,
}

/// The limit of results for one value.
const MAX_RESULTS: usize = 16;

impl<'d> ResolvedValue<'d> {
    /// Resolves a value, which is not an alias.
    ///
    /// A part that depends on a condition is unknown.
    pub(super) fn read(value: Node<'d>) -> Self {
        match is_transform(value) {
            true => Self::Transform,
            false => Self::of_parts(parts_of(value)),
        }
    }

    /// Resolves a value once for each choice of its conditions.
    ///
    /// The value is not an alias.
    ///
    /// Returns the first result and the others, each with the branches in which it is the result.
    pub(super) fn possible_values(value: Node<'d>) -> (Branch<Self>, Vec<Branch<Self>>) {
        let only = |value| Branch {
            guards: Vec::new(),
            value,
        };
        if is_transform(value) {
            return (only(Self::Transform), Vec::new());
        }
        let read = |reader: PartReader<'d>| Branch {
            guards: reader.guards(),
            value: Self::of_parts(merged(reader.parts)),
        };
        // The account or the partition of an ARN may depend on a condition too.
        let merge = |known: &mut Branch<Self>, other: &Branch<Self>| {
            let is_same = known.value.is_same(&other.value);
            if is_same {
                known.guards.retain(|guard| other.guards.contains(guard));
            }
            is_same
        };
        let Some(mut results) = results(value, read, merge) else {
            return (only(Self::read(value)), Vec::new());
        };
        let first = results.pop().unwrap_or_else(|| only(Self::Unknown(Vec::new())));
        results.reverse();
        (first, results)
    }

    /// Returns whether both are known to be equal.
    ///
    /// They refer to the same attribute of a role or a profile, or are the same string.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reference(one), Self::Reference(other)) => one.is_same(other),
            (Self::BuiltArn(one), Self::BuiltArn(other)) => one.is_same(other),
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => false,
        }
    }

    /// Returns the reference in the value, if any.
    pub(super) fn resource_ref(&self) -> Option<&ResourceRef<'d>> {
        match self {
            Self::Reference(resource_ref) => Some(resource_ref),
            Self::BuiltArn(arn) => arn.resource_ref(),
            Self::Text(_) | Self::Transform | Self::Unknown(_) => None,
        }
    }

    /// Returns the parts of the value, or of the name at the end of an ARN.
    pub(super) fn name_parts(&self) -> Vec<ValuePart<'d>> {
        match self {
            Self::Reference(resource_ref) => vec![ValuePart::Reference(resource_ref.clone())],
            Self::BuiltArn(arn) => arn.path_and_name().1,
            Self::Text(text) => vec![ValuePart::Text(text.clone())],
            Self::Transform => Vec::new(),
            Self::Unknown(parts) => parts.clone(),
        }
    }

    fn of_parts(parts: Vec<ValuePart<'d>>) -> Self {
        match (parts.as_slice(), BuiltArn::read(&parts)) {
            ([ValuePart::Reference(resource_ref)], _) => Self::Reference(resource_ref.clone()),
            (_, Some(arn)) => Self::BuiltArn(arn),
            ([ValuePart::Text(text)], None) if !text.contains(DYNAMIC_REFERENCE) => Self::Text(text.clone()),
            _ => Self::Unknown(parts),
        }
    }
}

fn is_transform(value: Node<'_>) -> bool {
    Call::read(value).is_some_and(|call| call.name == "Transform")
}

impl<'d> ResourceRef<'d> {
    /// Returns the node to edit when the reference changes.
    pub(super) fn node(&self) -> Node<'d> {
        match &self.syntax {
            RefSyntax::Call(reference) => reference.node,
            RefSyntax::Variable { text, .. } => *text,
            RefSyntax::PartOfArn(call) => *call,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.node() == other.node() && self.target == other.target && self.attribute == other.attribute
    }

    /// Returns the path from the value to the node.
    ///
    /// Returns `None` if an alias inside the value stands for the node.
    pub(super) fn steps(&self) -> Option<Vec<PathSegment>> {
        let node = self.node();
        node.ancestors().any(|around| around == self.value).then(|| {
            let mut steps = node.path().steps;
            steps.split_off(self.value.path().steps.len().min(steps.len()))
        })
    }

    /// Returns whether the reference itself can be edited.
    ///
    /// A name taken from an ARN cannot, and neither can a reference behind an alias inside the value. Then the value
    /// around it is replaced.
    pub(super) fn is_editable(&self) -> bool {
        !self.is_part_of_arn() && self.node().ancestors().any(|around| around == self.value)
    }

    /// Returns whether it is a name taken from an ARN.
    ///
    /// This is the name only if the ARN has no path.
    pub(super) fn is_part_of_arn(&self) -> bool {
        matches!(self.syntax, RefSyntax::PartOfArn(_))
    }
}

impl<'d> BuiltArn<'d> {
    /// Returns the reference that results in the name.
    pub(super) fn resource_ref(&self) -> Option<&ResourceRef<'d>> {
        match &self.name {
            BuiltName::Reference(resource_ref) => Some(resource_ref),
            BuiltName::Text(_) | BuiltName::Unknown => None,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same_name = match (&self.name, &other.name) {
            (BuiltName::Reference(one), BuiltName::Reference(other)) => one.is_same(other),
            (BuiltName::Text(one), BuiltName::Text(other)) => one == other,
            (BuiltName::Unknown, BuiltName::Unknown) => true,
            _ => false,
        };
        self.kind == other.kind && self.folder == other.folder && is_same_name
    }

    fn read(parts: &[ValuePart<'d>]) -> Option<Self> {
        let Some(ValuePart::Text(start)) = parts.first() else {
            return None;
        };
        if !start.starts_with("arn:") {
            return None;
        }
        let (at, kind, account, folder) = parts.iter().enumerate().find_map(|(at, part)| {
            let ValuePart::Text(text) = part else { return None };
            let kinds = [(":role/", ArnKind::Role), (":instance-profile/", ArnKind::Profile)];
            kinds.into_iter().find_map(|(marker, kind)| {
                let (before, after) = text.split_once(marker)?;
                Some((at, kind, before, after))
            })
        })?;
        let after = parts.get(at + 1..)?;
        let is_of_stack = is_of_stack(parts.get(..at)?, account);
        let end = std::iter::once(ValuePart::Text(folder.to_owned())).chain(after.iter().cloned());
        let (folder, name) = match after {
            [] => {
                let is_known = is_known(folder);
                let (folder, name) = folder.rsplit_once('/').unwrap_or(("", folder));
                match is_known {
                    true => (folder, BuiltName::Text(name.to_owned())),
                    false => (folder, BuiltName::Unknown),
                }
            }
            [ValuePart::Reference(resource_ref)] if folder.is_empty() || folder.ends_with('/') => {
                (folder.trim_end_matches('/'), BuiltName::Reference(resource_ref.clone()))
            }
            _ => (folder, BuiltName::Unknown),
        };
        Some(Self {
            kind,
            folder: folder.to_owned(),
            name,
            is_of_stack,
            end: end.collect(),
        })
    }

    /// Splits the end into the path and the name, at the last slash.
    pub(super) fn path_and_name(&self) -> (Vec<ValuePart<'d>>, Vec<ValuePart<'d>>) {
        let last = self.end.iter().enumerate().rev().find_map(|(at, part)| match part {
            ValuePart::Text(text) => Some((at, text.rsplit_once('/')?)),
            ValuePart::Reference(_) | ValuePart::Unknown(_) => None,
        });
        let Some((at, (path, name))) = last else {
            return (Vec::new(), self.end.clone());
        };
        let (before, after) = self.end.split_at(at);
        let text = |text: &str| std::iter::once(ValuePart::Text(text.to_owned()));
        let path = before.iter().cloned().chain(text(path)).collect();
        let name = text(name).chain(after.iter().skip(1).cloned()).collect();
        (path, name)
    }
}

/// Returns whether the account in an ARN is that of the stack, or missing.
///
/// An account that is written out may be another one. `before` is the text up to the type, after `parts`.
fn is_of_stack(parts: &[ValuePart<'_>], before: &str) -> bool {
    const SERVICE: &str = ":iam::";
    match parts {
        [.., ValuePart::Text(text), ValuePart::Reference(account)] if before.is_empty() => {
            text.ends_with(SERVICE) && account.target == "AWS::AccountId" && account.attribute == Attribute::Ref
        }
        _ => before.ends_with(SERVICE),
    }
}

/// Returns the type of resource that a string identifies, if it is an IAM ARN.
pub(super) fn arn_kind(text: &str) -> Option<ArnKind> {
    let parts = [ValuePart::Text(text.to_owned())];
    BuiltArn::read(&parts).map(|arn| arn.kind)
}

/// Returns the literal beginning of a value.
///
/// Returns `None` if it begins with an unknown part.
pub(super) fn leading_text(value: Node<'_>) -> Option<String> {
    match parts_of(value).into_iter().next() {
        Some(ValuePart::Text(text)) => {
            let start = known_start(&text);
            (!start.is_empty() || text.is_empty()).then(|| start.to_owned())
        }
        _ => None,
    }
}

/// Returns the literal end of a value.
///
/// Returns `None` if it ends with an unknown part.
pub(super) fn trailing_text(value: Node<'_>) -> Option<String> {
    match parts_of(value).pop() {
        Some(ValuePart::Text(text)) => Some(text),
        _ => None,
    }
}

/// Returns the parts of a value once for each choice of its conditions.
///
/// Returns `None` if there are too many, or if they depend on more than conditions.
pub(super) fn possible_parts<'d>(value: Node<'d>) -> Option<Vec<Branch<Vec<ValuePart<'d>>>>> {
    let read = |reader: PartReader<'d>| {
        let guards = reader.guards();
        (guards.len() == reader.answers.len()).then(|| Branch {
            guards,
            value: merged(reader.parts),
        })
    };
    results(value, read, |_, _| false)?.into_iter().collect()
}

/// Returns the parts of a call's argument; one that depends on a condition is unknown.
///
/// After a tag, the argument is a string, or a call in long form.
pub(super) fn parts_of_argument<'d>(call: &Call<'d>) -> Vec<ValuePart<'d>> {
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
pub(super) fn parts_of(value: Node<'_>) -> Vec<ValuePart<'_>> {
    merged(PartReader::run(value, Vec::new()).parts)
}

/// Reads a value once for each choice of its conditions.
///
/// A result that `merge` adds to another one is dropped. Returns `None` if there are too many.
fn results<'d, T>(
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
struct PartReader<'d> {
    /// The value, with its alias resolved.
    value: Node<'d>,
    parts: Vec<ValuePart<'d>>,
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
    fn guards(&self) -> Vec<Guard> {
        let guards = self.answers.iter().filter_map(|(question, holds)| match question {
            Question::Condition(condition) => Some(Guard {
                condition: (*condition).to_owned(),
                holds: *holds,
            }),
            Question::First(_) => None,
        });
        guards.collect()
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

/// Returns the name of the condition of an `Fn::If`.
fn condition_of(node: Node<'_>) -> Option<&str> {
    let condition = Call::read(node)?.plain_argument()?.items().next()?.resolved();
    condition.scalar().filter(|_| condition.tag().is_none())
}

/// Joins adjacent strings, and drops empty ones unless nothing else remains.
pub(super) fn merged(parts: Vec<ValuePart<'_>>) -> Vec<ValuePart<'_>> {
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
