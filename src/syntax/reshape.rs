//! Values that become the entry of a mapping, entries that become the value of it, and entries that go.

use super::{Edit, Layout, Node, Quote, Spacing, Span};

/// Makes `value` the only entry, `name`, of a mapping in its place; `None` where it is written so that this cannot be
/// done by adding text alone.
pub fn wrap(value: Node<'_>, name: &str) -> Option<Vec<Edit>> {
    let parent = value.ancestors().nth(1)?;
    let span = value.full_span();
    match (parent.layout()?, value.key()) {
        (Layout::Flow, key) => {
            let quote = key.or(first_key(parent)).map_or(Quote::Plain, Node::quote);
            let Spacing { colon, padding, .. } = Spacing::around(value);
            let entry = format!("{}{colon}", quote.around(name));
            if let Some(edits) = key.and_then(|key| wrap_pretty(key, value, &entry)) {
                return Some(edits);
            }
            Some(vec![
                Edit::insert(span.start(), format!("{{{padding}{entry}")),
                Edit::insert(span.end(), format!("{padding}}}")),
            ])
        }
        (Layout::Block, Some(key)) => wrap_below(key, value, name),
        (Layout::Block, None) if is_one_line(value) && value.layout() != Some(Layout::Block) => {
            Some(vec![Edit::insert(span.start(), format!("{name}: "))])
        }
        (Layout::Block, None) => None,
    }
}

/// Puts the entry, and the lines of a value that has a line for each of its entries, one level further right; `None`
/// for other values.
fn wrap_pretty(key: Node<'_>, value: Node<'_>, entry: &str) -> Option<Vec<Edit>> {
    let (inner, _) = value.entries().next()?;
    let margin = key.margin()?;
    let unit = inner.margin()?.strip_prefix(margin)?;
    let newline = value.newline();
    let mut edits = vec![Edit::insert(
        value.span().start(),
        format!("{{{newline}{margin}{unit}{entry}"),
    )];
    edits.extend(deeper(value, unit));
    edits.push(Edit::insert(value.span().end(), format!("{newline}{margin}}}")));
    Some(edits)
}

/// Every line of a value but its first further right.
fn deeper(value: Node<'_>, unit: &str) -> impl Iterator<Item = Edit> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    let numbers = lines.number(span.start()) + 1..=lines.number(span.end().saturating_sub(1));
    let lines = numbers
        .map(|number| lines.span(number))
        .filter(|line| !line.slice(text).trim().is_empty());
    lines.map(move |line| Edit::insert(line.start(), unit))
}

/// Puts the entry on a line of its own below `key`, and every line of the value as much further right.
fn wrap_below(key: Node<'_>, value: Node<'_>, name: &str) -> Option<Vec<Edit>> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    if value.scalar().is_some() && !is_one_line(value) {
        return None;
    }
    // A key beside the dash of a list stands as far right as the keys below it.
    let margin = key.indent()?;
    let first = lines.number(span.start());
    let is_beside = first == lines.number(key.span().start());
    let newline = key.newline();
    let entry = key.quote().around(name);
    let (unit, head) = if is_beside {
        let unit = " ".repeat(step(key));
        let gap = Span::new(value.behind_colon()?, span.start());
        let head = Edit::replace(gap, format!("{newline}{margin}{unit}{entry}: "));
        (unit, head)
    } else {
        let own = Span::new(lines.span(first).start(), span.start()).slice(text);
        let unit = own
            .strip_prefix(margin.as_str())
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let head = Edit::insert(span.start(), format!("{entry}:{newline}{own}{unit}"));
        (unit, head)
    };
    Some(std::iter::once(head).chain(deeper(value, &unit)).collect())
}

/// Makes `value` the only item of a sequence in its place; `None` where it goes over several lines.
pub fn enlist(value: Node<'_>) -> Option<Vec<Edit>> {
    let span = value.full_span();
    match (value.layout(), is_one_line(value)) {
        (Some(Layout::Block), true) if value.is_mapping() => Some(vec![Edit::insert(span.start(), "- ")]),
        (Some(Layout::Block), _) | (_, false) => None,
        (_, true) => Some(vec![Edit::insert(span.start(), "["), Edit::insert(span.end(), "]")]),
    }
}

/// Puts `inner`, the only value in `outer`, a mapping or a list, in the place of it; `None` where a comment, an anchor or
/// a tag would be lost.
pub fn unwrap(outer: Node<'_>, inner: Node<'_>) -> Option<Vec<Edit>> {
    let text = outer.stream().text();
    let (outside, inside) = (outer.full_span(), inner.full_span());
    let edits = match outer.layout()? {
        Layout::Flow => vec![
            Edit::replace(Span::new(outside.start(), inside.start()), ""),
            Edit::replace(Span::new(inside.end(), outside.end()), ""),
        ],
        // The columns of a mapping beside the dash stay what they are.
        Layout::Block if outer.is_sequence() && inner.layout() == Some(Layout::Block) && inner.is_mapping() => {
            let dash = Span::new(outside.start(), outside.start() + 1);
            (dash.slice(text) == "-").then(|| vec![Edit::replace(dash, " ")])?
        }
        Layout::Block => {
            let start = match outer.key() {
                Some(_) => outer.behind_colon()?,
                None => outside.start(),
            };
            let is_below = inner.layout() == Some(Layout::Block) && inner.tag().is_none();
            let (end, lead) = match (is_below, outer.key()) {
                (true, _) => (inner.behind_colon()?, ""),
                (false, Some(_)) => (inside.start(), " "),
                (false, None) => (inside.start(), ""),
            };
            vec![Edit::replace(Span::new(start, end), lead)]
        }
    };
    let is_lossless = edits.iter().all(|edit| !edit.span.slice(text).contains('#'));
    (is_lossless && !outer.is_anchored() && outer.tag().is_none()).then_some(edits)
}

/// Removes an entry of a mapping that has others; `None` where something else would be lost.
pub fn remove(key: Node<'_>, value: Node<'_>) -> Option<Edit> {
    let (text, lines) = (key.stream().text(), key.stream().lines());
    let span = match (key.ancestors().nth(1)?.layout()?, key.neighbours()) {
        (Layout::Block, [None, Some((next, _))]) => Span::new(key.full_span().start(), next.full_span().start()),
        (Layout::Block, [Some(_), _]) => {
            key.margin()?;
            let first = lines.span(lines.number(key.span().start()));
            let last = lines.span(lines.number(value.span().end().saturating_sub(1)));
            Span::new(first.start(), last.end())
        }
        (Layout::Flow, [None, Some((next, _))]) => Span::new(key.full_span().start(), next.full_span().start()),
        (Layout::Flow, [Some((_, previous)), _]) => Span::new(previous.span().end(), value.span().end()),
        (_, [None, None]) => return None,
    };
    (!span.slice(text).contains('#')).then(|| Edit::replace(span, ""))
}

fn first_key(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors()
        .find_map(|node| node.entries().next().map(|(key, _)| key))
}

/// Whether a node stands on one line together with its tag and anchor.
fn is_one_line(node: Node<'_>) -> bool {
    !node.full_span().slice(node.stream().text()).contains(['\n', '\r'])
}

/// How much further right a key stands than the one whose mapping it is in; where that is in a list, the same of the
/// keys around it.
fn step(key: Node<'_>) -> usize {
    let mappings = key.ancestors().skip(1).filter(|node| node.is_mapping());
    let mut steps = mappings.filter_map(|mapping| {
        let (first, _) = mapping.entries().next()?;
        first.indent()?.len().checked_sub(mapping.key()?.indent()?.len())
    });
    steps.find(|step| *step > 0).unwrap_or(2)
}
