//! References with another target that keep the rest of their source.

use super::intrinsic::{IdSyntax, RefArgument, RefCall};
use super::spelling::{LogicalId, Spelling, long, short};
use crate::model::NameOrArn;
use crate::yaml::NewValue;

/// Returns a reference to `id` in the style of an existing reference.
///
/// It keeps the function if that returns `form`, and the style of its parts.
pub(super) fn repointed(reference: &RefCall<'_>, id: LogicalId<'_>, form: NameOrArn) -> NewValue {
    let spelling = Spelling::of(reference);
    let is_short = matches!(spelling, Spelling::Short(_));
    let function = match form {
        NameOrArn::Name => "Ref",
        NameOrArn::Arn => "GetAtt",
    };
    let value = match (reference.argument, form, id) {
        (RefArgument::One(old), NameOrArn::Name, _) => renamed(reference, old, id),
        (RefArgument::One(IdSyntax::Text(_)), NameOrArn::Arn, LogicalId::Plain(id) | LogicalId::Bare(id))
            if is_short || reference.is_get_att() =>
        {
            NewValue::scalar(format!("{id}.Arn"), None)
        }
        (RefArgument::List(old), NameOrArn::Arn, _) if reference.holds(old.whole()) => {
            spelling.list_with_arn(renamed(reference, old, id))
        }
        (_, NameOrArn::Arn, _) => spelling.list_with_arn(spelling.item(id)),
        (RefArgument::List(_), NameOrArn::Name, _) => spelling.argument(id),
    };
    called(is_short, function, value)
}

/// Replaces the `old` logical ID.
///
/// If both have the same syntax, only a scalar changes.
fn renamed(reference: &RefCall<'_>, old: IdSyntax<'_>, id: LogicalId<'_>) -> NewValue {
    match (old, id) {
        (IdSyntax::Text(_), LogicalId::Plain(id)) => NewValue::scalar(id, None),
        (IdSyntax::Text(_), LogicalId::Bare(id)) => NewValue::Bare(id.to_owned()),
        (IdSyntax::Sub { text, .. }, LogicalId::Templated(id)) if reference.holds(text) => {
            called(text.tag().is_some(), "Sub", NewValue::scalar(id, None))
        }
        (_, id) => match reference.argument {
            RefArgument::One(_) => Spelling::of(reference).argument(id),
            RefArgument::List(_) => Spelling::of(reference).item(id),
        },
    }
}

fn called(is_short: bool, function: &str, value: NewValue) -> NewValue {
    match is_short {
        true => short(&format!("!{function}"), value),
        false => long(&long_name(function), value, false),
    }
}

fn long_name(function: &str) -> String {
    match function {
        "Ref" => function.to_owned(),
        _ => format!("Fn::{function}"),
    }
}
