//! The spelling of references.

use super::intrinsic::{CallSyntax, RefArgument, RefCall};
use crate::model::{NameOrArn, NoFix};
use crate::yaml::{NewValue, ScalarStyle};

/// The spelling of a reference, for new references to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// A tag, with the argument in this style.
    Short(ScalarStyle),
    /// A mapping, with the argument in this style.
    Long {
        /// The style of the argument.
        quote: ScalarStyle,
        /// True if the mapping is in braces on one line.
        one_line: bool,
    },
}

/// A logical ID in a new reference.
///
/// Inside a loop, variables are replaced in `Fn::Sub`, not in the plain argument of `Ref` or `Fn::GetAtt`:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach-example-resource.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogicalId<'i> {
    /// An ID without loop variables.
    Plain(&'i str),
    /// An ID without quotes that YAML 1.1 readers misread, such as `NO`.
    Bare(&'i str),
    /// An ID with loop variables, `${Variable}`.
    Templated(&'i str),
}

impl<'i> LogicalId<'i> {
    /// Reads a logical ID with or without quotes in its resource.
    ///
    /// # Errors
    ///
    /// If it contains `&{Variable}`, which no function replaces:
    /// aws-cloudformation/cloudformation-coverage-roadmap#2150.
    pub(super) fn read(id: &'i str, is_quoted: bool) -> Result<Self, NoFix> {
        match id {
            _ if id.contains("&{") => Err(NoFix::IdByLetters),
            _ if id.contains("${") => Ok(Self::Templated(id)),
            _ if !is_quoted && ScalarStyle::Plain.for_text(id) != ScalarStyle::Plain => Ok(Self::Bare(id)),
            _ => Ok(Self::Plain(id)),
        }
    }

    /// Returns the name of a variable of `Fn::Sub`, without `${}`.
    ///
    /// # Errors
    ///
    /// If the ID contains loop variables, which cannot be nested.
    pub(super) fn variable(self, form: NameOrArn) -> Result<String, NoFix> {
        match (self, form) {
            (Self::Templated(_), _) => Err(NoFix::LoopVariableInSub),
            (Self::Plain(id) | Self::Bare(id), NameOrArn::Name) => Ok(id.to_owned()),
            (Self::Plain(id) | Self::Bare(id), NameOrArn::Arn) => Ok(format!("{id}.Arn")),
        }
    }

    /// Returns a string with a call in backquotes, as configuration files of Elastic Beanstalk need it.
    pub(super) fn in_backquotes(self, form: NameOrArn) -> NewValue {
        let (Self::Plain(id) | Self::Bare(id) | Self::Templated(id)) = self;
        let call = match form {
            NameOrArn::Name => format!("`{{\"Ref\" : \"{id}\"}}`"),
            NameOrArn::Arn => format!("`{{\"Fn::GetAtt\" : [\"{id}\", \"Arn\"]}}`"),
        };
        NewValue::scalar(call, Some(ScalarStyle::Single))
    }
}

impl Spelling {
    /// Returns the spelling of a reference.
    pub(super) fn of(reference: &RefCall<'_>) -> Self {
        let (RefArgument::One(named) | RefArgument::List(named)) = reference.argument;
        let text = named.text().resolved();
        let quote = match (text.scalar_style(), reference.node.key_quote()) {
            (ScalarStyle::Block, _) => ScalarStyle::Plain,
            // The quotes may be needed only for the loop variable.
            (ScalarStyle::Double, ScalarStyle::Plain) if text.source().contains("${") => ScalarStyle::Plain,
            (quote, _) => quote,
        };
        match reference.call.syntax {
            CallSyntax::Short => Self::Short(quote),
            CallSyntax::Long(_) => Self::Long {
                quote,
                one_line: reference.node.source().starts_with('{') && reference.node.is_one_line(),
            },
        }
    }

    /// Returns the style of scalars.
    pub(super) fn quote(self) -> ScalarStyle {
        match self {
            Self::Short(quote) | Self::Long { quote, .. } => quote,
        }
    }

    /// Returns `Ref` of `id` in this spelling.
    pub(super) fn name_of(self, id: LogicalId<'_>) -> NewValue {
        match self {
            Self::Short(_) => short("!Ref", self.argument(id)),
            Self::Long { one_line, .. } => long("Ref", self.argument(id), one_line),
        }
    }

    /// Returns `Fn::GetAtt` of `id` and `Arn` in this spelling.
    ///
    /// The long form has a list, as JSON requires.
    pub(super) fn arn_of(self, id: LogicalId<'_>) -> NewValue {
        match (self, id) {
            (Self::Short(_), LogicalId::Plain(id) | LogicalId::Bare(id)) => {
                short("!GetAtt", self.text(&format!("{id}.Arn")))
            }
            (Self::Short(_), LogicalId::Templated(_)) => short("!GetAtt", self.list_with_arn(self.item(id))),
            (Self::Long { one_line, .. }, _) => long("Fn::GetAtt", self.list_with_arn(self.item(id)), one_line),
        }
    }

    /// Returns the argument of `Ref` for `id`.
    pub(super) fn argument(self, id: LogicalId<'_>) -> NewValue {
        match (self, id) {
            // A tag cannot follow another tag.
            (Self::Short(_), LogicalId::Templated(id)) => long("Fn::Sub", self.text(id), true),
            _ => self.item(id),
        }
    }

    /// Returns the list item of `Fn::GetAtt` for `id`.
    pub(super) fn item(self, id: LogicalId<'_>) -> NewValue {
        match (self, id) {
            (_, LogicalId::Plain(id)) => self.text(id),
            (_, LogicalId::Bare(id)) => NewValue::Bare(id.to_owned()),
            (Self::Short(_), LogicalId::Templated(id)) => short("!Sub", self.text(id)),
            (Self::Long { one_line, .. }, LogicalId::Templated(id)) => long("Fn::Sub", self.text(id), one_line),
        }
    }

    /// Returns the list of this logical ID and `Arn`.
    pub(super) fn list_with_arn(self, id: NewValue) -> NewValue {
        NewValue::Sequence(vec![id, self.text("Arn")])
    }

    fn text(self, text: &str) -> NewValue {
        NewValue::scalar(text, Some(self.quote()))
    }
}

pub(super) fn short(tag: &str, value: NewValue) -> NewValue {
    NewValue::Tagged {
        tag: tag.to_owned(),
        value: Box::new(value),
    }
}

pub(super) fn long(key: &str, value: NewValue, one_line: bool) -> NewValue {
    NewValue::Mapping {
        entries: vec![(key.to_owned(), value)],
        one_line,
    }
}
