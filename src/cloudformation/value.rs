//! Values as their functions read: a reference, an ARN that is built, a text.

use std::ops::Range;

use super::intrinsic::{Attribute, Call, Reference};
use super::key::value_key;
use crate::model::{ArnKind, NameKey};
use crate::text::Step;
use crate::yaml::Node;

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
    /// Anything else.
    Unknown,
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

/// A value of which each part is one of these says what they say in a row.
enum Part<'d> {
    Text(String),
    Mention(Mention<'d>),
    Unknown,
}

impl<'d> Said<'d> {
    /// Reads a value, which is not an alias.
    pub(super) fn read(value: Node<'d>) -> Self {
        if Call::read(value).is_some_and(|call| call.name == "Transform") {
            return Self::Transform;
        }
        match parts_of(value).as_slice() {
            [Part::Mention(mention)] => Self::Mention(mention.clone()),
            [Part::Text(text)] => Self::of_text(text),
            parts => BuiltArn::read(parts).map_or(Self::Unknown, Self::BuiltArn),
        }
    }
}

impl Said<'_> {
    /// Reads a text that is written out.
    fn of_text(text: &str) -> Self {
        let parts = [Part::Text(text.to_owned())];
        BuiltArn::read(&parts).map_or_else(|| Self::Text(text.to_owned()), Self::BuiltArn)
    }
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
                let (folder, name) = folder.rsplit_once('/').unwrap_or(("", folder));
                (folder, BuiltName::Text(name.to_owned()))
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
    matches!(Said::of_text(text), Said::BuiltArn(arn) if arn.kind == ArnKind::Role)
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
        Part::Unknown => None,
    });
    parts.collect::<Option<String>>().or_else(|| value_key(value))
}

fn parts_of(value: Node<'_>) -> Vec<Part<'_>> {
    let mut reader = Reader {
        value,
        parts: Vec::new(),
        room: Reader::ROOM,
    };
    reader.read(value);
    merged(reader.parts)
}

/// Gathers the parts of a value.
struct Reader<'d> {
    /// The value, an alias followed.
    value: Node<'d>,
    parts: Vec<Part<'d>>,
    /// How much more may be read: a variable, or an alias, may stand for what holds others, or even itself.
    room: usize,
}

impl<'d> Reader<'d> {
    /// More than a name or an ARN takes, of which the latter has at most 2,048 characters:
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>.
    const ROOM: usize = 4096;
    /// The cost of a value besides the characters of a text.
    const NODE: usize = 16;

    /// Reads a value; one that is not known is a part of its own.
    fn read(&mut self, node: Node<'d>) {
        if self.try_read(node).is_none() {
            self.parts.push(Part::Unknown);
        }
    }

    fn try_read(&mut self, node: Node<'d>) -> Option<()> {
        let node = self.follow(node)?;
        if let Some(reference) = Reference::read(node) {
            self.mention(reference.target, reference.attribute, Written::Reference(reference));
            return Some(());
        }
        let Some(call) = Call::read(node) else {
            let text = node.scalar().filter(|text| !text.contains("{{resolve:"))?;
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
            _ => None,
        }
    }

    /// Follows an alias; `None` if the value is too large.
    fn follow(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let node = node.resolved();
        let cost = Self::NODE + node.scalar().map_or(0, str::len);
        self.room = self.room.checked_sub(cost)?;
        Some(node)
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
