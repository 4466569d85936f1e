use crate::syntax::{Fragment, Node, Quote, Step, Tag};

/// A call of an intrinsic function, `!Name argument` or `Fn::Name: argument`.
#[derive(Clone, Copy, Debug)]
pub struct Call<'d> {
    /// The function's name without `!` and `Fn::`.
    pub name: &'d str,
    /// Where the name is written.
    pub head: Head<'d>,
    /// What the function is given, as written: of the short form the tagged node itself.
    pub argument: Node<'d>,
}

/// Where a call names its function.
#[derive(Clone, Copy, Debug)]
pub enum Head<'d> {
    /// In a tag.
    Short(&'d Tag),
    /// In the only key of a mapping.
    Long(Node<'d>),
}

impl<'d> Call<'d> {
    /// Reads a node as a call; `None` where it is none.
    pub fn read(node: Node<'d>) -> Option<Self> {
        if let Some(tag) = node.tag() {
            let name = tag.name.strip_prefix('!')?;
            return Some(Self {
                name,
                head: Head::Short(tag),
                argument: node,
            });
        }
        let mut entries = node.entries();
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

    /// The argument, an alias followed; `None` where it is itself a call.
    pub(super) fn plain_argument(&self) -> Option<Node<'d>> {
        let argument = self.argument.resolved();
        let is_short = matches!(self.head, Head::Short(_));
        (is_short || argument.tag().is_none()).then_some(argument)
    }
}

/// The two results of an `Fn::If` and the way to each; `None` where the node is no such call.
pub fn branches<'d>(node: Node<'d>) -> Option<[(Node<'d>, Vec<Step>); 2]> {
    let call = Call::read(node).filter(|call| call.name == "If")?;
    let mut items = call.plain_argument()?.items();
    let (Some(_), Some(yes), Some(no), None) = (items.next(), items.next(), items.next(), items.next()) else {
        return None;
    };
    let steps = |index| match call.head {
        Head::Short(_) => vec![Step::Index(index)],
        Head::Long(_) => vec![Step::Key("Fn::If".to_owned()), Step::Index(index)],
    };
    Some([(yes, steps(1)), (no, steps(2))])
}

/// The mapping and the two keys that an `Fn::FindInMap` looks up, each as far as it is written out; `None` for every other
/// value.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html>
pub fn looked_up<'d>(value: Node<'d>) -> Option<[Option<&'d str>; 3]> {
    let call = Call::read(value).filter(|call| call.name == "FindInMap")?;
    let mut items = call.plain_argument()?.items().map(Node::resolved);
    let mut next = || items.next().map(|item| item.scalar().filter(|_| item.tag().is_none()));
    Some([next()?, next()?, next()?])
}

/// A text that two values share if, and only if, they say the same, however they are laid out; calls by short and by
/// long form do not. `None` for a value too large to be a name.
pub(super) fn value_key(value: Node<'_>) -> Option<String> {
    const MOST_NODES: usize = 256;
    let mut key = String::new();
    let mut left = vec![value];
    for _ in 0..MOST_NODES {
        let Some(node) = left.pop() else { return Some(key) };
        let node = node.resolved();
        let (items, entries) = (node.items().len(), node.entries().len());
        // Debug quotes the texts, so that no text can pass for the structure around it.
        key.push_str(&format!("{:?} {:?} {items} {entries};", node.tag_name(), node.scalar()));
        left.extend(node.items().rev());
        left.extend(node.entries().rev().flat_map(|(key, value)| [value, key]));
    }
    None
}

/// One place that names a resource: a `Ref` or `Fn::GetAtt`, in whichever spelling.
///
/// The functions as AWS describes them: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html>
/// and <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'d> {
    /// The logical ID that is named.
    pub target: &'d str,
    /// What is asked of it.
    pub attribute: Attribute<'d>,
    /// The reference as written.
    pub node: Node<'d>,
    pub(super) call: Call<'d>,
    pub(super) argument: Argument<'d>,
}

/// What a reference asks of its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute<'d> {
    /// What `Ref` gives; of roles and profiles the name.
    Ref,
    /// `Fn::GetAtt` with this attribute.
    GetAtt(&'d str),
}

/// What the function of a reference is given, as written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument<'d> {
    /// One text: the logical ID, or `ID.Attribute`.
    Text(Node<'d>),
    /// The logical ID and the attribute as a list.
    List {
        list: Node<'d>,
        id: Node<'d>,
        attribute: Node<'d>,
    },
}

/// How a reference is written, for another one to be written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// With a tag, its argument in these quotes.
    Short(Quote),
    /// As a mapping, its argument in these quotes, with all of it on one line between braces or not.
    Long {
        /// How the argument is quoted.
        quote: Quote,
        /// Whether the mapping stands between braces on one line.
        one_line: bool,
    },
}

impl<'d> Reference<'d> {
    /// Reads a node as a reference; `None` where it is none, or its parts are themselves computed.
    pub fn read(node: Node<'d>) -> Option<Self> {
        let call = Call::read(node)?;
        let argument = call.plain_argument()?;
        let (target, attribute, argument) = match (call.name, argument.scalar()) {
            ("Ref", Some(target)) => (target, Attribute::Ref, Argument::Text(call.argument)),
            ("GetAtt", Some(text)) => {
                let (target, attribute) = text.split_once('.')?;
                (target, Attribute::GetAtt(attribute), Argument::Text(call.argument))
            }
            ("GetAtt", None) => {
                let mut items = argument.items();
                let (Some(id), Some(attribute), None) = (items.next(), items.next(), items.next()) else {
                    return None;
                };
                let text = |node: Node<'d>| {
                    let node = node.resolved();
                    node.scalar().filter(|_| node.tag().is_none())
                };
                let parts = Argument::List {
                    list: call.argument,
                    id,
                    attribute,
                };
                (text(id)?, Attribute::GetAtt(text(attribute)?), parts)
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

    /// How the reference is written.
    pub fn spelling(&self) -> Spelling {
        let quote = match self.argument {
            Argument::Text(text) => text.resolved().quote(),
            Argument::List { id, .. } => id.resolved().quote(),
        };
        let quote = if quote == Quote::Block { Quote::Plain } else { quote };
        match self.call.head {
            Head::Short(_) => Spelling::Short(quote),
            Head::Long(_) => Spelling::Long {
                quote,
                one_line: self.node.source().starts_with('{') && self.node.is_one_line(),
            },
        }
    }
}

/// Whether a value says that there is none, `AWS::NoValue`.
pub fn is_no_value(value: Node<'_>) -> bool {
    Reference::read(value).is_some_and(|to| to.target == "AWS::NoValue")
}

impl Spelling {
    /// How texts are quoted.
    pub fn quote(self) -> Quote {
        match self {
            Self::Short(quote) | Self::Long { quote, .. } => quote,
        }
    }

    /// `Ref` of `id`, spelt this way.
    pub fn name_of(self, id: &str) -> Fragment {
        match self {
            Self::Short(quote) => short("!Ref", Fragment::scalar(id, Some(quote))),
            Self::Long { quote, one_line } => long("Ref", Fragment::scalar(id, Some(quote)), one_line),
        }
    }

    /// `Fn::GetAtt` of the attribute `Arn` of `id`, spelt this way; the long form with a list, as JSON wants it.
    pub fn arn_of(self, id: &str) -> Fragment {
        match self {
            Self::Short(quote) => short("!GetAtt", Fragment::scalar(format!("{id}.Arn"), Some(quote))),
            Self::Long { quote, one_line } => {
                let parts = [id, "Arn"].map(|part| Fragment::scalar(part, Some(quote)));
                long("Fn::GetAtt", Fragment::Sequence(parts.into()), one_line)
            }
        }
    }
}

fn short(tag: &str, value: Fragment) -> Fragment {
    Fragment::Tagged {
        tag: tag.to_owned(),
        value: Box::new(value),
    }
}

fn long(key: &str, value: Fragment, one_line: bool) -> Fragment {
    Fragment::Mapping {
        entries: vec![(key.to_owned(), value)],
        one_line,
    }
}
