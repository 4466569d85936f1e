//! How references are written.

use super::intrinsic::{Argument, Head, Reference};
use crate::model::NoFix;
use crate::yaml::{Fragment, Quote};

/// How a reference is written, for another one to be written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
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

/// A logical ID to be written into a reference.
///
/// In what a loop repeats, its words are replaced inside `Fn::Sub`, not in the plain argument of `Ref` or `Fn::GetAtt`:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach-example-resource.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogicalId<'i> {
    /// One that stands for itself.
    Plain(&'i str),
    /// One that its resource has without quotes, though readers of YAML 1.1 take it for something else, such as `NO`.
    Bare(&'i str),
    /// One with the words of loops in it, `${Word}`.
    Worded(&'i str),
}

impl<'i> LogicalId<'i> {
    /// Reads a logical ID that its resource has in quotes or not.
    ///
    /// # Errors
    ///
    /// One with `&{Word}` in it, which no function replaces: aws-cloudformation/cloudformation-coverage-roadmap#2150.
    pub(super) fn read(id: &'i str, is_quoted: bool) -> Result<Self, NoFix> {
        match id {
            _ if id.contains("&{") => Err(NoFix::Letters),
            _ if id.contains("${") => Ok(Self::Worded(id)),
            _ if !is_quoted && Quote::Plain.for_text(id) != Quote::Plain => Ok(Self::Bare(id)),
            _ => Ok(Self::Plain(id)),
        }
    }
}

impl Spelling {
    /// Reads how a reference is written.
    pub(super) fn of(reference: &Reference<'_>) -> Self {
        let (Argument::One(named) | Argument::List(named)) = reference.argument;
        let text = named.text().resolved();
        let quote = match (text.quote(), reference.node.key_quote()) {
            (Quote::Block, _) => Quote::Plain,
            // It may be quoted for the loop's word in it alone.
            (Quote::Double, Quote::Plain) if text.source().contains("${") => Quote::Plain,
            (quote, _) => quote,
        };
        match reference.call.head {
            Head::Short => Self::Short(quote),
            Head::Long(_) => Self::Long {
                quote,
                one_line: reference.node.source().starts_with('{') && reference.node.is_one_line(),
            },
        }
    }

    /// Returns how texts are quoted.
    pub(super) fn quote(self) -> Quote {
        match self {
            Self::Short(quote) | Self::Long { quote, .. } => quote,
        }
    }

    /// `Ref` of `id`, spelt this way.
    pub(super) fn name_of(self, id: LogicalId<'_>) -> Fragment {
        match self {
            Self::Short(_) => short("!Ref", self.argument(id)),
            Self::Long { one_line, .. } => long("Ref", self.argument(id), one_line),
        }
    }

    /// `Fn::GetAtt` of the attribute `Arn` of `id`, spelt this way; the long form with a list, as JSON wants it.
    pub(super) fn arn_of(self, id: LogicalId<'_>) -> Fragment {
        match (self, id) {
            (Self::Short(_), LogicalId::Plain(id) | LogicalId::Bare(id)) => {
                short("!GetAtt", self.text(&format!("{id}.Arn")))
            }
            (Self::Short(_), LogicalId::Worded(_)) => short("!GetAtt", self.list_with_arn(self.item(id))),
            (Self::Long { one_line, .. }, _) => long("Fn::GetAtt", self.list_with_arn(self.item(id)), one_line),
        }
    }

    /// Returns what `Ref` is given for `id`.
    pub(super) fn argument(self, id: LogicalId<'_>) -> Fragment {
        match (self, id) {
            // No tag can stand behind another.
            (Self::Short(_), LogicalId::Worded(id)) => long("Fn::Sub", self.text(id), true),
            _ => self.item(id),
        }
    }

    /// Returns what stands for `id` in the list that `Fn::GetAtt` is given.
    pub(super) fn item(self, id: LogicalId<'_>) -> Fragment {
        match (self, id) {
            (_, LogicalId::Plain(id)) => self.text(id),
            (_, LogicalId::Bare(id)) => Fragment::Bare(id.to_owned()),
            (Self::Short(_), LogicalId::Worded(id)) => short("!Sub", self.text(id)),
            (Self::Long { one_line, .. }, LogicalId::Worded(id)) => long("Fn::Sub", self.text(id), one_line),
        }
    }

    /// The list of a logical ID, given like this, and `Arn`.
    pub(super) fn list_with_arn(self, id: Fragment) -> Fragment {
        Fragment::Sequence(vec![id, self.text("Arn")])
    }

    fn text(self, text: &str) -> Fragment {
        Fragment::scalar(text, Some(self.quote()))
    }
}

pub(super) fn short(tag: &str, value: Fragment) -> Fragment {
    Fragment::Tagged {
        tag: tag.to_owned(),
        value: Box::new(value),
    }
}

pub(super) fn long(key: &str, value: Fragment, one_line: bool) -> Fragment {
    Fragment::Mapping {
        entries: vec![(key.to_owned(), value)],
        one_line,
    }
}
