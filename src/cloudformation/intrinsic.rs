use super::loops::is_in_scope;
use crate::text::Step;
use crate::yaml::Node;

/// A call of an intrinsic function, `!Name argument` or `Fn::Name: argument`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'d> {
    /// The function's name without `!` and `Fn::`.
    pub(super) name: &'d str,
    /// Where the name is written.
    pub(super) head: Head<'d>,
    /// What the function is given, as written: of the short form the tagged node itself.
    pub(super) argument: Node<'d>,
}

/// Where a call names its function.
#[derive(Clone, Copy, Debug)]
pub(super) enum Head<'d> {
    /// In a tag.
    Short,
    /// In the only key of a mapping.
    Long(Node<'d>),
}

impl<'d> Call<'d> {
    /// Reads a node as a call; `None` where it is none.
    pub(super) fn read(node: Node<'d>) -> Option<Self> {
        if let Some(tag) = node.tag() {
            let name = tag.name.strip_prefix('!')?;
            return Some(Self {
                name,
                head: Head::Short,
                argument: node,
            });
        }
        Self::read_long(node)
    }

    /// Reads a mapping as a call in long form, whatever tag stands before it.
    fn read_long(mapping: Node<'d>) -> Option<Self> {
        let mut entries = mapping.entries();
        let (Some((key, argument)), None) = (entries.next(), entries.next()) else {
            return None;
        };
        let name = match key.scalar()? {
            "Ref" => "Ref",
            name => name.strip_prefix("Fn::")?,
        };
        Some(Self {
            name,
            head: Head::Long(key),
            argument,
        })
    }

    /// Returns whether the function is the key of a mapping.
    pub(super) fn is_long(&self) -> bool {
        matches!(self.head, Head::Long(_))
    }

    /// Returns the argument, an alias followed; `None` if it is itself a call.
    pub(super) fn plain_argument(&self) -> Option<Node<'d>> {
        let argument = self.argument.resolved();
        let is_short = matches!(self.head, Head::Short);
        (is_short || argument.tag().is_none()).then_some(argument)
    }
}

/// The two results of an `Fn::If` and the way to each; `None` where the node is no such call.
pub(super) fn branches<'d>(node: Node<'d>) -> Option<[(Node<'d>, Vec<Step>); 2]> {
    let call = Call::read(node).filter(|call| call.name == "If")?;
    let mut items = call.plain_argument()?.items();
    let (Some(_), Some(yes), Some(no), None) = (items.next(), items.next(), items.next(), items.next()) else {
        return None;
    };
    let steps = |index| match call.head {
        Head::Short => vec![Step::Index(index)],
        Head::Long(_) => vec![Step::Key("Fn::If".to_owned()), Step::Index(index)],
    };
    Some([(yes, steps(1)), (no, steps(2))])
}

/// The mapping and the two keys that an `Fn::FindInMap` looks up, each as far as it is written out; `None` for every other
/// value.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html>
pub(super) fn looked_up<'d>(value: Node<'d>) -> Option<[Option<&'d str>; 3]> {
    let call = Call::read(value).filter(|call| call.name == "FindInMap")?;
    let mut items = call.plain_argument()?.items().map(Node::resolved);
    let mut next = || items.next().map(|item| item.scalar().filter(|_| item.tag().is_none()));
    Some([next()?, next()?, next()?])
}

/// One place that names a resource: a `Ref` or `Fn::GetAtt`, in whichever spelling.
///
/// The functions as AWS describes them: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html>
/// and <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference<'d> {
    /// The logical ID that is named.
    pub(super) target: &'d str,
    /// What is asked of it.
    pub(super) attribute: Attribute<'d>,
    /// The reference as written.
    pub(super) node: Node<'d>,
    pub(super) call: Call<'d>,
    pub(super) argument: Argument<'d>,
}

/// What a reference asks of its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute<'d> {
    /// What `Ref` gives; of roles and profiles the name.
    Ref,
    /// `Fn::GetAtt` with this attribute.
    GetAtt(&'d str),
}

/// What the function of a reference is given, as written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument<'d> {
    /// The logical ID alone or, in one text, `ID.Attribute`.
    One(Named<'d>),
    /// The logical ID and the attribute as a list.
    List(Named<'d>),
}

/// Where a reference names its resource.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'d> {
    /// In a text.
    Text(Node<'d>),
    /// In the text of an `Fn::Sub`, which is all of the argument or item, as the words of a loop need it.
    Sub { whole: Node<'d>, text: Node<'d> },
}

impl<'d> Reference<'d> {
    /// Reads a node as a reference; `None` where it is none, or its parts are themselves computed. An `Fn::Sub` of a text
    /// that has no variables but the words of the loops around it is no computation.
    pub(super) fn read(node: Node<'d>) -> Option<Self> {
        let call = Call::read(node)?;
        let (target, attribute, argument) = match call.name {
            "Ref" => {
                let id = match call.head {
                    Head::Short => Named::behind_tag(call.argument)?,
                    Head::Long(_) => Named::read(call.argument)?,
                };
                (id.id()?, Attribute::Ref, Argument::One(id))
            }
            "GetAtt" => {
                let list = call.plain_argument()?;
                let mut items = list.items();
                match (items.next(), items.next(), items.next()) {
                    (None, ..) => {
                        let (target, attribute) = list.scalar()?.split_once('.')?;
                        let argument = Argument::One(Named::Text(call.argument));
                        (target, Attribute::GetAtt(attribute), argument)
                    }
                    (Some(id), Some(attribute), None) => {
                        let id = Named::read(id)?;
                        let asked = attribute.resolved();
                        let asked = asked.scalar().filter(|_| asked.tag().is_none())?;
                        (id.id()?, Attribute::GetAtt(asked), Argument::List(id))
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self {
            target,
            attribute,
            node,
            call,
            argument,
        })
    }

    /// Returns whether its function is `Fn::GetAtt`.
    pub(super) fn is_get_att(&self) -> bool {
        self.attribute != Attribute::Ref
    }

    /// Returns whether a part of the reference is written in it, not where an alias stands for it.
    pub(super) fn holds(&self, part: Node<'_>) -> bool {
        part.ancestors().any(|node| node == self.node)
    }
}

impl<'d> Named<'d> {
    /// Reads an item of a list, or the argument of a function in long form.
    fn read(node: Node<'d>) -> Option<Self> {
        let resolved = node.resolved();
        if resolved.scalar().is_some() && resolved.tag().is_none() {
            return Some(Self::Text(node));
        }
        Self::of_call(node, Call::read(resolved)?)
    }

    /// Reads the argument of a function in short form, whose tag stands before it.
    fn behind_tag(node: Node<'d>) -> Option<Self> {
        match node.scalar() {
            Some(_) => Some(Self::Text(node)),
            None => Self::of_call(node, Call::read_long(node)?),
        }
    }

    fn of_call(whole: Node<'d>, call: Call<'d>) -> Option<Self> {
        let text = call.plain_argument()?.scalar().filter(|_| call.name == "Sub")?;
        let is_replaced = is_in_scope(whole, text) && !text.contains("&{");
        let text = call.argument;
        is_replaced.then_some(Self::Sub { whole, text })
    }

    /// The text with the logical ID in it; an alias where one stands for it.
    pub(super) fn text(self) -> Node<'d> {
        match self {
            Self::Text(text) | Self::Sub { text, .. } => text,
        }
    }

    /// All that is given for the logical ID.
    pub(super) fn whole(self) -> Node<'d> {
        match self {
            Self::Text(whole) | Self::Sub { whole, .. } => whole,
        }
    }

    fn id(self) -> Option<&'d str> {
        self.text().resolved().scalar()
    }
}

/// The logical ID that a value is, if it is written out: a text, or an `Fn::Sub` of a text that has no variables but the
/// words of the loops around it.
pub(super) fn written_id<'d>(value: Node<'d>) -> Option<&'d str> {
    Named::read(value)?.id()
}

/// Returns whether a value says that there is none, `AWS::NoValue`.
pub(super) fn is_no_value(value: Node<'_>) -> bool {
    Reference::read(value).is_some_and(|to| to.target == "AWS::NoValue")
}
