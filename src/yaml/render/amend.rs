//! Amends a value by the smallest edits inside of it.

use super::brackets::Brackets;
use super::replace::{is_block, replace};
use super::scalar::{is_over_lines, retext, set_bare};
use crate::text::{Edit, Obstacle, Span};
use crate::yaml::{Fragment, Node};

/// Makes a value mean `fragment`.
///
/// A part that has the shape of its fragment keeps it: only a tag, a key or the text inside of quotes is replaced. A part
/// of another shape is replaced by its fragment.
///
/// # Errors
///
/// The obstacle to the first part that cannot be edited without a loss.
pub(super) fn amend(value: Node<'_>, fragment: &Fragment) -> Result<Vec<Edit>, Obstacle> {
    let mut edits = Vec::new();
    amend_value(value, fragment, &mut edits)?;
    Ok(edits)
}

fn amend_value(value: Node<'_>, fragment: &Fragment, edits: &mut Vec<Edit>) -> Result<(), Obstacle> {
    match (fragment, value.tag()) {
        (Fragment::Tagged { tag, value: inner }, Some(written)) => {
            amend_content(value, inner, true, edits)?;
            if written.name != *tag {
                let span = written.span.ok_or(Obstacle::Comment)?;
                edits.push(Edit::replace(value.file(), span, tag.as_str()));
            }
        }
        (Fragment::Tagged { .. }, None) | (_, Some(_)) => edits.push(replace_inside(value, fragment)?),
        (_, None) => amend_content(value, fragment, false, edits)?,
    }
    Ok(())
}

/// Amends a value without its tag.
fn amend_content(
    value: Node<'_>,
    fragment: &Fragment,
    is_behind_tag: bool,
    edits: &mut Vec<Edit>,
) -> Result<(), Obstacle> {
    // An alias for a text can be replaced by another text; the anchor stays as it is.
    let text = value
        .resolved()
        .scalar()
        .filter(|_| is_behind_tag || value.resolved().tag().is_none());
    match (fragment, text) {
        // A text with quotes of its own needs no edit if it is there already. One without is always set, so that it
        // depends on no alias.
        (
            Fragment::Scalar {
                value: new,
                quote: Some(_),
            },
            Some(old),
        ) if old == new => {}
        (Fragment::Scalar { value: new, .. }, Some(_)) => edits.push(retext(value, new)?),
        (Fragment::Bare(new), Some(_)) => edits.push(set_bare(value, new)?),
        (Fragment::Sequence(items), _) if value.is_sequence() && value.items().len() == items.len() => {
            for (item, new) in value.items().zip(items) {
                amend_value(item, new, edits)?;
            }
        }
        (Fragment::Mapping { entries, .. }, _) if value.entries().len() == 1 && entries.len() == 1 => {
            for ((key, value), (name, new)) in value.entries().zip(entries) {
                amend_value(value, new, edits)?;
                if key.scalar() != Some(name) {
                    edits.push(retext(key, name)?);
                }
            }
        }
        _ if is_behind_tag => edits.push(replace_behind_tag(value, fragment)?),
        _ => edits.push(replace_inside(value, fragment)?),
    }
    Ok(())
}

/// Replaces a value by a fragment, and keeps its tag.
fn replace_behind_tag(value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    refuse_lines(value)?;
    if !is_block(value) {
        return write_over(value.span(), "", value, fragment);
    }
    let tag = value.tag().and_then(|tag| tag.span).ok_or(Obstacle::Comment)?;
    if value.is_anchored() {
        return Err(Obstacle::Unusual);
    }
    write_over(Span::new(tag.end(), value.span().end()), " ", value, fragment)
}

/// Replaces a part of the amended value by a fragment, and keeps its anchor if possible.
fn replace_inside(value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    refuse_lines(value)?;
    if value.is_anchored() && value.tag().is_none() && !is_block(value) {
        return write_over(value.span(), "", value, fragment);
    }
    replace(value, fragment)
}

fn refuse_lines(value: Node<'_>) -> Result<(), Obstacle> {
    match value.scalar().is_some() && is_over_lines(value) {
        true => Err(Obstacle::SeveralLines),
        false => Ok(()),
    }
}

/// Writes a fragment behind `lead` over what belongs to a value.
fn write_over(span: Span, lead: &str, value: Node<'_>, fragment: &Fragment) -> Result<Edit, Obstacle> {
    if span.slice(value.stream().text()).contains('#') {
        return Err(Obstacle::Comment);
    }
    let text = Brackets::around(value).write(fragment, 0, value.key_quote());
    Ok(Edit::replace(value.file(), span, format!("{lead}{text}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Quote, Stream};

    /// Amends the value of the key `a`.
    fn amended(text: &str, fragment: &Fragment) -> Result<String, Obstacle> {
        let stream = Stream::of_text(text).unwrap();
        let value = stream.documents().next().unwrap().get("a").unwrap();
        let mut edits = amend(value, fragment)?;
        edits.sort();
        let mut edited = text.to_owned();
        for edit in edits.iter().rev() {
            edited.replace_range(edit.span.range(), &edit.text);
        }
        Ok(edited)
    }

    fn text(value: &str) -> Fragment {
        Fragment::scalar(value, None)
    }

    fn quoted(value: &str, quote: Quote) -> Fragment {
        Fragment::scalar(value, Some(quote))
    }

    fn list(id: Fragment) -> Fragment {
        Fragment::Sequence(vec![id, quoted("Arn", Quote::Plain)])
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

    #[test]
    fn one_shape_is_kept() {
        for (before, fragment, after) in [
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
            assert_eq!(amended(before, &fragment).as_deref(), Ok(after));
        }
    }

    #[test]
    fn another_shape_is_written_over_what_differs() {
        for (before, fragment, after) in [
            (
                "a:\n  Ref: R # c\n",
                long("Fn::GetAtt", list(quoted("P", Quote::Plain)), false),
                "a:\n  Fn::GetAtt: [P, Arn] # c\n",
            ),
            (
                "a: !GetAtt\n  - R\n  - Arn\nb: c\n",
                short("!Ref", quoted("P", Quote::Plain)),
                "a: !Ref P\nb: c\n",
            ),
            (
                "a: !GetAtt [R, Arn]\n",
                short("!Ref", quoted("P", Quote::Plain)),
                "a: !Ref P\n",
            ),
            (
                "a: !Ref R\n",
                short("!Ref", long("Fn::Sub", quoted("${X}P", Quote::Plain), true)),
                "a: !Ref {Fn::Sub: \"${X}P\"}\n",
            ),
            (
                "a: !GetAtt [R, Arn]\n",
                short("!GetAtt", list(short("!Sub", quoted("${X}P", Quote::Single)))),
                "a: !GetAtt [!Sub '${X}P', Arn]\n",
            ),
            // The anchor stays.
            (
                "a: {Ref: &r R}\n",
                long("Fn::GetAtt", list(quoted("P", Quote::Plain)), true),
                "a: {Fn::GetAtt: &r [P, Arn]}\n",
            ),
        ] {
            assert_eq!(amended(before, &fragment).as_deref(), Ok(after));
        }
    }

    #[test]
    fn an_alias_is_replaced_and_what_it_stands_for_stays() {
        for (before, fragment, after) in [
            (
                "x: &r R\na: !GetAtt [*r, Arn]\n",
                short("!GetAtt", list(text("P"))),
                "x: &r R\na: !GetAtt [P, Arn]\n",
            ),
            // A text without quotes of its own is always set.
            (
                "x: &r R\ny: &n Arn\na: !GetAtt [*r, *n]\n",
                short("!GetAtt", list(text("R"))),
                "x: &r R\ny: &n Arn\na: !GetAtt [R, *n]\n",
            ),
            (
                "x: &l [R, Arn]\na: {Fn::GetAtt: *l }\n",
                long("Fn::GetAtt", list(quoted("P", Quote::Plain)), true),
                "x: &l [R, Arn]\na: {Fn::GetAtt: [P, Arn] }\n",
            ),
            (
                "x: &s !Sub '${X}R'\na: {Ref: *s }\n",
                long("Ref", quoted("P", Quote::Plain), true),
                "x: &s !Sub '${X}R'\na: {Ref: P }\n",
            ),
        ] {
            assert_eq!(amended(before, &fragment).as_deref(), Ok(after));
        }
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        for (before, fragment, obstacle) in [
            ("a: !Ref >-\n  R\n", short("!Ref", text("P")), Obstacle::SeveralLines),
            ("a: !Ref 'R\n  '\n", short("!Ref", text("P")), Obstacle::SeveralLines),
            ("a: !GetAtt # c\n  R.Arn\n", short("!Ref", text("P")), Obstacle::Comment),
            (
                "a: !GetAtt [R, # c\n Arn]\n",
                short("!Ref", text("P")),
                Obstacle::Comment,
            ),
            (
                "a: !GetAtt &l\n  - R\n  - Arn\n",
                short("!Ref", text("P")),
                Obstacle::Unusual,
            ),
        ] {
            assert_eq!(amended(before, &fragment), Err(obstacle), "{before}");
        }
    }
}
