//! Points a reference to another resource, and keeps its spelling if possible.

use super::intrinsic::{Argument, Attribute, Named, Reference};
use super::spelling::{LogicalId, Spelling};
use crate::yaml::Fragment;

/// What a reference is to give: what `Ref` gives, or the attribute `Arn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The name, by `Ref`.
    Name,
    /// The ARN, by `Fn::GetAtt`.
    Arn,
}

/// Makes `reference` give the name or the ARN of the resource `id`, changing its function only where that is needed.
pub(super) fn repoint(reference: &Reference<'_>, id: LogicalId<'_>, form: Form) -> Fragment {
    let spelling = reference.spelling();
    let is_short = matches!(spelling, Spelling::Short(_));
    let value = match (reference.argument, form, id) {
        (Argument::One(old), Form::Name, _) => rename(reference, old, id),
        (Argument::One(Named::Text(_)), Form::Arn, LogicalId::Plain(id))
            if is_short || reference.attribute != Attribute::Ref =>
        {
            Fragment::scalar(format!("{id}.Arn"), None)
        }
        (Argument::List { id: old }, Form::Arn, _) if reference.holds(old.whole()) => {
            spelling.list_with_arn(rename(reference, old, id))
        }
        (_, Form::Arn, _) => spelling.list_with_arn(spelling.item(id)),
        (Argument::List { .. }, Form::Name, _) => spelling.argument(id),
    };
    let function = match form {
        Form::Name => "Ref",
        Form::Arn => "GetAtt",
    };
    called(is_short, function, value)
}

/// Returns the argument or item that replaces the `old` logical ID; only a text changes if both are given alike.
fn rename(reference: &Reference<'_>, old: Named<'_>, id: LogicalId<'_>) -> Fragment {
    match (old, id) {
        (Named::Text(_), LogicalId::Plain(id)) => Fragment::scalar(id, None),
        (Named::Sub { text, .. }, LogicalId::Worded(id)) if reference.holds(text) => {
            called(text.tag().is_some(), "Sub", Fragment::scalar(id, None))
        }
        (_, id) => match reference.argument {
            Argument::One(_) => reference.spelling().argument(id),
            Argument::List { .. } => reference.spelling().item(id),
        },
    }
}

fn called(is_short: bool, function: &str, value: Fragment) -> Fragment {
    match is_short {
        true => Fragment::Tagged {
            tag: format!("!{function}"),
            value: Box::new(value),
        },
        false => Fragment::Mapping {
            entries: vec![(long_name(function), value)],
            one_line: false,
        },
    }
}

fn long_name(function: &str) -> String {
    match function {
        "Ref" => function.to_owned(),
        _ => format!("Fn::{function}"),
    }
}
