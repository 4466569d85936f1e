//! References that name another resource, and keep the rest of what is written.

use super::intrinsic::{Argument, Named, Reference};
use super::spelling::{LogicalId, Spelling, long, short};
use crate::model::Form;
use crate::yaml::Fragment;

/// Returns the reference to `id` that keeps as much of a written one as it can: its function if that gives what is wanted,
/// and the way in which its parts are written.
pub(super) fn repointed(reference: &Reference<'_>, id: LogicalId<'_>, form: Form) -> Fragment {
    let spelling = Spelling::of(reference);
    let is_short = matches!(spelling, Spelling::Short(_));
    let function = match form {
        Form::Name => "Ref",
        Form::Arn => "GetAtt",
    };
    let value = match (reference.argument, form, id) {
        (Argument::One(old), Form::Name, _) => renamed(reference, old, id),
        (Argument::One(Named::Text(_)), Form::Arn, LogicalId::Plain(id) | LogicalId::Bare(id))
            if is_short || reference.is_get_att() =>
        {
            Fragment::scalar(format!("{id}.Arn"), None)
        }
        (Argument::List(old), Form::Arn, _) if reference.holds(old.whole()) => {
            spelling.list_with_arn(renamed(reference, old, id))
        }
        (_, Form::Arn, _) => spelling.list_with_arn(spelling.item(id)),
        (Argument::List(_), Form::Name, _) => spelling.argument(id),
    };
    called(is_short, function, value)
}

/// Returns another logical ID in place of the `old` one: where both are given alike, only a text changes.
fn renamed(reference: &Reference<'_>, old: Named<'_>, id: LogicalId<'_>) -> Fragment {
    match (old, id) {
        (Named::Text(_), LogicalId::Plain(id)) => Fragment::scalar(id, None),
        (Named::Text(_), LogicalId::Bare(id)) => Fragment::Bare(id.to_owned()),
        (Named::Sub { text, .. }, LogicalId::Worded(id)) if reference.holds(text) => {
            called(text.tag().is_some(), "Sub", Fragment::scalar(id, None))
        }
        (_, id) => match reference.argument {
            Argument::One(_) => Spelling::of(reference).argument(id),
            Argument::List(_) => Spelling::of(reference).item(id),
        },
    }
}

fn called(is_short: bool, function: &str, value: Fragment) -> Fragment {
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
