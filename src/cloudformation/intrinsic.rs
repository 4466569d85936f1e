use super::loops::is_in_scope;
use crate::text::PathSegment;
use crate::yaml::Node;

/// A call of an intrinsic function, `!Name argument` or `Fn::Name: argument`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'d> {
    /// The function's name without `!` and `Fn::`.
    pub(super) name: &'d str,
    /// The syntax of the call.
    pub(super) syntax: CallSyntax<'d>,
    /// The argument, as written.
    ///
    /// In short form it is the tagged node itself.
    pub(super) argument: Node<'d>,
}

/// The syntax of a call.
#[derive(Clone, Copy, Debug)]
pub(super) enum CallSyntax<'d> {
    /// A tag.
    Short,
    /// The only key of a mapping.
    Long(Node<'d>),
}

impl<'d> Call<'d> {
    /// Reads a node as a call.
    ///
    /// Returns `None` if it is not one.
    pub(super) fn read(node: Node<'d>) -> Option<Self> {
        if let Some(tag) = node.tag() {
            let name = tag.name.strip_prefix('!')?;
            return Some(Self {
                name,
                syntax: CallSyntax::Short,
                argument: node,
            });
        }
        Self::read_long(node)
    }

    /// Reads a mapping as a call in long form, ignoring its tag.
    pub(super) fn read_long(mapping: Node<'d>) -> Option<Self> {
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
            syntax: CallSyntax::Long(key),
            argument,
        })
    }

    /// Returns whether the function is the key of a mapping.
    pub(super) fn is_long(&self) -> bool {
        matches!(self.syntax, CallSyntax::Long(_))
    }

    /// Returns the argument with its alias resolved.
    ///
    /// Returns `None` if it is itself a call.
    pub(super) fn plain_argument(&self) -> Option<Node<'d>> {
        let argument = self.argument.resolved();
        let is_short = matches!(self.syntax, CallSyntax::Short);
        (is_short || argument.tag().is_none()).then_some(argument)
    }
}

/// Returns the two branches of an `Fn::If`, each with its path.
///
/// Returns `None` for any other node.
pub(super) fn branches<'d>(node: Node<'d>) -> Option<[(Node<'d>, Vec<PathSegment>); 2]> {
    let call = Call::read(node).filter(|call| call.name == "If")?;
    let mut items = call.plain_argument()?.items();
    let (Some(_), Some(yes), Some(no), None) = (items.next(), items.next(), items.next(), items.next()) else {
        return None;
    };
    let steps = |index| match call.syntax {
        CallSyntax::Short => vec![PathSegment::Index(index)],
        CallSyntax::Long(_) => vec![PathSegment::Key("Fn::If".to_owned()), PathSegment::Index(index)],
    };
    Some([(yes, steps(1)), (no, steps(2))])
}

/// Returns the mapping and the keys of an `Fn::FindInMap`, if literal.
///
/// Returns `None` for any other value.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html>
pub(super) fn looked_up<'d>(value: Node<'d>) -> Option<[Option<&'d str>; 3]> {
    let call = Call::read(value).filter(|call| call.name == "FindInMap")?;
    let mut items = call.plain_argument()?.items().map(Node::resolved);
    let mut next = || items.next().map(|item| item.scalar().filter(|_| item.tag().is_none()));
    Some([next()?, next()?, next()?])
}

/// A reference to a resource: `Ref` or `Fn::GetAtt` in any spelling.
///
/// AWS describes the functions:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html> and
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>.
#[derive(Clone, Copy, Debug)]
pub(super) struct RefCall<'d> {
    /// The logical ID.
    pub(super) target: &'d str,
    /// The part of the resource that it returns.
    pub(super) attribute: Attribute<'d>,
    /// The reference, as written.
    pub(super) node: Node<'d>,
    pub(super) call: Call<'d>,
    pub(super) argument: RefArgument<'d>,
}

/// The part of a resource that a reference returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute<'d> {
    /// The result of `Ref`: the name of a role or profile.
    Ref,
    /// The result of `Fn::GetAtt` with this attribute.
    GetAtt(&'d str),
    /// No result: `Fn::GetAtt` without an attribute, which CloudFormation rejects.
    Missing,
}

/// The argument of a reference, as written.
#[derive(Clone, Copy, Debug)]
pub(super) enum RefArgument<'d> {
    /// The logical ID alone or, in one scalar, `ID.Attribute`.
    One(IdSyntax<'d>),
    /// A list of the logical ID and the attribute.
    List(IdSyntax<'d>),
}

/// The syntax of a logical ID in a reference.
#[derive(Clone, Copy, Debug)]
pub(super) enum IdSyntax<'d> {
    /// A scalar.
    Text(Node<'d>),
    /// The scalar of an `Fn::Sub`, which loop variables need.
    ///
    /// `whole` is the whole argument or item.
    Sub { whole: Node<'d>, text: Node<'d> },
}

impl<'d> Attribute<'d> {
    fn of_get_att(name: &'d str) -> Self {
        match name {
            "" => Self::Missing,
            name => Self::GetAtt(name),
        }
    }

    /// Returns whether the resource itself is meant, not something else about it.
    pub(super) fn is_of_itself(self) -> bool {
        matches!(self, Self::Ref | Self::GetAtt("Arn") | Self::Missing)
    }
}

impl<'d> RefCall<'d> {
    /// Reads a node as a reference.
    ///
    /// Returns `None` if it is not one or has computed parts.
    ///
    /// An `Fn::Sub` with only loop variables does not count as computed.
    pub(super) fn read(node: Node<'d>) -> Option<Self> {
        let call = Call::read(node)?;
        let (target, attribute, argument) = match call.name {
            "Ref" => {
                let id = match call.syntax {
                    CallSyntax::Short => IdSyntax::after_tag(call.argument)?,
                    CallSyntax::Long(_) => IdSyntax::read(call.argument)?,
                };
                (id.id()?, Attribute::Ref, RefArgument::One(id))
            }
            "GetAtt" => {
                let list = call.plain_argument()?;
                let mut items = list.items();
                match (items.next(), items.next(), items.next()) {
                    (None, ..) => {
                        let text = list.scalar()?;
                        let (target, attribute) = text.split_once('.').unwrap_or((text, ""));
                        let argument = RefArgument::One(IdSyntax::Text(call.argument));
                        (target, Attribute::of_get_att(attribute), argument)
                    }
                    (Some(id), None, None) => {
                        let id = IdSyntax::read(id)?;
                        (id.id()?, Attribute::Missing, RefArgument::List(id))
                    }
                    (Some(id), Some(attribute), None) => {
                        let id = IdSyntax::read(id)?;
                        let asked = attribute.resolved();
                        let asked = asked.scalar().filter(|_| asked.tag().is_none())?;
                        (id.id()?, Attribute::of_get_att(asked), RefArgument::List(id))
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

    /// Returns whether a part is written here, not behind an alias.
    pub(super) fn holds(&self, part: Node<'_>) -> bool {
        part.ancestors().any(|node| node == self.node)
    }
}

impl<'d> IdSyntax<'d> {
    /// Reads a list item, or the argument of a long-form function.
    fn read(node: Node<'d>) -> Option<Self> {
        let resolved = node.resolved();
        if resolved.scalar().is_some() && resolved.tag().is_none() {
            return Some(Self::Text(node));
        }
        Self::of_call(node, Call::read(resolved)?)
    }

    /// Reads the argument of a short-form function, after its tag.
    fn after_tag(node: Node<'d>) -> Option<Self> {
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

    /// Returns the scalar with the logical ID, or the alias for it.
    pub(super) fn text(self) -> Node<'d> {
        match self {
            Self::Text(text) | Self::Sub { text, .. } => text,
        }
    }

    /// Returns the whole node in place of the logical ID.
    pub(super) fn whole(self) -> Node<'d> {
        match self {
            Self::Text(whole) | Self::Sub { whole, .. } => whole,
        }
    }

    fn id(self) -> Option<&'d str> {
        self.text().resolved().scalar()
    }
}

/// Returns the logical ID in a value that is a literal.
///
/// It is a scalar, or an `Fn::Sub` with only loop variables.
pub(super) fn written_id<'d>(value: Node<'d>) -> Option<&'d str> {
    IdSyntax::read(value)?.id()
}

/// Returns whether a value is `AWS::NoValue`.
pub(super) fn is_no_value(value: Node<'_>) -> bool {
    RefCall::read(value).is_some_and(|to| to.target == "AWS::NoValue")
}
