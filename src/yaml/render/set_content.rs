//! Changes a value by the smallest edits inside it.

use super::brackets::Brackets;
use super::replace::{is_block, replace};
use super::scalar::{set_bare, set_scalar, spans_lines};
use crate::text::{Edit, EditObstacle, TextRange};
use crate::yaml::{NewValue, Node};

/// Gives a value the content `new_value`.
///
/// A part with the same structure as its new content keeps that: only a tag, a key or the content of quotes is
/// replaced. A part with another structure is replaced as a whole.
///
/// # Errors
///
/// The obstacle to the first part that cannot be edited without a loss.
pub(super) fn set_content(value: Node<'_>, new_value: &NewValue) -> Result<Vec<Edit>, EditObstacle> {
    let mut edits = Vec::new();
    set_value(value, new_value, &mut edits)?;
    Ok(edits)
}

fn set_value(value: Node<'_>, new_value: &NewValue, edits: &mut Vec<Edit>) -> Result<(), EditObstacle> {
    match (new_value, value.tag()) {
        (NewValue::Tagged { tag, value: inner }, Some(written)) => {
            set_untagged(value, inner, true, edits)?;
            if written.name != *tag {
                let span = written.span.ok_or(EditObstacle::Comment)?;
                edits.push(Edit::replace(value.file(), span, tag.as_str()));
            }
        }
        (NewValue::Tagged { .. }, None) | (_, Some(_)) => edits.push(replace_inside(value, new_value)?),
        (_, None) => set_untagged(value, new_value, false, edits)?,
    }
    Ok(())
}

/// Changes a value, except for its tag.
fn set_untagged(
    value: Node<'_>,
    new_value: &NewValue,
    is_after_tag: bool,
    edits: &mut Vec<Edit>,
) -> Result<(), EditObstacle> {
    // An alias of a string can be replaced by another string; the anchor stays as it is.
    let text = value
        .resolved()
        .scalar()
        .filter(|_| is_after_tag || value.resolved().tag().is_none());
    match (new_value, text) {
        // A string with a style of its own needs no edit if it is already there. One without is always written, so that
        // it depends on no alias.
        (
            NewValue::Scalar {
                value: new,
                quote: Some(_),
            },
            Some(old),
        ) if old == new => {}
        (NewValue::Scalar { value: new, .. }, Some(_)) => edits.push(set_scalar(value, new)?),
        (NewValue::Bare(new), Some(_)) => edits.push(set_bare(value, new)?),
        (NewValue::Sequence(items), _) if value.is_sequence() && value.items().len() == items.len() => {
            for (item, new) in value.items().zip(items) {
                set_value(item, new, edits)?;
            }
        }
        (NewValue::Mapping { entries, .. }, _) if value.entries().len() == 1 && entries.len() == 1 => {
            for ((key, value), (name, new)) in value.entries().zip(entries) {
                set_value(value, new, edits)?;
                if key.scalar() != Some(name) {
                    edits.push(set_scalar(key, name)?);
                }
            }
        }
        _ if is_after_tag => edits.push(replace_after_tag(value, new_value)?),
        _ => edits.push(replace_inside(value, new_value)?),
    }
    Ok(())
}

/// Replaces a value, and keeps its tag.
fn replace_after_tag(value: Node<'_>, new_value: &NewValue) -> Result<Edit, EditObstacle> {
    check_one_line(value)?;
    if !is_block(value) {
        return write_over(value.span(), "", value, new_value);
    }
    let tag = value.tag().and_then(|tag| tag.span).ok_or(EditObstacle::Comment)?;
    if value.is_anchored() {
        return Err(EditObstacle::UnusualNotation);
    }
    write_over(TextRange::new(tag.end(), value.span().end()), " ", value, new_value)
}

/// Replaces a part of the value, and keeps its anchor if possible.
fn replace_inside(value: Node<'_>, new_value: &NewValue) -> Result<Edit, EditObstacle> {
    check_one_line(value)?;
    if value.is_anchored() && value.tag().is_none() && !is_block(value) {
        return write_over(value.span(), "", value, new_value);
    }
    replace(value, new_value)
}

fn check_one_line(value: Node<'_>) -> Result<(), EditObstacle> {
    match value.scalar().is_some() && spans_lines(value) {
        true => Err(EditObstacle::Multiline),
        false => Ok(()),
    }
}

/// Writes `lead` and a new value over a range of the value.
fn write_over(span: TextRange, lead: &str, value: Node<'_>, new_value: &NewValue) -> Result<Edit, EditObstacle> {
    if value.yaml_file().has_comment(span) {
        return Err(EditObstacle::Comment);
    }
    let text = Brackets::around(value).write(new_value, 0, value.key_quote());
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{ScalarStyle, YamlFile};

    /// Sets the content of the key `a`.
    fn with_content(text: &str, new_value: &NewValue) -> Result<String, EditObstacle> {
        let stream = YamlFile::of_text(text).unwrap();
        let value = stream.documents().next().unwrap().get("a").unwrap();
        let mut edits = set_content(value, new_value)?;
        edits.sort();
        let mut edited = text.to_owned();
        for edit in edits.iter().rev() {
            edited.replace_range(edit.span.range(), &edit.text);
        }
        Ok(edited)
    }

    fn text(value: &str) -> NewValue {
        NewValue::scalar(value, None)
    }

    fn quoted(value: &str, quote: ScalarStyle) -> NewValue {
        NewValue::scalar(value, Some(quote))
    }

    fn list(id: NewValue) -> NewValue {
        NewValue::Sequence(vec![id, quoted("Arn", ScalarStyle::Plain)])
    }

    fn short(tag: &str, value: NewValue) -> NewValue {
        NewValue::Tagged {
            tag: tag.to_owned(),
            value: Box::new(value),
        }
    }

    fn long(key: &str, value: NewValue, one_line: bool) -> NewValue {
        NewValue::Mapping {
            entries: vec![(key.to_owned(), value)],
            one_line,
        }
    }

    #[test]
    fn keeps_the_same_structure() {
        for (before, new_value, after) in [
            ("a: !Ref R # c\n", short("!Ref", text("P")), "a: !Ref P # c\n"),
            ("a: !GetAtt 'R.Arn'\n", short("!Ref", text("P")), "a: !Ref 'P'\n"),
            (
                "a: !Ref \"R\"\n",
                short("!GetAtt", text("P.Arn")),
                "a: !GetAtt \"P.Arn\"\n",
            ),
            ("a: !Ref &r R\n", short("!Ref", text("P")), "a: !Ref &r P\n"),
            ("a: {Ref: R}\n", long("Ref", text("P"), true), "a: {Ref: P}\n"),
            (
                "{\"a\": {\"Fn::GetAtt\": \"R.Arn\"}}",
                long("Ref", text("P"), false),
                "{\"a\": {\"Ref\": \"P\"}}",
            ),
            (
                "a: !GetAtt [R, arn]\n",
                short("!GetAtt", list(text("P"))),
                "a: !GetAtt [P, Arn]\n",
            ),
            (
                "a: !GetAtt\n  # c\n  - R\n  - 'arn' # d\n",
                short("!GetAtt", list(text("P"))),
                "a: !GetAtt\n  # c\n  - P\n  - 'Arn' # d\n",
            ),
            (
                "a: !Ref {'Fn::Sub': '${X}R'}\n",
                short("!Ref", long("Fn::Sub", text("${X}P"), false)),
                "a: !Ref {'Fn::Sub': '${X}P'}\n",
            ),
            (
                "a: !GetAtt [!Sub '${X}R', Arn]\n",
                short("!GetAtt", list(short("!Sub", text("${X}P")))),
                "a: !GetAtt [!Sub '${X}P', Arn]\n",
            ),
        ] {
            assert_eq!(with_content(before, &new_value).as_deref(), Ok(after));
        }
    }

    #[test]
    fn replaces_a_different_structure() {
        for (before, new_value, after) in [
            (
                "a:\n  Ref: R # c\n",
                long("Fn::GetAtt", list(quoted("P", ScalarStyle::Plain)), false),
                "a:\n  Fn::GetAtt: [P, Arn] # c\n",
            ),
            (
                "a: !GetAtt\n  - R\n  - Arn\nb: c\n",
                short("!Ref", quoted("P", ScalarStyle::Plain)),
                "a: !Ref P\nb: c\n",
            ),
            (
                "a: !GetAtt [R, Arn]\n",
                short("!Ref", quoted("P", ScalarStyle::Plain)),
                "a: !Ref P\n",
            ),
            (
                "a: !Ref R\n",
                short("!Ref", long("Fn::Sub", quoted("${X}P", ScalarStyle::Plain), true)),
                "a: !Ref {Fn::Sub: \"${X}P\"}\n",
            ),
            (
                "a: !GetAtt [R, Arn]\n",
                short("!GetAtt", list(short("!Sub", quoted("${X}P", ScalarStyle::Single)))),
                "a: !GetAtt [!Sub '${X}P', Arn]\n",
            ),
            // The anchor stays.
            (
                "a: {Ref: &r R}\n",
                long("Fn::GetAtt", list(quoted("P", ScalarStyle::Plain)), true),
                "a: {Fn::GetAtt: &r [P, Arn]}\n",
            ),
        ] {
            assert_eq!(with_content(before, &new_value).as_deref(), Ok(after));
        }
    }

    #[test]
    fn replaces_an_alias_and_keeps_the_aliased_value() {
        for (before, new_value, after) in [
            (
                "x: &r R\na: !GetAtt [*r, Arn]\n",
                short("!GetAtt", list(text("P"))),
                "x: &r R\na: !GetAtt [P, Arn]\n",
            ),
            // A string without a style of its own is always written.
            (
                "x: &r R\ny: &n Arn\na: !GetAtt [*r, *n]\n",
                short("!GetAtt", list(text("R"))),
                "x: &r R\ny: &n Arn\na: !GetAtt [R, *n]\n",
            ),
            (
                "x: &l [R, Arn]\na: {Fn::GetAtt: *l }\n",
                long("Fn::GetAtt", list(quoted("P", ScalarStyle::Plain)), true),
                "x: &l [R, Arn]\na: {Fn::GetAtt: [P, Arn] }\n",
            ),
            (
                "x: &s !Sub '${X}R'\na: {Ref: *s }\n",
                long("Ref", quoted("P", ScalarStyle::Plain), true),
                "x: &s !Sub '${X}R'\na: {Ref: P }\n",
            ),
        ] {
            assert_eq!(with_content(before, &new_value).as_deref(), Ok(after));
        }
    }

    #[test]
    fn returns_the_obstacle() {
        for (before, new_value, obstacle) in [
            ("a: !Ref >-\n  R\n", short("!Ref", text("P")), EditObstacle::Multiline),
            ("a: !Ref 'R\n  '\n", short("!Ref", text("P")), EditObstacle::Multiline),
            (
                "a: !GetAtt # c\n  R.Arn\n",
                short("!Ref", text("P")),
                EditObstacle::Comment,
            ),
            (
                "a: !GetAtt [R, # c\n Arn]\n",
                short("!Ref", text("P")),
                EditObstacle::Comment,
            ),
            (
                "a: !GetAtt &l\n  - R\n  - Arn\n",
                short("!Ref", text("P")),
                EditObstacle::UnusualNotation,
            ),
        ] {
            assert_eq!(with_content(before, &new_value), Err(obstacle), "{before}");
        }
    }
}
