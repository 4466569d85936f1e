//! Values that become the entry of a mapping, entries that become the value of it, and entries that go.

use super::model::{Spacing, closing_margin, column, column_of};
use super::{Brackets, Layout, Node, Quote};
use crate::text::{Edit, Span};

/// Makes `value` the only entry, `name`, of a mapping in its place; `None` where it is written so that this cannot be
/// done by adding text alone.
pub fn wrap(value: Node<'_>, name: &str) -> Option<Vec<Edit>> {
    let parent = value.ancestors().nth(1)?;
    let span = value.full_span();
    if value.has_tag_elsewhere() {
        return None;
    }
    // A pair in a list between brackets has no lines for what is below it.
    let mut around = parent.ancestors();
    let layout = match around.any(|node| node.layout() == Some(Layout::Flow)) {
        true => Layout::Flow,
        false => parent.layout()?,
    };
    match (layout, value.key()) {
        (Layout::Flow, key) => {
            let quote = key.or(first_key(parent)).map_or(Quote::Plain, Node::quote);
            let brackets = Brackets::around(value);
            let entry = brackets.key(quote, name);
            if let Some(edits) = enclose_pretty(value, ["{", "}"], &entry) {
                return Some(edits);
            }
            let [open, close] = brackets.around_entry();
            let [inner_open, inner_close] = braces_around(value);
            Some(vec![
                Edit::insert(value.file(), span.start(), format!("{open}{entry}{inner_open}")),
                Edit::insert(value.file(), span.end(), format!("{inner_close}{close}")),
            ])
        }
        (Layout::Block, Some(key)) => wrap_below(key, value, name),
        (Layout::Block, None) => wrap_beside(parent, value, name),
    }
}

/// Puts the entry before `value`, an item of a list: beside it, or where there are more keys in it on the line above; and
/// every other line of the value one step further right.
fn wrap_beside(parent: Node<'_>, value: Node<'_>, name: &str) -> Option<Vec<Edit>> {
    if value.quote() == Quote::Block || (value.layout().is_none() && !value.is_one_line()) {
        return None;
    }
    let unit = " ".repeat(further_than_start(value, step(value)));
    let entry = first_key(parent).map_or(Quote::Plain, Node::quote).around(name);
    // Behind an anchor or a tag its lines are below it as they are.
    let begins_with_key = value.span().start() == value.full_span().start();
    let lead = match value.layout() {
        Some(Layout::Block) if begins_with_key => format!("{entry}:{}{}{unit}", value.newline(), value.indent()?),
        _ => format!("{entry}: "),
    };
    let head = Edit::insert(value.file(), value.full_span().start(), lead);
    Some(std::iter::once(head).chain(deeper(value, &unit)).collect())
}

/// Puts brackets around a value that has a line for each of its entries, and its lines one level further right behind
/// `lead`; `None` for other values.
fn enclose_pretty(value: Node<'_>, [open, close]: [&str; 2], lead: &str) -> Option<Vec<Edit>> {
    let inner = value.entries().next()?.0.margin()?;
    let outer = value.key().unwrap_or(value).margin()?;
    // Its closing bracket or, if that is behind the last entry, its opening one may be further right than its key.
    let (closing, opening) = (closing_margin(value), value.margin());
    let margins = [closing, opening, Some(outer)].into_iter().flatten();
    let mut levels = margins.filter_map(|margin| Some((margin.strip_prefix(outer)?, inner.strip_prefix(margin)?)));
    let (offset, unit) = levels.find(|(_, unit)| !unit.is_empty())?;
    let margin = format!("{outer}{offset}");
    let newline = value.newline();
    // Where it stands now, or at least further right than a key in a block.
    let end = match closing {
        Some(end) => end,
        None if offset.is_empty() && value.key().is_some_and(is_in_block) => inner,
        None => &margin,
    };
    // A bracket below its key stays below the new one, as far right of it.
    let (lead, further) = match value.key().and(opening).and_then(|opening| opening.strip_prefix(outer)) {
        Some(further) if !lead.is_empty() => {
            let lead = format!("{}{newline}{margin}{unit}{further}", lead.trim_end());
            (lead, format!("{unit}{further}"))
        }
        _ => (lead.to_owned(), unit.to_owned()),
    };
    let open = format!("{open}{newline}{margin}{unit}{lead}");
    let open = Edit::insert(value.file(), value.span().start(), open);
    let close = Edit::insert(value.file(), value.span().end(), format!("{newline}{end}{close}"));
    let inside = deeper(value, &further);
    Some(std::iter::once(open).chain(inside).chain([close]).collect())
}

/// How much further right the lines of a value must be, at least `step`, for none of them to be as far left as where its
/// anchor or tag begins.
fn further_than_start(value: Node<'_>, step: usize) -> usize {
    let text = value.stream().text();
    let lines = lines_from(value, 1).map(|line| line.slice(text));
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let least = lines.map(|line| line.len() - line.trim_start().len()).min();
    least.map_or(step, |least| {
        step.max((column_of(value, value.full_span().start()) + 1).saturating_sub(least))
    })
}

/// Every line of a value but its first further right.
fn deeper(value: Node<'_>, unit: &str) -> impl Iterator<Item = Edit> {
    lines_from(value, 1).map(move |line| Edit::insert(value.file(), line.start(), unit))
}

/// Every line of a value from the one of this number on, its first being 0; but blank ones, unless there may be blanks of
/// a block scalar in them.
fn lines_from(value: Node<'_>, first: usize) -> impl Iterator<Item = Span> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    let numbers = lines.number(span.start()) + first..=lines.number(span.end().saturating_sub(1));
    let keeps_blanks = has_block_scalar(value);
    numbers.map(|number| lines.span(number)).filter(move |line| {
        let line = line.slice(text);
        !line.trim().is_empty() || (keeps_blanks && line.starts_with([' ', '\t']))
    })
}

fn has_block_scalar(value: Node<'_>) -> bool {
    value.descendants().any(|node| node.quote() == Quote::Block)
}

/// Puts the entry on a line of its own below `key`, and every line of the value as much further right.
fn wrap_below(key: Node<'_>, value: Node<'_>, name: &str) -> Option<Vec<Edit>> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let span = value.full_span();
    if value.quote() == Quote::Block || (value.scalar().is_some() && !value.is_one_line()) {
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
        let head = Edit::replace(value.file(), gap, format!("{newline}{margin}{unit}{entry}: "));
        (unit, head)
    } else {
        let own = Span::new(lines.span(first).start(), span.start()).slice(text);
        if !own.trim().is_empty() {
            return None;
        }
        let unit = own
            .strip_prefix(margin.as_str())
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let head = Edit::insert(value.file(), span.start(), format!("{entry}:{newline}{own}{unit}"));
        (" ".repeat(further_than_start(value, unit.len())), head)
    };
    Some(std::iter::once(head).chain(deeper(value, &unit)).collect())
}

/// Makes `value` the only item of a sequence in its place; `None` where it is written so that this cannot be done by
/// adding text alone.
pub fn enlist(value: Node<'_>) -> Option<Vec<Edit>> {
    if value.quote() == Quote::Block || value.has_tag_elsewhere() {
        return None;
    }
    let span = value.full_span();
    match (value.layout(), is_one_line(value)) {
        (Some(Layout::Block), _) if value.is_mapping() && value.tag().is_none() && !value.is_anchored() => {
            let dash = Edit::insert(value.file(), span.start(), "- ");
            Some(std::iter::once(dash).chain(deeper(value, "  ")).collect())
        }
        (Some(Layout::Block), _) => None,
        (_, false) => enclose_pretty(value, ["[", "]"], ""),
        (_, true) if is_torn_by_brackets(value) => enlist_below(value),
        (_, true) => {
            let [open, close] = Brackets::around(value).around_item();
            Some(vec![
                Edit::insert(value.file(), span.start(), open),
                Edit::insert(value.file(), span.end(), close),
            ])
        }
    }
}

/// Whether brackets around a value would end it early: a text without quotes, with a bracket or a comma in it.
fn is_torn_by_brackets(value: Node<'_>) -> bool {
    let text = value.scalar().unwrap_or_default();
    value.quote() == Quote::Plain && text.contains(['[', ']', '{', '}', ','])
}

/// Puts `value`, which stands beside its key, below it as the only item of a list.
fn enlist_below(value: Node<'_>) -> Option<Vec<Edit>> {
    let key = value.key()?;
    let (text, margin) = (value.stream().text(), key.indent()?);
    let gap = Span::new(value.behind_colon()?, value.full_span().start());
    let is_beside = gap.slice(text).trim_matches([' ', '\t']).is_empty();
    let unit = " ".repeat(step(key));
    let dash = format!("{}{margin}{unit}- ", key.newline());
    is_beside.then(|| vec![Edit::replace(value.file(), gap, dash)])
}

/// Puts `inner`, the only value in `outer`, a mapping or a list, in the place of it; `None` where a comment, an anchor or
/// a tag would be lost.
pub fn unwrap(outer: Node<'_>, inner: Node<'_>) -> Option<Vec<Edit>> {
    if outer.is_anchored() || outer.tag().is_some() || inner.quote() == Quote::Block || inner.has_tag_elsewhere() {
        return None;
    }
    let (mut edits, depth) = match outer.layout()? {
        Layout::Flow => {
            let (outside, inside) = (outer.full_span(), inner.full_span());
            let [open, close] = braces_around(inner);
            let edits = vec![
                Edit::replace(outer.file(), Span::new(outside.start(), inside.start()), open),
                Edit::replace(outer.file(), Span::new(inside.end(), outside.end()), close),
            ];
            (edits, flow_depth(outer, inner).unwrap_or(0))
        }
        Layout::Block => {
            let (edit, depth) = unwrap_block(outer, inner)?;
            (vec![edit], depth)
        }
    };
    let text = outer.stream().text();
    let is_lossless = edits.iter().all(|edit| !edit.span.slice(text).contains('#'));
    edits.extend(shallower(outer, inner, depth)?);
    is_lossless.then_some(edits)
}

/// What makes an entry without braces of its own, as a list between brackets may hold one, a mapping anywhere.
fn braces_around(inner: Node<'_>) -> [String; 2] {
    let around = inner.ancestors().nth(1).and_then(Node::layout);
    let is_pair = inner.is_mapping() && inner.layout() == Some(Layout::Block) && around == Some(Layout::Flow);
    let padding = if is_pair { Spacing::around(inner).padding } else { "" };
    match is_pair {
        true => [format!("{{{padding}"), format!("{padding}}}")],
        false => Default::default(),
    }
}

/// How much further right the lines of `inner` are than they are without `outer` around them.
fn flow_depth(outer: Node<'_>, inner: Node<'_>) -> Option<usize> {
    let inside = inner.key().unwrap_or(inner).margin()?;
    let outside = closing_margin(outer).or(outer.key().unwrap_or(outer).margin())?;
    inside.strip_prefix(outside).map(str::len)
}

/// Removes what stands before `inner` in a block collection; with it, how much further right its other lines are than
/// they should be.
fn unwrap_block(outer: Node<'_>, inner: Node<'_>) -> Option<(Edit, usize)> {
    let is_below = inner.layout() == Some(Layout::Block) && inner.tag().is_none();
    let is_marked = [outer, inner].into_iter().filter_map(Node::key).any(Node::is_marked);
    if is_marked || (is_below && inner.is_anchored()) {
        return None;
    }
    let (start, end) = (outer.span().start(), inner.full_span().start());
    // Where a comment stands behind the first dash, it is not known where that is.
    if outer.is_sequence() && !outer.source().starts_with('-') {
        return None;
    }
    let place = outer.key().map(column);
    let (span, lead, depth) = match (place, inner.key()) {
        // An entry goes, and what is below it stays there.
        (Some(place), Some(key)) => {
            let end = if is_below { inner.behind_colon()? } else { end };
            let lead = if is_below { "" } else { " " };
            (
                Span::new(outer.behind_colon()?, end),
                lead.to_owned(),
                column(key).checked_sub(place),
            )
        }
        // A dash goes, and the mapping beside it stands where the list stood, or below a list that is as far left as its
        // key, one step further right.
        (Some(place), None) if is_below => {
            let list = column(outer);
            let wanted = match list > place {
                true => list,
                false => column(inner).min(place + step(outer.key()?)),
            };
            let lead = " ".repeat(wanted - list);
            (Span::new(start, end), lead, column(inner).checked_sub(wanted))
        }
        (Some(_), None) => {
            let inside = match inner.layout() {
                Some(Layout::Block) => column(inner),
                _ => column_of(inner, end),
            };
            let depth = inside.checked_sub(column(outer));
            (Span::new(outer.behind_colon()?, end), " ".to_owned(), depth)
        }
        // In a list itself.
        (None, key) => {
            let inside = if is_below { inner } else { key.unwrap_or(inner) };
            (
                Span::new(start, end),
                String::new(),
                column(inside).checked_sub(column(outer)),
            )
        }
    };
    Some((Edit::replace(outer.file(), span, lead), depth.unwrap_or(0)))
}

/// Every line of a collection that stood inside `outer`, but one that it shared with what was before it, this much
/// further left; none where that would be further left than the place allows, and `None` where they may not stay either.
fn shallower(outer: Node<'_>, inner: Node<'_>, depth: usize) -> Option<Vec<Edit>> {
    if inner.layout().is_none() || depth == 0 {
        return Some(Vec::new());
    }
    let text = inner.stream().text();
    let is_below = inner.layout() == Some(Layout::Block) && inner.tag().is_none();
    let first = usize::from(!is_below || inner.key().is_none() || outer.key().is_none());
    let least = match (inner.layout(), outer.key()) {
        (Some(Layout::Block), Some(key)) => column(key) + usize::from(!inner.is_sequence()),
        (Some(Layout::Block), None) => column(outer),
        // Even a bracket is to stand further right than a key in a block.
        (Some(Layout::Flow), Some(key)) if is_in_block(key) => column(key) + 1,
        _ => 0,
    };
    let content = |line: &Span| line.slice(text).trim_start();
    let blanks = |line: &Span| line.slice(text).len() - line.slice(text).trim_start_matches([' ', '\t']).len();
    let is_deep = |line: &Span| blanks(line) >= depth + least;
    // Comments and blank lines may stay where they are.
    let may_stay = |line: &Span| content(line).is_empty() || content(line).starts_with('#');
    if lines_from(inner, first).any(|line| !is_deep(&line) && !may_stay(&line)) {
        // But the first line does not.
        let is_aligned = is_below && first == 1 && (!is_one_part(inner) || has_block_scalar(inner));
        return (!is_aligned).then(Vec::new);
    }
    // Where they are further right than what is moved, a block scalar before them could become theirs.
    let is_right = |line: &Span| may_stay(line) && blanks(line) + depth > column(inner);
    let inside = lines_from(inner, first).filter(|line| is_deep(line) || is_right(line));
    let behind = behind(inner).filter(|line| ends_in_block_scalar(inner) && is_right(line));
    let shallower = |line: Span| {
        let end = line.start() + depth.min(blanks(&line));
        Edit::replace(inner.file(), Span::new(line.start(), end), "")
    };
    Some(inside.chain(behind).map(shallower).collect())
}

/// The lines of blanks and comments behind a value, without empty ones.
fn behind(value: Node<'_>) -> impl Iterator<Item = Span> {
    let (text, lines) = (value.stream().text(), value.stream().lines());
    let numbers = lines.number(value.span().end()) + 1..lines.count();
    let content = |line: &Span| line.slice(text).trim_start();
    let behind = numbers.map(|number| lines.span(number));
    let behind = behind.take_while(move |line| content(line).is_empty() || content(line).starts_with('#'));
    behind.filter(move |line| !line.slice(text).trim_end_matches(['\r', '\n']).is_empty())
}

/// Whether what is behind a value would be part of it, if it were further right.
fn ends_in_block_scalar(value: Node<'_>) -> bool {
    value.last_part().quote() == Quote::Block
}

/// Whether nothing in a block collection must stand as far right as its first key or dash.
fn is_one_part(node: Node<'_>) -> bool {
    let (items, mut entries) = (node.items().len(), node.entries());
    match (items, entries.next(), entries.next()) {
        (0, Some((key, _)), None) => !key.is_marked(),
        (items, None, _) => items == 1,
        _ => false,
    }
}

fn is_in_block(key: Node<'_>) -> bool {
    key.ancestors().nth(1).and_then(Node::layout) == Some(Layout::Block)
}

/// Removes an entry of a mapping that has others; `None` where something else would be lost, or a comment above it would
/// come to speak of what is below.
pub fn remove(key: Node<'_>, value: Node<'_>) -> Option<Edit> {
    let (text, lines) = (key.stream().text(), key.stream().lines());
    let above = lines.number(key.span().start()).checked_sub(1);
    let above = above.map_or("", |number| lines.span(number).slice(text));
    if key.margin().is_some() && above.trim_start().starts_with('#') {
        return None;
    }
    if key.is_marked() {
        return None;
    }
    let span = match (key.ancestors().nth(1)?.layout()?, key.neighbours()) {
        (_, [None, Some((next, _))]) => Span::new(key.full_span().start(), start_with_mark(next)),
        (Layout::Block, [Some((_, previous)), _]) => {
            let margin = key.margin()?;
            let inside = |line: Span| line.slice(text).strip_prefix(margin);
            let is_deep = |line| inside(line).is_some_and(|rest| rest.starts_with([' ', '\t']));
            if ends_in_block_scalar(previous) && behind(value).any(is_deep) {
                return None;
            }
            let first = lines.span(lines.number(key.span().start()));
            let last = lines.number(value.span().end().saturating_sub(1));
            let is_blank = |number: &usize| lines.span(*number).slice(text).trim().is_empty();
            // Blank lines that would come to the text above go too.
            let goes = (last + 1..lines.count()).take_while(|number| previous.takes_blank_lines() && is_blank(number));
            let end = lines.span(goes.last().unwrap_or(last)).end();
            // A block scalar without text takes even the end of the file for some.
            if end == text.len() && previous.last_part().scalar() == Some("") && previous.takes_blank_lines() {
                return None;
            }
            Span::new(first.start(), end)
        }
        (Layout::Flow, [Some((_, previous)), _]) => Span::new(previous.span().end(), value.span().end()),
        (_, [None, None]) => return None,
    };
    (!span.slice(text).contains('#')).then(|| Edit::replace(key.file(), span, ""))
}

/// Where a key begins, or the `?` that marks it.
fn start_with_mark(key: Node<'_>) -> usize {
    let start = key.full_span().start();
    let before = Span::new(0, start).slice(key.stream().text());
    let before = before.trim_end_matches([' ', '\t']);
    before.strip_suffix('?').map_or(start, str::len)
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
            (None, Some(previous)) if previous.takes_blank_lines() => return None,
            (None, Some(previous)) => Span::new(previous.span().end(), items.get(last)?.span().end()),
            (None, None) => return None,
        };
        edits.push(Edit::replace(sequence.file(), span, ""));
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
pub fn step(key: Node<'_>) -> usize {
    let mappings = key.ancestors().skip(1).filter(|node| node.is_mapping());
    let mut steps = mappings.filter_map(|mapping| {
        let (first, _) = mapping.entries().next()?;
        first.indent()?.len().checked_sub(mapping.key()?.indent()?.len())
    });
    steps.find(|step| *step > 0).unwrap_or(2)
}
