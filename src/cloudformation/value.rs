//! Values as their functions read: a reference, an ARN that is built, a text.

use std::ops::Range;

use super::intrinsic::{Attribute, Call, Reference, branches};
use super::key::value_key;
use crate::model::{ArnKind, NameKey};
use crate::text::Step;
use crate::yaml::{Node, NodeId};

/// The content of a value, if its source says it.
#[derive(Clone, Debug)]
pub(super) enum Said<'d> {
    /// The value of one `Ref` or `Fn::GetAtt`, whatever is written around it.
    Mention(Mention<'d>),
    /// An ARN that is put together here.
    BuiltArn(BuiltArn<'d>),
    /// A text.
    Text(String),
    /// Made by a macro or `Fn::Transform`.
    Transform,
    /// Anything else, by its parts.
    Unknown(Vec<Part<'d>>),
}

/// An ARN of IAM that a value puts together.
#[derive(Clone, Debug)]
pub(super) struct BuiltArn<'d> {
    /// The kind of thing that it identifies.
    pub(super) kind: ArnKind,
    /// The path between the kind and the name, without its first slash.
    pub(super) folder: String,
    /// The name at its end.
    pub(super) name: BuiltName<'d>,
}

/// The name at the end of an ARN.
#[derive(Clone, Debug)]
pub(super) enum BuiltName<'d> {
    /// A reference gives it.
    Mention(Mention<'d>),
    /// It is written out.
    Text(String),
    /// It is put together in ways that are not known.
    Unknown,
}

/// A reference inside a value.
#[derive(Clone, Debug)]
pub(super) struct Mention<'d> {
    /// The logical ID.
    pub(super) target: &'d str,
    /// The part of the resource that it gives.
    pub(super) attribute: Attribute<'d>,
    /// The way in which it is written.
    pub(super) written: Written<'d>,
    /// The value that it is part of, an alias followed.
    value: Node<'d>,
}

/// The way in which a reference is written.
#[derive(Clone, Debug)]
pub(super) enum Written<'d> {
    /// As a call of its own.
    Reference(Reference<'d>),
    /// As a variable of an `Fn::Sub`.
    Variable {
        /// The text.
        text: Node<'d>,
        /// The bytes of the text's value that name the resource.
        range: Range<usize>,
    },
    /// As the name at the end of an ARN, taken out of it by `Fn::Select` and `Fn::Split`: the whole call.
    PartOfArn(Node<'d>),
}

/// A part of a value, which gives its parts in a row.
#[derive(Clone, Debug)]
pub(super) enum Part<'d> {
    /// A text.
    Text(String),
    /// The value of a reference.
    Mention(Mention<'d>),
    /// The value of this node, which is not known.
    Unknown(Node<'d>),
}

/// The beginning of a dynamic reference:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>.
pub(super) const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// A value may have at most this number of readings.
const MOST_READINGS: usize = 16;

impl<'d> Said<'d> {
    /// Reads a value, which is not an alias. A part that a condition chooses is not known.
    pub(super) fn read(value: Node<'d>) -> Self {
        match is_transform(value) {
            true => Self::Transform,
            false => Self::of_parts(parts_of(value)),
        }
    }

    /// Reads a value, which is not an alias, once for each choice of the conditions inside it; returns the first reading and
    /// the others.
    pub(super) fn readings(value: Node<'d>) -> (Self, Vec<Self>) {
        if is_transform(value) {
            return (Self::Transform, Vec::new());
        }
        let first = Reader::run(value, Vec::new());
        if first.open.is_none() {
            return (Self::of_parts(merged(first.parts)), Vec::new());
        }
        let mut readings: Vec<Self> = Vec::new();
        let mut left = vec![first];
        while let Some(reader) = left.pop() {
            let Some(question) = reader.open else {
                let reading = Self::of_parts(merged(reader.parts));
                // The account or the partition of an ARN may depend on a condition too.
                if !readings.iter().any(|known| known.is_same(&reading)) {
                    readings.push(reading);
                }
                continue;
            };
            if readings.len() + left.len() + 2 > MOST_READINGS {
                return (Self::read(value), Vec::new());
            }
            left.extend([true, false].map(|answer| {
                let mut answers = reader.answers.clone();
                answers.push((question, answer));
                Reader::run(value, answers)
            }));
        }
        let first = readings.pop().unwrap_or(Self::Unknown(Vec::new()));
        readings.reverse();
        (first, readings)
    }

    /// Returns whether both are known to say the same of a role or a profile.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Mention(one), Self::Mention(other)) => one.is_same(other),
            (Self::BuiltArn(one), Self::BuiltArn(other)) => one.is_same(other),
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => false,
        }
    }

    /// Returns the reference in the value that names a resource, if it is one.
    pub(super) fn mention(&self) -> Option<&Mention<'d>> {
        match self {
            Self::Mention(mention) => Some(mention),
            Self::BuiltArn(arn) => arn.mention(),
            Self::Text(_) | Self::Transform | Self::Unknown(_) => None,
        }
    }

    fn of_parts(parts: Vec<Part<'d>>) -> Self {
        match (parts.as_slice(), BuiltArn::read(&parts)) {
            ([Part::Mention(mention)], _) => Self::Mention(mention.clone()),
            (_, Some(arn)) => Self::BuiltArn(arn),
            ([Part::Text(text)], None) if !text.contains(DYNAMIC_REFERENCE) => Self::Text(text.clone()),
            _ => Self::Unknown(parts),
        }
    }
}

fn is_transform(value: Node<'_>) -> bool {
    Call::read(value).is_some_and(|call| call.name == "Transform")
}

impl<'d> Mention<'d> {
    /// Returns the node whose text changes when the reference does.
    pub(super) fn node(&self) -> Node<'d> {
        match &self.written {
            Written::Reference(reference) => reference.node,
            Written::Variable { text, .. } => *text,
            Written::PartOfArn(call) => *call,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.node() == other.node() && self.target == other.target && self.attribute == other.attribute
    }

    /// Returns the way from the value to the node; `None` if an alias inside the value stands for it.
    pub(super) fn steps(&self) -> Option<Vec<Step>> {
        let node = self.node();
        node.ancestors().any(|around| around == self.value).then(|| {
            let mut steps = node.path().steps;
            steps.split_off(self.value.path().steps.len().min(steps.len()))
        })
    }

    /// Returns whether there is text to change that names the resource. A name that is taken out of an ARN has none, nor
    /// has a reference that an alias inside the value stands for, so the value around it is to be replaced.
    pub(super) fn is_editable(&self) -> bool {
        !self.is_part_of_arn() && self.node().ancestors().any(|around| around == self.value)
    }

    /// Returns whether it is a name that is taken out of an ARN: one only if the ARN has no path.
    pub(super) fn is_part_of_arn(&self) -> bool {
        matches!(self.written, Written::PartOfArn(_))
    }
}

impl<'d> BuiltArn<'d> {
    /// Returns the reference that gives its name.
    pub(super) fn mention(&self) -> Option<&Mention<'d>> {
        match &self.name {
            BuiltName::Mention(mention) => Some(mention),
            BuiltName::Text(_) | BuiltName::Unknown => None,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same_name = match (&self.name, &other.name) {
            (BuiltName::Mention(one), BuiltName::Mention(other)) => one.is_same(other),
            (BuiltName::Text(one), BuiltName::Text(other)) => one == other,
            (BuiltName::Unknown, BuiltName::Unknown) => true,
            _ => false,
        };
        self.kind == other.kind && self.folder == other.folder && is_same_name
    }

    fn read(parts: &[Part<'d>]) -> Option<Self> {
        let Some(Part::Text(start)) = parts.first() else {
            return None;
        };
        if !start.starts_with("arn:") {
            return None;
        }
        let (at, kind, folder) = parts.iter().enumerate().find_map(|(at, part)| {
            let Part::Text(text) = part else { return None };
            let kinds = [(":role/", ArnKind::Role), (":instance-profile/", ArnKind::Profile)];
            kinds
                .into_iter()
                .find_map(|(marker, kind)| Some((at, kind, text.split_once(marker)?.1)))
        })?;
        let (folder, name) = match parts.get(at + 1..)? {
            [] => {
                let is_dynamic = folder.contains(DYNAMIC_REFERENCE);
                let (folder, name) = folder.rsplit_once('/').unwrap_or(("", folder));
                match is_dynamic {
                    true => (folder, BuiltName::Unknown),
                    false => (folder, BuiltName::Text(name.to_owned())),
                }
            }
            [Part::Mention(mention)] if folder.is_empty() || folder.ends_with('/') => {
                (folder.trim_end_matches('/'), BuiltName::Mention(mention.clone()))
            }
            _ => (folder, BuiltName::Unknown),
        };
        Some(Self {
            kind,
            folder: folder.to_owned(),
            name,
        })
    }
}

/// Returns whether a text is the ARN of a role.
pub(super) fn is_role_arn(text: &str) -> bool {
    let parts = [Part::Text(text.to_owned())];
    BuiltArn::read(&parts).is_some_and(|arn| arn.kind == ArnKind::Role)
}

/// Returns the text that a value begins with; `None` if it begins with something that is not known.
pub(super) fn leading_text(value: Node<'_>) -> Option<String> {
    match parts_of(value).into_iter().next() {
        Some(Part::Text(text)) => Some(text),
        _ => None,
    }
}

/// Returns a key that two values share if they give the same text: in other words, by another function, in short or in
/// long form. `None` for a value too large to be a name.
pub(super) fn name_key(value: Node<'_>) -> Option<String> {
    let parts = parts_of(value).into_iter().map(|part| match part {
        Part::Text(text) => Some(NameKey::of_text(&text)),
        Part::Mention(mention) => Some(format!("{:?} {:?};", mention.attribute, mention.target)),
        Part::Unknown(_) => None,
    });
    parts.collect::<Option<String>>().or_else(|| value_key(value))
}

fn parts_of(value: Node<'_>) -> Vec<Part<'_>> {
    merged(Reader::run(value, Vec::new()).parts)
}

/// Gathers the parts of a value.
struct Reader<'d> {
    /// The value, an alias followed.
    value: Node<'d>,
    parts: Vec<Part<'d>>,
    /// How much more may be read: a variable, or an alias, may stand for what holds others, or even itself.
    room: usize,
    /// The choices that are made.
    answers: Vec<(Question<'d>, bool)>,
    /// The first choice that is not made.
    open: Option<Question<'d>>,
}

/// A choice that a value depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question<'d> {
    /// Whether this condition is true.
    Condition(&'d str),
    /// Whether the first of the two values in this node is the one.
    First(NodeId),
}

impl<'d> Reader<'d> {
    /// More than a name or an ARN takes, of which the latter has at most 2,048 characters:
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>.
    const ROOM: usize = 4096;
    /// The cost of a value besides the characters of a text.
    const NODE: usize = 16;

    /// Reads a value with these choices made.
    fn run(value: Node<'d>, answers: Vec<(Question<'d>, bool)>) -> Self {
        let mut reader = Self {
            value,
            parts: Vec::new(),
            room: Self::ROOM,
            answers,
            open: None,
        };
        reader.read(value);
        reader
    }

    /// Reads a value; one that is not known is a part of its own.
    fn read(&mut self, node: Node<'d>) {
        if self.try_read(node).is_none() {
            self.parts.push(Part::Unknown(node));
        }
    }

    fn try_read(&mut self, node: Node<'d>) -> Option<()> {
        let node = self.follow(node)?;
        if let Some(reference) = Reference::read(node) {
            self.mention(reference.target, reference.attribute, Written::Reference(reference));
            return Some(());
        }
        let Some(call) = Call::read(node) else {
            let text = node.scalar().filter(|text| !text.contains(DYNAMIC_REFERENCE))?;
            self.parts.push(Part::Text(text.to_owned()));
            return Some(());
        };
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

    /// Follows an alias, and an `Fn::If` into its branch; `None` if the value is too large, or the choice is open.
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

    fn mention(&mut self, target: &'d str, attribute: Attribute<'d>, written: Written<'d>) {
        self.parts.push(Part::Mention(Mention {
            target,
            attribute,
            written,
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
        let value = text.scalar()?;
        let mut rest = 0;
        while let Some(at) = value.get(rest..)?.find("${").map(|at| rest + at) {
            self.parts.push(Part::Text(value.get(rest..at)?.to_owned()));
            let end = at + value.get(at..)?.find('}')?;
            let inside = value.get(at + 2..end)?;
            rest = end + 1;
            let name = inside.trim();
            if let Some(literal) = inside.strip_prefix('!') {
                self.parts.push(Part::Text(format!("${{{literal}}}")));
            } else if let Some(own) = variables.and_then(|variables| variables.get(name)) {
                self.read(own);
            } else {
                let start = at + 2 + (inside.len() - inside.trim_start().len());
                let (target, attribute) = match name.split_once('.') {
                    Some((target, attribute)) => (target, Attribute::GetAtt(attribute)),
                    None => (name, Attribute::Ref),
                };
                let range = start..start + name.len();
                self.mention(target, attribute, Written::Variable { text, range });
            }
        }
        self.parts.push(Part::Text(value.get(rest..)?.to_owned()));
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
                self.parts.push(Part::Text(delimiter.to_owned()));
            }
            self.read(item);
        }
        Some(())
    }

    /// Reads the default of a lookup, which is its value where the mapping has no such keys.
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
            self.mention(target, Attribute::Ref, Written::PartOfArn(node));
            return Some(());
        }
        let item = list.items().nth(index).filter(|_| list.tag().is_none())?;
        self.read(item);
        Some(())
    }

    /// Returns the logical ID in an `Fn::GetAtt` of an ARN that is split at its slash,
    /// `arn:aws:iam::123456789012:role/name`.
    fn target_of_arn(&mut self, split: &Call<'d>) -> Option<&'d str> {
        let mut items = split.plain_argument()?.items();
        let delimiter = self.follow(items.next()?)?;
        let first = self.parts.len();
        self.read(items.next()?);
        let source = merged(self.parts.split_off(first));
        match source.as_slice() {
            [Part::Mention(arn)] if arn.attribute == Attribute::GetAtt("Arn") => {
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

/// Joins texts side by side, and drops empty ones unless nothing else is left.
fn merged(parts: Vec<Part<'_>>) -> Vec<Part<'_>> {
    let mut merged: Vec<Part<'_>> = Vec::new();
    for part in parts {
        match (part, merged.last_mut()) {
            (Part::Text(text), Some(Part::Text(last))) => last.push_str(&text),
            (part, _) => merged.push(part),
        }
    }
    if merged.len() > 1 {
        merged.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    }
    merged
}
