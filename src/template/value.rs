use std::ops::Range;

use super::intrinsic::{Attribute, Call, Head, Reference};
use super::key::value_key;
use super::obstacle::Obstacle;
use super::repoint::{Form, repoint};
use super::spelling::{LogicalId, Spelling};
use crate::yaml::{self, Brackets, Change, Layout, Node, Op, Path, Quote, Stream};

/// What a value says, as far as its text tells.
#[derive(Clone, Debug)]
pub enum Said<'d> {
    /// It is what one `Ref` or `Fn::GetAtt` gives, whatever is written around it.
    Mention(Mention<'d>),
    /// It is an ARN that is put together here.
    BuiltArn(BuiltArn<'d>),
    /// It is this text.
    Text(String),
    /// It is made by a macro or `Fn::Transform`.
    Transform,
    /// It cannot be told.
    Unknown,
}

/// An ARN of IAM that a value puts together:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>.
#[derive(Clone, Debug)]
pub struct BuiltArn<'d> {
    /// What it is the ARN of.
    pub kind: ArnKind,
    /// The path between the kind and the name, without its first slash.
    pub folder: String,
    /// The name at its end.
    pub name: ArnName<'d>,
}

/// What an ARN of IAM is about, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArnKind {
    /// `role/…`
    Role,
    /// `instance-profile/…`
    Profile,
}

/// The name at the end of an ARN.
#[derive(Clone, Debug)]
pub enum ArnName<'d> {
    /// A reference gives it.
    Mention(Mention<'d>),
    /// It is written out.
    Text(String),
    /// It is put together in ways that cannot be told.
    Unknown,
}

/// A place inside a value that names a resource.
#[derive(Clone, Debug)]
pub struct Mention<'d> {
    /// The logical ID.
    pub target: &'d str,
    /// What is asked of it.
    pub attribute: Attribute<'d>,
    site: Site<'d>,
    /// Where it stands; `None` where an alias inside the value stands for it.
    path: Option<Path>,
}

#[derive(Clone, Debug)]
enum Site<'d> {
    Reference(Reference<'d>),
    /// A variable of an `Fn::Sub`: the text, and the bytes of the name in its value.
    Variable {
        text: Node<'d>,
        range: Range<usize>,
    },
    /// The name at the end of an ARN, taken out of it by `Fn::Select` and `Fn::Split`: the whole call.
    PartOfArn(Node<'d>),
}

/// A value of which each part is one of these says what they say in a row.
enum Part<'d> {
    Text(String),
    Mention(Mention<'d>),
    Unknown,
}

impl<'d> Said<'d> {
    /// Reads the value `node`, which is no alias, at `path`.
    pub fn read(node: Node<'d>, path: &Path) -> Self {
        if Call::read(node).is_some_and(|call| call.name == "Transform") {
            return Self::Transform;
        }
        match Reader::read(node, Some(path)).as_slice() {
            [Part::Mention(mention)] => Self::Mention(mention.clone()),
            [Part::Text(text)] => Self::of_text(text),
            parts => BuiltArn::read(parts).map_or(Self::Unknown, Self::BuiltArn),
        }
    }
}

impl Said<'_> {
    /// What a text says that is written out.
    pub fn of_text(text: &str) -> Self {
        let parts = [Part::Text(text.to_owned())];
        BuiltArn::read(&parts).map_or_else(|| Self::Text(text.to_owned()), Self::BuiltArn)
    }
}

impl<'d> Mention<'d> {
    /// The node whose text changes when the mention does.
    pub fn node(&self) -> Node<'d> {
        match &self.site {
            Site::Reference(reference) => reference.node,
            Site::Variable { text, .. } => *text,
            Site::PartOfArn(call) => *call,
        }
    }

    /// Whether [`Mention::point_at`] has words to change. A name that is taken out of an ARN has none, nor has what an
    /// alias inside the value stands for, so the value around it is to be replaced.
    pub fn is_editable(&self) -> bool {
        self.path.is_some() && !self.is_part_of_arn()
    }

    /// Whether it is a name that is taken out of an ARN: one only if the ARN has no path.
    pub fn is_part_of_arn(&self) -> bool {
        matches!(self.site, Site::PartOfArn(_))
    }

    /// Makes the mention name the resource `id`.
    ///
    /// # Errors
    ///
    /// What keeps the text from being edited safely.
    pub fn point_at(&self, id: &str, form: Form) -> Result<Change, Obstacle> {
        let path = self.path.clone().ok_or(yaml::Obstacle::Alias)?;
        let op = match (&self.site, LogicalId::read(id)?) {
            (Site::PartOfArn(_), _) => return Err(yaml::Obstacle::Unusual.into()),
            (Site::Reference(reference), id) => Op::Amend(repoint(reference, id, form)),
            (Site::Variable { .. }, LogicalId::Worded(_)) => return Err(Obstacle::Word),
            (Site::Variable { range, .. }, LogicalId::Plain(id)) => Op::Splice {
                range: range.clone(),
                text: match form {
                    Form::Name => id.to_owned(),
                    Form::Arn => format!("{id}.Arn"),
                },
            },
        };
        let node = self.node();
        Ok(Change::Value {
            file: node.file(),
            node: node.id(),
            path,
            op,
        })
    }
}

impl<'d> BuiltArn<'d> {
    /// The reference that gives its name, if one does.
    pub fn mention(&self) -> Option<&Mention<'d>> {
        match &self.name {
            ArnName::Mention(mention) => Some(mention),
            ArnName::Text(_) | ArnName::Unknown => None,
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
                (folder, ArnName::Text(name.to_owned()))
            }
            [Part::Mention(mention)] if folder.is_empty() || folder.ends_with('/') => {
                (folder.trim_end_matches('/'), ArnName::Mention(mention.clone()))
            }
            _ => (folder, ArnName::Unknown),
        };
        Some(Self {
            kind,
            folder: folder.to_owned(),
            name,
        })
    }
}

/// Whether a text is the ARN of a role.
pub fn is_role_arn(text: &str) -> bool {
    matches!(Said::of_text(text), Said::BuiltArn(arn) if arn.kind == ArnKind::Role)
}

/// The text that a value begins with; `None` where it begins with something that cannot be told.
pub fn leading_text(value: Node<'_>) -> Option<String> {
    match parts_of(value).into_iter().next() {
        Some(Part::Text(text)) => Some(text),
        _ => None,
    }
}

/// A text that two values share if they give the same text: in other words, by another function, in short or in long form.
/// `None` for a value too large to be a name.
pub fn name_key(value: Node<'_>) -> Option<String> {
    let parts = parts_of(value).into_iter().map(|part| match part {
        Part::Text(text) => Some(text_key(&text)),
        Part::Mention(mention) => Some(format!("{:?} {:?};", mention.attribute, mention.target)),
        Part::Unknown => None,
    });
    parts.collect::<Option<String>>().or_else(|| value_key(value))
}

/// What [`name_key`] gives for this text.
pub fn text_key(text: &str) -> String {
    format!("{text:?};")
}

/// How a value is written, for a reference in its place to be written alike.
pub fn spelling_of(value: Node<'_>) -> Spelling {
    if let Some(reference) = Reference::read(value) {
        return reference.spelling();
    }
    match Call::read(value).map(|call| call.head) {
        Some(Head::Long(key)) => Spelling::Long {
            quote: key.quote(),
            one_line: value.layout() == Some(Layout::Flow) && value.is_one_line(),
        },
        Some(Head::Short(_)) => Spelling::Short(Quote::Plain),
        None if is_json(value) => Spelling::Long {
            quote: Quote::Double,
            one_line: !Brackets::around(value).has_mappings_in_lines(),
        },
        None => long_call(value.stream()).map_or(Spelling::Short(Quote::Plain), |call| spelling_of(call)),
    }
}

/// A call in long form, of a file that has none in short form; a reference, if there is one.
fn long_call<'d>(stream: &'d Stream) -> Option<Node<'d>> {
    let calls = || stream.all().filter_map(|node| Some((node, Call::read(node)?.head)));
    let mut first = None;
    for (node, head) in calls() {
        match head {
            Head::Short(_) => return None,
            Head::Long(_) => {
                first.get_or_insert(node);
            }
        }
    }
    let reference = calls().find(|&(node, _)| Reference::read(node).is_some());
    reference.map(|(node, _)| node).or(first)
}

/// Whether a value stands in JSON, or in YAML written like it: then there are no tags.
fn is_json(value: Node<'_>) -> bool {
    let root = value.ancestors().last().unwrap_or(value);
    let mut keys = value.ancestors().flat_map(Node::entries).map(|(key, _)| key.quote());
    root.layout() == Some(Layout::Flow) && keys.next() == Some(Quote::Double)
}

/// The parts of a value that is read for what it says, not to be changed.
fn parts_of(value: Node<'_>) -> Vec<Part<'_>> {
    Reader::read(value, None)
}

/// Gathers the parts of a value. Each of its methods is given where a value stands, or nothing where that is not to be
/// changed: an alias stands for it.
struct Reader<'d> {
    parts: Vec<Part<'d>>,
    /// How much more may be read: a variable, or an alias, may stand for what holds others, or even itself.
    room: usize,
}

impl<'d> Reader<'d> {
    /// More than a name or an ARN takes, of which the latter has at most 2,048 characters:
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>.
    const ROOM: usize = 4096;
    /// What a value takes besides the characters of a text.
    const NODE: usize = 16;

    fn read(node: Node<'d>, path: Option<&Path>) -> Vec<Part<'d>> {
        let mut reader = Self {
            parts: Vec::new(),
            room: Self::ROOM,
        };
        reader.value(node, path);
        merged(reader.parts)
    }

    /// Reads a value; what cannot be told is a part of its own.
    fn value(&mut self, node: Node<'d>, path: Option<&Path>) {
        let Some((node, path)) = self.follow(node, path) else {
            self.parts.push(Part::Unknown);
            return;
        };
        if let Some(reference) = Reference::read(node) {
            self.parts.push(Part::Mention(Mention {
                target: reference.target,
                attribute: reference.attribute,
                site: Site::Reference(reference),
                path: path.cloned(),
            }));
            return;
        }
        let Some(call) = Call::read(node) else {
            self.parts.push(match node.scalar() {
                Some(text) if !text.contains("{{resolve:") => Part::Text(text.to_owned()),
                _ => Part::Unknown,
            });
            return;
        };
        if self.call(node, &call, path).is_none() {
            self.parts.push(Part::Unknown);
        }
    }

    /// What a value is that may be an alias, and where; `None` where that is too much.
    fn follow<P>(&mut self, node: Node<'d>, path: Option<P>) -> Option<(Node<'d>, Option<P>)> {
        let path = path.filter(|_| !node.is_alias());
        let node = node.resolved();
        let taken = Self::NODE + node.scalar().map_or(0, str::len);
        self.room = self.room.checked_sub(taken)?;
        Some((node, path))
    }

    fn call(&mut self, node: Node<'d>, call: &Call<'d>, path: Option<&Path>) -> Option<()> {
        let argument = call.plain_argument()?;
        let below = match call.head {
            // Paid for with the call.
            Head::Short(_) => path.cloned(),
            Head::Long(key) => {
                let below = path.map(|path| path.key(key.scalar().unwrap_or_default()));
                self.follow(call.argument, below)?.1
            }
        };
        match call.name {
            "Sub" => self.sub(argument, below.as_ref()),
            "Join" => self.join(argument, below.as_ref()),
            "Select" => self.select(node, path, argument, below.as_ref()),
            _ => None,
        }
    }

    fn sub(&mut self, argument: Node<'d>, path: Option<&Path>) -> Option<()> {
        let (text, text_path, variables) = if argument.is_sequence() {
            let mut items = argument.items();
            let (text, text_path) = self.item(items.next()?, path, 0)?;
            (text, text_path, items.next())
        } else {
            (argument, path.cloned(), None)
        };
        let variables = match variables {
            Some(variables) => Some(self.item(variables, path, 1)?),
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
            let own = variables
                .as_ref()
                .and_then(|(variables, path)| Some((variables.get(name)?, path)));
            if let Some(literal) = inside.strip_prefix('!') {
                self.parts.push(Part::Text(format!("${{{literal}}}")));
            } else if let Some((own, path)) = own {
                self.value(own, path.as_ref().map(|path| path.key(name)).as_ref());
            } else {
                let start = at + 2 + (inside.len() - inside.trim_start().len());
                let (target, attribute) = match name.split_once('.') {
                    Some((target, attribute)) => (target, Attribute::GetAtt(attribute)),
                    None => (name, Attribute::Ref),
                };
                self.parts.push(Part::Mention(Mention {
                    target,
                    attribute,
                    site: Site::Variable {
                        text,
                        range: start..start + name.len(),
                    },
                    path: text_path.clone(),
                }));
            }
        }
        self.parts.push(Part::Text(value.get(rest..)?.to_owned()));
        Some(())
    }

    fn join(&mut self, argument: Node<'d>, path: Option<&Path>) -> Option<()> {
        let mut items = argument.items();
        let (delimiter, _) = self.item(items.next()?, path, 0)?;
        let (list, path) = self.item(items.next()?, path, 1)?;
        let delimiter = delimiter.scalar()?;
        if !list.is_sequence() || list.tag().is_some() {
            return None;
        }
        for (at, item) in list.items().enumerate() {
            if at > 0 {
                self.parts.push(Part::Text(delimiter.to_owned()));
            }
            self.value(item, path.as_ref().map(|path| path.index(at)).as_ref());
        }
        Some(())
    }

    fn select(&mut self, node: Node<'d>, path: Option<&Path>, argument: Node<'d>, below: Option<&Path>) -> Option<()> {
        let mut items = argument.items();
        let (index, _) = self.item(items.next()?, below, 0)?;
        let (list, below) = self.item(items.next()?, below, 1)?;
        let index: usize = index.scalar()?.trim().parse().ok()?;
        if let Some(split) = Call::read(list).filter(|call| call.name == "Split") {
            let target = self.target_of_arn(&split).filter(|_| index == 1)?;
            self.parts.push(Part::Mention(Mention {
                target,
                attribute: Attribute::Ref,
                site: Site::PartOfArn(node),
                path: path.cloned(),
            }));
            return Some(());
        }
        let item = list.items().nth(index).filter(|_| list.tag().is_none())?;
        self.value(item, below.map(|path| path.index(index)).as_ref());
        Some(())
    }

    /// The logical ID in an `Fn::GetAtt` of an ARN that is split at its slash, `arn:aws:iam::123456789012:role/name`.
    fn target_of_arn(&mut self, split: &Call<'d>) -> Option<&'d str> {
        let mut items = split.plain_argument()?.items();
        let (delimiter, _) = self.item(items.next()?, None, 0)?;
        let first = self.parts.len();
        self.value(items.next()?, None);
        let source = merged(self.parts.split_off(first));
        match source.as_slice() {
            [Part::Mention(arn)] if arn.attribute == Attribute::GetAtt("Arn") => {
                delimiter.scalar()?.ends_with('/').then_some(arn.target)
            }
            _ => None,
        }
    }

    /// An argument of a function, the `index`th in the list at `path`.
    fn item(&mut self, item: Node<'d>, path: Option<&Path>, index: usize) -> Option<(Node<'d>, Option<Path>)> {
        self.follow(item, path.map(|path| path.index(index)))
    }
}

/// Texts side by side as one, and empty ones as none, but where nothing else is left.
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
