//! Values that become the entry of a mapping, entries that become the value of it, and entries that go.

use super::{Brackets, Edit, Layout, Node, Quote, Span};

/// Makes `value` the only entry, `name`, of a mapping in its place; `None` where it is written so that this cannot be
/// done by adding text alone.
pub fn wrap(value: Node<'_>, name: &str) -> Option<Vec<Edit>> {
    let parent = value.ancestors().nth(1)?;
    let span = value.full_span();
    match (parent.layout()?, value.key()) {
        (Layout::Flow, key) => {
            let quote = key.or(first_key(parent)).map_or(Quote::Plain, Node::quote);
            let brackets = Brackets::around(value);
            let entry = format!("{}{}", quote.around(name), brackets.colon());
            if let Some(edits) = key.and_then(|key| enclose_pretty(key, value, ["{", "}"], &entry)) {
                return Some(edits);
            }
            let [open, close] = brackets.around_entry();
            Some(vec![
                Edit::insert(span.start(), format!("{open}{entry}")),
                Edit::insert(span.end(), close),
            ])
        }
        (Layout::Block, Some(key)) => wrap_below(key, value, name),
        (Layout::Block, None) if is_one_line(value) && value.layout() != Some(Layout::Block) => {
            Some(vec![Edit::insert(span.start(), format!("{name}: "))])
        }
        (Layout::Block, None) => None,
    }
}

/// Puts brackets around a value that has a line for each of its entries, and its lines one level further right behind
/// `lead`; `None` for other values.
fn enclose_pretty(key: Node<'_>, value: Node<'_>, [open, close]: [&str; 2], lead: &str) -> Option<Vec<Edit>> {
    let (inner, _) = value.entries().next()?;
    let margin = key.margin()?;
    let unit = inner.margin()?.strip_prefix(margin)?;
    let newline = value.newline();
    let mut edits = vec![Edit::insert(
        value.span().start(),
        format!("{open}{newline}{margin}{unit}{lead}"),
    )];
    edits.extend(deeper(value, unit));
    edits.push(Edit::insert(value.span().end(), format!("{newline}{margin}{close}")));
    Some(edits)
}

/// Every line of a value but its first further right.
fn deeper(value: Node<'_>, unit: &str) -> impl Iterator<Item = Edit> {
    lines_from(value, 1).map(move |line| Edit::insert(line.start(), unit))
}

/// Every line of a value from the one of this number on, its first being 0; but empty ones.
fn lines_from(value: Node<'_>, first: usize) -> impl Iterator<Item = Span> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    let numbers = lines.number(span.start()) + first..=lines.number(span.end().saturating_sub(1));
    numbers
        .map(|number| lines.span(number))
        .filter(|line| !line.slice(text).trim().is_empty())
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

/// Makes `value` the only item of a sequence in its place; `None` where it is written so that this cannot be done by
/// adding text alone.
pub fn enlist(value: Node<'_>) -> Option<Vec<Edit>> {
    let span = value.full_span();
    match (value.layout(), is_one_line(value)) {
        (Some(Layout::Block), _) if value.is_mapping() && value.tag().is_none() => {
            let dash = Edit::insert(span.start(), "- ");
            Some(std::iter::once(dash).chain(deeper(value, "  ")).collect())
        }
        (Some(Layout::Block), _) => None,
        (_, false) => enclose_pretty(value.key()?, value, ["[", "]"], ""),
        (_, true) => {
            let [open, close] = Brackets::around(value).around_item();
            Some(vec![Edit::insert(span.start(), open), Edit::insert(span.end(), close)])
        }
    }
}

/// Puts `inner`, the only value in `outer`, a mapping or a list, in the place of it; `None` where a comment, an anchor or
/// a tag would be lost.
pub fn unwrap(outer: Node<'_>, inner: Node<'_>) -> Option<Vec<Edit>> {
    let text = outer.stream().text();
    let (outside, inside) = (outer.full_span(), inner.full_span());
    let mut edits = match outer.layout()? {
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
    edits.extend(shallower(outer, inner));
    (is_lossless && !outer.is_anchored() && outer.tag().is_none()).then_some(edits)
}

/// Every line of a collection that stood inside `outer`, but one that it shared with its key, as far left as that stands.
fn shallower(outer: Node<'_>, inner: Node<'_>) -> Vec<Edit> {
    let depth = || {
        let margins = (
            inner.key().unwrap_or(inner).margin()?,
            outer.key().unwrap_or(outer).margin()?,
        );
        margins.0.strip_prefix(margins.1).map(str::len)
    };
    let Some(depth) = depth().filter(|_| inner.layout().is_some()) else {
        return Vec::new();
    };
    let text = inner.stream().text();
    let unit = |line: &Span| Span::new(line.start(), line.start() + depth);
    let is_below = inner.layout() == Some(Layout::Block) && inner.tag().is_none();
    let lines: Vec<_> = lines_from(inner, usize::from(!is_below)).collect();
    let are_deep = lines
        .iter()
        .all(|line| line.slice(text).get(..depth).is_some_and(|unit| unit.trim().is_empty()));
    lines
        .iter()
        .filter(|_| are_deep)
        .map(|line| Edit::replace(unit(line), ""))
        .collect()
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

/// Removes the items of a sequence, without tag, that `keep` does not let stay; `None` where something else would be
/// lost, or no item would be left.
pub fn remove_items(sequence: Node<'_>, keep: impl Fn(usize) -> bool) -> Option<Vec<Edit>> {
    let text = sequence.stream().text();
    let items: Vec<_> = sequence.items().collect();
    let layout = sequence.layout()?;
    // Where an item's text and what belongs to it begins.
    let head = |item: Node<'_>| {
        let start = item.full_span().start();
        match layout {
            Layout::Flow => Some(start),
            Layout::Block => text.get(..start)?.trim_end().strip_suffix('-').map(str::len),
        }
    };
    let mut edits = Vec::new();
    let mut previous: Option<Node<'_>> = None;
    let mut at = 0;
    while let Some(first) = items.get(at) {
        if keep(at) {
            previous = Some(*first);
            at += 1;
            continue;
        }
        let last = (at..items.len()).take_while(|&at| !keep(at)).last()?;
        let span = match (items.get(last + 1), previous) {
            (Some(next), _) => Span::new(head(*first)?, head(*next)?),
            (None, Some(previous)) => Span::new(previous.span().end(), items.get(last)?.span().end()),
            (None, None) => return None,
        };
        edits.push(Edit::replace(span, ""));
        at = last + 1;
    }
    let is_lossless = edits.iter().all(|edit| !edit.span.slice(text).contains('#'));
    is_lossless.then_some(edits)
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
