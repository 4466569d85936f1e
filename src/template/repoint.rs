//! The smallest edits that make a reference name another resource.

use super::intrinsic::{Argument, Attribute, Head, Named, Reference};
use super::obstacle::Obstacle;
use super::spelling::{LogicalId, Spelling, key_quote};
use crate::text::{Edit, Span};
use crate::yaml::{Brackets, Fragment, Layout, Node, Quote, step};

/// What a reference is to give: what `Ref` gives, or the attribute `Arn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The name, by `Ref`.
    Name,
    /// The ARN, by `Fn::GetAtt`.
    Arn,
}

/// A reference that names another resource now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repointed {
    /// How the text changes.
    pub edits: Vec<Edit>,
    /// What stands there afterwards.
    pub value: Fragment,
}

/// Makes `reference` give the name or the ARN of the resource `id`, changing its function only where that is needed.
///
/// # Errors
///
/// What keeps the reference from being edited safely.
pub(super) fn repoint(reference: &Reference<'_>, id: LogicalId<'_>, form: Form) -> Result<Repointed, Obstacle> {
    let spelling = reference.spelling();
    let is_short = matches!(spelling, Spelling::Short(_));
    let (mut edits, value) = match (reference.argument, form, id) {
        (Argument::One(old), Form::Name, _) => {
            let (edit, value) = rename(reference, old, id)?;
            (vec![edit], value)
        }
        (Argument::One(Named::Text(text)), Form::Arn, LogicalId::Plain(id))
            if is_short || reference.attribute != Attribute::Ref =>
        {
            let arn = format!("{id}.Arn");
            (vec![retext(text, &arn)?], text_fragment(&arn))
        }
        (Argument::List { id: old, attribute }, Form::Arn, _) if reference.holds(old.whole()) => {
            let (edit, value) = rename(reference, old, id)?;
            let mut edits = vec![edit];
            if attribute.resolved().scalar() != Some("Arn") {
                edits.push(retext(attribute, "Arn")?);
            }
            (edits, spelling.list_with_arn(value))
        }
        (_, Form::Arn, _) => {
            let list = spelling.list_with_arn(spelling.item(id));
            (vec![give(reference, reference.call.argument, &list)?], list)
        }
        (Argument::List { .. }, Form::Name, _) => {
            let value = spelling.argument(id);
            (vec![give(reference, reference.call.argument, &value)?], value)
        }
    };
    let function = match form {
        Form::Name => "Ref",
        Form::Arn => "GetAtt",
    };
    if reference.call.name != function {
        edits.push(give_function(reference, function)?);
    }
    Ok(Repointed {
        edits,
        value: called(is_short, function, value),
    })
}

/// A reference in place of a value that says too much, or of an alias; spelt as `spelling` says.
///
/// # Errors
///
/// What keeps the value from being replaced without a loss.
pub fn replace(value: Node<'_>, spelling: Spelling, id: LogicalId<'_>, form: Form) -> Result<Repointed, Obstacle> {
    let reference = match form {
        Form::Name => spelling.name_of(id),
        Form::Arn => spelling.arn_of(id),
    };
    Ok(Repointed {
        edits: vec![put(value, &reference)?],
        value: reference,
    })
}

/// Puts a fragment in place of a value.
fn put(value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    let (span, lead) = replaceable(value, matches!(fragment, Fragment::Mapping { .. }))?;
    let (brackets, keys) = (Brackets::around(value), key_quote(value));
    let in_block = match fragment {
        Fragment::Mapping { entries, one_line } => entry_in_block(value, span, *one_line).map(|place| (entries, place)),
        _ => None,
    };
    let ((span, lead), text) = match in_block {
        Some((entries, place)) => {
            let entries = entries.iter();
            let text = entries.map(|(name, value)| brackets.key(keys, name) + &brackets.write(value, 1, keys));
            (place, text.collect())
        }
        None => ((span, lead.to_owned()), brackets.write(fragment, 0, keys)),
    };
    // Between the key and its value, too.
    if span.slice(value.stream().text()).contains('#') {
        return Err(Obstacle::Comment);
    }
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}

/// Where an entry goes that stands in a block in place of the value, whose text is at `span`, and what stands before it;
/// `None` where it stands between braces.
fn entry_in_block(value: Node<'_>, span: Span, one_line: bool) -> Option<(Span, String)> {
    let around = value.ancestors().nth(1).and_then(Node::layout);
    let in_place = Some((span, String::new()));
    match value.key() {
        _ if is_block(value) && !is_list_below(value) => in_place,
        _ if one_line || around != Some(Layout::Block) => None,
        _ if value.scalar().is_none() && !is_list_below(value) => None,
        None => in_place,
        Some(key) => below_key(key, value),
    }
}

/// What is to go where a value beside its key gives way to an entry on the line below, and what stands before that.
fn below_key(key: Node<'_>, value: Node<'_>) -> Option<(Span, String)> {
    let start = value.behind_colon()?;
    let margin = format!("{}{}", key.indent()?, " ".repeat(step(key)));
    let lead = format!("{}{margin}", key.newline());
    Some((Span::new(start, value.span().end()), lead))
}

/// A text in place of a value that says it in more words.
///
/// # Errors
///
/// What keeps the value from being replaced without a loss.
pub fn rewrite(value: Node<'_>, text: &str, quote: Quote) -> Result<(Edit, Fragment), Obstacle> {
    let (span, lead) = replaceable(value, false)?;
    let edit = Edit::replace(
        value.file(),
        span,
        format!("{lead}{}", quote.for_text(text).around(text)),
    );
    Ok((edit, text_fragment(text)))
}

fn is_block(value: Node<'_>) -> bool {
    value.layout() == Some(Layout::Block)
}

fn is_list_below(value: Node<'_>) -> bool {
    is_block(value) && value.is_sequence() && value.tag().is_none()
}

/// All of a value's text, if nothing in it would be lost, and what is to stand before its replacement. What stands below
/// its key is replaced beside the key: a list always, a mapping unless the replacement `may_stay_below`, as another
/// mapping may, or a comment is beside the key.
fn replaceable(value: Node<'_>, may_stay_below: bool) -> Result<(Span, &'static str), Obstacle> {
    if value.has_tag_elsewhere() {
        return Err(Obstacle::Comment);
    }
    if value.quote() == Quote::Block || value.is_anchored() {
        return Err(Obstacle::Unusual);
    }
    let text = value.stream().text();
    let start = value.full_span().start();
    let gap = value.behind_colon().map(|colon| Span::new(colon, start));
    let makes_room = is_block(value) && value.tag().is_none() && !may_stay_below;
    let (start, lead) = match gap {
        gap if is_list_below(value) => (gap.ok_or(Obstacle::Unusual)?.start(), " "),
        Some(gap) if makes_room && !gap.slice(text).contains('#') => (gap.start(), " "),
        _ => (start, ""),
    };
    let span = Span::new(start, value.span().end());
    if span.slice(text).contains('#') {
        return Err(Obstacle::Comment);
    }
    Ok((span, lead))
}

fn text_fragment(text: &str) -> Fragment {
    Fragment::scalar(text, None)
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

/// Gives a reference another function.
fn give_function(reference: &Reference<'_>, function: &str) -> Result<Edit, Obstacle> {
    match reference.call.head {
        Head::Short(tag) => {
            let span = tag.span.ok_or(Obstacle::Comment)?;
            Ok(Edit::replace(reference.node.file(), span, format!("!{function}")))
        }
        Head::Long(key) => retext(key, &long_name(function)),
    }
}

/// Gives a reference another logical ID in place of the `old` one; with it what is given then. Where both are given alike,
/// only a text changes.
fn rename(reference: &Reference<'_>, old: Named<'_>, id: LogicalId<'_>) -> Result<(Edit, Fragment), Obstacle> {
    match (old, id) {
        (Named::Text(text), LogicalId::Plain(id)) => Ok((retext(text, id)?, text_fragment(id))),
        (Named::Sub { text, .. }, LogicalId::Worded(id)) if reference.holds(text) => {
            let is_short = text.tag().is_some();
            Ok((retext(text, id)?, called(is_short, "Sub", text_fragment(id))))
        }
        (_, id) => {
            let spelling = reference.spelling();
            let new = match reference.argument {
                Argument::One(_) => spelling.argument(id),
                Argument::List { .. } => spelling.item(id),
            };
            Ok((give(reference, old.whole(), &new)?, new))
        }
    }
}

/// Puts a fragment in place of the argument of a reference, or of an item of it.
fn give(reference: &Reference<'_>, old: Node<'_>, new: &Fragment) -> Result<Edit, Obstacle> {
    if old.scalar().is_some() && (old.quote() == Quote::Block || !old.is_one_line()) {
        return Err(Obstacle::SeveralLines);
    }
    match reference.call.head {
        Head::Short(tag) if old == reference.call.argument && is_block(old) => {
            let tag = tag.span.ok_or(Obstacle::Comment)?;
            if old.is_anchored() {
                return Err(Obstacle::Unusual);
            }
            write_over(Span::new(tag.end(), old.span().end()), " ", old, new)
        }
        Head::Short(_) if old == reference.call.argument => write_over(old.span(), "", old, new),
        // The anchor stays.
        _ if old.is_anchored() && old.tag().is_none() && !is_block(old) => write_over(old.span(), "", old, new),
        _ => put(old, new),
    }
}

/// Writes a fragment behind `lead` over what belongs to a value.
fn write_over(span: Span, lead: &str, value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    if span.slice(value.stream().text()).contains('#') {
        return Err(Obstacle::Comment);
    }
    let text = Brackets::around(value).write(fragment, 0, key_quote(value));
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}

/// Gives a scalar another value, in the quotes that it has, or in some where only the new one needs them; an alias gives
/// way to the value.
///
/// # Errors
///
/// If the scalar is written over several lines.
pub fn retext(scalar: Node<'_>, value: &str) -> Result<Edit, Obstacle> {
    if scalar.quote() == Quote::Block || !scalar.is_one_line() {
        return Err(Obstacle::SeveralLines);
    }
    let (file, span) = (scalar.file(), scalar.span());
    let is_plain = |text| Quote::Plain.for_text(text) == Quote::Plain;
    Ok(match scalar.quote() {
        Quote::Single | Quote::Double => Edit::replace(file, Span::new(span.start() + 1, span.end() - 1), value),
        _ if is_plain(value) || !(scalar.is_alias() || is_plain(scalar.source())) => Edit::replace(file, span, value),
        quote => Edit::replace(file, span, quote.for_text(value).around(value)),
    })
}
