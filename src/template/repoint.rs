//! The smallest edits that make a reference name another resource.

use super::intrinsic::{Argument, Attribute, Head, Reference, Spelling};
use crate::syntax::{Brackets, Edit, Fragment, Layout, Node, Quote, Span, step};

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

/// Why a reference cannot be edited without losing or guessing something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It is a block scalar, or goes over several lines.
    #[error("the reference is written over several lines")]
    SeveralLines,
    /// A comment would be lost.
    #[error("a comment stands inside the reference and would be lost")]
    Comment,
    /// Taking it out of its object, or the object's entry away, would lose something.
    #[error("a comment or an anchor stands in it and would be lost, or it is written in an unusual way")]
    Reshape,
    /// An alias stands for it, and what it stands for has no such place.
    #[error("an alias stands here for what is written elsewhere")]
    Alias,
    /// A tag or an anchor is where none was expected.
    #[error("the reference is written in an unusual way")]
    Unusual,
}

/// Makes `reference` give the name or the ARN of the resource `id`, changing its function only where that is needed.
///
/// # Errors
///
/// What keeps the reference from being edited safely.
pub(super) fn repoint(reference: &Reference<'_>, id: &str, form: Form) -> Result<Repointed, Obstacle> {
    let is_short = matches!(reference.call.head, Head::Short(_));
    if let Argument::List { list, .. } = reference.argument
        && !list.ancestors().any(|node| node == reference.node)
    {
        return Err(Obstacle::Alias);
    }
    let arn = format!("{id}.Arn");
    let (edits, value) = match (reference.attribute, reference.argument, form) {
        (Attribute::Ref, Argument::Text(text), Form::Name) => (vec![retext(text, id)?], text_fragment(id)),
        (Attribute::GetAtt(_), Argument::Text(text), Form::Arn) => (vec![retext(text, &arn)?], text_fragment(&arn)),
        (Attribute::Ref, Argument::Text(text), Form::Arn) if is_short => (
            vec![retext(text, &arn)?, rename(reference, "GetAtt")?],
            text_fragment(&arn),
        ),
        (Attribute::Ref, Argument::Text(text), Form::Arn) => {
            let edits = vec![into_list(text, id)?, rename(reference, "GetAtt")?];
            (edits, list_fragment(id))
        }
        (Attribute::GetAtt(_), Argument::Text(text), Form::Name) => {
            (vec![retext(text, id)?, rename(reference, "Ref")?], text_fragment(id))
        }
        (_, Argument::List { id: old, attribute, .. }, Form::Arn) => {
            let mut edits = vec![retext(old, id)?];
            if attribute.resolved().scalar() != Some("Arn") {
                edits.push(retext(attribute, "Arn")?);
            }
            (edits, list_fragment(id))
        }
        (_, Argument::List { list, id: old, .. }, Form::Name) => {
            let edits = vec![from_list(reference, list, old, id)?, rename(reference, "Ref")?];
            (edits, text_fragment(id))
        }
    };
    let function = match form {
        Form::Name => "Ref",
        Form::Arn => "GetAtt",
    };
    Ok(Repointed {
        edits,
        value: called(reference.call.head, function, value),
    })
}

/// A reference in place of a value that says too much, or of an alias; spelt as `spelling` says.
///
/// # Errors
///
/// What keeps the value from being replaced without a loss.
pub fn replace(value: Node<'_>, spelling: Spelling, id: &str, form: Form) -> Result<Repointed, Obstacle> {
    let (span, lead) = replaceable(value)?;
    let brackets = Brackets::around(value);
    let key = key_quote(value);
    let (repointed, text) = match (spelling, form) {
        (Spelling::Short(quote), Form::Name) => (spelling.name_of(id), format!("!Ref {}", quote.around(id))),
        (Spelling::Short(quote), Form::Arn) => {
            let text = quote.around(&format!("{id}.Arn"));
            (spelling.arn_of(id), format!("!GetAtt {text}"))
        }
        (Spelling::Long { quote, .. }, Form::Name) => {
            let text = format!("{}{}", brackets.key(key, "Ref"), quote.around(id));
            (spelling.name_of(id), text)
        }
        (Spelling::Long { quote, .. }, Form::Arn) => {
            let parts = [&*quote.around(id), &*quote.around("Arn")];
            let text = format!("{}{}", brackets.key(key, "Fn::GetAtt"), brackets.list(1, parts));
            (spelling.arn_of(id), text)
        }
    };
    let around = value.ancestors().nth(1).and_then(Node::layout);
    let is_beside = matches!(spelling, Spelling::Long { one_line: false, .. })
        && around == Some(Layout::Block)
        && (value.scalar().is_some() || is_list_below(value));
    let below = value.key().filter(|_| is_beside).and_then(|_| below_key(value));
    if let Some((span, lead)) = below {
        // Between the key and its value, too.
        if span.slice(value.stream().text()).contains('#') {
            return Err(Obstacle::Comment);
        }
        return Ok(Repointed {
            edits: vec![Edit::replace(span, format!("{lead}{text}"))],
            value: repointed,
        });
    }
    let is_item = is_beside && value.key().is_none();
    let is_in_place = is_block(value) && !is_list_below(value);
    let stands_alone = matches!(spelling, Spelling::Short(_)) || is_in_place || is_item;
    let text = if stands_alone {
        text
    } else {
        let [open, close] = brackets.around_entry();
        format!("{open}{text}{close}")
    };
    Ok(Repointed {
        edits: vec![Edit::replace(span, format!("{lead}{text}"))],
        value: repointed,
    })
}

/// What is to go where a value beside its key gives way to an entry on the line below, and what stands before that.
fn below_key(value: Node<'_>) -> Option<(Span, String)> {
    let key = value.key()?;
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
    let (span, lead) = replaceable(value)?;
    let edit = Edit::replace(span, format!("{lead}{}", quote.for_text(text).around(text)));
    Ok((edit, text_fragment(text)))
}

fn is_block(value: Node<'_>) -> bool {
    value.layout() == Some(Layout::Block)
}

fn is_list_below(value: Node<'_>) -> bool {
    is_block(value) && value.is_sequence() && value.tag().is_none()
}

/// All of a value's text, if nothing in it would be lost, and what is to stand before its replacement: a list below its
/// key makes room for a value beside the key.
fn replaceable(value: Node<'_>) -> Result<(Span, &'static str), Obstacle> {
    if value.quote() == Quote::Block || value.is_anchored() || value.has_tag_elsewhere() {
        return Err(Obstacle::Unusual);
    }
    let (start, lead) = if is_list_below(value) {
        (value.behind_colon().ok_or(Obstacle::Unusual)?, " ")
    } else {
        (value.full_span().start(), "")
    };
    let span = Span::new(start, value.span().end());
    if span.slice(value.stream().text()).contains('#') {
        return Err(Obstacle::Comment);
    }
    Ok((span, lead))
}

/// How the keys of a value are quoted, or those around it.
fn key_quote(value: Node<'_>) -> Quote {
    let mut keys = value.ancestors().flat_map(Node::entries).map(|(key, _)| key.quote());
    keys.next().unwrap_or(Quote::Plain)
}

fn text_fragment(text: &str) -> Fragment {
    Fragment::scalar(text, None)
}

fn list_fragment(id: &str) -> Fragment {
    Fragment::Sequence([id, "Arn"].map(text_fragment).into())
}

fn called(head: Head<'_>, function: &str, value: Fragment) -> Fragment {
    match head {
        Head::Short(_) => Fragment::Tagged {
            tag: format!("!{function}"),
            value: Box::new(value),
        },
        Head::Long(_) => Fragment::Mapping {
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

/// Gives a call another function.
fn rename(reference: &Reference<'_>, function: &str) -> Result<Edit, Obstacle> {
    match reference.call.head {
        Head::Short(tag) => {
            let span = tag.span.ok_or(Obstacle::Unusual)?;
            Ok(Edit::replace(span, format!("!{function}")))
        }
        Head::Long(key) => retext(key, &long_name(function)),
    }
}

/// Gives a scalar another value, in the quotes that it has; an alias gives way to the value.
///
/// # Errors
///
/// If the scalar is written over several lines.
pub fn retext(scalar: Node<'_>, value: &str) -> Result<Edit, Obstacle> {
    if scalar.quote() == Quote::Block || !scalar.is_one_line() {
        return Err(Obstacle::SeveralLines);
    }
    let span = scalar.span();
    let inside = match scalar.quote() {
        Quote::Single | Quote::Double => Span::new(span.start() + 1, span.end() - 1),
        Quote::Plain | Quote::Block => span,
    };
    Ok(Edit::replace(inside, value))
}

/// Puts the list of `id` and `Arn` in place of a long call's text.
fn into_list(text: Node<'_>, id: &str) -> Result<Edit, Obstacle> {
    if text.quote() == Quote::Block || !text.is_one_line() {
        return Err(Obstacle::SeveralLines);
    }
    let quote = text.resolved().quote();
    let parts = [&*quote.around(id), &*quote.around("Arn")];
    Ok(Edit::replace(text.span(), Brackets::around(text).list(0, parts)))
}

/// Puts `id` in place of a call's list.
fn from_list(reference: &Reference<'_>, list: Node<'_>, old: Node<'_>, id: &str) -> Result<Edit, Obstacle> {
    let text = reference.node.stream().text();
    let quote = old.resolved().quote();
    if quote == Quote::Block {
        return Err(Obstacle::SeveralLines);
    }
    let new = quote.around(id);
    let edit = if list.layout() == Some(Layout::Block) {
        let head = match reference.call.head {
            Head::Short(tag) => tag.span.ok_or(Obstacle::Unusual)?.end(),
            Head::Long(_) => list.behind_colon().ok_or(Obstacle::Unusual)?,
        };
        if list.is_anchored() {
            return Err(Obstacle::Unusual);
        }
        Edit::replace(Span::new(head, list.span().end()), format!(" {new}"))
    } else {
        Edit::replace(list.span(), new)
    };
    if edit.span.slice(text).contains('#') {
        return Err(Obstacle::Comment);
    }
    Ok(edit)
}
